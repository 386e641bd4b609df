#include "db/sample_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "query/test_segment.h"

namespace vecstore::db {
namespace {

// Three segments of ten rows; every third row lacks the vector, every fifth is dead.
struct SampleRows : testing::Test {
  query::Snapshot now{.segments = {}, .sequence = 100};

  void SetUp() override {
    for (int part = 0; part < 3; ++part) {
      const auto segment = std::make_shared<query::FakeSegment>(
          VectorField{.name = "vector", .dimension = query::kDimension});
      for (int i = 10 * part; i < 10 * part + 10; ++i) {
        std::optional<std::vector<float>> vector;
        if (i % 3 != 0) vector = std::vector<float>{1, 2, 3, static_cast<float>(i)};
        const query::Row row = segment->add(std::to_string(i), vector);
        if (i % 5 == 0) segment->cells[row].dead = 1;
      }
      now.segments.push_back({segment, 10});
    }
  }
};

TEST_F(SampleRows, are_active_rows_with_the_field_each_once) {
  Random random(1);
  std::vector<SampledRow> rows = sample_rows(now, 0, 0, 100, random).value();
  EXPECT_EQ(rows.size(), 16u);  // of 20 with a vector, 4 are deleted
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_GT(rows.back().segment, 0u);
}

TEST_F(SampleRows, each_is_as_likely_as_another) {
  Random random(2);
  std::map<SampledRow, int> drawn;
  for (int i = 0; i < 2'000; ++i)
    for (const SampledRow& row : sample_rows(now, 0, 0, 4, random).value()) ++drawn[row];
  ASSERT_EQ(drawn.size(), 16u);
  for (const auto& [row, count] : drawn) EXPECT_NEAR(count, 500, 100);  // five deviations
}

TEST_F(SampleRows, come_from_segments_that_are_wanted) {
  Random random(3);
  const query::Segment* only = now.segments[1].segment.get();
  const auto rows = sample_rows(now, 0, 0, 100, random, [&](const query::Segment& segment) {
                      return &segment == only;
                    }).value();
  EXPECT_FALSE(rows.empty());
  for (const SampledRow& row : rows) EXPECT_EQ(row.segment, 1u);
}

}  // namespace
}  // namespace vecstore::db
