#include "embed/tokenizer/models/piece_trie.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/random.h"

namespace vecstore {
namespace {

TEST(PieceTrie, finds_each_piece_and_nothing_else) {
  constexpr std::uint64_t kSeed = 3;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  const auto random_text = [&] {
    std::string text(random.below(6), 'a');
    for (char& c : text) c = static_cast<char>(random.below(4) == 0 ? random.below(256) : 'a');
    return text;
  };
  std::map<std::string, std::uint32_t> expected;
  for (std::uint32_t id = 0; id < 500; ++id) expected[random_text()] = id;
  expected.erase("");
  std::vector<PieceTrie::Entry> entries;
  for (const auto& [text, id] : expected) entries.push_back({text, id});
  const PieceTrie trie(entries);
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = random_text();
    const auto found = expected.find(text);
    ASSERT_EQ(trie.find(text), found == expected.end() ? kNoPiece : found->second);
  }
}

TEST(PieceTrie, counts_the_last_of_equal_texts_and_passes_over_empty_ones) {
  const PieceTrie trie(std::vector<PieceTrie::Entry>{{"a", 1}, {"a", 2}, {"", 3}});
  EXPECT_EQ(trie.find("a"), 2u);
  EXPECT_EQ(trie.find(""), kNoPiece);
  EXPECT_EQ(trie.longest(), 1u);
}

TEST(PieceTrie, walks_from_any_node) {
  const PieceTrie trie(std::vector<PieceTrie::Entry>{{"##ing", 7}});
  const PieceTrie::Node inner = trie.walk(PieceTrie::kRoot, "##");
  ASSERT_NE(inner, PieceTrie::kNone);
  EXPECT_EQ(trie.id_at(trie.walk(inner, "ing")), 7u);
  EXPECT_EQ(trie.walk(inner, "xing"), PieceTrie::kNone);
  EXPECT_EQ(PieceTrie().find("a"), kNoPiece);
}

TEST(PieceTrie, refuses_more_bytes_than_its_nodes_can_be_numbered_for) {
  const std::string text(1u << 20, 'a');
  const std::vector<PieceTrie::Entry> entries(16, {text, 0});
  EXPECT_FALSE(PieceTrie::check_size(entries).ok());
  EXPECT_TRUE(PieceTrie::check_size(std::span(entries).subspan(1)).ok());
}

}  // namespace
}  // namespace vecstore
