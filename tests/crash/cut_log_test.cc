// The log of a store is cut off at every byte: what opens is the state after exactly the writes
// whose records are whole, batches all or nothing (promises G1 and G2).
#include <gtest/gtest.h>

#include "base/random.h"
#include "crash/workload.h"
#include "io/memory_file_system.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

constexpr const char* kFile = "store/wal/1.log";

// A store whose log has all writes, and how long the log was after each.
struct Written {
  std::shared_ptr<io::MemoryFileSystem> files = std::make_shared<io::MemoryFileSystem>();
  Bytes log;
  std::vector<std::pair<std::size_t, State>> states;  // by the length from which they are there
};

DatabaseOptions log_alone(Durability durability) {
  DatabaseOptions options = small_segments(durability);
  options.seal_rows = 1'000'000;
  return options;
}

Record record_of(const std::string& id, std::int64_t n) {
  Record record{.id = id, .vector = {static_cast<float>(n), 1.0f}, .metadata = Metadata{{"n", n}}};
  record.text = std::string(static_cast<std::size_t>(n * 7 % 60), 't');
  return record;
}

// One write of a random kind; `state` follows.
void write_one(Collection& things, Random& random, std::int64_t n, State& state) {
  const std::string id = "id" + std::to_string(random.below(6));
  const std::uint64_t dice = random.below(4);
  if (dice == 0) {
    EXPECT_TRUE(things.remove(id).ok());
    state.erase("things/" + id);
  } else if (dice == 1) {
    std::vector<Record> batch;
    for (const char* one : {"id0", "id3", "new"}) batch.push_back(record_of(one, n));
    EXPECT_TRUE(things.upsert_many(batch).ok());
    for (const Record& record : batch) state["things/" + record.id] = n;
  } else if (dice == 2 && state.contains("things/" + id)) {
    Update update{.id = id};
    update.metadata_patch = Metadata{{"n", n}};
    EXPECT_TRUE(things.update(update).ok());
    state["things/" + id] = n;
  } else {
    EXPECT_TRUE(things.upsert(record_of(id, n)).ok());
    state["things/" + id] = n;
  }
}

Written write_log(std::uint64_t seed, int writes, Durability durability) {
  Written written;
  Random random(seed);
  Database database = open_on(written.files, log_alone(durability)).value();
  Collection things = database.create_collection("things", {.dimension = 2}).value();
  State state;
  const auto length = [&] {
    const Result<Bytes> bytes = written.files->content(kFile);
    return bytes.ok() ? bytes->size() : 0;
  };
  written.states.emplace_back(0, state);
  for (int n = 1; n <= writes; ++n) {
    write_one(things, random, n, state);
    written.states.emplace_back(length(), state);
  }
  written.log = written.files->content(kFile).value();
  auto killed = std::make_shared<io::MemoryFileSystem>();  // before a close marks the end
  for (const std::string& folder : written.files->folders())
    EXPECT_TRUE(killed->make_folder(folder).ok());
  for (const std::string& path : written.files->files())
    EXPECT_TRUE(killed->set_content(path, written.files->content(path).value()).ok());
  EXPECT_TRUE(database.close().ok());
  written.files = killed;
  return written;
}

const State& state_at(const Written& written, std::size_t length) {
  std::size_t at = 0;
  while (at + 1 < written.states.size() && written.states[at + 1].first <= length) ++at;
  return written.states[at].second;
}

std::size_t cut_everywhere(std::uint64_t seed, Durability durability) {
  const Written written = write_log(seed, 40, durability);
  for (std::size_t length = 0; length <= written.log.size(); ++length) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", cut off at " + std::to_string(length));
    EXPECT_TRUE(written.files->set_content(kFile, ByteView(written.log).first(length)).ok());
    const Result<Database> database = open_on(written.files, [&] {
      DatabaseOptions reading = log_alone(durability);
      reading.read_only = true;
      return reading;
    }());
    EXPECT_TRUE(database.ok()) << database.status().to_string();
    if (!database.ok()) break;
    EXPECT_EQ(read_state(*database).value(), state_at(written, length));
    if (testing::Test::HasFailure()) break;
  }
  return written.log.size() + 1;
}

void cut_many(Trials&& trials, Durability durability) {
  while (trials.next()) trials.count(cut_everywhere(trials.seed(), durability));
}

TEST(CutLog, at_any_byte_gives_exactly_the_whole_writes_before_it) {
  cut_many(Trials({.row = "cut log", .mode = "normal", .first_seed = 1, .usual = 2}),
           Durability::kNormal);
}
TEST(CutLog, at_any_byte_gives_exactly_the_whole_synced_writes_before_it) {
  cut_many(Trials({.row = "cut log", .mode = "full", .first_seed = 51, .usual = 1}),
           Durability::kFull);
}

}  // namespace
}  // namespace vecstore::crash
