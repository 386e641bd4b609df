#include "db/search/explain.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

// A file of 600 rows with a graph, and some rows in memory.
struct Fixture {
  TestDatabase test;
  Collection things;

  Fixture() : things(test.things(options())) {
    Random random(4);
    for (int i = 0; i < 610; ++i) {
      Record one =
          record("id" + std::to_string(i),
                 {static_cast<float>(random.normal()), static_cast<float>(random.normal())},
                 2000 + i % 20);
      EXPECT_TRUE(things.upsert(one).ok());
      if (i != 599) continue;
      EXPECT_TRUE(things.flush().ok());
    }
    EXPECT_TRUE(test.db->wait_for_background().ok());
  }
  static CollectionOptions options() {
    CollectionOptions made{.dimension = 2};
    made.hnsw = {.ef_search = 5, .min_rows = 100};
    return made;
  }
  Explanation ask(Query query) {
    query.vector = {1, 0.5f};
    query.k = 5;
    return things.query(query).value().explanation.value();
  }
};

TEST(Explain, says_what_was_done_with_each_segment) {
  Fixture fixture;
  const Explanation all = fixture.ask({.explain = Explain::kAnalyze});
  ASSERT_EQ(all.segments.size(), 2u);
  EXPECT_EQ(all.segments[0].plan, Plan::kWalk);
  EXPECT_EQ(all.segments[0].rows, 600u);
  EXPECT_GT(all.segments[0].segment, 0u);
  EXPECT_GT(all.segments[0].distances, 10u);
  EXPECT_LT(all.segments[0].distances, 600u);
  EXPECT_EQ(all.segments[1].segment, 0u);
  EXPECT_EQ(all.segments[1].plan, Plan::kScan);
  EXPECT_EQ(all.segments[1].distances, 10u);
  EXPECT_EQ(all.hits, 5u);

  const Explanation some = fixture.ask({.filter = "year = 2003", .explain = Explain::kAnalyze});
  EXPECT_EQ(some.segments[0].matches, 30u);
  EXPECT_EQ(some.segments[0].plan, Plan::kScan);
  EXPECT_EQ(some.segments[0].distances, 30u);
  EXPECT_EQ(some.segments[1].matches, std::nullopt) << "memory has no columns";
}

TEST(Explain, a_plan_alone_searches_nothing) {
  Fixture fixture;
  Query query{.vector = {1, 0.5f}, .explain = Explain::kPlan};
  const Hits hits = fixture.things.query(query).value();
  EXPECT_TRUE(hits.empty());
  ASSERT_EQ(hits.explanation->segments.size(), 2u);
  EXPECT_EQ(hits.explanation->segments[0].plan, Plan::kWalk);
  EXPECT_GT(hits.explanation->segments[0].expected_distances, 0u);
  EXPECT_EQ(hits.distances, 0u);
  query.explain = Explain::kNo;
  EXPECT_FALSE(fixture.things.query(query).value().explanation.has_value());
}

TEST(Explain, reads_like_this) {
  Explanation explained;
  explained.query = "5 nearest in field 'vector' (2 dimensions, cosine), effort balanced, ef 50";
  SegmentExplanation one;
  one.segment = 7;
  one.rows = 60000;
  one.matches = 1234;
  one.plan = Plan::kSweep;
  one.why = "a reason";
  one.expected_distances = 1234;
  one.distances = 1249;
  explained.segments = {one};
  explained.hits = 5;
  EXPECT_EQ(explained.to_string(),
            "5 nearest in field 'vector' (2 dimensions, cosine), effort balanced, ef 50\n"
            "  segment 7: 60,000 rows, sweep\n"
            "    because: a reason\n"
            "    matches: 1,234 rows, counted from columns\n"
            "    distances: about 1,234 expected, 1,249 made; 0 rows looked at\n"
            "    time: 0.000 ms to plan and filter, 0.000 ms to search\n"
            "  5 hits read in 0.000 ms; all together 0.000 ms\n");
}

}  // namespace
}  // namespace vecstore::db
