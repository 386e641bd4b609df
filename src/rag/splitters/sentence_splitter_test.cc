#include "rag/splitters/sentence_splitter.h"

#include <gtest/gtest.h>

#include <array>

#include "base/random.h"

namespace vecstore {
namespace {

using Texts = std::vector<std::string>;

Texts split(std::string text, std::size_t size, std::size_t overlap) {
  Document document;
  document.text = std::move(text);
  Texts out;
  auto splitter = SentenceSplitter::create({size, overlap}).value();
  auto chunks = splitter.split(document).value();
  for (const Chunk& chunk : chunks) {
    out.push_back(document.text.substr(chunk.begin, chunk.end - chunk.begin));
  }
  return out;
}

TEST(SentenceSplitter, whole_sentences_are_packed) {
  EXPECT_EQ(split("One two. Three. Four five six. Seven.", 20, 0),
            (Texts{"One two. Three.", "Four five six.", "Seven."}));
}

TEST(SentenceSplitter, the_overlap_is_whole_sentences) {
  EXPECT_EQ(split("Aaaa. Bbbb. Cccc. Dddd.", 17, 6), (Texts{"Aaaa. Bbbb. Cccc.", "Cccc. Dddd."}));
  EXPECT_EQ(split("Aaaa. Bbbb. Cccc. Dddd.", 17, 4), (Texts{"Aaaa. Bbbb. Cccc.", "Dddd."}));
}

TEST(SentenceSplitter, a_sentence_that_is_too_long_is_cut) {
  EXPECT_EQ(split("Short. A long one that goes on and on. End.", 12, 0),
            (Texts{"Short.", "A long one", "that goes", "on and on.", "End."}));
}

TEST(SentenceSplitter, chunks_fit_and_no_sentence_is_lost_on_random_texts) {
  constexpr std::uint64_t kSeed = 5;
  Random random(kSeed);
  constexpr std::array<std::string_view, 8> kPieces = {"Word ", "is. ",       "漢字。", "\n\n",
                                                       "e.g. ", "longerword", "! ",     " "};
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(60); n > 0; --n)
      text += kPieces[random.below(kPieces.size())];
    std::size_t size = 1 + random.below(40);
    std::size_t overlap = random.below(size + 1);
    Document document;
    document.text = text;
    std::size_t covered = 0, last = 0;
    auto chunks = SentenceSplitter::create({size, overlap}).value().split(document).value();
    for (const Chunk& chunk : chunks) {
      ASSERT_LE(chunk.end_char - chunk.begin_char, size) << "seed " << kSeed << " round " << round;
      ASSERT_LE(last, chunk.begin);
      last = chunk.begin;
      if (chunk.begin > covered) {
        ASSERT_TRUE(strip(text, {covered, chunk.begin}).empty())
            << "seed " << kSeed << " round " << round;
      }
      covered = std::max(covered, chunk.end);
    }
    ASSERT_TRUE(strip(text, {covered, text.size()}).empty());
  }
}

TEST(SentenceSplitter, wrong_sizes_are_refused) {
  EXPECT_FALSE(SentenceSplitter::create({5, 6}).ok());
}

}  // namespace
}  // namespace vecstore
