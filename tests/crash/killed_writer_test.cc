// A real writer process is killed at a random moment; what it acknowledged is there, and nothing is
// half there (promise G1).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "base/test_folder.h"
#include "crash/workload.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

constexpr std::int64_t kBatch = 5;

DatabaseOptions writer_options(Durability durability) {
  DatabaseOptions options;
  options.durability = durability;
  options.seal_rows = 50;
  options.merge_fanout = 3;
  return options;
}

// Writes record n under id n % 200, every seventh time five at once, and reports each acknowledged
// n through the pipe. Never returns.
[[noreturn]] void write_until_killed(const std::string& path, Durability durability,
                                     std::int64_t from, int pipe) {
  Result<Database> database = Database::open(path, writer_options(durability));
  if (!database.ok()) _exit(2);
  Result<Collection> collection = database->get_or_create("things", {.dimension = 8});
  if (!collection.ok()) _exit(3);
  for (std::int64_t n = from;; ++n) {
    std::vector<Record> records;
    for (std::int64_t i = 0; i < (n % 7 == 0 ? kBatch : 1); ++i) {
      Record record;
      record.id = "id" + std::to_string((n + i * 41) % 200);
      record.vector = DenseVector(8, static_cast<float>(n + 1));
      record.metadata = Metadata{{"n", n}};
      records.push_back(std::move(record));
    }
    if (!collection->upsert_many(records).ok()) _exit(4);
    if (::write(pipe, &n, sizeof n) != sizeof n) _exit(5);
  }
}

// What the store must hold after writes 0..last.
State state_after(std::int64_t last) {
  State state;
  for (std::int64_t n = 0; n <= last; ++n)
    for (std::int64_t i = 0; i < (n % 7 == 0 ? kBatch : 1); ++i)
      state["things/id" + std::to_string((n + i * 41) % 200)] = n;
  return state;
}

std::int64_t run_and_kill(const std::string& path, Durability durability, std::int64_t from,
                          unsigned delay_us) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(path, durability, from, ends[1]);
  }
  ::close(ends[1]);
  ::usleep(delay_us);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << status;
  std::int64_t last = from - 1;
  for (std::int64_t n = 0; ::read(ends[0], &n, sizeof n) == sizeof n;) last = n;
  ::close(ends[0]);
  return last;
}

// One store, whose writer is killed again and again.
void kill_often(Durability durability, Trials& trials) {
  Random random(trials.seed());
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  std::int64_t next = 0;
  for (int round = 0; round < 20 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", round " + std::to_string(round));
    trials.count(1);
    const std::int64_t acknowledged =
        run_and_kill(path, durability, next, static_cast<unsigned>(random.below(60'000)));
    const Result<CheckReport> report = Database::check(path, true);
    if (!report.ok()) {  // killed before the store was made
      ASSERT_EQ(report.status().code(), Code::kNotFound);
      continue;
    }
    ASSERT_TRUE(report->damage.empty()) << report->damage[0].what;
    Result<Database> database = Database::open(path, writer_options(durability));
    ASSERT_TRUE(database.ok()) << database.status().to_string();
    const State state = read_state(*database).value();
    const bool one_more = state == state_after(acknowledged + 1);
    ASSERT_TRUE(one_more || state == state_after(acknowledged))
        << "acknowledged up to " << acknowledged;
    next = acknowledged + (one_more ? 2 : 1);
  }
}

void kill_many(Durability durability, Trials&& trials) {
  while (trials.next()) kill_often(durability, trials);
}

TEST(KilledWriter, loses_nothing_it_acknowledged_in_full) {
  kill_many(Durability::kFull,
            Trials({.row = "kill", .mode = "full", .first_seed = 20'261'122, .usual = 2}));
}
TEST(KilledWriter, loses_nothing_it_acknowledged_in_normal) {
  kill_many(Durability::kNormal,
            Trials({.row = "kill", .mode = "normal", .first_seed = 20'261'131, .usual = 2}));
}
// What was written lies with the operating system, which outlives the process.
TEST(KilledWriter, loses_nothing_it_acknowledged_in_off) {
  kill_many(Durability::kOff,
            Trials({.row = "kill", .mode = "off", .first_seed = 20'261'141, .usual = 1}));
}

}  // namespace
}  // namespace vecstore::crash
