#include "db/recall_monitor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

Hits at(const std::vector<double>& distances) {
  Hits hits;
  for (const double distance : distances) hits.hits.push_back({.id = "x", .distance = distance});
  return hits;
}

TEST(RecallMonitor, takes_one_of_so_many_and_one_at_a_time) {
  RecallMonitor monitor;
  EXPECT_FALSE(monitor.begin(0));
  EXPECT_TRUE(monitor.begin(0.25));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(monitor.begin(0.25));
  EXPECT_FALSE(monitor.begin(0.25)) << "its turn, but the first is not done";
  monitor.give_up();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(monitor.begin(0.25));
  EXPECT_TRUE(monitor.begin(0.25));
}

TEST(RecallMonitor, counts_distances_and_says_how_sure_it_is) {
  RecallMonitor monitor;
  EXPECT_EQ(monitor.read().queries, 0u);
  monitor.end(at({1, 2, 9, 10}), at({1, 2, 3, 4}));
  EXPECT_EQ(monitor.read().mean, 0.5);
  monitor.end(at({1, 4, 4, 4}), at({1, 2, 4, 4}));
  monitor.end(at({}), at({}));
  const LiveRecall recall = monitor.read();
  EXPECT_EQ(recall.queries, 2u) << "where there is nothing to find, nothing is missed";
  EXPECT_EQ(recall.mean, 0.75);
  EXPECT_NEAR(recall.least, 0.75 - 1.645 * 0.25 / std::sqrt(2), 1e-9);
}

// Walks of two widths over 3,000 rows; what stats() tells is what comparing by hand tells.
struct Fixture {
  TestDatabase test;
  Collection things;
  Random random{3};

  explicit Fixture(double share) : things(make(test, share)) {
    for (int i = 0; i < 3000; ++i)
      EXPECT_TRUE(things.upsert({.id = std::to_string(i), .vector = point()}).ok());
    EXPECT_TRUE(things.compact().ok());
  }
  static Collection make(TestDatabase& test, double share) {
    test.options.recall_sample = share;
    test.open();
    CollectionOptions options{.dimension = 24, .metric = Metric::kEuclidean};
    options.hnsw = {.m = 4, .ef_construction = 20, .min_rows = 100};
    return test.things(options);
  }
  DenseVector point() {
    DenseVector made(24);
    for (float& x : made) x = static_cast<float>(random.normal());
    return made;
  }
};

TEST(RecallMonitor, tells_what_queries_find) {
  Fixture fixture(1);
  double sum = 0;
  for (int i = 0; i < 40; ++i) {
    Query query{.vector = fixture.point(), .k = 5, .ef = 5, .plan = Plan::kWalk};
    const Hits found = fixture.things.query(query).value();
    query.plan = Plan::kScan;
    query.ef = 0;
    const Hits exact = fixture.things.query(query).value();
    for (const Hit& hit : found) sum += *hit.distance <= *exact[4].distance ? 0.2 : 0;
  }
  const LiveRecall recall = fixture.things.stats().value().recall;
  EXPECT_EQ(recall.queries, 40u) << "exact queries are not sampled";
  EXPECT_NEAR(recall.mean, sum / 40, 1e-9);
  EXPECT_LT(recall.mean, 1) << "so narrow a walk misses some";
  EXPECT_GT(recall.mean, 0.3);
  EXPECT_LT(recall.least, recall.mean);
}

TEST(RecallMonitor, sees_every_way_to_ask) {
  Fixture fixture(1);
  const Query query{.vector = fixture.point()};
  ASSERT_TRUE(fixture.things.query(query).ok());
  ASSERT_TRUE(fixture.things.query_many(std::vector<Query>(3, query)).ok());
  ASSERT_TRUE(fixture.things.query_async(query).get().ok());
  EXPECT_EQ(fixture.things.stats().value().recall.queries, 5u);
}

TEST(RecallMonitor, is_off_unless_it_is_asked_for_and_sees_only_vectors) {
  Fixture off(0);
  ASSERT_TRUE(off.things.query({.vector = off.point()}).ok());
  EXPECT_EQ(off.things.stats().value().recall.queries, 0u);
  Fixture on(1);
  ASSERT_TRUE(on.things.query({.filter = "a = 1"}).ok());
  ASSERT_TRUE(on.things.query({.text = "word"}).ok());
  ASSERT_TRUE(on.things.query({.vector = on.point(), .effort = Effort::kMaxRecall}).ok());
  ASSERT_TRUE(on.things.query({.vector = on.point(), .explain = Explain::kPlan}).ok());
  EXPECT_EQ(on.things.stats().value().recall.queries, 0u);
}

TEST(RecallMonitor, a_share_is_from_nothing_to_all) {
  for (const double share : {-0.1, 1.5, std::nan("")})
    EXPECT_EQ(Database::in_memory({.recall_sample = share}).status().code(),
              Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore::db
