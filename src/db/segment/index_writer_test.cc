// Graphs over data that is out of the ordinary: a walk finds what a scan does.
#include "db/segment/index_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "db/segment/test_hostile_index.h"
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

// Rows that come in several files with a graph each, until they are merged.
struct Merge {
  static constexpr std::uint32_t kDimension = 16;

  std::shared_ptr<io::MemoryFileSystem> files = std::make_shared<io::MemoryFileSystem>();
  DatabaseOptions options = {.threads = 0, .merge_fanout = 100};
  std::optional<Database> db;
  std::optional<Collection> things;
  Random random{17};
  std::size_t rows = 0;

  // `at_once` rows go into a file.
  explicit Merge(std::uint32_t at_once) {
    options.seal_rows = at_once;
    open();
    CollectionOptions made{.dimension = kDimension, .metric = Metric::kEuclidean};
    made.hnsw = {.m = 8, .ef_construction = 60, .min_rows = 200};
    things = db->create_collection("things", made).value();
  }
  void open() {
    things.reset();
    db.reset();
    db::Environment environment;
    environment.files = files;
    environment.database = 4711;
    db = DatabaseInternals::open("store", options, environment).value();
    if (Result<Collection> there = db->collection("things"); there.ok())
      things.emplace(*std::move(there));
  }
  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_TRUE(things->upsert({.id = std::to_string(rows++), .vector = normal_vector()}).ok());
    ASSERT_TRUE(things->flush().ok());
    ASSERT_TRUE(db->wait_for_background().ok());
  }
  DenseVector normal_vector() {
    DenseVector vector(kDimension);
    for (float& x : vector) x = static_cast<float>(random.normal());
    return vector;
  }
  std::vector<std::string> index_paths() const {
    std::vector<std::string> found;
    for (const std::string& path : files->files())
      if (path.ends_with(".idx")) found.push_back(path);
    return found;
  }
  // Of the one file.
  Bytes file() const { return files->content(index_paths().at(0)).value(); }
  Bytes links() const {
    EXPECT_EQ(index_paths().size(), 1u);
    const db::HostileIndex opened(*files, index_paths().at(0));
    for (const auto& part : opened.parts)
      if (part.name.ends_with(".links")) return part.bytes;
    return {};
  }
  // The share of what a scan finds.
  double recall() {
    double both = 0;
    for (int i = 0; i < 50; ++i) {
      Query query{.vector = normal_vector(), .k = 10, .ef = 40, .plan = Plan::kScan};
      const Hits exact = things->query(query).value();
      query.plan = Plan::kWalk;
      const Hits walked = things->query(query).value();
      EXPECT_EQ(walked.segments_walked, 1u);
      for (const Hit& hit : walked)
        for (const Hit& other : exact) both += hit.id == other.id;
    }
    return both / 500;
  }
};

TEST(IndexWriter, a_merge_of_graphs_is_as_good_as_one_built_anew) {
  Merge merged(1000), anew(100'000);
  merged.fill(3500);
  anew.fill(3500);
  EXPECT_EQ(merged.index_paths().size(), 4u);
  ASSERT_TRUE(merged.things->compact().ok());
  EXPECT_GT(merged.recall(), anew.recall() - 0.02);
}

TEST(IndexWriter, rows_that_died_before_a_merge_never_come_back) {
  for (const int gone : {3, 2}) {  // every so many-th
    Merge merged(800), anew(100'000);
    for (Merge* one : {&merged, &anew}) {
      one->fill(2400);
      for (int i = 0; i < 2400; i += gone) ASSERT_TRUE(one->things->remove(std::to_string(i)).ok());
      ASSERT_TRUE(one->things->compact().ok());
      one->fill(0);
    }
    EXPECT_GT(merged.recall(), anew.recall() - 0.02);
    const Hits all =
        merged.things
            ->query({.vector = merged.normal_vector(), .k = 2400, .ef = 2400, .plan = Plan::kWalk})
            .value();
    EXPECT_EQ(all.size(), merged.things->count().value());
    for (const Hit& hit : all) EXPECT_NE(std::stoi(hit.id) % gone, 0) << hit.id;
  }
}

// What is in files of like size is merged, and merged again: links that were chosen once are kept.
TEST(IndexWriter, merges_of_merges_find_what_one_build_does) {
  Merge merged(100'000), anew(100'000);
  for (int i = 0; i < 6; ++i) {
    merged.fill(500);
    ASSERT_TRUE(merged.things->compact().ok());
  }
  anew.fill(3000);
  EXPECT_GT(merged.recall(), anew.recall() - 0.02);
}

TEST(IndexWriter, a_merge_takes_the_same_bytes_for_any_number_of_threads) {
  std::vector<Bytes> made;
  for (const int threads : {0, 1, 4}) {
    Merge merged(1000);
    merged.fill(3000);
    merged.options.threads = threads;
    merged.open();
    ASSERT_TRUE(merged.things->remove("7").ok());
    ASSERT_TRUE(merged.things->compact().ok());
    made.push_back(merged.file());
  }
  EXPECT_EQ(made[0], made[1]);
  EXPECT_EQ(made[0], made[2]);
}

// Rows and their order are those of a file that was never merged: so is a graph built from nothing.
TEST(IndexWriter, a_merge_of_a_graph_that_cannot_be_read_builds_one) {
  for (const bool damaged : {false, true}) {
    Merge merged(1000), anew(100'000);
    merged.fill(2000);
    anew.fill(2000);
    for (const std::string& path : merged.index_paths()) {
      Bytes bytes = merged.files->content(path).value();
      for (std::size_t at = bytes.size() / 2; at < bytes.size() * 3 / 4; at += 64)
        bytes[at] ^= std::byte{1};
      if (damaged) {
        ASSERT_TRUE(merged.files->set_content(path, bytes).ok());
      }
    }
    merged.open();
    ASSERT_TRUE(merged.things->compact().ok());
    EXPECT_GT(merged.recall(), 0.9);
    EXPECT_EQ(merged.links() == anew.links(), damaged) << "otherwise the largest was taken over";
  }
}

// With sound checksums around what no writer wrote.
TEST(IndexWriter, a_merge_of_a_graph_whose_links_are_hostile_builds_one) {
  for (const bool gone : {false, true}) {
    Merge merged(400);
    merged.fill(800);
    for (const std::string& path : merged.index_paths()) {
      db::HostileIndex index(*merged.files, path);
      const auto links = std::ranges::find_if(
          index.parts, [](const auto& part) { return part.name.ends_with(".links"); });
      ASSERT_NE(links, index.parts.end());
      if (gone) {
        index.parts.erase(links);
      } else {
        links->bytes.resize(links->bytes.size() / 2);
      }
      ASSERT_TRUE(index.write(*merged.files).ok());
    }
    merged.open();
    ASSERT_TRUE(merged.things->compact().ok());
    EXPECT_GT(merged.recall(), 0.9);
  }
}

}  // namespace
}  // namespace vecstore
