// A real writer process is killed at a random moment; what it acknowledged is there, and nothing is
// half there (promise G1).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/random.h"
#include "base/test_folder.h"
#include "crash/workload.h"

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

void kill_many(Durability durability, std::uint64_t seed, int rounds) {
  std::printf("seed %llu, %d rounds\n", static_cast<unsigned long long>(seed), rounds);
  Random random(seed);
  const TestFolder folder;
  const std::string path = (folder / "store").string();
  std::int64_t next = 0;
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
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
  std::printf("%lld writes acknowledged, none lost\n", static_cast<long long>(next));
}

int rounds(int usual) {
  const char* factor = std::getenv("VECSTORE_CRASH_FACTOR");  // make soak asks for more
  return usual * (factor ? std::max(1, std::atoi(factor)) : 1);
}

TEST(KilledWriter, loses_nothing_it_acknowledged_in_normal) {
  kill_many(Durability::kNormal, 20'261'121, rounds(60));
}
TEST(KilledWriter, loses_nothing_it_acknowledged_in_full) {
  kill_many(Durability::kFull, 20'261'122, rounds(40));
}

}  // namespace
}  // namespace vecstore::crash
