#include "base/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 6> kMetrics = {"cosine",  "euclidean", "dot",
                                                      "hamming", "jaccard",   "manhattan"};

TEST(Nearest, finds_the_name_behind_a_slip) {
  EXPECT_EQ(nearest_name("cosin", kMetrics), "cosine");
  EXPECT_EQ(nearest_name("cosnie", kMetrics), "cosine");
  EXPECT_EQ(nearest_name("COSINE", kMetrics), "cosine");
  EXPECT_EQ(nearest_name("euclidian", kMetrics), "euclidean");
  EXPECT_EQ(nearest_name("manhatan", kMetrics), "manhattan");
  EXPECT_EQ(nearest_name("dto", kMetrics), "dot");
}

TEST(Nearest, says_nothing_when_nothing_is_near) {
  EXPECT_EQ(nearest_name("banana", kMetrics), "");
  EXPECT_EQ(nearest_name("", kMetrics), "");
  EXPECT_EQ(nearest_name("x", kMetrics), "");
  EXPECT_EQ(nearest_name("cosine", {}), "");
}

TEST(Nearest, takes_the_first_of_equals) {
  constexpr std::array<std::string_view, 3> kNames = {"abcd", "abce", "abcf"};
  EXPECT_EQ(nearest_name("abcx", kNames), "abcd");
  EXPECT_EQ(nearest_name("abcf", kNames), "abcf");
}

TEST(Nearest, names_of_any_length_are_safe) {
  const std::string longest(64, 'a');
  const std::string longer(65, 'a');
  const std::array<std::string_view, 2> names = {longer, longest};
  EXPECT_EQ(nearest_name(longest, names), longest);
  EXPECT_EQ(nearest_name(longer, names), "");
}

TEST(Nearest, what_is_known_is_listed_where_nothing_is_near) {
  constexpr std::array<std::string_view, 2> kNames = {"text", "title"};
  EXPECT_EQ(nearest_or_known("txt", kNames), "did you mean 'text'?");
  EXPECT_EQ(nearest_or_known("foo", kNames), "known are text, title");
  EXPECT_EQ(nearest_or_known("foo", {}), "none is known");
}

}  // namespace
}  // namespace vecstore
