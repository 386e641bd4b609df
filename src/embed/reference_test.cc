// Ids and vectors against the reference implementation, on random Unicode. Skipped, visibly, where
// tools/setup has installed neither model nor reference packages.
#include "embed/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/coding.h"
#include "base/random.h"
#include "base/test_folder.h"
#include "base/utf8.h"
#include "embed/model_files.h"
#include "embed/tokenizer/tokenizer_json.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20261121;
constexpr std::size_t kTexts = 10'000;

struct Answer {
  std::vector<std::uint32_t> ids;
  std::vector<std::uint32_t> ids_with_special;
  std::vector<float> vector;
};

// Words, scripts, and what breaks tokenizers: runs of blanks, marks, joiners, controls, byte
// pieces, special tokens whole and in parts.
// clang-format off
constexpr const char* kSnippets[] = {
    "the", "database", "Vector", "of", "HELLO", "don't", "x86_64", "3.14159", "2026-11-21",
    "naïve", "Straße", "Ångström", "Привет", "мир", "Ελλάδα", "שלום", "مرحبا", "नमस्ते", "สวัสดี",
    "こんにちは", "世界", "漢字かな交じり文", "한국어", "ｆｕｌｌ", "ﬁ", "e\u0301\u0323",
    "🤖", "👩\u200D👩\u200D👧", "🇩🇪", "👍🏽", "❤\uFE0F", "\u200B", "\u200D", "\uFEFF", "\u202E",
    "\u00A0", "\u3000", "\u2028", "▁", "▁▁▁", "▁the", "<s>", "</s>", "<unk>", "<s", "s>", "</",
    "<0x0A>", "<S>", "<<s>>", "<pad>", "\t", "\n", "\r\n", "\n\n\n", "    ", "        ", "\x7F",
    "\x01", "\x1B[0m", "https://example.org/a?b=c&d=%20", "user@example.org",
    "int main() { return 0; }", "{\"a\": [1]}", "----------", "......", "!!!", "\\u0041",
    "aaaaaaaaaaaaaaaaaaaaaaaa", "\U0010FFFF"};
// clang-format on

void append_random_character(std::string& text, Random& random) {
  // First and last code point of blocks that the vocabulary knows well, hardly, and not at all.
  constexpr std::array<std::pair<char32_t, char32_t>, 12> kBlocks = {{{0x00, 0x7F},
                                                                      {0x20, 0x7E},
                                                                      {0x80, 0x24F},
                                                                      {0x300, 0x36F},
                                                                      {0x370, 0x5FF},
                                                                      {0x900, 0xE7F},
                                                                      {0x1E00, 0x206F},
                                                                      {0x3040, 0x30FF},
                                                                      {0x4E00, 0x9FFF},
                                                                      {0xAC00, 0xD7A3},
                                                                      {0x1F300, 0x1FAFF},
                                                                      {0xE000, 0x10FFFF}}};
  const auto [first, last] = kBlocks[random.below(kBlocks.size())];
  append_utf8(text, first + static_cast<char32_t>(random.below(last - first + 1)));
}

std::string random_text(Random& random) {
  std::string text;
  const std::uint64_t length = random.below(random.below(20) == 0 ? 300 : 24);
  for (std::uint64_t i = 0; i < length; ++i) {
    switch (random.below(4)) {
      case 0:
        append_random_character(text, random);
        break;
      case 1:
        text += std::string(random.below(5), ' ');
        break;
      default:
        text += kSnippets[random.below(std::size(kSnippets))];
    }
  }
  return text;
}

std::vector<std::string> random_texts() {
  Random random(kSeed);
  std::vector<std::string> texts;
  while (texts.size() < kTexts) texts.push_back(random_text(random));
  return texts;
}

void write_texts(const fs::path& path, const std::vector<std::string>& texts) {
  Bytes bytes;
  for (const std::string& text : texts) {
    put_u32(bytes, static_cast<std::uint32_t>(text.size()));
    put_bytes(bytes, as_bytes(text));
  }
  std::ofstream(path, std::ios::binary) << as_text(bytes);
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::uint32_t> read_ids(ByteReader& reader) {
  std::vector<std::uint32_t> ids(std::min<std::size_t>(reader.u32(), reader.remaining() / 4));
  for (std::uint32_t& id : ids) id = reader.u32();
  return ids;
}

// One answer per text, or fewer when the reference failed.
std::vector<Answer> ask_reference(const std::vector<std::string>& texts) {
  const TestFolder folder;
  write_texts(folder / "texts", texts);
  const std::string command = "'" + (reference_packages() / "bin/python").string() +
                              "' -B '" VECSTORE_SOURCE_DIR "/src/embed/reference.py' '" +
                              test_models_folder() + "/" + std::string(kBuiltinModel) + "' '" +
                              (folder / "texts").string() + "' '" + (folder / "answers").string() +
                              "'";
  std::vector<Answer> answers;
  if (std::system(command.c_str()) == 0) {
    const std::string bytes = read_text(folder / "answers");
    ByteReader reader(as_bytes(bytes));
    while (reader.ok() && !reader.at_end()) {
      Answer answer{read_ids(reader), read_ids(reader), std::vector<float>(256)};
      for (float& x : answer.vector) x = reader.f32();
      answers.push_back(std::move(answer));
    }
  }
  return answers;
}

class Reference : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(reference_packages() / ".complete")) {
      GTEST_SKIP() << "no reference packages in " << reference_packages()
                   << ": run tools/setup test";
    }
    if (!fs::exists(model_folder())) {
      GTEST_SKIP() << "no model in " << model_folder() << ": run tools/setup";
    }
  }
  static fs::path model_folder() { return fs::path(test_models_folder()) / kBuiltinModel; }
};

TEST_F(Reference, ids_are_equal_and_vectors_near_on_random_unicode) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  const std::vector<std::string> texts = random_texts();
  const auto tokenizer = parse_tokenizer_json(read_text(model_folder() / "tokenizer.json"));
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status().to_string();
  const auto embedder = load_builtin_embedder(test_models_folder());
  ASSERT_TRUE(embedder.ok()) << embedder.status().to_string();
  const auto vectors = (*embedder)->embed_batch(texts);
  ASSERT_TRUE(vectors.ok()) << vectors.status().to_string();

  const std::vector<Answer> answers = ask_reference(texts);
  ASSERT_EQ(answers.size(), texts.size());
  double worst = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(tokenizer->encode(texts[i]), answers[i].ids) << "text " << i << ": " << texts[i];
    ASSERT_EQ(tokenizer->encode(texts[i], SpecialTokens::kAdd), answers[i].ids_with_special);
    for (std::size_t j = 0; j < 256; ++j) {
      // The reference divides by zero where there is no token; the interface promises zeros.
      const float expected = answers[i].ids.empty() ? 0 : answers[i].vector[j];
      const double difference = std::abs(double{(*vectors)[i * 256 + j]} - expected);
      ASSERT_TRUE(difference <= 1e-5) << "text " << i << ": " << texts[i];  // false for NaN too
      worst = std::max(worst, difference);
    }
  }
  std::printf("largest difference of a component: %.2g\n", worst);
}

}  // namespace
}  // namespace vecstore
