#include "service/slow_queries.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(SlowQueries, keeps_the_newest) {
  SlowQueries slow(100);
  EXPECT_FALSE(slow.is_slow(99.9));
  EXPECT_TRUE(slow.is_slow(100));
  for (std::size_t i = 0; i < SlowQueries::kKept + 5; ++i) slow.add({.at = static_cast<TimeMs>(i)});
  const std::vector<SlowQuery> list = slow.list();
  ASSERT_EQ(list.size(), SlowQueries::kKept);
  EXPECT_EQ(list.front().at, static_cast<TimeMs>(SlowQueries::kKept) + 4);
  EXPECT_EQ(list.back().at, 5);
}

TEST(SlowQueries, a_query_is_told_without_vectors_and_not_at_length) {
  Query query{.vector = {1, 2}, .text = "open", .k = 3};
  query.prefetch = {{.vector = {3, 4}}};
  EXPECT_EQ(query_summary(query).find('['), query_summary(query).find("[{"));
  EXPECT_NE(query_summary(query).find("\"text\":\"open\""), std::string::npos);
  query.text.clear();
  for (int i = 0; i < 2'000; ++i) query.text += "é";
  const std::string summary = query_summary(query);
  EXPECT_LE(summary.size(), SlowQueries::kQueryBytes);
  EXPECT_TRUE(summary.ends_with("é…"));
}

}  // namespace
}  // namespace vecstore
