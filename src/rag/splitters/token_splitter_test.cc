#include "rag/splitters/token_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "base/random.h"
#include "base/test_folder.h"
#include "embed/reference.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Texts = std::vector<std::string>;

// A tokenizer of bytes with some hundred merges, and nothing that moves a token's place.
std::string byte_level_json() {
  std::ifstream file(VECSTORE_SOURCE_DIR "/tests/models/data/byte_level.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Value json = Value::parse_json(text).value();
  Object root = *json.as_object();
  root["post_processor"] = Value();
  root["decoder"] = Object{{"type", "ByteLevel"},
                           {"add_prefix_space", false},
                           {"trim_offsets", false},
                           {"use_regex", true}};
  return Value(root).to_json();
}

// Every letter, digit and space is a token.
std::string letters_json() {
  std::string vocabulary;
  for (const char c : std::string("abcdefgh123 ")) {
    vocabulary += std::string(vocabulary.empty() ? "" : ",") + "\"" + c +
                  "\":" + std::to_string(vocabulary.size());
  }
  return R"({"model":{"type":"BPE","unk_token":"a","vocab":{)" + vocabulary + R"(},"merges":[]}})";
}

class TokenSplits : public testing::Test {
 protected:
  SplitterOptions sizes(std::size_t size, std::size_t overlap) const {
    SplitterOptions options;
    options.chunk_size = size;
    options.chunk_overlap = overlap;
    options.tokenizer = (folder_ / "tokenizer.json").string();
    return options;
  }
  Texts split(std::string text, std::size_t size, std::size_t overlap) const {
    Document document;
    document.text = std::move(text);
    const auto splitter = TokenSplitter::create(sizes(size, overlap));
    EXPECT_TRUE(splitter.ok()) << splitter.status().to_string();
    const auto chunks = splitter->split(document);
    EXPECT_TRUE(chunks.ok()) << chunks.status().to_string();
    Texts out;
    for (const Chunk& chunk : *chunks)
      out.push_back(document.text.substr(chunk.begin, chunk.end - chunk.begin));
    return out;
  }

  TestFolder folder_;
};

TEST_F(TokenSplits, are_windows_that_share_tokens) {
  folder_.write("tokenizer.json", letters_json());
  EXPECT_THAT(split("abcdefgh", 3, 0), ElementsAre("abc", "def", "gh"));
  EXPECT_THAT(split("abcdefgh", 4, 2), ElementsAre("abcd", "cdef", "efgh"));
  EXPECT_THAT(split("abc", 3, 1), ElementsAre("abc"));
  EXPECT_THAT(split("", 3, 1), ElementsAre());
}

TEST_F(TokenSplits, never_cut_a_character) {
  folder_.write("tokenizer.json", byte_level_json());
  EXPECT_THAT(split("字字", 1, 0), ElementsAre("字", "字"));
  EXPECT_THAT(split("a字b", 2, 0), ElementsAre("a字", "b"));
}

TEST_F(TokenSplits, have_no_chunks_of_white_space_alone) {
  folder_.write("tokenizer.json", letters_json());
  EXPECT_THAT(split("ab     cd", 2, 0), ElementsAre("ab", " c", "d"));
  EXPECT_THAT(split("   ", 2, 0), ElementsAre());
}

TEST_F(TokenSplits, know_encodings_of_tiktoken) {
  std::string ranks = "! 0";
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t byte = 0; byte < 256; ++byte) {
    ranks += std::string(" ") + kDigits[byte >> 2] + kDigits[(byte & 3) << 4] + "==";
  }
  folder_.write(
      "tokenizer.json",
      R"({"pat_str":"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+","special_tokens":{},"bpe_ranks":")" +
          ranks + R"("})");
  EXPECT_THAT(split("abcd é", 4, 0), ElementsAre("abcd", " é"));
}

TEST_F(TokenSplits, are_named_by_their_tokenizer) {
  folder_.write("tokenizer.json", letters_json());
  const std::string one(TokenSplitter::create(sizes(3, 0))->name());
  EXPECT_THAT(one, StartsWith("token:"));
  EXPECT_EQ(TokenSplitter::create(sizes(4, 1))->name(), one);
  folder_.write("tokenizer.json", byte_level_json());
  EXPECT_NE(TokenSplitter::create(sizes(3, 0))->name(), one);
}

TEST_F(TokenSplits, refuse_by_name) {
  EXPECT_EQ(TokenSplitter::create(sizes(3, 0)).status().code(), Code::kNotFound);
  folder_.write("tokenizer.json", "{}");
  EXPECT_THAT(TokenSplitter::create(sizes(3, 0)).status().message(), HasSubstr("tokenizer.json"));
  folder_.write("tokenizer.json", letters_json());
  EXPECT_THAT(TokenSplitter::create(sizes(3, 3)).status().message(),
              HasSubstr("no chunk would get further"));
  EXPECT_THAT(TokenSplitter::create(sizes(0, 0)).status().message(), HasSubstr("chunk_size"));
  EXPECT_THAT(TokenSplitter::create({}).status().message(), HasSubstr("needs a tokenizer"));
  Document document;
  document.text = std::string(kMaxTextBytes + 1, 'a');
  EXPECT_FALSE(TokenSplitter::create(sizes(3, 0))->split(document).ok());
}

struct Case {
  std::size_t size, overlap;
  std::string text;
};

// Of characters that are one byte: what LangChain makes of the others is not text.
std::vector<Case> random_cases(std::uint64_t seed, std::size_t count) {
  static constexpr std::array<std::string_view, 10> kPieces = {
      " ", " ", "\n", "\n\n", "\t", "word", "Sentence.", "the", "x", "1234"};
  Random random(seed);
  std::vector<Case> cases;
  while (cases.size() < count) {
    const std::size_t size = 1 + random.below(40);
    Case made{size, random.below(size), ""};
    for (std::uint64_t n = random.below(60); n > 0; --n)
      made.text += kPieces[random.below(kPieces.size())];
    cases.push_back(std::move(made));
  }
  return cases;
}

TEST_F(TokenSplits, equal_those_of_langchain_on_random_documents) {
  if (!std::filesystem::exists(reference_packages() / ".complete")) {
    GTEST_SKIP() << "no reference packages in " << reference_packages() << ": run tools/setup test";
  }
  folder_.write("tokenizer.json", byte_level_json());
  const std::vector<Case> cases = random_cases(20261122, 2'000);
  std::string lines;
  for (const Case& c : cases) {
    lines += Value(Object{{"size", static_cast<std::int64_t>(c.size)},
                          {"overlap", static_cast<std::int64_t>(c.overlap)},
                          {"text", c.text}})
                 .to_json() +
             "\n";
  }
  folder_.write("cases", lines);
  const std::string command = "'" + (reference_packages() / "bin/python").string() +
                              "' -B '" VECSTORE_SOURCE_DIR "/src/rag/splitters/reference.py' '" +
                              (folder_ / "cases").string() + "' '" +
                              (folder_ / "answers").string() + "' '" +
                              (folder_ / "tokenizer.json").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::ifstream answers(folder_ / "answers");
  std::string line;
  for (const Case& c : cases) {
    ASSERT_TRUE(std::getline(answers, line));
    Texts expected;
    const Value answer = Value::parse_json(line).value();
    for (const Value& chunk : *answer.as_list()) {
      const std::string& text = *chunk.as_string();
      if (text.find_first_not_of(" \n\t") != text.npos) expected.push_back(text);
    }
    ASSERT_EQ(split(c.text, c.size, c.overlap), expected)
        << "size " << c.size << " overlap " << c.overlap << " of " << Value(c.text).to_json();
  }
}

}  // namespace
}  // namespace vecstore
