#include "query/joint_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

constexpr std::size_t kRows = 3000;

// Segments with a graph each; rows are random about `apart` times the segment's number.
struct Fixture {
  VectorField field{.name = "vector", .dimension = kDimension, .metric = Metric::kEuclidean};
  std::vector<std::shared_ptr<FakeSegment>> segments;
  Snapshot snapshot;
  Random random{31};
  Vector vector;
  SearchRequest request;

  explicit Fixture(std::size_t count, float apart = 0) {
    snapshot.sequence = 100;
    for (std::size_t number = 0; number < count; ++number) {
      segments.push_back(std::make_shared<FakeSegment>(field));
      for (std::size_t i = 0; i < kRows; ++i) {
        std::vector<float> point = random_point();
        point[0] += apart * static_cast<float>(number);
        segments.back()->add("id" + std::to_string(number * kRows + i), std::move(point));
      }
      segments.back()->build_index();
      snapshot.segments.push_back({segments.back(), static_cast<Row>(kRows)});
    }
    vector = random_point();
    request.vector = &vector;
    request.field = field;
    request.k = 10;
    request.ef = 20;
  }
  std::vector<float> random_point() {
    std::vector<float> point(kDimension);
    for (float& x : point) x = static_cast<float>(random.normal());
    return point;
  }
  SearchAnswer run(Plan plan = Plan::kAuto) {
    request.plan = plan;
    return search(snapshot, request).value();
  }
  std::set<std::string> ids(Plan plan = Plan::kAuto) {
    std::set<std::string> found;
    for (const FoundRow& row : run(plan).rows) found.insert(row.id);
    return found;
  }
  // Over some queries about the segments: the share of the exact answer that is found.
  double recall(float apart = 0) {
    double hits = 0, wanted = 0;
    for (std::size_t i = 0; i < 20; ++i) {
      std::vector<float> point = random_point();
      point[0] += apart * static_cast<float>(i % segments.size());
      vector = point;
      const std::set<std::string> exact = ids(Plan::kScan), found = ids();
      EXPECT_EQ(found.size(), exact.size()) << "exactly min(k, rows)";
      for (const std::string& id : exact) hits += static_cast<double>(found.count(id));
      wanted += static_cast<double>(exact.size());
    }
    return wanted == 0 ? 1 : hits / wanted;
  }
};

std::uint64_t vectors(const SearchAnswer& answer) {
  std::uint64_t sum = 0;
  for (const SegmentWork& work : answer.segments) sum += work.distances;
  return sum;
}

TEST(JointWalk, finds_nearly_all_of_the_nearest_wherever_they_lie) {
  for (const std::size_t count : {2u, 3u, 8u}) EXPECT_GT(Fixture(count).recall(), 0.97) << count;
  EXPECT_GT(Fixture(4, 10).recall(10), 0.97) << "all of them in one segment";
}

TEST(JointWalk, compares_as_many_vectors_as_one_segment_would) {
  Fixture one(1), four(4);
  four.vector = one.vector;
  EXPECT_LE(vectors(four.run()), vectors(one.run()) + 15);
  for (const SegmentWork& work : four.run().segments) {
    EXPECT_EQ(work.arm, Plan::kWalk);
    EXPECT_EQ(work.together, 4u);
    EXPECT_LT(work.least, work.ef);
    EXPECT_GT(work.codes, 0u);
  }
}

TEST(JointWalk, dead_rows_are_not_found_and_the_others_are) {
  for (const std::size_t keep : {2u, 10u, 500u}) {
    Fixture fixture(3);
    for (std::size_t row = 0; row < kRows; ++row)
      if (row % keep != 0) fixture.segments[1]->cells[row].dead = 50;
    fixture.request.plan = Plan::kWalk;
    EXPECT_GT(fixture.recall(), 0.97) << "one of " << keep;
    for (const FoundRow& row : fixture.run(Plan::kWalk).rows)
      EXPECT_TRUE(row.segment != 1 || row.row % keep == 0);
  }
}

// All that a walk keeps may be dead: then it is no answer.
TEST(JointWalk, where_all_near_rows_are_dead_the_others_are_found) {
  Fixture fixture(3);
  for (const auto& segment : fixture.segments)
    for (std::size_t row = 3; row < kRows; ++row) segment->cells[row].info.expires_at = 9;
  fixture.request.now = 10;
  EXPECT_EQ(fixture.ids().size(), 9u);
  EXPECT_EQ(fixture.ids(), fixture.ids(Plan::kScan));
}

TEST(JointWalk, graphs_with_different_needs_reach_a_recall_that_is_asked_for) {
  Fixture fixture(3);
  fixture.segments[0]->build_index({}, index::RecallCurve({{10, 0.8}, {22, 0.92}}));
  fixture.segments[1]->build_index({}, index::RecallCurve({{10, 0.99}}));
  fixture.segments[2]->build_index({}, index::RecallCurve({{10, 0.2}, {20, 0.3}}));
  fixture.request.target_recall = 0.9;
  const SearchAnswer answer = fixture.run();
  EXPECT_GT(answer.segments[0].ef, answer.segments[1].ef);
  EXPECT_EQ(answer.segments[2].arm, Plan::kSweep) << "no walk is known to find so many";
  EXPECT_GT(fixture.recall(), 0.97);
}

TEST(JointWalk, a_graph_beside_segments_that_are_swept_is_walked_by_itself) {
  Fixture fixture(2);
  fixture.segments[1]->build_index({}, index::RecallCurve({{10, 0.1}}));
  fixture.segments[0]->build_index({}, index::RecallCurve({{10, 0.95}}));
  fixture.request.target_recall = 0.9;
  const SearchAnswer answer = fixture.run();
  EXPECT_EQ(answer.segments[0].arm, Plan::kWalk);
  EXPECT_EQ(answer.segments[0].together, 0u);
  EXPECT_EQ(answer.segments[0].least, answer.segments[0].ef);
  EXPECT_EQ(answer.segments[1].arm, Plan::kSweep);
}

TEST(JointWalk, what_is_expected_is_near_what_is_compared) {
  Fixture fixture(4);
  fixture.request.ef = 60;
  std::uint64_t expected = 0, compared = 0;
  for (const SegmentWork& work : fixture.run(Plan::kWalk).segments) {
    expected += work.expected_distances;
    compared += work.codes;
  }
  EXPECT_LT(compared, 2 * expected);
  EXPECT_GT(4 * compared, expected);
}

}  // namespace
}  // namespace vecstore::query
