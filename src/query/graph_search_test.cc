#include "query/graph_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/random.h"
#include "base/test_share.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

constexpr std::size_t kRows = 3000;

// Random rows in one segment with a graph; every seventh lacks the vector.
struct Fixture {
  VectorField field{.name = "vector", .dimension = kDimension, .metric = Metric::kEuclidean};
  std::shared_ptr<FakeSegment> segment = std::make_shared<FakeSegment>(field);
  Snapshot snapshot;
  Random random{29};
  Vector vector;
  std::shared_ptr<const FilterNode> node;
  BoundFilter filter;
  std::vector<AllowedRows> allowed;
  SearchRequest request;

  Fixture() {
    for (std::size_t i = 0; i < kRows; ++i) {
      std::optional<std::vector<float>> point = random_point();
      if (i % 7 == 6) point.reset();
      segment->add("id" + std::to_string(i), std::move(point), {{"n", static_cast<int>(i)}});
    }
    segment->build_index();
    snapshot.sequence = 100;
    snapshot.segments = {{segment, static_cast<Row>(kRows)}};
    vector = random_point();
    request.vector = &vector;
    request.field = field;
    request.k = 10;
    request.ef = 50;
  }
  std::vector<float> random_point() {
    std::vector<float> point(kDimension);
    for (float& x : point) x = static_cast<float>(random.normal());
    return point;
  }
  void filter_by(const std::string& text) {
    node = Filter::parse(text).value().node().value();
    filter = BoundFilter::bind(*node, 0).value();
    request.filter = &filter;
    allowed = allowed_rows(snapshot, filter, 0).value();
    request.allowed = allowed;
  }
  std::vector<Row> rows(Plan plan) {
    request.plan = plan;
    std::vector<Row> found;
    const SearchAnswer answer = search(snapshot, request).value();
    for (const FoundRow& row : answer.rows) found.push_back(row.row);
    return found;
  }
  std::uint64_t codes() { return search(snapshot, request).value().segments.at(0).codes; }
  // Over some queries: the share of the exact answer that the graph finds.
  double recall(Plan plan = Plan::kWalk) {
    double hits = 0, wanted = 0;
    for (std::size_t i = 0; i < 20 / kShare; ++i) {
      vector = random_point();
      const std::vector<Row> exact = rows(Plan::kScan);
      const std::vector<Row> walked = rows(plan);
      EXPECT_EQ(walked.size(), exact.size()) << "exactly min(k, matches)";
      const std::set<Row> found(walked.begin(), walked.end());
      for (const Row row : exact) hits += static_cast<double>(found.count(row));
      wanted += static_cast<double>(exact.size());
    }
    return wanted == 0 ? 1 : hits / wanted;
  }
};

TEST(GraphSearch, finds_nearly_all_of_the_nearest) {
  Fixture fixture;
  EXPECT_GT(fixture.recall(), 0.97);
}

// With and without columns, by every plan that uses the graph or the codes.
TEST(GraphSearch, finds_nearly_all_under_every_filter) {
  for (const char* text : {"n >= 0", "n < 2000", "n < 400", "n > 2960", "n = 17", "n = 13", "n < 0",
                           "n < 9 OR n > 2000"}) {
    for (const bool columns : {false, true}) {
      Fixture fixture;
      if (columns) fixture.segment->build_columns();
      fixture.filter_by(text);
      EXPECT_GT(fixture.recall(Plan::kWalk), 0.97) << text;
      EXPECT_GT(fixture.recall(Plan::kSweep), 0.99) << text;
      EXPECT_GT(fixture.recall(Plan::kAuto), 0.97) << text;
    }
  }
}

TEST(GraphSearch, dead_rows_are_not_found_and_the_others_are) {
  for (const std::size_t keep : {2u, 10u, 1000u}) {
    Fixture fixture;
    for (std::size_t row = 0; row < kRows; ++row)
      if (row % keep != 0) fixture.segment->cells[row].dead = 50;
    EXPECT_GT(fixture.recall(), 0.97) << "one of " << keep;
    for (const Row row : fixture.rows(Plan::kWalk)) EXPECT_EQ(row % keep, 0u);
  }
}

TEST(GraphSearch, rows_that_died_later_than_the_snapshot_are_found) {
  Fixture fixture;
  for (auto& cells : fixture.segment->cells) cells.dead = 101;
  EXPECT_GT(fixture.recall(), 0.97);
}

TEST(GraphSearch, expired_rows_are_not_found) {
  Fixture fixture;
  fixture.request.now = 10;
  for (std::size_t row = 0; row < kRows - 3; ++row) fixture.segment->cells[row].info.expires_at = 9;
  EXPECT_EQ(fixture.rows(Plan::kWalk).size(), 3u);
}

TEST(GraphSearch, distances_are_those_of_the_rows) {
  Fixture fixture;
  fixture.vector = fixture.random_point();
  fixture.request.plan = Plan::kWalk;
  const SearchAnswer answer = search(fixture.snapshot, fixture.request).value();
  EXPECT_EQ(answer.segments.at(0).arm, Plan::kWalk);
  EXPECT_EQ(answer.segments[0].rows_scanned, 0u);
  EXPECT_LT(answer.segments[0].distances, kRows);
  for (const FoundRow& row : answer.rows) {
    double sum = 0;
    for (std::size_t i = 0; i < kDimension; ++i) {
      const double gap = static_cast<double>((*fixture.vector.dense())[i]) -
                         static_cast<double>((*fixture.segment->cells[row.row].vector)[i]);
      sum += gap * gap;
    }
    EXPECT_NEAR(row.distance, std::sqrt(sum), 1e-5);
  }
}

TEST(GraphSearch, a_wider_walk_compares_more) {
  Fixture fixture;
  fixture.vector = fixture.random_point();
  fixture.request.plan = Plan::kWalk;
  const std::uint64_t narrow = fixture.codes();
  fixture.request.ef = 500;
  EXPECT_GT(fixture.codes(), 2 * narrow);
}

TEST(GraphSearch, a_cancelled_one_is_partial) {
  Fixture fixture;
  fixture.vector = fixture.random_point();
  CancelToken token;
  token.cancel();
  fixture.request.cancel = &token;
  fixture.request.plan = Plan::kWalk;
  EXPECT_TRUE(search(fixture.snapshot, fixture.request).value().partial);
}

}  // namespace
}  // namespace vecstore::query
