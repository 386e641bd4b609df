#include "db/segment/index_file.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "base/random.h"
#include "db/segment/index_writer.h"
#include "db/segment/test_hostile_index.h"
#include "db/test_store.h"
#include "storage/manifest.h"
#include "vecstore/database.h"

namespace vecstore::db {
namespace {

constexpr int kRows = 300;
constexpr std::uint32_t kDimension = 8;

std::vector<float> random_vector(Random& random) {
  std::vector<float> vector(kDimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

CollectionOptions with_graph(Metric metric = Metric::kEuclidean) {
  CollectionOptions options{.dimension = kDimension, .metric = metric};
  options.hnsw.min_rows = 50;
  options.fields = {VectorField{.name = "other", .dimension = 3, .index = IndexKind::kFlat}};
  return options;
}

// A store with small files whose segments get graphs from 50 rows.
struct Fixture {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Environment environment;
  DatabaseOptions options = {
      .threads = 0, .memory_map = false, .seal_rows = 100, .merge_fanout = 8};
  std::optional<Database> db;
  std::optional<Collection> things;
  Random random{5};

  explicit Fixture(const CollectionOptions& wanted = with_graph()) {
    environment.files = files;
    environment.database = 4711;
    open();
    things = db->create_collection("things", wanted).value();
  }
  void open() {
    things.reset();
    db.reset();
    db = DatabaseInternals::open("store", options, environment).value();
    if (Result<Collection> there = db->collection("things"); there.ok())
      things.emplace(*std::move(there));
  }
  void fill(int from = 0, int to = kRows) {
    for (int i = from; i < to; ++i)
      ASSERT_TRUE(things->upsert({.id = std::to_string(i), .vector = random_vector(random)}).ok());
  }
  std::vector<std::string> index_paths() const {
    std::vector<std::string> found;
    for (const std::string& path : files->files())
      if (path.ends_with(".idx")) found.push_back(path);
    return found;
  }
  Hits ask(Plan plan, std::size_t k = 10) {
    Random again(99);
    return things->query({.vector = random_vector(again), .k = k, .plan = plan}).value();
  }
  // How many of the exact answer the graph finds.
  int found() {
    const Hits exact = ask(Plan::kScan);
    int both = 0;
    for (const Hit& hit : ask(Plan::kWalk))
      for (const Hit& other : exact) both += hit.id == other.id && hit.distance == other.distance;
    return both;
  }
};

TEST(IndexFile, a_full_segment_gets_one_and_queries_use_it) {
  Fixture fixture;
  fixture.fill(0, 40);
  ASSERT_TRUE(fixture.things->flush().ok());
  EXPECT_TRUE(fixture.index_paths().empty()) << "40 rows need none";
  fixture.fill(40, 340);
  EXPECT_EQ(fixture.index_paths().size(), 3u);
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
  EXPECT_EQ(fixture.ask(Plan::kScan).segments_walked, 0u);
  EXPECT_GE(fixture.found(), 9);
  const CollectionStats stats = fixture.things->stats().value();
  EXPECT_EQ(stats.index, "hnsw");
  EXPECT_EQ(stats.indexed_rows, 300u);
  EXPECT_GT(stats.index_bytes, 300u * kDimension);
}

TEST(IndexFile, is_opened_again_and_not_built_again) {
  Fixture fixture;
  fixture.fill();
  const std::vector<std::string> paths = fixture.index_paths();
  ASSERT_EQ(paths.size(), 3u);
  for (const bool map : {false, true}) {
    fixture.options.memory_map = map;
    fixture.files->on_create = [](const std::string& path) {
      return path.ends_with(".idx") ? internal_error("built again") : Status();
    };
    fixture.open();
    EXPECT_EQ(fixture.index_paths(), paths);
    EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
    EXPECT_GE(fixture.found(), 9);
  }
}

// Where few rows match, their vectors are as good as codes that nobody has read yet.
TEST(IndexFile, is_read_for_few_matches_once_many_have_asked) {
  Fixture fixture;
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(fixture.things
                    ->upsert({.id = std::to_string(i),
                              .vector = random_vector(fixture.random),
                              .metadata = {{"n", i}}})
                    .ok());
  Query query{.vector = random_vector(fixture.random),
              .k = 3,
              .filter = "n < 60",
              .explain = Explain::kAnalyze};
  const auto plan = [&] {
    return fixture.things->query(query).value().explanation->segments[0].plan;
  };
  for (std::uint32_t i = 1; i < IndexFile::kAsksToLoad; ++i) ASSERT_EQ(plan(), Plan::kScan) << i;
  EXPECT_EQ(plan(), Plan::kSweep);
  EXPECT_EQ(plan(), Plan::kSweep);
  fixture.open();
  EXPECT_EQ(plan(), Plan::kScan);
  fixture.ask(Plan::kWalk);
  EXPECT_EQ(plan(), Plan::kSweep);
}

TEST(IndexFile, a_merge_writes_it_before_it_is_seen) {
  Fixture fixture;
  fixture.fill();
  for (int i = 0; i < kRows; i += 3) ASSERT_TRUE(fixture.things->remove(std::to_string(i)).ok());
  ASSERT_TRUE(fixture.things->compact().ok());
  EXPECT_EQ(fixture.index_paths().size(), 1u) << "the old ones are gone";
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 1u);
  EXPECT_GE(fixture.found(), 9);
  fixture.open();
  EXPECT_GE(fixture.found(), 9);
  EXPECT_TRUE(Database::check("store", true).status().code() == Code::kNotFound);
}

TEST(IndexFile, the_same_writes_give_the_same_bytes) {
  Bytes bytes[2];
  for (Bytes& one : bytes) {
    Fixture fixture(with_graph(Metric::kCosine));
    fixture.fill();
    ASSERT_TRUE(fixture.things->compact().ok());
    one = fixture.files->content(fixture.index_paths().at(0)).value();
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(IndexFile, without_one_where_none_is_wanted) {
  CollectionOptions flat = with_graph();
  flat.index = IndexKind::kFlat;
  for (const CollectionOptions& options : {flat, with_graph(Metric::kManhattan)}) {
    Fixture fixture(options);
    fixture.fill();
    EXPECT_TRUE(fixture.index_paths().empty());
    EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 0u);
    EXPECT_EQ(fixture.things->stats().value().index, "flat");
  }
}

TEST(IndexFile, one_that_cannot_be_written_comes_at_the_next_open) {
  Fixture fixture;
  fixture.files->on_create = [](const std::string& path) {
    return path.ends_with(".idx") ? resource_exhausted("no room for it") : Status();
  };
  fixture.fill();
  EXPECT_TRUE(fixture.index_paths().empty());
  EXPECT_EQ(fixture.db->wait_for_background().message(), "no room for it");
  EXPECT_EQ(fixture.ask(Plan::kWalk).size(), 10u) << "by a scan";
  EXPECT_FALSE(fixture.things->compact().ok());
  fixture.files->on_create = nullptr;
  fixture.open();
  EXPECT_EQ(fixture.index_paths().size(), 3u);
  EXPECT_GE(fixture.found(), 9);
}

TEST(IndexFile, a_damaged_one_is_told_and_built_again) {
  Fixture fixture;
  fixture.fill();
  const std::string path = fixture.index_paths().at(0);
  const Bytes whole = fixture.files->content(path).value();
  ASSERT_TRUE(fixture.files->set_content(path, ByteView(whole).first(whole.size() - 9)).ok());
  std::string told;
  fixture.options.log = [&](LogLevel, std::string_view message) { told += message; };
  fixture.open();
  EXPECT_NE(told.find(path), std::string::npos) << told;
  EXPECT_NE(told.find("queries scan instead"), std::string::npos) << told;
  EXPECT_EQ(fixture.index_paths().size(), 3u);
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
  EXPECT_GE(fixture.found(), 9);
}

// The sound file with one number of its first field replaced, or taken out.
HostileIndex with_number(HostileIndex index, const char* name, std::optional<int> number) {
  for (HostileIndex::Part& part : index.parts) {
    if (part.name != "info") continue;
    Object info = decode_object(part.bytes).value();
    List fields = *info.find("fields")->as_list();
    Object field;
    for (const auto& [key, value] : *fields[0].as_object())
      if (key != name) field[key] = value;
    if (number) field[name] = *number;
    info["fields"] = List{Value(field)};
    part.bytes.clear();
    encode_object(info, part.bytes);
  }
  return index;
}

// What opening the store with it reports; read-only, so that nothing is built again.
std::string told_with(Fixture& fixture, const HostileIndex& index) {
  EXPECT_TRUE(index.write(*fixture.files).ok());
  std::string told;
  fixture.options.log = [&](LogLevel, std::string_view message) { told += message; };
  fixture.options.read_only = true;
  fixture.open();
  static_cast<void>(fixture.ask(Plan::kWalk));
  fixture.options.read_only = false;
  fixture.options.log = nullptr;
  return told;
}

TEST(IndexFile, bits_and_stride_of_codes_are_checked) {
  Fixture fixture;
  fixture.fill();
  const HostileIndex sound(*fixture.files, fixture.index_paths().at(0));
  EXPECT_NE(told_with(fixture, with_number(sound, "bits", 5)).find("'bits' is 5"),
            std::string::npos);
  EXPECT_NE(told_with(fixture, with_number(sound, "stride", 128)).find("'stride' is 128"),
            std::string::npos);
  EXPECT_NE(told_with(fixture, with_number(sound, "recall", 1)).find("'recall' is no list"),
            std::string::npos);
}

TEST(IndexFile, bits_that_are_absent_are_eight) {
  Fixture fixture(with_graph(Metric::kDot));
  fixture.fill();
  const HostileIndex sound(*fixture.files, fixture.index_paths().at(0));
  EXPECT_EQ(told_with(fixture, with_number(sound, "bits", std::nullopt)), "");
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
}

// The same goes for one that somebody took away: the segment has all that it had.
TEST(IndexFile, one_that_is_gone_is_told_and_built_again) {
  Fixture fixture;
  fixture.fill();
  const std::string path = fixture.index_paths().at(0);
  ASSERT_TRUE(fixture.files->remove(path).ok());
  std::string told;
  fixture.options.log = [&](LogLevel, std::string_view message) { told += message; };
  fixture.options.read_only = true;
  fixture.open();
  EXPECT_NE(told.find(path), std::string::npos) << told;
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 2u);
  EXPECT_GE(fixture.found(), 9);
  fixture.options.read_only = false;
  fixture.open();
  EXPECT_EQ(fixture.index_paths().size(), 3u);
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
}

TEST(IndexFile, leftovers_are_removed_at_open) {
  Fixture fixture;
  fixture.fill();
  ASSERT_TRUE(fixture.files->set_content("store/segments/999.idx", {}).ok());
  fixture.open();
  EXPECT_EQ(fixture.index_paths().size(), 3u);
}

TEST(IndexFile, a_read_only_store_uses_what_is_there_and_makes_none) {
  Fixture fixture;
  fixture.fill();
  fixture.options.read_only = true;
  fixture.open();
  EXPECT_EQ(fixture.ask(Plan::kWalk).segments_walked, 3u);
  EXPECT_GE(fixture.found(), 9);
}

// Promise G3: a flipped bit is an error that names the file, or no matter.
TEST(IndexFile, a_flipped_bit_gives_no_wrong_answer) {
  Fixture fixture;
  fixture.fill(0, 100);
  const std::string path = fixture.index_paths().at(0);
  const Bytes whole = fixture.files->content(path).value();
  const Hits right = fixture.ask(Plan::kWalk);
  fixture.things.reset();
  fixture.db.reset();
  DatabaseOptions options = fixture.options;
  options.read_only = true;
  Random random(6);
  int named = 0;
  for (std::size_t at = random.below(29); at < whole.size(); at += 1 + random.below(400)) {
    Bytes damaged = whole;
    damaged[at] ^= static_cast<std::byte>(1u << random.below(8));
    ASSERT_TRUE(fixture.files->set_content(path, damaged).ok());
    Database db = DatabaseInternals::open("store", options, fixture.environment).value();
    Random again(99);
    const auto hits = db.collection("things").value().query(
        {.vector = random_vector(again), .plan = Plan::kWalk});
    if (!hits.ok()) {
      ++named;
      EXPECT_EQ(hits.status().code(), Code::kDataLoss);
      EXPECT_NE(hits.status().message().find(path), std::string::npos) << hits.status().message();
      continue;
    }
    ASSERT_EQ(hits->size(), right.size());
    if (hits->segments_walked == 0) continue;  // the damage was seen at open
    for (std::size_t i = 0; i < right.size(); ++i) EXPECT_EQ((*hits)[i].id, right[i].id);
  }
  EXPECT_GT(named, 10);
}

// Bytes beyond the directory and `info` are looked at when the graph is first used.
TEST(IndexFile, who_asks_for_a_scan_needs_none) {
  Fixture fixture;
  fixture.fill(0, 100);
  const Hits right = fixture.ask(Plan::kScan);
  const std::string path = fixture.index_paths().at(0);
  Bytes bytes = fixture.files->content(path).value();
  bytes.at(2 * 4096) ^= std::byte{1};  // behind the header and the mean stand the codes
  ASSERT_TRUE(fixture.files->set_content(path, bytes).ok());
  fixture.open();
  EXPECT_EQ(fixture.things->query({.vector = {1, 0, 0, 0, 0, 0, 0, 0}, .plan = Plan::kWalk})
                .status()
                .code(),
            Code::kDataLoss);
  const Hits scanned = fixture.ask(Plan::kScan);
  ASSERT_EQ(scanned.size(), right.size());
  for (std::size_t i = 0; i < right.size(); ++i) EXPECT_EQ(scanned[i].id, right[i].id);
  ASSERT_TRUE(fixture.things->compact().ok()) << "which builds it again";
  EXPECT_GE(fixture.found(), 9);
}

// Readers ask while graphs are built, merged and replaced; what is held stays whole.
TEST(IndexFile, comes_while_readers_are_about) {
  Fixture fixture;
  fixture.options.threads = 2;
  fixture.options.background_share = 1;
  fixture.open();
  fixture.fill(0, 100);
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> walked = 0;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&, reader] {
      Random mine(static_cast<std::uint64_t>(reader));
      while (!done.load()) {
        const Plan plan = mine.below(2) == 0 ? Plan::kWalk : Plan::kSweep;
        const Result<Hits> hits =
            fixture.things->query({.vector = random_vector(mine), .plan = plan});
        ASSERT_TRUE(hits.ok()) << hits.status().to_string();
        EXPECT_EQ(hits->size(), 10u);
        walked += hits->segments_walked;
        static_cast<void>(fixture.things->stats().value());
      }
    });
  }
  for (int round = 1; round < 6; ++round) {
    fixture.fill(100 * round, 100 * round + 100);
    for (int i = 0; i < 30; ++i)
      ASSERT_TRUE(fixture.things->remove(std::to_string(100 * round + i)).ok());
    if (round % 2 == 0) {
      ASSERT_TRUE(fixture.things->compact().ok());
    }
  }
  ASSERT_TRUE(fixture.db->wait_for_background().ok());
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(walked.load(), 0u);
  EXPECT_GE(fixture.found(), 9);
}

// Whatever the moment, what is left opens and answers.
TEST(IndexFile, a_collection_goes_while_its_graph_is_built) {
  for (int round = 0; round < 6; ++round) {
    Fixture fixture;
    fixture.options.threads = 1;
    fixture.options.background_share = 1;
    fixture.open();
    fixture.fill(0, 250);
    for (int wait = 0; wait < round * 200; ++wait) static_cast<void>(fixture.index_paths());
    if (round % 2 == 0) {
      ASSERT_TRUE(fixture.db->drop_collection("things").ok());
    }
    fixture.things.reset();
    fixture.open();
    ASSERT_TRUE(fixture.db->wait_for_background().ok());
    if (round % 2 == 0) {
      EXPECT_TRUE(fixture.index_paths().empty());
    } else {
      EXPECT_EQ(fixture.index_paths().size(), 2u);
      EXPECT_GE(fixture.found(), 9);
    }
  }
}

TEST(IndexFile, hostile_content_is_an_error_or_finds_less) {
  for (const Metric metric : {Metric::kEuclidean, Metric::kDot}) {
    Fixture fixture(with_graph(metric));
    fixture.fill(0, 100);
    const HostileIndex sound(*fixture.files, fixture.index_paths().at(0));
    const Hits exact = fixture.ask(Plan::kScan);
    fixture.options.read_only = true;
    Random random(31);
    int refused = 0, answered = 0;
    for (int round = 0; round < 600; ++round) {
      HostileIndex hostile = sound;
      for (std::uint64_t i = 1 + random.below(2); i-- > 0;) hostile.spoil(random);
      ASSERT_TRUE(hostile.write(*fixture.files).ok());
      fixture.options.memory_map = round % 2 == 0;
      fixture.open();
      for (const Plan plan : {Plan::kWalk, Plan::kSweep}) {
        for (const char* filter : {"", "$id > '3'"}) {
          Random again(99);
          const Result<Hits> hits = fixture.things->query(
              {.vector = random_vector(again), .filter = Filter(filter), .plan = plan});
          const bool lost = !hits.ok() && hits.status().code() == Code::kDataLoss;
          ASSERT_TRUE(hits.ok() || lost) << hits.status().to_string();
          (lost ? refused : answered) += 1;
        }
      }
      ASSERT_EQ(fixture.ask(Plan::kScan).size(), exact.size());
    }
    EXPECT_GT(refused, 50);
    EXPECT_GT(answered, 50);
  }
}

}  // namespace
}  // namespace vecstore::db
