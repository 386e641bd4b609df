// Graphs over data that is out of the ordinary: a walk finds what a scan does.
#include "db/segment/index_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore {
namespace {

struct Walked {
  double recall = 0;  // of what a scan finds, by distance
  std::size_t hits = 0;
  std::size_t walks = 0;
};

// A collection whose one segment has a graph if its vectors allow one.
struct Fixture {
  TestDatabase database;
  Collection things;
  std::size_t k = 10;

  Fixture(std::uint32_t dimension, Metric metric)
      : things(database.things(options(dimension, metric))) {}

  static CollectionOptions options(std::uint32_t dimension, Metric metric) {
    CollectionOptions made{.dimension = dimension, .metric = metric};
    made.hnsw.min_rows = 50;
    return made;
  }

  void fill(const std::vector<DenseVector>& rows) {
    std::vector<Record> records;
    for (std::size_t i = 0; i < rows.size(); ++i)
      records.push_back({.id = std::to_string(i), .vector = rows[i]});
    for (std::span<const Record> rest = records; !rest.empty();) {
      const auto batch = rest.first(std::min<std::size_t>(rest.size(), 200));
      ASSERT_TRUE(things.upsert_many(batch).ok());
      rest = rest.subspan(batch.size());
    }
    ASSERT_TRUE(things.compact().ok());
  }

  Walked ask(const std::vector<DenseVector>& queries) {
    Walked sum;
    for (const DenseVector& vector : queries) {
      Query query{.vector = vector, .k = k, .ef = 400};
      query.plan = Plan::kScan;
      const Hits exact = things.query(query).value();
      query.plan = Plan::kWalk;
      const Hits walked = things.query(query).value();
      const double farthest = exact.hits.back().distance.value();
      sum.hits += walked.size();
      sum.walks += walked.segments_walked;
      const auto near = std::count_if(walked.begin(), walked.end(), [&](const Hit& hit) {
        return hit.distance.value() <= farthest + 1e-6 * std::abs(farthest);
      });
      sum.recall += static_cast<double>(near) / static_cast<double>(exact.size() * queries.size());
    }
    return sum;
  }
};

std::vector<DenseVector> normal_rows(Random& random, std::size_t count, std::size_t dimension,
                                     float scale = 1) {
  std::vector<DenseVector> rows(count, DenseVector(dimension));
  for (DenseVector& row : rows)
    for (float& x : row) x = scale * static_cast<float>(random.normal());
  return rows;
}

// Zeros are refused; of what is nearly zero the direction counts.
TEST(IndexWriter, very_short_and_very_long_rows_under_cosine) {
  Random random(1);
  Fixture fixture(16, Metric::kCosine);
  std::vector<DenseVector> rows = normal_rows(random, 600, 16);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (float& x : rows[i]) x *= i % 3 == 0 ? 1e-15f : i % 3 == 1 ? 1 : 1e15f;
  fixture.fill(rows);
  const Walked walked = fixture.ask(normal_rows(random, 20, 16));
  EXPECT_EQ(walked.walks, 20u);
  EXPECT_GT(walked.recall, 0.97);
  EXPECT_EQ(code_of(fixture.things.upsert({.id = "zero", .vector = DenseVector(16)})),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of(fixture.things.query({.vector = DenseVector(16)})), Code::kInvalidArgument);
}

TEST(IndexWriter, rows_that_are_all_equal_are_found) {
  for (const Metric metric : {Metric::kEuclidean, Metric::kCosine, Metric::kDot}) {
    Fixture fixture(12, metric);
    fixture.fill(std::vector<DenseVector>(500, DenseVector(12, 0.5f)));
    const Walked walked = fixture.ask({DenseVector(12, 0.5f), DenseVector(12, 1)});
    EXPECT_EQ(walked.hits, 20u);
    EXPECT_EQ(walked.recall, 1);
  }
}

TEST(IndexWriter, one_dimension_and_the_most) {
  Random random(2);
  for (const std::uint32_t dimension : {1u, 8192u}) {
    for (const Metric metric : {Metric::kEuclidean, Metric::kDot}) {
      Fixture fixture(dimension, metric);
      fixture.fill(normal_rows(random, 120, dimension));
      const Walked walked = fixture.ask(normal_rows(random, 10, dimension));
      EXPECT_EQ(walked.walks, 10u);
      EXPECT_GT(walked.recall, 0.97) << dimension;
    }
  }
}

// Their squares are no normal numbers any more, or none at all.
TEST(IndexWriter, vectors_that_are_nearly_nothing) {
  Random random(3);
  for (const float scale : {1e-20f, 1e-40f}) {
    Fixture fixture(16, Metric::kEuclidean);
    fixture.fill(normal_rows(random, 300, 16, scale));
    EXPECT_EQ(fixture.ask(normal_rows(random, 5, 16, scale)).hits, 50u);
  }
}

TEST(IndexWriter, many_nearest_are_found_as_well_as_few) {
  Random random(4);
  Fixture fixture(24, Metric::kEuclidean);
  fixture.fill(normal_rows(random, 3000, 24));
  for (const std::size_t k : {1u, 10u, 100u, 300u}) {
    fixture.k = k;
    EXPECT_GT(fixture.ask(normal_rows(random, 20, 24)).recall, 0.97) << k;
  }
}

// Contenders by their codes are 40 for ten nearest; ten in a row that are farther end it.
TEST(IndexWriter, exact_comparisons_end_when_nothing_nearer_comes) {
  Random random(6);
  Fixture fixture(24, Metric::kEuclidean);
  fixture.fill(normal_rows(random, 3000, 24));
  std::uint64_t compared = 0;
  for (const DenseVector& vector : normal_rows(random, 20, 24)) {
    Query query{.vector = vector, .ef = 100, .plan = Plan::kWalk, .explain = Explain::kAnalyze};
    const std::uint64_t one =
        fixture.things.query(query).value().explanation->segments[0].distances;
    EXPECT_GE(one, 20u);
    EXPECT_LE(one, 40u);
    compared += one;
  }
  EXPECT_LT(compared, 20 * 32u);
}

TEST(IndexWriter, fewer_rows_than_are_wanted) {
  Random random(5);
  Fixture fixture(8, Metric::kEuclidean);
  fixture.fill(normal_rows(random, 60, 8));
  fixture.k = 100;
  EXPECT_EQ(fixture.ask(normal_rows(random, 3, 8)).hits, 180u);
}

}  // namespace
}  // namespace vecstore
