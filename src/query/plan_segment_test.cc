#include "query/plan_segment.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

constexpr std::size_t kRows = 5000;

// One segment of random rows numbered n; a reader that sees all of it.
struct Fixture {
  VectorField field{.name = "vector", .dimension = kDimension, .metric = Metric::kEuclidean};
  std::shared_ptr<FakeSegment> segment = std::make_shared<FakeSegment>(field);
  Snapshot snapshot;
  Vector vector{0, 0, 0, 0};
  std::shared_ptr<const FilterNode> node;
  BoundFilter filter;
  std::vector<AllowedRows> allowed;
  SearchRequest request;

  explicit Fixture(bool graph = true, bool columns = true) {
    Random random(3);
    for (std::size_t i = 0; i < kRows; ++i) {
      std::vector<float> point(kDimension);
      for (float& x : point) x = static_cast<float>(random.normal());
      segment->add("id" + std::to_string(i), point, {{"n", static_cast<int>(i)}});
    }
    if (graph) segment->build_index({.m = 4, .ef_construction = 10});
    if (columns) segment->build_columns();
    snapshot.sequence = 100;
    snapshot.segments = {{segment, static_cast<Row>(kRows)}};
    request.vector = &vector;
    request.field = field;
    request.ef = 20;
  }
  SegmentPlan plan(const std::string& where = "") {
    request.allowed = {};
    if (!where.empty()) {
      node = Filter(where).node().value();
      filter = BoundFilter::bind(*node, 0).value();
      request.filter = &filter;
      allowed = allowed_rows(snapshot, filter, 0).value();
      request.allowed = allowed;
    }
    return plan_segment(snapshot, 0, request).value();
  }
};

TEST(PlanSegment, without_a_filter_the_width_of_the_walk_decides) {
  Fixture fixture;
  EXPECT_EQ(fixture.plan().arm, Plan::kWalk);
  EXPECT_LT(fixture.plan().distances, kRows);
  EXPECT_EQ(fixture.plan().otherwise, kRows);
  fixture.request.ef = 400;
  EXPECT_EQ(fixture.plan().arm, Plan::kSweep);
  EXPECT_EQ(fixture.plan().distances, kRows);
  EXPECT_GT(fixture.plan().otherwise * 5, kRows);
  fixture.request.ef = 20;
  fixture.request.k = 400;
  EXPECT_EQ(fixture.plan().arm, Plan::kSweep) << "a walk keeps at least k";
}

TEST(PlanSegment, with_a_filter_the_true_number_of_matches_decides) {
  Fixture fixture;
  EXPECT_EQ(fixture.plan("n < 4500").arm, Plan::kWalk);
  EXPECT_EQ(fixture.plan("n < 4500").matches, 4500u);
  EXPECT_EQ(fixture.plan("n < 1200").arm, Plan::kSweep);
  EXPECT_EQ(fixture.plan("n < 190").arm, Plan::kScan);
  EXPECT_EQ(fixture.plan("n < 0").matches, 0u);
  EXPECT_EQ(fixture.plan("n < 1200").distances, 1200u);
}

TEST(PlanSegment, a_recall_asked_for_is_reached_by_the_walk_or_by_all_codes) {
  Fixture fixture;
  fixture.segment->build_index({.m = 4, .ef_construction = 10},
                               index::RecallCurve({{20, 0.8}, {60, 0.9}}));
  fixture.request.target_recall = 0.85;
  const SegmentPlan walk = fixture.plan();
  EXPECT_EQ(walk.arm, Plan::kWalk);
  EXPECT_EQ(walk.ef, 40u);
  fixture.request.target_recall = 0.91;
  const SegmentPlan all = fixture.plan();
  EXPECT_EQ(all.arm, Plan::kSweep);
  EXPECT_EQ(all.distances, kRows);
  EXPECT_NE(all.why.find("no walk is known"), std::string_view::npos);
}

TEST(PlanSegment, a_graph_is_not_opened_for_few_rows_or_a_scan) {
  Fixture fixture;
  EXPECT_EQ(fixture.plan("n < 190").arm, Plan::kScan);
  fixture.request.plan = Plan::kScan;
  EXPECT_EQ(fixture.plan().arm, Plan::kScan);
  EXPECT_EQ(fixture.segment->index_asked, 0);
}

TEST(PlanSegment, few_rows_are_swept_where_codes_are_at_hand) {
  Fixture fixture;
  EXPECT_EQ(fixture.plan("n < 190").arm, Plan::kScan);
  fixture.segment->at_hand = true;
  EXPECT_EQ(fixture.plan("n < 190").arm, Plan::kSweep);
  EXPECT_EQ(fixture.plan("n < 30").arm, Plan::kScan) << "all of them would be compared again";
  EXPECT_EQ(fixture.segment->index_asked, 0);
}

TEST(PlanSegment, dead_rows_do_not_match) {
  Fixture fixture;
  for (std::size_t row = 0; row < 1000; ++row) fixture.segment->cells[row].dead = 50;
  for (std::size_t row = 1000; row < 1100; ++row) fixture.segment->cells[row].dead = 101;
  EXPECT_EQ(fixture.plan("n < 1200").matches, 200u);
  for (std::size_t row = 1100; row < 1150; ++row) fixture.segment->cells[row].info.deleted_at = 1;
  EXPECT_EQ(fixture.plan("n < 1200").matches, 150u);
}

TEST(PlanSegment, what_columns_cannot_tell_is_scanned) {
  Fixture none(true, false);
  EXPECT_EQ(none.plan("n < 4500").arm, Plan::kScan);
  EXPECT_EQ(none.plan("n < 4500").allowed, nullptr);
  Fixture fixture;
  EXPECT_EQ(fixture.plan("$id > 'id2'").arm, Plan::kScan);
  EXPECT_EQ(fixture.plan("n < 300 AND $id != 'id5'").matches, 299u) << "few rows are left open";
}

TEST(PlanSegment, without_a_graph_the_matches_are_scanned) {
  Fixture fixture(false);
  const SegmentPlan plan = fixture.plan("n < 4500");
  EXPECT_EQ(plan.arm, Plan::kScan);
  EXPECT_EQ(plan.why, "there is no graph");
  EXPECT_EQ(plan.distances, 4500u);
}

TEST(PlanSegment, can_be_forced) {
  Fixture fixture;
  for (const Plan plan : {Plan::kScan, Plan::kWalk, Plan::kSweep}) {
    fixture.request.plan = plan;
    for (const char* where : {"", "n < 10", "n < 4500", "$id > 'id2'"})
      EXPECT_EQ(fixture.plan(where).arm, plan) << where;
    EXPECT_NE(fixture.plan().why.find("asked for"), std::string_view::npos);
  }
}

TEST(PlanSegment, vectors_beyond_the_codes_are_scanned) {
  Fixture fixture;
  fixture.request.plan = Plan::kWalk;
  fixture.vector = Vector{1e30f, 0, 0, 0};
  EXPECT_EQ(fixture.plan().arm, Plan::kScan);
  fixture.request.vector = nullptr;
  EXPECT_EQ(fixture.plan().why, "there is no vector to compare with");
}

// A walk passes over the dead: it has to be as much wider as there are fewer others.
TEST(PlanSegment, dead_rows_make_walks_dear) {
  Fixture fixture;
  for (std::size_t row = 0; row < 1000; ++row) fixture.segment->cells[row].dead = 50;
  EXPECT_EQ(fixture.plan().arm, Plan::kWalk);
  for (std::size_t row = 1000; row < kRows - 300; ++row) fixture.segment->cells[row].dead = 50;
  EXPECT_EQ(fixture.plan().arm, Plan::kSweep);
  EXPECT_EQ(fixture.plan().distances, 300u);
}

TEST(PlanSegment, a_graph_of_a_field_that_the_segment_lacks_is_not_used) {
  Fixture fixture;
  fixture.request.field_number = 1;
  fixture.request.plan = Plan::kWalk;
  EXPECT_EQ(fixture.plan().arm, Plan::kScan);
  EXPECT_TRUE(search(fixture.snapshot, fixture.request).value().rows.empty());
}

}  // namespace
}  // namespace vecstore::query
