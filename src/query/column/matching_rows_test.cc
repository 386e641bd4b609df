#include "query/column/matching_rows.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

// Rows in all states, of metadata with gaps and types that differ.
std::shared_ptr<FakeSegment> mixed_segment(Random& random) {
  auto segment = std::make_shared<FakeSegment>(VectorField{.dimension = kDimension});
  for (int i = 0; i < 400; ++i) {
    Metadata metadata;
    if (random.below(5) != 0) metadata["n"] = static_cast<std::int64_t>(random.below(20));
    if (random.below(9) == 0) metadata["n"] = "text";
    if (random.below(3) == 0) metadata["tags"] = List{"a", static_cast<double>(random.below(3))};
    if (random.below(20) == 0) metadata["tags"] = List{nullptr};
    FakeSegment::Cells& cells =
        segment->cells[segment->add("id" + std::to_string(i), std::nullopt, metadata)];
    if (random.below(4) == 0) cells.dead = 90 + random.below(20);
    if (random.below(8) == 0) cells.info.deleted_at = 5;
    if (random.below(8) == 0) cells.info.expires_at = static_cast<TimeMs>(40 + random.below(20));
  }
  return segment;
}

TEST(MatchingRows, are_those_that_pass_one_by_one) {
  Random random(8);
  for (int round = 0; round < 20; ++round) {
    const auto segment = mixed_segment(random);
    segment->build_columns();
    Snapshot snapshot;
    snapshot.sequence = 100;
    snapshot.segments = {{segment, 400}};
    for (const char* text : {"n < 5", "n = 3 OR tags CONTAINS 'a'", "NOT n >= 4", "n IS NULL",
                             "tags CONTAINS 1", "n = 'text'", "n < 2 AND $id != 'id3'"}) {
      const auto node = Filter(text).node().value();
      const BoundFilter filter = BoundFilter::bind(*node, 0).value();
      const auto rows = matching_rows(snapshot, snapshot.segments[0], filter, 50).value();
      ASSERT_TRUE(rows.has_value()) << text;
      const Bitmap counting = counting_rows(snapshot, snapshot.segments[0], 50).value();
      for (Row row = 0; row < 400; ++row) {
        EXPECT_EQ(rows->test(row), passes(snapshot, *segment, row, &filter, 50).value()) << text;
        EXPECT_EQ(counting.test(row), passes(snapshot, *segment, row, nullptr, 50).value());
      }
    }
  }
}

TEST(MatchingRows, end_when_told_to_stop) {
  auto segment = std::make_shared<FakeSegment>(VectorField{.dimension = kDimension});
  for (int i = 0; i < 20'000; ++i)
    segment->add(std::to_string(i), std::nullopt, {{"s", "word" + std::to_string(i)}});
  segment->build_columns();
  Snapshot snapshot;
  snapshot.segments = {{segment, 20'000}};
  const auto node = Filter("s LIKE '%7%1%'").node().value();
  const BoundFilter filter = BoundFilter::bind(*node, 0).value();
  const auto ask = [&](bool stop) {
    return matching_rows(snapshot, snapshot.segments[0], filter, 0, [=] { return stop; }).status();
  };
  EXPECT_TRUE(ask(false).ok());
  EXPECT_EQ(ask(true).code(), Code::kCancelled);
}

TEST(MatchingRows, are_unknown_without_columns_or_where_they_cannot_tell) {
  Random random(8);
  const auto segment = mixed_segment(random);
  Snapshot snapshot;
  snapshot.sequence = 100;
  snapshot.segments = {{segment, 400}};
  const auto known = [&](const char* text) {
    const auto node = Filter(text).node().value();
    const BoundFilter filter = BoundFilter::bind(*node, 0).value();
    return matching_rows(snapshot, snapshot.segments[0], filter, 50).value().has_value();
  };
  EXPECT_FALSE(known("n < 5"));
  segment->build_columns();
  EXPECT_TRUE(known("n < 5"));
  EXPECT_FALSE(known("$id < 'id5'")) << "every row would be read";
}

}  // namespace
}  // namespace vecstore::query
