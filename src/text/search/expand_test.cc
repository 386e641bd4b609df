#include "text/search/expand.h"

#include <gtest/gtest.h>

#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

MemoryField& field_of(MemoryField& field, const std::vector<std::string>& terms) {
  for (Row row = 0; row < terms.size(); ++row) {
    Tokens tokens;
    tokens.add(terms[row], 0, 0, 1);
    append(field, row, tokens);
  }
  return field;
}

std::vector<std::string> terms_of(const Result<std::vector<Expansion>>& expansions) {
  std::vector<std::string> terms;
  for (const Expansion& expansion : expansions.value()) terms.push_back(expansion.term);
  return terms;
}

TEST(Expand, a_prefix_is_gathered_over_segments) {
  MemoryField one, other;
  const std::vector<FieldView> segments = {FieldView(field_of(one, {"open", "opera", "ape"}), 3),
                                           FieldView(field_of(other, {"open", "oper"}), 2)};
  const auto found = expand_prefix(segments, "ope");
  EXPECT_EQ(terms_of(found), (std::vector<std::string>{"open", "oper", "opera"}));
  EXPECT_EQ(found.value()[0].rows, 2u);
  EXPECT_TRUE(expand_prefix(segments, "zz").value().empty());
}

TEST(Expand, a_misspelling_finds_what_is_near) {
  MemoryField memory;
  const std::vector<FieldView> segments = {
      FieldView(field_of(memory, {"search", "serach", "seach", "sea", "süarch"}), 5)};
  EXPECT_EQ(terms_of(expand_fuzzy(segments, "search", 1)),
            (std::vector<std::string>{"seach", "search", "serach", "süarch"}));
  EXPECT_EQ(terms_of(expand_fuzzy(segments, "search", 0)), std::vector<std::string>{"search"});
}

TEST(Expand, of_too_many_the_most_frequent_are_kept) {
  MemoryField memory;
  Tokens tokens;
  for (Row row = 0; row < 3000; ++row) {
    tokens.clear();
    tokens.add("a" + std::to_string(row), 0, 0, 1);
    if (row < 2500) tokens.add("a2777", 1, 0, 1);
    append(memory, row, tokens);
  }
  const std::vector<FieldView> segments = {FieldView(memory, 3000)};
  const auto terms = terms_of(expand_prefix(segments, "a"));
  EXPECT_EQ(terms.size(), kMaxExpansions);
  EXPECT_TRUE(std::ranges::is_sorted(terms));
  EXPECT_TRUE(std::ranges::find(terms, "a2777") != terms.end());
}

TEST(Expand, distances_count_swaps_and_stop_early) {
  EXPECT_EQ(edit_distance(U"abcd", U"abdc", 2), 1u);
  EXPECT_EQ(edit_distance(U"kitten", U"sitting", 3), 3u);
  EXPECT_EQ(edit_distance(U"", U"ab", 2), 2u);
  EXPECT_GT(edit_distance(U"kitten", U"sitting", 1), 1u);
  EXPECT_GT(edit_distance(U"abcdefgh", U"hgfedcba", 2), 2u);
}

}  // namespace
}  // namespace vecstore::text
