#include "db/search/score_rows.h"

#include <gtest/gtest.h>

#include <memory>

#include "db/search/pick_rows.h"
#include "query/test_segment.h"

namespace vecstore::db {
namespace {

// A ranking of three rows, for steps that are told to stop before they begin.
struct StoppedRun {
  Schema schema = Schema::from_options({.dimension = query::kDimension}).value();
  std::shared_ptr<query::FakeSegment> segment =
      std::make_shared<query::FakeSegment>(schema.fields.front());
  query::Snapshot snapshot;
  CancelToken token;
  Hits totals;
  std::vector<RankedRow> rows;

  StoppedRun() {
    for (const char* id : {"a", "b", "c"}) {
      const query::Row row = segment->add(id, std::nullopt, {{"n", id}});
      rows.push_back({.row = row, .id = id, .score = 3.0 - row});
    }
    snapshot.segments.push_back({segment, 3});
    token.cancel();
  }
  QueryRun run() {
    return {.schema = schema,
            .collection = "c",
            .snapshot = snapshot,
            .common = {.cancel = &token},
            .totals = totals};
  }
};

TEST(ScoreRows, that_are_stopped_keep_the_first) {
  StoppedRun stopped;
  ASSERT_TRUE(score_rows(stopped.run(), {.formula = "score + 1"}, {}, stopped.rows).ok());
  ASSERT_EQ(stopped.rows.size(), 1u);
  EXPECT_EQ(stopped.rows[0].id, "a");
  EXPECT_EQ(stopped.rows[0].score, 4);
  EXPECT_TRUE(stopped.totals.partial);
}

TEST(PickRows, that_are_stopped_keep_the_first) {
  StoppedRun stopped;
  Explanation explained;
  const auto picked =
      pick_rows(stopped.run(), {.group_by = GroupBy{"n", 1}}, stopped.rows, explained);
  ASSERT_TRUE(picked.ok());
  ASSERT_EQ(picked->size(), 1u);
  EXPECT_EQ(picked->front().id, "a");
  EXPECT_TRUE(stopped.totals.partial);
}

}  // namespace
}  // namespace vecstore::db
