// The codes of a collection's graphs: chosen, changed while it is in use, reported on.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/random.h"
#include "db/test_store.h"
#include "vecstore/database.h"

namespace vecstore::db {
namespace {

constexpr std::uint32_t kDimension = 256;
constexpr int kRows = 600;

// Clusters, so that there are nearest rows to find.
DenseVector random_point(Random& random) {
  Random centre(random.below(12) + 100);
  DenseVector point(kDimension);
  for (float& x : point)
    x = static_cast<float>(centre.normal()) + 0.6f * static_cast<float>(random.normal());
  return point;
}

CollectionOptions with(Quantization quantization, Metric metric = Metric::kCosine) {
  CollectionOptions options{.dimension = kDimension, .metric = metric};
  options.hnsw.min_rows = 50;
  options.quantization = quantization;
  return options;
}

struct Fixture {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  DatabaseOptions options = {.threads = 0, .seal_rows = 200, .merge_fanout = 8};
  std::optional<Database> db;
  std::optional<Collection> things;
  Random random{5};

  explicit Fixture(const CollectionOptions& wanted) {
    open();
    things = db->create_collection("things", wanted).value();
  }
  void open() {
    things.reset();
    db.reset();
    db = open_on(files, options);
    if (Result<Collection> there = db->collection("things"); there.ok())
      things.emplace(*std::move(there));
  }
  void fill(int from = 0, int to = kRows) {
    for (int i = from; i < to; ++i)
      ASSERT_TRUE(things->upsert({.id = std::to_string(i), .vector = random_point(random)}).ok());
  }
  // Name and bytes of each index file.
  std::vector<std::pair<std::string, Bytes>> indexes() const {
    std::vector<std::pair<std::string, Bytes>> found;
    for (const std::string& path : files->files())
      if (path.ends_with(".idx")) found.push_back({path, files->content(path).value()});
    return found;
  }
  // Of the ten nearest, over some queries, by a walk.
  double recall() const {
    Random asking(77);
    double both = 0;
    for (int i = 0; i < 20; ++i) {
      Query query{.vector = random_point(asking), .k = 10, .ef = 100};
      query.plan = Plan::kScan;
      const Hits exact = things->query(query).value();
      query.plan = Plan::kWalk;
      const Hits walked = things->query(query).value();
      EXPECT_GT(walked.segments_walked, 0u);
      for (const Hit& hit : walked)
        for (const Hit& other : exact) both += hit.id == other.id && hit.distance == other.distance;
    }
    return both / 200;
  }
  std::uint64_t index_bytes() const { return things->stats().value().index_bytes; }
};

constexpr Quantization kChoices[] = {Quantization::kSq8, Quantization::kSq4, Quantization::kSq2,
                                     Quantization::kRabitq1};

TEST(Quantization, fewer_bits_take_fewer_bytes_and_find_the_same) {
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kDot}) {
    std::uint64_t before = ~0ull;
    for (const Quantization choice : kChoices) {
      Fixture fixture(with(choice, metric));
      fixture.fill();
      EXPECT_LT(fixture.index_bytes(), before) << quantization_name(choice);
      before = fixture.index_bytes();
      EXPECT_GT(fixture.recall(), 0.97) << metric_name(metric) << quantization_name(choice);
    }
  }
}

TEST(Quantization, names_come_back_as_they_were_stored) {
  for (const char* name : {"auto", "sq8", "sq4", "sq2", "rabitq1"}) {
    const Quantization parsed = parse_quantization(name).value();
    EXPECT_EQ(quantization_name(parsed), name);
    Fixture fixture(with(parsed));
    fixture.open();
    EXPECT_EQ(fixture.things->options().quantization, parsed);
  }
  EXPECT_EQ(parse_quantization("pq").status().message(),
            "unknown quantization 'pq', known are auto, sq8, sq4, sq2, rabitq1");
}

TEST(Quantization, what_cannot_be_coded_so_is_refused_with_the_reason) {
  const auto refusal = [](const CollectionOptions& options) {
    Database db = open_on(std::make_shared<OddFiles>());
    return db.create_collection("things", options).status().message();
  };
  CollectionOptions flat = with(Quantization::kSq8);
  flat.index = IndexKind::kFlat;
  EXPECT_EQ(refusal(flat),
            "field 'vector' cannot have sq8 codes: its index is flat, which compares the vectors "
            "themselves");
  EXPECT_EQ(refusal(with(Quantization::kSq4, Metric::kManhattan)),
            "field 'vector' cannot have sq4 codes: there is no graph for dense vectors under "
            "manhattan");
  CollectionOptions sparse = with(Quantization::kSq4, Metric::kDot);
  sparse.kind = VectorKind::kSparse;
  EXPECT_EQ(refusal(sparse),
            "field 'vector' cannot have sq4 codes: there is no graph for sparse vectors under dot");
  CollectionOptions small = with(Quantization::kRabitq1);
  small.dimension = 191;
  EXPECT_EQ(refusal(small),
            "field 'vector' cannot have rabitq1 codes: they need vectors of 192 components or "
            "more, not 191");
  small.dimension = 0;
  EXPECT_EQ(refusal(small), "");
}

TEST(Quantization, a_dimension_that_comes_later_is_looked_at_then) {
  CollectionOptions open = with(Quantization::kSq2);
  open.dimension = 0;
  Fixture fixture(open);
  const Status refused =
      fixture.things->upsert({.id = "a", .vector = DenseVector(100, 1)}).status();
  EXPECT_EQ(refused.code(), Code::kInvalidArgument);
  EXPECT_NE(refused.message().find("192 components or more, not 100"), std::string::npos);
  CollectionOptions wanted;
  wanted.dimension = 100;
  EXPECT_EQ(fixture.db->get_or_create("things", wanted).status().code(), Code::kInvalidArgument);
  EXPECT_TRUE(fixture.things->upsert({.id = "a", .vector = DenseVector(200, 1)}).ok());
}

TEST(Quantization, another_one_is_what_a_collection_made_with_it_would_have) {
  for (const Quantization choice : kChoices) {
    Fixture changed(with(Quantization::kAuto)), made(with(choice));
    changed.fill();
    made.fill();
    ASSERT_TRUE(changed.things->set_quantization("vector", choice).ok());
    EXPECT_EQ(changed.things->options().quantization, choice);
    const auto one = changed.indexes(), other = made.indexes();
    ASSERT_EQ(one.size(), 3u);
    ASSERT_EQ(other.size(), 3u);
    // Behind the header, which has the file's number, blocks are the same; so are their sizes.
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(one[i].second.size(), other[i].second.size());
    EXPECT_EQ(changed.recall(), made.recall());
    EXPECT_EQ(changed.things->stats().value().coded_rows, 600u);
    changed.open();
    EXPECT_EQ(changed.things->options().quantization, choice);
    EXPECT_EQ(changed.recall(), made.recall());
    EXPECT_EQ(changed.db->wait_for_background().message(), "");
  }
}

TEST(Quantization, changing_it_keeps_what_died_and_what_is_held) {
  Fixture fixture(with(Quantization::kSq8));
  fixture.fill();
  ASSERT_TRUE(fixture.things->remove("7").ok());
  ASSERT_TRUE(fixture.things->flush().ok());
  ASSERT_TRUE(fixture.things->remove("8").ok());  // known to the log alone
  std::optional<Scan> held = fixture.things->scan().value();
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kRabitq1).ok());
  EXPECT_EQ(fixture.things->count().value(), 598u);
  EXPECT_EQ(held->next(1000).value().size(), 598u);
  held.reset();
  fixture.open();
  EXPECT_EQ(fixture.things->count().value(), 598u);
  EXPECT_FALSE(fixture.things->contains("8").value());
  EXPECT_EQ(fixture.indexes().size(), 3u) << "the old ones are gone";
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kRabitq1).ok());
}

TEST(Quantization, one_that_was_interrupted_comes_at_the_next_open) {
  Fixture fixture(with(Quantization::kSq8));
  fixture.fill();
  const auto before = fixture.indexes();
  fixture.files->on_create = [](const std::string& path) {
    return path.ends_with(".idx") ? resource_exhausted("no room for it") : Status();
  };
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kSq4).ok());
  EXPECT_EQ(fixture.db->wait_for_background().message(), "no room for it");
  EXPECT_EQ(fixture.indexes(), before);
  EXPECT_EQ(fixture.things->stats().value().coded_rows, 0u);
  EXPECT_GT(fixture.recall(), 0.97) << "by the old codes";
  EXPECT_FALSE(fixture.things->compact().ok());
  fixture.files->on_create = nullptr;
  fixture.open();
  EXPECT_EQ(fixture.things->stats().value().coded_rows, 600u);
  EXPECT_GT(fixture.recall(), 0.97);
}

TEST(Quantization, compact_changes_what_is_merged_already) {
  Fixture fixture(with(Quantization::kSq8));
  fixture.fill();
  ASSERT_TRUE(fixture.things->compact().ok());
  fixture.files->on_create = [](const std::string& path) {
    return path.ends_with(".seg") ? internal_error("written again") : Status();
  };
  fixture.options.threads = 1;  // so that compact() may be there first
  fixture.open();
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kSq4).ok());
  EXPECT_TRUE(fixture.things->compact().ok());
  EXPECT_EQ(fixture.things->stats().value().coded_rows, 600u);
  EXPECT_EQ(fixture.indexes().size(), 1u);
}

TEST(Quantization, graphs_that_cannot_be_read_are_built_again) {
  Fixture fixture(with(Quantization::kSq8));
  fixture.fill(0, 200);
  const auto [path, whole] = fixture.indexes().at(0);
  Bytes spoiled = whole;
  spoiled.at(whole.size() / 2) ^= std::byte{1};  // of codes or links
  ASSERT_TRUE(fixture.files->set_content(path, spoiled).ok());
  fixture.open();
  ASSERT_TRUE(fixture.things->set_quantization("vector", Quantization::kSq4).ok());
  EXPECT_EQ(fixture.db->wait_for_background().message(), "");
  EXPECT_GT(fixture.recall(), 0.97);
}

TEST(Quantization, changing_it_is_refused_where_it_cannot_be) {
  Fixture fixture(with(Quantization::kAuto));
  EXPECT_EQ(fixture.things->set_quantization("other", Quantization::kSq8).message(),
            "collection 'things' has no field 'other'");
  fixture.options.read_only = true;
  fixture.open();
  EXPECT_FALSE(fixture.things->set_quantization("vector", Quantization::kSq8).ok());
  fixture.options.read_only = false;
  fixture.open();
  EXPECT_EQ(fixture.things->options().quantization, Quantization::kAuto);
  const Status refused = fixture.things->set_quantization("vector", Quantization::kSq2);
  EXPECT_TRUE(refused.ok()) << refused.message();
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  EXPECT_EQ(fixture.things->set_quantization("vector", Quantization::kSq8).code(), Code::kNotFound);
}

TEST(Quantization, opening_with_another_is_refused) {
  Fixture fixture(with(Quantization::kSq8));
  EXPECT_EQ(fixture.db->get_or_create("things", with(Quantization::kSq4)).status().message(),
            "collection 'things' has quantization sq8, not sq4");
  EXPECT_TRUE(fixture.db->get_or_create("things", with(Quantization::kAuto)).ok());
}

// Readers and a writer go on while codes change back and forth.
TEST(Quantization, changes_while_readers_and_a_writer_are_about) {
  Fixture fixture(with(Quantization::kSq8));
  fixture.options.threads = 2;
  fixture.options.background_share = 1;
  fixture.open();
  fixture.fill();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&, i] {
      Random random(static_cast<std::uint64_t>(i) + 1);
      while (!stop) {
        const auto hits = fixture.things->query({.vector = random_point(random), .k = 10});
        if (!hits.ok() || hits->size() != 10) ADD_FAILURE() << hits.status().message();
      }
    });
  std::uint64_t removed = 0;
  for (int round = 0; round < 12; ++round) {
    EXPECT_TRUE(fixture.things->set_quantization("vector", kChoices[round % 4]).ok());
    for (int i = 0; i < 5; ++i)
      removed += fixture.things->remove(std::to_string(round * 5 + i)).value().replaced;
  }
  EXPECT_EQ(fixture.db->wait_for_background().message(), "");
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(fixture.things->count().value(), 600 - removed);
  EXPECT_EQ(removed, 60u);
  const CollectionStats stats = fixture.things->stats().value();
  EXPECT_EQ(stats.coded_rows, stats.indexed_rows);
  EXPECT_GT(fixture.recall(), 0.97);
}

double of(const QuantizationReport& report, Quantization which,
          double QuantizationMeasure::*number) {
  for (const QuantizationMeasure& one : report.measures)
    if (one.quantization == which) return one.*number;
  return -1;
}

TEST(QuantizationReport, says_what_each_costs_and_gives) {
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kDot}) {
    CollectionOptions options = with(Quantization::kAuto, metric);
    options.storage = ElementType::kF16;
    Fixture fixture(options);
    fixture.fill();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(fixture.things->remove(std::to_string(i)).ok());
    const QuantizationReport report =
        fixture.things->quantization_report({.queries = 50, .k = 5}).value();
    EXPECT_EQ(report.rows + report.queries, 500u) << "what was removed does not count";
    EXPECT_EQ(report.queries, 50u);
    EXPECT_EQ(report.k, 5u);
    EXPECT_EQ(report.bytes_per_row, 512u);
    EXPECT_EQ(report.in_use, metric == Metric::kDot ? Quantization::kSq8 : Quantization::kSq4);
    ASSERT_EQ(report.measures.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      const QuantizationMeasure& one = report.measures[i];
      EXPECT_EQ(one.quantization, kChoices[i]);
      EXPECT_EQ(one.ratio, 512.0 / static_cast<double>(one.bytes_per_row));
      EXPECT_GE(one.refined_recall, one.recall);
      EXPECT_GT(one.refined_recall, 0.98) << metric_name(metric);
      if (i == 0) continue;
      EXPECT_LT(one.bytes_per_row, report.measures[i - 1].bytes_per_row);
      EXPECT_GT(one.mean_error, report.measures[i - 1].mean_error);
    }
    const QuantizationReport again =
        fixture.things->quantization_report({.queries = 50, .k = 5}).value();
    for (const Quantization which : kChoices)
      for (const auto number : {&QuantizationMeasure::mean_error, &QuantizationMeasure::p95_error,
                                &QuantizationMeasure::recall, &QuantizationMeasure::refined_recall})
        EXPECT_EQ(of(again, which, number), of(report, which, number));
  }
}

TEST(QuantizationReport, takes_rows_of_memory_and_of_files) {
  Fixture fixture(with(Quantization::kAuto));
  fixture.fill(0, 250);  // 50 of them in memory
  EXPECT_EQ(fixture.things->quantization_report().value().rows, 125u) << "half are queries";
  const QuantizationReport some =
      fixture.things->quantization_report({.rows = 100, .queries = 10}).value();
  EXPECT_EQ(some.rows + some.queries, 100u);
}

TEST(QuantizationReport, of_few_rows_and_of_none) {
  Fixture fixture(with(Quantization::kAuto, Metric::kEuclidean));
  EXPECT_EQ(fixture.things->quantization_report().status().message(),
            "field 'vector' has 0 vectors, a report needs two");
  ASSERT_TRUE(fixture.things->upsert({.id = "a", .vector = DenseVector(kDimension)}).ok());
  EXPECT_EQ(fixture.things->quantization_report().status().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(fixture.things->upsert({.id = "b", .text = "no vector"}).ok());
  ASSERT_TRUE(fixture.things->upsert({.id = "c", .vector = DenseVector(kDimension)}).ok());
  const QuantizationReport zeros = fixture.things->quantization_report().value();
  EXPECT_EQ(zeros.rows, 1u);
  EXPECT_EQ(zeros.k, 1u);
  for (const QuantizationMeasure& one : zeros.measures) {
    EXPECT_EQ(one.recall, 1);
    EXPECT_EQ(one.mean_error, 0);
  }
  ASSERT_TRUE(fixture.things->upsert({.id = "d", .vector = DenseVector(kDimension, 1e30f)}).ok());
  EXPECT_EQ(fixture.things->quantization_report().status().message(),
            "field 'vector' has vectors beyond 1e18: no code serves them");
}

TEST(QuantizationReport, of_small_and_of_wide_vectors) {
  for (const std::uint32_t dimension : {1u, 8192u}) {
    CollectionOptions options = with(Quantization::kAuto, Metric::kEuclidean);
    options.dimension = dimension;
    options.index = IndexKind::kFlat;
    Fixture fixture(options);
    for (int i = 0; i < 12; ++i)
      ASSERT_TRUE(fixture.things
                      ->upsert({.id = std::to_string(i),
                                .vector = DenseVector(dimension, static_cast<float>(i) * 1e-40f)})
                      .ok());
    const QuantizationReport report = fixture.things->quantization_report({.k = 3}).value();
    EXPECT_EQ(report.measures.size(), dimension == 1 ? 2u : 4u) << "what it can be given";
    for (const QuantizationMeasure& one : report.measures) EXPECT_GT(one.encoded_per_second, 0);
  }
}

TEST(QuantizationReport, what_cannot_be_reported_on_is_refused) {
  Fixture fixture(with(Quantization::kAuto));
  const auto refusal = [&](const QuantizationReportOptions& options) {
    return fixture.things->quantization_report(options).status();
  };
  EXPECT_EQ(refusal({.field = "other"}).code(), Code::kNotFound);
  EXPECT_EQ(refusal({.rows = 1}).message(), "rows is 1, expected 2 to 100000");
  EXPECT_EQ(refusal({.queries = 0}).message(), "queries is 0, expected 1 to 10000");
  EXPECT_EQ(refusal({.k = 10'001}).message(), "k is 10001, expected 1 to 10000");
  Fixture words(with(Quantization::kAuto, Metric::kHamming));
  EXPECT_EQ(words.things->quantization_report().status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore::db
