#include "text/analysis/tokens.h"

#include <gtest/gtest.h>

namespace vecstore::text {
namespace {

TEST(Tokens, length_counts_positions_not_tokens) {
  Tokens tokens;
  tokens.add("ab", 0, 0, 2);
  tokens.add("a", 0, 0, 1);
  tokens.add("b", 3, 1, 2);
  tokens.add("", 4, 2, 2);
  EXPECT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens.length, 2u);
  EXPECT_EQ(tokens.term(1), "a");
  tokens.clear();
  EXPECT_EQ(tokens.size(), 0u);
  EXPECT_EQ(tokens.length, 0u);
}

TEST(Tokens, long_terms_stay_different) {
  Tokens tokens;
  const std::string stem(5000, 'x');
  tokens.add(stem + "1", 0, 0, 5001);
  tokens.add(stem + "2", 1, 0, 5001);
  EXPECT_EQ(tokens.term(0).size(), kMaxTermBytes);
  EXPECT_EQ(tokens.term(0).substr(0, 200), stem.substr(0, 200));
  EXPECT_NE(tokens.term(0), tokens.term(1));
}

}  // namespace
}  // namespace vecstore::text
