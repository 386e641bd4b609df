#include "query/nearest_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "base/random.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

// Counts how often ids are read; one of them may be damaged.
struct NamedSegment : FakeSegment {
  using FakeSegment::FakeSegment;
  mutable int reads = 0;
  Row damaged = ~Row{0};

  Result<std::string_view> id(Row row, Bytes& scratch) const override {
    ++reads;
    if (row == damaged) return data_loss("row " + std::to_string(row) + " has no id");
    return FakeSegment::id(row, scratch);
  }
};

struct Rows {
  std::shared_ptr<NamedSegment> segment =
      std::make_shared<NamedSegment>(VectorField{.dimension = kDimension});
  Snapshot snapshot;

  explicit Rows(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      segment->add("id" + std::to_string((i * 7919 + 13) % count), std::nullopt);
    snapshot.segments = {{segment, static_cast<Row>(count)}};
  }
};

std::vector<std::string> ids_of(NearestRows& nearest) {
  std::vector<std::string> ids;
  const auto rows = nearest.finish();
  EXPECT_TRUE(rows.ok());
  for (const FoundRow& row : *rows) ids.push_back(row.id);
  return ids;
}

TEST(NearestRows, keeps_what_sorting_by_distance_and_id_would_keep) {
  Rows rows(300);
  Random random(5);
  for (const std::uint64_t distances : {1u, 7u, 100'000u}) {
    for (const std::size_t k : {1u, 2u, 10u, 299u, 400u}) {
      NearestRows nearest(rows.snapshot, k);
      NearestRows other(rows.snapshot, k);
      std::vector<std::tuple<double, std::string>> all;
      for (Row row = 0; row < 300; ++row) {
        const auto distance = static_cast<double>(random.below(distances));
        all.emplace_back(distance, rows.segment->cells[row].id);
        if (NearestRows& to = row % 3 == 0 ? other : nearest; to.wants(distance)) {
          ASSERT_TRUE(to.offer(distance, 0, row).ok());
        }
      }
      ASSERT_TRUE(nearest.take(other).ok());
      std::sort(all.begin(), all.end());
      all.resize(std::min(all.size(), k));
      std::vector<std::string> expected;
      for (const auto& [distance, id] : all) expected.push_back(id);
      EXPECT_EQ(ids_of(nearest), expected) << distances << " " << k;
      EXPECT_TRUE(ids_of(nearest).empty()) << "finishing leaves it empty";
    }
  }
}

TEST(NearestRows, reads_the_ids_of_what_is_left_alone_unless_distances_are_equal) {
  Rows rows(100);
  NearestRows nearest(rows.snapshot, 5);
  for (Row row = 0; row < 100; ++row) ASSERT_TRUE(nearest.offer(100.0 - row, 0, row).ok());
  EXPECT_EQ(rows.segment->reads, 0);
  EXPECT_EQ(nearest.farthest(), 5);
  EXPECT_EQ(ids_of(nearest).size(), 5u);
  EXPECT_EQ(rows.segment->reads, 5);
}

TEST(NearestRows, an_id_that_cannot_be_read_is_an_error_where_it_counts) {
  Rows rows(100);
  rows.segment->damaged = 40;
  NearestRows of_other_rows(rows.snapshot, 5);
  for (Row row = 0; row < 100; ++row) ASSERT_TRUE(of_other_rows.offer(row, 0, row).ok());
  EXPECT_TRUE(of_other_rows.finish().ok());
  NearestRows nearest(rows.snapshot, 50);
  for (Row row = 0; row < 100; ++row) ASSERT_TRUE(nearest.offer(row, 0, row).ok());
  EXPECT_EQ(nearest.finish().status().code(), Code::kDataLoss);
  NearestRows equal(rows.snapshot, 5);
  Status status;
  for (Row row = 0; row < 100 && status.ok(); ++row) status = equal.offer(1, 0, row);
  EXPECT_EQ(status.code(), Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore::query
