#include "query/filter/filter_like.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace vecstore::query {
namespace {

TEST(FilterLike, percent_is_any_run_and_underscore_one_character) {
  EXPECT_TRUE(matches_like("", ""));
  EXPECT_TRUE(matches_like("", "%"));
  EXPECT_FALSE(matches_like("", "_"));
  EXPECT_FALSE(matches_like("a", ""));
  EXPECT_TRUE(matches_like("report.pdf", "%.pdf"));
  EXPECT_TRUE(matches_like("report.pdf", "rep%"));
  EXPECT_TRUE(matches_like("report.pdf", "r%o%t%"));
  EXPECT_TRUE(matches_like("a.pdf", "_.pdf"));
  EXPECT_FALSE(matches_like("ab.pdf", "_.pdf"));
  EXPECT_TRUE(matches_like("mississippi", "%iss%ip_i"));
  EXPECT_FALSE(matches_like("mississippi", "%iss%ip_"));
}

TEST(FilterLike, case_matters) { EXPECT_FALSE(matches_like("Report", "report")); }

TEST(FilterLike, an_underscore_takes_a_whole_code_point) {
  EXPECT_TRUE(matches_like("né", "n_"));
  EXPECT_FALSE(matches_like("né", "n__"));
  EXPECT_TRUE(matches_like("日本語", "%_語"));
  EXPECT_TRUE(matches_like("𝄞", "_"));
}

TEST(FilterLike, a_backslash_makes_the_next_character_plain) {
  EXPECT_TRUE(matches_like("50%", "50\\%"));
  EXPECT_FALSE(matches_like("500", "50\\%"));
  EXPECT_TRUE(matches_like("a_b", "%\\_%"));
  EXPECT_FALSE(matches_like("ab", "%\\_%"));
  EXPECT_TRUE(matches_like("a\\b", "a\\\\b"));
  EXPECT_TRUE(matches_like("aéb", "a\\éb"));
}

// The definition, exponential and obvious.
bool slow_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    return slow_like(text, pattern.substr(1)) ||
           (!text.empty() && slow_like(text.substr(1), pattern));
  }
  const std::size_t skip = pattern[0] == '\\' ? 1 : 0;
  const bool any = pattern[0] == '_';
  return !text.empty() && (any || text[0] == pattern[skip]) &&
         slow_like(text.substr(1), pattern.substr(skip + 1));
}

TEST(FilterLike, agrees_with_the_definition_on_random_patterns) {
  Random random(7);
  int matched = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    std::string pattern;
    for (auto n = random.below(9); n > 0; --n) text += "ab%_"[random.below(4)];
    for (auto n = random.below(7); n > 0; --n) {
      const auto piece = random.below(6);
      pattern += piece == 4 ? "\\%" : piece == 5 ? "\\_" : std::string(1, "ab%_"[piece]);
    }
    ASSERT_EQ(matches_like(text, pattern), slow_like(text, pattern)) << text << " LIKE " << pattern;
    matched += matches_like(text, pattern) ? 1 : 0;
  }
  EXPECT_GT(matched, 10'000);
}

TEST(FilterLike, a_hostile_pattern_costs_at_most_text_times_pattern) {
  std::string pattern;
  for (int i = 0; i < 300; ++i) pattern += "a%";
  pattern += "b";
  EXPECT_FALSE(matches_like(std::string(100'000, 'a'), pattern));
}

}  // namespace
}  // namespace vecstore::query
