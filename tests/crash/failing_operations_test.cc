// The n-th file operation fails, for every n, once and for ever, in every way: the call says so,
// what was acknowledged stays, reads go on, and writes resume when the cause goes (promises G4 and
// G5).
#include <gtest/gtest.h>

#include "crash/workload.h"
#include "io/fault_file_system.h"
#include "io/memory_file_system.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

struct Run {
  std::shared_ptr<io::MemoryFileSystem> disk = std::make_shared<io::MemoryFileSystem>();
  std::shared_ptr<io::FaultFileSystem> files = std::make_shared<io::FaultFileSystem>(*disk);
};

// Runs the workload with the fault armed; steps that fail are tried once more after it is gone.
// Returns false when the fault was never met.
bool run_with(const io::Fault& fault, const Workload& workload, Durability durability) {
  Run run;
  State expected;
  State doubtful;  // after a failed step whose record may be in the log all the same
  {
    Result<Database> database = open_on(run.files, small_segments(durability));
    EXPECT_TRUE(database.ok());
    run.files->fail(fault);
    std::size_t step = 0;
    for (; step < workload.steps(); ++step) {
      const Status status = workload.run(step, *database);
      if (!status.ok()) {
        static_cast<void>(read_state(*database).ok());  // with the fault still there
        EXPECT_FALSE(status.message().empty());
        run.files->clear_fault();
        const Result<State> after = read_state(*database);
        EXPECT_TRUE(after.ok()) << after.status().to_string();
        if (!after.ok()) return true;
        // Nothing half done: the state before, or the step whole when only work behind it failed.
        EXPECT_TRUE(*after == workload.state_after(step) ||
                    *after == workload.state_after(step + 1));
        const Status again = workload.run(step, *database);
        if (!again.ok()) {  // fenced: the log's sync failed, or its tail could not be cut
          doubtful = workload.state_after(step + 1);
          EXPECT_TRUE(after.ok());
          expected = *after;
          break;
        }
      }
      expected = workload.state_after(step + 1);
      const Result<State> now = read_state(*database);
      EXPECT_TRUE(!now.ok() || *now == expected);
    }
    run.files->clear_fault();
    if (doubtful.empty()) doubtful = expected;
  }
  const bool met = run.files->faults_hit() > 0;
  Result<Database> database = open_on(run.disk, small_segments(durability));
  EXPECT_TRUE(database.ok()) << database.status().to_string();
  if (!database.ok()) return met;
  const Result<State> state = read_state(*database);
  EXPECT_TRUE(state.ok()) << state.status().to_string();
  EXPECT_TRUE(!state.ok() || *state == expected || *state == doubtful);
  return met;
}

std::size_t fail_every_one(io::FaultKind kind, bool sticky, Durability durability,
                           const Workload& workload) {
  std::size_t n = 0;
  for (; n < 5000 && !testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("fault at " + std::to_string(n) + (sticky ? ", for ever" : ", once"));
    if (!run_with({.kind = kind, .at = n, .sticky = sticky}, workload, durability)) break;
  }
  return n;
}

void fail_every(io::FaultKind kind, bool sticky, Durability durability) {
  const std::size_t n = fail_every_one(kind, sticky, durability, Workload(7, 40 / kShare));
  std::printf("%zu operations\n", n);
  EXPECT_GT(n, 10u) << "the workload has too few operations for this to mean anything";
}

TEST(FailingOperations, a_disk_that_is_full_for_a_while_loses_nothing) {
  fail_every(io::FaultKind::kDiskFull, true, Durability::kNormal);
}
TEST(FailingOperations, one_refused_write_loses_nothing) {
  fail_every(io::FaultKind::kDiskFull, false, Durability::kFull);
}
TEST(FailingOperations, a_short_write_loses_nothing) {
  fail_every(io::FaultKind::kShortWrite, false, Durability::kNormal);
}
TEST(FailingOperations, input_output_errors_lose_nothing) {
  fail_every(io::FaultKind::kInputOutput, false, Durability::kFull);
}
TEST(FailingOperations, a_failed_sync_fences_the_writer_and_loses_nothing) {
  fail_every(io::FaultKind::kFailedSync, false, Durability::kFull);
}
TEST(FailingOperations, a_disk_turned_read_only_loses_nothing) {
  fail_every(io::FaultKind::kReadOnly, true, Durability::kNormal);
}
TEST(FailingOperations, too_many_open_files_lose_nothing) {
  fail_every(io::FaultKind::kTooManyFiles, true, Durability::kNormal);
}

TEST(FailingOperations, of_any_kind_in_any_history_lose_nothing) {
  constexpr io::FaultKind kKinds[] = {io::FaultKind::kDiskFull,    io::FaultKind::kShortWrite,
                                      io::FaultKind::kInputOutput, io::FaultKind::kFailedSync,
                                      io::FaultKind::kReadOnly,    io::FaultKind::kTooManyFiles};
  constexpr Durability kModes[] = {Durability::kFull, Durability::kNormal, Durability::kOff};
  Trials trials({.row = "failing operation", .mode = "any", .first_seed = 301, .usual = 1});
  while (trials.next()) {
    Random random(trials.seed());
    const io::FaultKind kind = kKinds[random.below(std::size(kKinds))];
    const Durability mode = kModes[random.below(std::size(kModes))];
    const bool sticky = random.below(2) == 0;
    SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", kind " +
                 std::to_string(static_cast<int>(kind)) + ", mode " +
                 std::to_string(static_cast<int>(mode)));
    const Workload workload(random.next(), 20 / kShare + random.below(20 / kShare));
    trials.count(fail_every_one(kind, sticky, mode, workload));
  }
}

}  // namespace
}  // namespace vecstore::crash
