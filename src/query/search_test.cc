#include "query/search.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/random.h"
#include "query/test_segment.h"

namespace vecstore::query {
namespace {

struct Fixture {
  VectorField field{.name = "vector", .dimension = kDimension, .metric = Metric::kEuclidean};
  std::vector<std::shared_ptr<FakeSegment>> segments;
  Snapshot snapshot;
  Vector vector{0, 0, 0, 0};
  SearchRequest request;

  explicit Fixture(std::size_t count = 1) {
    snapshot.sequence = 100;
    for (std::size_t i = 0; i < count; ++i)
      segments.push_back(std::make_shared<FakeSegment>(field));
    request.vector = &vector;
    request.field = field;
    request.k = 3;
  }
  FakeSegment& first() { return *segments[0]; }
  SearchAnswer run() {
    snapshot.segments.clear();
    for (const auto& segment : segments)
      snapshot.segments.push_back({segment, static_cast<Row>(segment->cells.size())});
    return search(snapshot, request).value();
  }
  std::vector<std::string> ids() {
    std::vector<std::string> found;
    for (const FoundRow& row : run().rows) found.push_back(row.id);
    return found;
  }
};
std::uint64_t looked_at(const SearchAnswer& answer) {
  std::uint64_t rows = 0;
  for (const SegmentWork& work : answer.segments) rows += work.rows_scanned;
  return rows;
}
using Ids = std::vector<std::string>;

std::vector<float> at(float x) { return {x, 0, 0, 0}; }

TEST(Search, finds_the_nearest_first) {
  Fixture fixture;
  for (const float x : {5.0f, 1.0f, 4.0f, 2.0f, 3.0f})
    fixture.first().add("at" + std::to_string(static_cast<int>(x)), at(x));
  EXPECT_EQ(fixture.ids(), (Ids{"at1", "at2", "at3"}));
  EXPECT_EQ(fixture.run().rows[2].distance, 3);
  EXPECT_EQ(looked_at(fixture.run()), 5u);
}

TEST(Search, ties_are_ordered_by_id_wherever_the_rows_lie) {
  Fixture fixture(3);
  for (const char* id : {"d", "b"}) fixture.segments[2]->add(id, at(1));
  for (const char* id : {"e", "a"}) fixture.segments[0]->add(id, at(1));
  fixture.segments[1]->add("c", at(1));
  EXPECT_EQ(fixture.ids(), (Ids{"a", "b", "c"}));
}

TEST(Search, rows_without_the_vector_are_skipped) {
  Fixture fixture;
  fixture.first().add("none", std::nullopt);
  fixture.first().add("some", at(9));
  EXPECT_EQ(fixture.ids(), Ids{"some"});
}

TEST(Search, only_rows_that_count_for_the_reader_are_found) {
  Fixture fixture;
  fixture.request.now = 50;
  FakeSegment& in = fixture.first();
  in.add("live", at(1));
  in.cells[in.add("dead", at(0))].dead = 100;
  in.cells[in.add("died-later", at(2))].dead = 101;
  in.cells[in.add("soft-deleted", at(0))].info.deleted_at = 1;
  in.cells[in.add("expired", at(0))].info.expires_at = 50;
  in.cells[in.add("expires-later", at(3))].info.expires_at = 51;
  EXPECT_EQ(fixture.ids(), (Ids{"live", "died-later", "expires-later"}));
}

TEST(Search, rows_beyond_the_snapshot_do_not_exist) {
  Fixture fixture;
  fixture.first().add("a", at(2));
  fixture.first().add("uncommitted", at(1));
  fixture.snapshot.segments = {{fixture.segments[0], 1}};
  const SearchAnswer answer = search(fixture.snapshot, fixture.request).value();
  ASSERT_EQ(answer.rows.size(), 1u);
  EXPECT_EQ(answer.rows[0].id, "a");
}

TEST(Search, the_filter_is_asked_only_about_rows_that_are_near_enough) {
  Fixture fixture;
  const auto node = Filter("n = 1").node().value();
  const auto filter = BoundFilter::bind(*node, 0).value();
  fixture.request.filter = &filter;
  const std::vector<AllowedRows> unknown(1);
  fixture.request.allowed = unknown;
  fixture.request.k = 2;
  for (int i = 0; i < 1000; ++i)
    fixture.first().add(std::to_string(i), at(static_cast<float>(i)), {{"n", i % 2}});
  EXPECT_EQ(fixture.ids(), (Ids{"1", "3"}));
  EXPECT_EQ(fixture.first().metadata_reads, 4) << "rows 0 to 3";
}

TEST(Search, numbers_that_are_none_come_last_and_tie_by_id) {
  for (const bool reversed : {false, true}) {
    Fixture fixture;
    fixture.request.field.metric = Metric::kDot;
    fixture.vector = Vector({3e38f, 3e38f, 0, 0});
    Ids ids = {"n1", "n2", "n3", "n4"};
    if (reversed) std::reverse(ids.begin(), ids.end());
    for (const std::string& id : ids)
      fixture.first().add(id, std::vector<float>{3e38f, -3e38f, 0, 0});  // inf - inf
    fixture.first().add("finite", at(-1e-30f));
    EXPECT_EQ(fixture.ids(), (Ids{"finite", "n1", "n2"}));
  }
}

TEST(Search, without_a_vector_it_lists_by_id) {
  Fixture fixture(2);
  fixture.request.vector = nullptr;
  for (const char* id : {"d", "a"}) fixture.segments[0]->add(id, std::nullopt);
  for (const char* id : {"c", "b"}) fixture.segments[1]->add(id, at(1));
  EXPECT_EQ(fixture.ids(), (Ids{"a", "b", "c"}));
}

TEST(Search, sparse_rows_are_found_by_their_own_distance) {
  Fixture fixture;
  fixture.request.field.kind = VectorKind::kSparse;
  fixture.request.field.metric = Metric::kDot;
  fixture.vector = Vector(SparseVector{kDimension, {1}, {1}});
  fixture.first().add("two", std::vector<float>{0, 2, 0, 0});
  fixture.first().add("none", std::nullopt);
  fixture.first().add("three", std::vector<float>{9, 3, 0, 0});
  EXPECT_EQ(fixture.ids(), (Ids{"three", "two"}));
}

// Enough rows that there are several tasks.
Fixture large(std::uint64_t seed) {
  Fixture fixture(2);
  Random random(seed);
  for (int i = 0; i < 300'000; ++i)
    fixture.segments[i % 3 == 0 ? 1 : 0]->add(
        std::to_string(i), std::vector<float>{static_cast<float>(random.below(50)),
                                              static_cast<float>(random.below(50)), 0, 1});
  fixture.request.k = 100;
  return fixture;
}

TEST(Search, the_answer_does_not_depend_on_the_number_of_threads) {
  Fixture fixture = large(8);
  const SearchAnswer serial = fixture.run();
  ThreadPool pool(3);
  fixture.request.pool = &pool;
  const SearchAnswer parallel = fixture.run();
  ASSERT_EQ(parallel.rows.size(), 100u);
  EXPECT_EQ(looked_at(parallel), looked_at(serial));
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(parallel.rows[i].id, serial.rows[i].id) << i;
    EXPECT_EQ(parallel.rows[i].distance, serial.rows[i].distance) << i;
  }
}

TEST(Search, a_deadline_that_has_passed_gives_a_partial_answer) {
  Fixture fixture = large(9);
  fixture.request.deadline_ms = monotonic_ms() - 1;
  const SearchAnswer answer = fixture.run();
  EXPECT_TRUE(answer.partial);
  EXPECT_LT(looked_at(answer), 300'000u);
  fixture.request.deadline_ms = monotonic_ms() + 1e9;
  EXPECT_FALSE(fixture.run().partial);
}

TEST(Search, a_cancelled_token_gives_a_partial_answer) {
  Fixture fixture = large(10);
  CancelToken token;
  fixture.request.cancel = &token;
  EXPECT_FALSE(fixture.run().partial);
  token.cancel();
  for (const VectorKind kind : {VectorKind::kDense, VectorKind::kSparse}) {
    fixture.request.field.kind = kind;
    if (kind == VectorKind::kSparse) fixture.vector = Vector(SparseVector{kDimension, {1}, {1}});
    EXPECT_TRUE(fixture.run().partial);
  }
  fixture.request.vector = nullptr;
  EXPECT_TRUE(fixture.run().partial);
}

TEST(Search, an_empty_snapshot_has_an_empty_answer) {
  Fixture fixture(0);
  EXPECT_TRUE(fixture.run().rows.empty());
  EXPECT_FALSE(fixture.run().partial);
}

}  // namespace
}  // namespace vecstore::query
