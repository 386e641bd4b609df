#include "db/search/explain.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

// A file of 1,200 rows with a graph, and some rows in memory.
struct Fixture {
  TestDatabase test;
  Collection things;

  Fixture() : things(test.things(options())) {
    Random random(4);
    for (int i = 0; i < 1210; ++i) {
      Record one =
          record("id" + std::to_string(i),
                 {static_cast<float>(random.normal()), static_cast<float>(random.normal())},
                 2000 + i % 20);
      EXPECT_TRUE(things.upsert(one).ok());
      if (i != 1199) continue;
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
  EXPECT_EQ(all.segments[0].rows, 1200u);
  EXPECT_GT(all.segments[0].segment, 0u);
  EXPECT_GT(all.segments[0].codes, 10u);
  EXPECT_LT(all.segments[0].codes, 1200u);
  EXPECT_EQ(all.segments[0].distances, 7u) << "a walk over 4-bit codes keeps half as many more";
  EXPECT_EQ(all.segments[1].segment, 0u);
  EXPECT_EQ(all.segments[1].plan, Plan::kScan);
  EXPECT_EQ(all.segments[1].distances, 10u);
  EXPECT_EQ(all.hits, 5u);

  const Explanation some = fixture.ask({.filter = "year = 2003", .explain = Explain::kAnalyze});
  EXPECT_EQ(some.segments[0].matches, 60u);
  EXPECT_EQ(some.segments[0].plan, Plan::kSweep) << "the walk before read the codes";
  EXPECT_EQ(some.segments[0].codes, 60u);
  EXPECT_LE(some.segments[0].distances, 30u);
  EXPECT_EQ(some.segments[1].matches, std::nullopt) << "memory has no columns";
}

TEST(Explain, tells_that_graphs_are_walked_together) {
  Fixture fixture;
  Random random(5);
  for (int i = 0; i < 400; ++i)
    ASSERT_TRUE(
        fixture.things
            .upsert(record(
                "more" + std::to_string(i),
                {static_cast<float>(random.normal()), static_cast<float>(random.normal())}, 2000))
            .ok());
  ASSERT_TRUE(fixture.things.flush().ok());
  ASSERT_TRUE(fixture.test.db->wait_for_background().ok());
  const Explanation one = fixture.ask({.plan = Plan::kWalk, .explain = Explain::kAnalyze});
  ASSERT_EQ(one.segments.size(), 2u);
  std::uint64_t vectors = 0;
  double ms = 0;
  for (const SegmentExplanation& segment : one.segments) {
    EXPECT_NE(segment.why.find("with 2 graphs the nearest 7 are kept of all together, of this one"),
              std::string::npos)
        << segment.why;
    EXPECT_GT(segment.codes, 10u);
    EXPECT_LT(segment.codes, 3 * segment.expected_distances);
    EXPECT_GT(segment.search_ms, 0);
    vectors += segment.distances;
    ms += segment.search_ms;
  }
  EXPECT_LE(vectors, 30u) << "of both together";
  EXPECT_LE(ms, one.took_ms);
}

TEST(Explain, a_plan_alone_searches_nothing) {
  Fixture fixture;
  Query query{.vector = {1, 0.5f}, .k = 5, .explain = Explain::kPlan};
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
  one.codes = 1234;
  one.distances = 15;
  one.filter_ms = 0.25;
  one.search_ms = 70;
  one.threads = 2;
  one.filter_first_reads = {2'048, 0.125};
  one.first_reads = {70'000, 66.5};
  explained.segments = {one};
  explained.hits = 5;
  explained.fetch_ms = 0.25;
  explained.fetch_first_reads = {100, 0.125};
  explained.took_ms = 71;
  EXPECT_EQ(
      explained.to_string(),
      "5 nearest in field 'vector' (2 dimensions, cosine), effort balanced, ef 50\n"
      "  segment 7: 60,000 rows, sweep over the codes\n"
      "    because: a reason\n"
      "    pass the filter: 1,234 rows, counted from columns\n"
      "    compared: 1,234 codes, then the best 15 again by their vectors; expected about 1,234 "
      "codes\n"
      "    time to filter and plan 0.125 ms (and 0.125 ms once, to read 2 KB), to search with 2 "
      "threads 3.500 ms (and 66.500 ms once, to read 68 KB)\n"
      "  5 hits read in 0.125 ms (and 0.125 ms once, to read 100 bytes)\n"
      "  all together 71.000 ms: 66.750 ms to read and verify 70 KB, once while the database is "
      "open, and 4.250 ms to answer, most of it the search by vector (3.500 ms); in no line above "
      "0.500 ms\n");
  explained.segments[0].first_reads = {};
  explained.segments[0].filter_first_reads = {};
  explained.fetch_first_reads = {};
  EXPECT_NE(explained.to_string().find(
                "all together 71.000 ms, most of it the search by vector (70.000 ms);"),
            std::string::npos);
}

TEST(Explain, what_is_read_for_the_first_time_is_told_once) {
  Fixture fixture;
  const Query query{.vector = {1, 0.5f}, .filter = "year >= 2001", .explain = Explain::kAnalyze};
  const Explanation first = fixture.ask(query);
  EXPECT_GT(first.segments[0].first_reads.bytes, 0u);
  EXPECT_GT(first.segments[0].first_reads.ms, 0);
  EXPECT_LE(first.segments[0].first_reads.ms, first.took_ms);
  EXPECT_EQ(first.segments[1].first_reads.bytes, 0u) << "memory";
  const Explanation second = fixture.ask(query);
  EXPECT_EQ(second.segments[0].first_reads.bytes, 0u);
  EXPECT_EQ(second.fetch_first_reads.bytes, 0u);
}

Query tree() {
  Query by_vector{.vector = {1, 0.5f}, .k = 40, .filter = "year < 2010"};
  Query by_text{.text = "text", .k = 30};
  return {.k = 5,
          .filter = "year >= 2003",
          .min_score = 0.0,
          .prefetch = {by_vector, by_text},
          .formula = "score * 2",
          .mmr = Mmr{.lambda = 0.75},
          .group_by = GroupBy{"year", 2},
          .explain = Explain::kAnalyze};
}

TEST(Explain, tells_of_every_stage_and_step) {
  Fixture fixture;
  const Hits hits = fixture.things.query(tree()).value();
  const Explanation& all = *hits.explanation;
  ASSERT_EQ(all.stages.size(), 2u);
  EXPECT_EQ(all.query, "5 best of what 2 stages find, where year >= 2003");
  EXPECT_EQ(all.stages[0].hits, 40u);
  EXPECT_EQ(all.stages[0].segments[0].matches, 420u) << "under both filters";
  EXPECT_EQ(all.stages[1].by_text->matches, std::nullopt) << "memory has no columns";
  EXPECT_EQ(all.stages[1].hits, 30u);
  EXPECT_TRUE(all.segments.empty());
  std::vector<std::string> steps;
  for (const StepExplanation& step : all.steps) steps.push_back(step.step);
  EXPECT_EQ(steps,
            (std::vector<std::string>{"fused by relative_score, each row once", "formula score * 2",
                                      "min_score 0.0", "mmr, lambda 0.75 in field 'vector'",
                                      "grouped by year, at most 2 of each"}));
  EXPECT_EQ(all.steps[0].rows_in, 70u);
  EXPECT_EQ(all.steps[1].rows_in, all.steps[0].rows_out);
  EXPECT_EQ(all.steps[4].rows_in, all.steps[3].rows_out);
  EXPECT_EQ(all.steps[4].rows_out, 5u);
  EXPECT_GE(all.took_ms, all.stages[0].took_ms + all.stages[1].took_ms);
}

TEST(Explain, a_plan_of_a_tree_searches_nothing) {
  Fixture fixture;
  Query query = tree();
  query.explain = Explain::kPlan;
  query.vector = {1, 0};
  const Hits hits = fixture.things.query(query).value();
  EXPECT_TRUE(hits.empty());
  EXPECT_EQ(hits.distances, 0u);
  EXPECT_EQ(hits.rows_scanned, 0u);
  EXPECT_EQ(hits.explanation->stages.size(), 2u);
  const std::string text = hits.explanation->to_string();
  EXPECT_NE(text.find("all of it compared, where year >= 2003\n  stage 1: 40 nearest"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  then formula score * 2\n"), std::string::npos) << text;
}

TEST(Explain, a_tree_reads_like_this) {
  Explanation stage{.query = "30 best by text"};
  stage.by_text = TextExplanation{.matches = 500, .candidates = 30, .rows_scored = 450};
  stage.hits = 30;
  Explanation explained{.query = "5 best of what 2 stages find"};
  explained.stages = {stage, stage};
  explained.stages[1].partial = true;
  explained.steps = {{"fused by rrf", 60, 30, 0.25}};
  explained.partial = true;
  explained.took_ms = 0.5;
  const std::string rows =
      "    text: the best 30 of 450 rows scored\n"
      "      pass the filter: 500 rows, counted from columns\n"
      "      time to search 0.000 ms\n"
      "    found 30 in 0.000 ms";
  EXPECT_EQ(explained.to_string(),
            "5 best of what 2 stages find\n"
            "  stage 1: 30 best by text\n" +
                rows +
                "\n"
                "  stage 2: 30 best by text\n" +
                rows +
                ", stopped early\n"
                "  then fused by rrf: 60 rows in, 30 out, 0.250 ms\n"
                "  stopped early: the time was over or the query was cancelled\n"
                "  0 hits read in 0.000 ms\n"
                "  all together 0.500 ms, most of it fused by rrf (0.250 ms); in no line above "
                "0.250 ms\n");
}

}  // namespace
}  // namespace vecstore::db
