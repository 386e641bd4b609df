// Power cuts: every operation of a workload is recorded, and after each the plausible states of the
// disk are opened. In kFull every acknowledged write is there; in every mode what is there is a
// prefix of the history, batches whole (promises G1 and G2).
#include <gtest/gtest.h>

#include <algorithm>

#include "crash/workload.h"
#include "db/check.h"
#include "io/crash_model.h"
#include "io/fault_file_system.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

// Operations recorded when each step had been acknowledged.
struct History {
  std::vector<io::Operation> operations;
  std::vector<std::size_t> acknowledged;  // [step] = operations by then
};

History record(const Workload& workload, Durability durability) {
  auto disk = std::make_shared<io::MemoryFileSystem>();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  History history;
  {
    Database database = open_on(files, small_segments(durability)).value();
    for (std::size_t i = 0; i < workload.steps(); ++i) {
      EXPECT_TRUE(workload.run(i, database).ok());
      history.acknowledged.push_back(files->record().size());
    }
  }
  history.operations = files->record();
  return history;
}

// The history has what there is to lose.
void expect_telling(const History& history) {
  EXPECT_TRUE(std::ranges::any_of(history.operations, [](const io::Operation& operation) {
    return operation.kind == io::OperationKind::kRemove && operation.path.ends_with(".log");
  })) << "old log files go";
  EXPECT_TRUE(std::ranges::any_of(history.operations, [](const io::Operation& operation) {
    return operation.path.ends_with(".idx");
  })) << "graphs are written";
}

std::size_t steps_by(const History& history, std::size_t operations) {
  std::size_t steps = 0;
  while (steps < history.acknowledged.size() && history.acknowledged[steps] <= operations) ++steps;
  return steps;
}

// The state is what some prefix of at least `least` steps and at most one begun step more gives.
testing::AssertionResult is_prefix(const Workload& workload, const State& state, std::size_t least,
                                   std::size_t most) {
  for (std::size_t steps = least; steps <= most; ++steps)
    if (workload.state_after(steps) == state) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "not the state after any of steps " << least << " to " << most;
}

void expect_opens(const Workload& workload, io::CrashState& crashed, Durability durability,
                  std::size_t acknowledged, bool expect_acknowledged) {
  SCOPED_TRACE(crashed.description);
  std::shared_ptr<io::FileSystem> disk = std::move(crashed.disk);
  // What a manifest names is there: an open would make up for a graph that is not.
  const Result<CheckReport> report = db::check_store(*disk, "store", false);
  ASSERT_TRUE(report.ok() || report.status().code() == Code::kNotFound);
  if (report.ok())
    for (const Damage& damage : report->damage) ADD_FAILURE() << damage.file << ": " << damage.what;
  Result<Database> database = open_on(disk, small_segments(durability));
  ASSERT_TRUE(database.ok()) << database.status().to_string();
  const Result<State> state = read_state(*database);
  ASSERT_TRUE(state.ok()) << state.status().to_string();
  const std::size_t most = std::min(acknowledged + 1, workload.steps());
  EXPECT_TRUE(is_prefix(workload, *state, expect_acknowledged ? acknowledged : 0, most));
  // It goes on from there, and stays whole.
  Collection collection = database->get_or_create("things", {.dimension = 2}).value();
  ASSERT_TRUE(collection.upsert({.id = "after", .metadata = Metadata{{"n", 1}}}).ok());
  EXPECT_TRUE(collection.contains("after").value());
}

std::size_t try_all(const Trials& trials, std::size_t steps, Durability durability,
                    std::size_t limit) {
  const std::uint64_t seed = trials.seed();
  const Workload workload(seed, steps);
  const History history = record(workload, durability);
  if (!trials.soaking()) expect_telling(history);  // seeds that are known
  io::CrashModel model;
  std::size_t states = 0;
  for (std::size_t i = 0; i < history.operations.size() && !testing::Test::HasFailure(); ++i) {
    model.apply(history.operations[i]);
    const io::OperationKind kind = history.operations[i].kind;
    const bool changes = kind != io::OperationKind::kRead && kind != io::OperationKind::kOpen &&
                         kind != io::OperationKind::kFileSize &&
                         kind != io::OperationKind::kExists && kind != io::OperationKind::kList;
    if (!changes) continue;
    SCOPED_TRACE("seed " + std::to_string(seed) + ", after operation " + std::to_string(i) + ": " +
                 history.operations[i].to_string());
    const std::size_t acknowledged = steps_by(history, i + 1);
    const std::size_t count = model.state_count();
    const std::size_t stride = std::max<std::size_t>(1, count / limit);
    for (std::size_t s = 0; s < count; s += stride, ++states) {
      io::CrashState state = model.state(s);
      expect_opens(workload, state, durability, acknowledged, durability == Durability::kFull);
    }
    io::CrashState sampled = model.sample(seed * 1000 + i);
    expect_opens(workload, sampled, durability, acknowledged, durability == Durability::kFull);
    ++states;
  }
  return states;
}

// At least `enough` states in the usual number of trials.
void try_many(Durability durability, std::size_t enough, Trials&& trials) {
  while (trials.next()) trials.count(try_all(trials, 30, durability, 12 / kShare));
  if (!trials.soaking()) {
    EXPECT_GE(trials.counted(), enough);
  }
}

TEST(CrashStates, in_full_every_acknowledged_write_survives_a_power_cut) {
  try_many(Durability::kFull, 3000 / kShare / kShare,
           Trials({.row = "power cut", .mode = "full", .first_seed = 1, .usual = 4 / kShare}));
}

TEST(CrashStates, in_full_a_change_of_the_catalog_survives_the_power_cut_right_after_it) {
  auto disk = std::make_shared<io::MemoryFileSystem>();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Database database = open_on(files, small_segments(Durability::kFull)).value();
  const auto after_power_cut = [&] {  // with no byte that was not synced
    io::CrashModel model;
    for (const io::Operation& operation : files->record()) model.apply(operation);
    std::shared_ptr<io::FileSystem> left = model.state(0).disk;
    return open_on(left, small_segments(Durability::kFull)).value();
  };
  ASSERT_TRUE(database.create_collection("things", {.dimension = 2}).ok());
  EXPECT_TRUE(after_power_cut().collection("things").ok());
  ASSERT_TRUE(database.set_alias("these", "things").ok());
  EXPECT_TRUE(after_power_cut().collection("these").ok());
  ASSERT_TRUE(database.rename_collection("things", "others").ok());
  EXPECT_TRUE(after_power_cut().collection("others").ok());
  ASSERT_TRUE(database.drop_collection("others").ok());
  EXPECT_EQ(after_power_cut().list_collections().value().size(), 0u);
}

// With versions kept, the histories of all records are those after a prefix of the steps, with
// every acknowledged one; what was merged or sealed when the power went does not matter. What they
// have to be at each step is told by the store that was not interrupted, which db_tests compares
// with a map.
void try_versions(std::uint64_t seed, std::size_t& states, std::size_t& longest) {
  const Workload workload(seed, 30, 2);
  auto disk = std::make_shared<io::MemoryFileSystem>();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  History history;
  std::vector<std::string> after = {""};  // [step]
  {
    Database database = open_on(files, small_segments(Durability::kFull)).value();
    for (std::size_t i = 0; i < workload.steps(); ++i) {
      ASSERT_TRUE(workload.run(i, database).ok());
      history.acknowledged.push_back(files->record().size());
      after.push_back(read_versions(database).value());
      longest = std::max(longest, after.back().size());
    }
  }
  history.operations = files->record();
  io::CrashModel model;
  for (std::size_t i = 0; i < history.operations.size() && !testing::Test::HasFailure(); ++i) {
    model.apply(history.operations[i]);
    const std::size_t least = steps_by(history, i + 1);
    const std::size_t stride = std::max<std::size_t>(1, model.state_count() * kShare / 2);
    for (std::size_t s = 0; s < model.state_count(); s += stride, ++states) {
      io::CrashState crashed = model.state(s);
      SCOPED_TRACE("seed " + std::to_string(seed) + ", operation " + std::to_string(i) + ", " +
                   crashed.description);
      std::shared_ptr<io::FileSystem> left = std::move(crashed.disk);
      Result<Database> database = open_on(left, small_segments(Durability::kFull));
      ASSERT_TRUE(database.ok()) << database.status().to_string();
      const std::string found = read_versions(*database).value();
      const std::size_t most = std::min(least + 1, workload.steps());
      EXPECT_TRUE(found == after[least] || found == after[most])
          << "found\n"
          << found << "after step " << least << "\n"
          << after[least];
      ASSERT_TRUE(database->flush().ok());
      EXPECT_EQ(read_versions(*database).value(), found) << "a seal changes no history";
      if (states % 8 != 0) continue;
      const CheckReport report = db::check_store(*left, "store", true).value();
      for (const Damage& damage : report.damage)
        ADD_FAILURE() << damage.file << ": " << damage.what;
    }
  }
}

TEST(CrashStates, in_full_every_version_of_a_record_survives_a_power_cut) {
  Trials trials(
      {.row = "power cut", .mode = "versions", .first_seed = 301, .usual = kShare > 1 ? 1u : 2u});
  std::size_t all = 0, longest = 0;
  while (trials.next()) {
    std::size_t states = 0;
    try_versions(trials.seed(), states, longest);
    trials.count(states);
    all += states;
  }
  if (trials.soaking()) return;
  EXPECT_GT(longest, 500u / kShare) << "there were versions";
  EXPECT_GE(all, 300 / kShare / kShare);
}

TEST(CrashStates, in_normal_a_power_cut_leaves_a_prefix) {
  const std::uint64_t usual = kShare > 1 ? 1 : 3;
  try_many(Durability::kNormal, 2000 / kShare / kShare,
           Trials({.row = "power cut", .mode = "normal", .first_seed = 101, .usual = usual}));
}

TEST(CrashStates, off_never_leaves_a_store_that_does_not_open) {
  try_many(Durability::kOff, 500 / kShare,
           Trials({.row = "power cut", .mode = "off", .first_seed = 201, .usual = 1}));
}

}  // namespace
}  // namespace vecstore::crash
