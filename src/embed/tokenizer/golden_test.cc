// What the reference made of some texts (tests/models/make_golden.py), for a tiny tokenizer of each
// family. `make test-models` asks it about hundreds of thousands more.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/json.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {
namespace {

std::string path_of(const std::string& name) {
  return VECSTORE_SOURCE_DIR "/tests/models/data/" + name;
}

std::vector<std::uint32_t> numbers(const Object& line, std::string_view key) {
  std::vector<std::uint32_t> out;
  for (const Value& value : *line.find(key)->as_list()) {
    out.push_back(static_cast<std::uint32_t>(*value.as_int()));
  }
  return out;
}

// How many characters of `text` begin before byte `at`.
std::uint32_t characters_before(std::string_view text, std::uint32_t at) {
  std::uint32_t count = 0;
  for (char c : text.substr(0, at)) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

class Golden : public ::testing::TestWithParam<const char*> {};

TEST_P(Golden, gives_what_the_reference_gives) {
  std::ifstream file(path_of(std::string(GetParam()) + ".json"), std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto tokenizer = parse_tokenizer_json(json);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().to_string();

  std::ifstream answers(path_of(std::string(GetParam()) + ".golden"), std::ios::binary);
  int lines = 0;
  for (std::string text; std::getline(answers, text); ++lines) {
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status().to_string();
    const Object& line = *parsed->as_object();
    const Value* second = line.find("second");
    const std::string& first = *line.find("text")->as_string();
    const auto encoding = second ? tokenizer->encode_pair(first, *second->as_string())
                                 : tokenizer->encode_with_spans(first);
    ASSERT_TRUE(encoding.ok()) << encoding.status().to_string();
    EXPECT_EQ(encoding->ids, numbers(line, "ids")) << text;
    EXPECT_EQ(encoding->type_ids, numbers(line, "types")) << text;
    const auto special = numbers(line, "special");
    EXPECT_EQ(encoding->special, std::vector<bool>(special.begin(), special.end())) << text;
    if (second) continue;  // whose spans are of two texts
    std::vector<std::uint32_t> offsets;
    for (const Place& span : encoding->spans) {
      offsets.push_back(characters_before(first, span.begin));
      offsets.push_back(characters_before(first, span.end));
    }
    EXPECT_EQ(offsets, numbers(line, "offsets")) << text;
  }
  EXPECT_EQ(lines, 27);
}

INSTANTIATE_TEST_SUITE_P(Families, Golden,
                         ::testing::Values("wordpiece", "unigram", "byte_level", "characters"));

}  // namespace
}  // namespace vecstore
