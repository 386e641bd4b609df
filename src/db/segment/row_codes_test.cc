// Searches of rows that have no graph yet: by codes, through the public interface.
#include "db/segment/row_codes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/hash.h"
#include "base/random.h"
#include "db/segment/memory_segment.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "db/test_database.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"

namespace vecstore::db {
namespace {

constexpr std::uint32_t kDimension = 128;

std::vector<float> random_vector(Random& random) {
  std::vector<float> vector(kDimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

// Rows around some centres, the n-th with year n.
struct Fixture {
  TestDatabase test;
  Collection things;
  Random random = Random(3);
  std::vector<std::vector<float>> centres;
  std::int64_t written = 0;

  explicit Fixture(CollectionOptions options = {.dimension = kDimension}) : things(made(options)) {
    for (int i = 0; i < 30; ++i) centres.push_back(random_vector(random));
  }
  Collection made(CollectionOptions options) {
    options.hnsw.min_rows = 1'000'000;
    return test.things(options);
  }
  std::vector<float> next() {
    std::vector<float> vector = centres[random.below(centres.size())];
    for (float& x : vector) x += 0.4f * static_cast<float>(random.normal());
    return vector;
  }
  void write(int count) {
    std::vector<Record> records;
    for (int i = 0; i < count; ++i, ++written)
      records.push_back(record("id" + std::to_string(written), next(), written));
    ASSERT_TRUE(things.upsert_many(records).ok());
  }
  SegmentExplanation explain(Query query) {
    query.explain = Explain::kAnalyze;
    const Hits hits = things.query(query).value();
    return hits.explanation->segments.at(0);
  }
  Query ask() { return {.vector = Vector(next()), .k = 10}; }
  // The share of the exact answer that is in the other, over some questions.
  double recall(const std::string& where = "", int questions = 40) {
    double share = 0;
    for (int i = 0; i < questions; ++i) {
      Query query = ask();
      query.filter = Filter(where);
      const Hits found = things.query(query).value();
      query.effort = Effort::kMaxRecall;
      const Hits exact = things.query(query).value();
      EXPECT_EQ(found.size(), exact.size()) << where;
      std::set<std::string> ids;
      for (const Hit& hit : exact) ids.insert(hit.id);
      for (const Hit& hit : found) share += static_cast<double>(ids.count(hit.id));
      wanted_ += exact.size();
    }
    const double all = static_cast<double>(std::exchange(wanted_, 0));
    return all == 0 ? 1 : share / all;
  }

 private:
  std::size_t wanted_ = 0;
};

TEST(RowCodes, few_vectors_of_those_in_memory_are_compared) {
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kDot}) {
    Fixture fixture({.dimension = kDimension, .metric = metric});
    fixture.write(2000);
    EXPECT_EQ(fixture.explain(fixture.ask()).plan, Plan::kScan) << "few components";
    fixture.write(4000);
    for (int i = 0; i < 6; ++i) fixture.explain(fixture.ask());  // each codes some rows
    const SegmentExplanation swept = fixture.explain(fixture.ask());
    EXPECT_EQ(swept.plan, Plan::kSweep);
    EXPECT_EQ(swept.segment, 0u);
    EXPECT_EQ(swept.codes, 6000u / 32 * 32);
    EXPECT_LT(swept.distances, 1200u) << metric_name(metric);
    EXPECT_NE(swept.why.find("codes tell"), std::string::npos);
    EXPECT_GE(fixture.recall(), 0.99) << metric_name(metric);
  }
}

TEST(RowCodes, every_row_counts_as_soon_as_it_is_written) {
  Fixture fixture;
  fixture.write(3000);
  for (int i = 0; i < 300; ++i) {
    const std::vector<float> vector = fixture.next();
    const std::string id = "new" + std::to_string(i);
    ASSERT_TRUE(fixture.things.upsert(record(id, vector)).ok());
    const Hits hits = fixture.things.query({.vector = Vector(vector), .k = 1}).value();
    ASSERT_EQ(hits.hits.at(0).id, id);
    if (i % 3 != 0) continue;
    ASSERT_TRUE(fixture.things.remove(id).ok());
    ASSERT_NE(fixture.things.query({.vector = Vector(vector), .k = 1}).value().hits.at(0).id, id);
  }
  EXPECT_GE(fixture.recall(), 0.99);
}

TEST(RowCodes, what_was_replaced_removed_or_expired_is_not_found) {
  Fixture fixture;
  fixture.write(4000);
  EXPECT_GE(fixture.recall(), 0.99);
  for (int i = 0; i < 1500; ++i) {
    const std::string id = "id" + std::to_string(fixture.random.below(4000));
    if (i % 3 == 0) {
      ASSERT_TRUE(fixture.things.remove(id).ok());
    } else if (i % 3 == 1) {
      ASSERT_TRUE(fixture.things.upsert(record(id, fixture.next(), i)).ok());
    } else if (fixture.things.contains(id).value()) {
      ASSERT_TRUE(fixture.things.set_ttl(id, std::chrono::milliseconds(1000)).ok());
    }
  }
  EXPECT_GE(fixture.recall(), 0.99);
  fixture.test.clock.advance(5000);
  EXPECT_GE(fixture.recall(), 0.99);
  EXPECT_EQ(fixture.explain(fixture.ask()).plan, Plan::kSweep);
}

TEST(RowCodes, filters_of_every_share_give_all_that_match) {
  Fixture fixture;
  fixture.write(4000);
  const auto check = [&](const char* place) {
    for (const std::size_t share : {0u, 1u, 5u, 60u, 1500u, 3900u, 4000u}) {
      const std::string where = "year < " + std::to_string(share);
      Query query = fixture.ask();
      query.filter = Filter(where);
      EXPECT_EQ(fixture.things.query(query).value().size(), std::min<std::size_t>(share, 10))
          << where << place;
      EXPECT_GE(fixture.recall(where, 10), 0.99) << where << place;
    }
  };
  check(" in memory");
  ASSERT_TRUE(fixture.things.flush().ok());
  check(" in a file");
  Query most = fixture.ask();
  most.filter = Filter("year < 3900");
  EXPECT_EQ(fixture.explain(most).plan, Plan::kSweep);
  EXPECT_EQ(fixture.explain(most).matches, 3900u);
  EXPECT_EQ(fixture.explain(most).codes, 3900u);
  most.filter = Filter("year < 2000");
  EXPECT_EQ(fixture.explain(most).plan, Plan::kScan) << "as fast, and exact";
}

TEST(RowCodes, a_sealed_file_has_them_when_its_rows_were_asked_for) {
  Fixture asked, fresh;
  asked.write(6000);
  fresh.write(6000);
  asked.explain(asked.ask());
  ASSERT_TRUE(asked.things.flush().ok());
  ASSERT_TRUE(fresh.things.flush().ok());
  EXPECT_EQ(asked.explain(asked.ask()).codes, 5984u) << "made before queries saw the file";
  const std::uint64_t first = fresh.explain(fresh.ask()).codes;
  EXPECT_GT(first, 0u);
  EXPECT_LT(first, 5984u) << "one query does not make them all";
  for (int i = 0; i < 6; ++i) fresh.explain(fresh.ask());
  EXPECT_EQ(fresh.explain(fresh.ask()).codes, 5984u);
  EXPECT_GE(fresh.recall(), 0.99);
  fresh.test.open();
  const Collection again = fresh.test.db->collection("things").value();
  EXPECT_EQ(again.query(fresh.ask()).value().size(), 10u);
}

TEST(RowCodes, exact_is_exact) {
  Fixture fixture;
  fixture.write(3000);
  Query query = fixture.ask();
  query.target_recall = 0.99;
  EXPECT_EQ(fixture.explain(query).plan, Plan::kSweep);
  query.target_recall = 0.9999;
  EXPECT_EQ(fixture.explain(query).plan, Plan::kScan) << "more than codes are good for";
  query = fixture.ask();
  query.effort = Effort::kMaxRecall;
  EXPECT_EQ(fixture.explain(query).plan, Plan::kScan);
  query = fixture.ask();
  query.plan = Plan::kScan;
  EXPECT_EQ(fixture.explain(query).distances, 3000u);
  query.plan = Plan::kSweep;
  EXPECT_EQ(fixture.explain(query).plan, Plan::kSweep);

  Fixture flat({.dimension = kDimension, .index = IndexKind::kFlat});
  flat.write(3000);
  EXPECT_EQ(flat.explain(flat.ask()).plan, Plan::kScan);
  EXPECT_EQ(flat.explain(flat.ask()).distances, 3000u);
}

TEST(RowCodes, rows_without_the_vector_are_not_found) {
  Fixture fixture;
  for (int i = 0; i < 2000; ++i) {
    Record one = record("id" + std::to_string(i), fixture.next());
    if (i % 3 == 0) one.vector = Vector();
    ASSERT_TRUE(fixture.things.upsert(one).ok());
  }
  EXPECT_GE(fixture.recall(), 0.99);
  Query all = fixture.ask();
  all.k = 2000;
  EXPECT_EQ(fixture.things.query(all).value().size(), 2000u * 2 / 3);
}

TEST(RowCodes, other_storage_is_coded_as_well) {
  for (const ElementType storage : {ElementType::kF16, ElementType::kI8}) {
    Fixture fixture({.dimension = kDimension, .storage = storage});
    fixture.write(3000);
    for (int i = 0; i < 3; ++i) fixture.explain(fixture.ask());
    EXPECT_LT(fixture.explain(fixture.ask()).distances, 1000u);
    EXPECT_GE(fixture.recall(), 0.99);
    ASSERT_TRUE(fixture.things.flush().ok());
    EXPECT_GE(fixture.recall(), 0.99);
  }
}

#if !defined(__wasm__)
TEST(RowCodes, readers_and_a_writer_at_once) {
  Fixture fixture;
  fixture.write(1500);
  std::atomic<bool> done = false;
  const auto read = [&](std::uint64_t seed) {
    Random random(seed);
    while (!done) {
      const Hits hits =
          fixture.things.query({.vector = Vector(random_vector(random)), .k = 5}).value();
      EXPECT_EQ(hits.size(), 5u);
      for (std::size_t i = 1; i < hits.size(); ++i)
        EXPECT_LE(hits.hits[i - 1].distance, hits.hits[i].distance);
    }
  };
  std::thread one(read, 1), two(read, 2);
  for (int i = 0; i < 60; ++i) fixture.write(50);
  ASSERT_TRUE(fixture.things.flush().ok());
  done = true;
  one.join();
  two.join();
  EXPECT_GE(fixture.recall("", 20), 0.99);
}
#endif

// A row that has no code yet cannot be read: the query says so, and the next one codes it.
TEST(RowCodes, of_rows_that_are_failing_to_be_read_are_made_when_they_can_be) {
  const Schema schema = Schema::from_options({.dimension = kDimension}).value();
  constexpr Row kRows = 1024;
  const auto memory = std::make_shared<MemorySegment>(schema.texts.size());
  Random random(5);
  for (Row i = 0; i < kRows; ++i) {
    Bytes payload;
    const Record one{.id = std::to_string(i), .vector = random_vector(random)};
    ASSERT_TRUE(encode_record(schema, "c", one, payload).ok());
    const RecordView view = decode_record(schema, payload).value();
    ASSERT_TRUE(memory->append(schema, view, hash64(as_bytes(view.id)), {i + 1u, 1, 1}).ok());
  }
  io::MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_folder("s").ok());
  const storage::BlockFileIdentity identity{kSegmentKind, 7, 1};
  const SegmentPlan plan = plan_segment(3, schema, {memory}, 10'000, 0).value();
  ASSERT_TRUE(write_segment(disk, "s/1.seg", identity, plan, [] { return Status(); }).ok());
  for (const bool beforehand : {false, true}) {
    std::size_t n = 0;
    for (bool hit = true; hit; n += 97) {
      io::FaultFileSystem files(disk);
      const auto file =
          FileSegment::open(files, "s/1.seg", io::Access::kRead, identity, 3, schema).value();
      const auto code = [&] {
        return beforehand ? file->prepare_for_queries() : file->codes(0, kRows).status();
      };
      files.fail({.kind = io::FaultKind::kInputOutput, .at = n});
      const Status status = code();
      hit = files.faults_hit() > 0;
      EXPECT_EQ(status.code(), hit ? Code::kUnknown : Code::kOk) << "operation " << n;
      EXPECT_TRUE(code().ok()) << "operation " << n;
    }
    EXPECT_GT(n, 500u) << "each row is read";
  }
}

}  // namespace
}  // namespace vecstore::db
