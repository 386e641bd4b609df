// A backup or a restore that fails or loses power at any file operation: the store is as it was,
// and what is at the destination is whole or counts for nothing, so that the same call succeeds
// later.
#include <gtest/gtest.h>

#include "crash/workload.h"
#include "db/backup/restore_backup.h"
#include "io/crash_model.h"
#include "io/fault_file_system.h"

namespace vecstore::crash {
namespace {

enum class What { kFolder, kSingleFile, kIncremental, kRestore };

constexpr What kAll[] = {What::kFolder, What::kSingleFile, What::kIncremental, What::kRestore};
constexpr const char* kTarget = "out/target";

std::string name_of(What what) {
  constexpr const char* kNames[] = {"folder", "single file", "incremental", "restore"};
  return kNames[static_cast<std::size_t>(what)];
}

// A disk with a store and an earlier backup of it, made once.
class Scene {
 public:
  explicit Scene(What what) : what_(what), disk_(std::make_shared<io::MemoryFileSystem>()) {
    const Workload workload(5, 24);
    Database database = open_on(disk_, small_segments(Durability::kFull)).value();
    for (std::size_t i = 0; i < 12; ++i) EXPECT_TRUE(workload.run(i, database).ok());
    EXPECT_TRUE(database.backup("base").ok());
    for (std::size_t i = 12; i < 24; ++i) EXPECT_TRUE(workload.run(i, database).ok());
    if (what == What::kRestore) {
      EXPECT_TRUE(database.backup("source", {.base = "base"}).ok());
    }
    store_ = read_state(database).value();
    for (const auto& [key, n] : store_)  // named snapshots are in no backup
      if (!key.starts_with('@')) expected_[key] = n;
    EXPECT_TRUE(database.close().ok());
  }

  io::MemoryFileSystem& disk() { return *disk_; }
  const State& store() const { return store_; }

  std::shared_ptr<io::MemoryFileSystem> copy() const {
    auto made = std::make_shared<io::MemoryFileSystem>();
    for (const std::string& folder : disk_->folders()) EXPECT_TRUE(made->make_folder(folder).ok());
    for (const std::string& path : disk_->files())
      EXPECT_TRUE(made->set_content(path, disk_->content(path).value()).ok());
    return made;
  }

  Status run(io::FileSystem& files, const Database& database) const {
    static const std::vector<std::string> kChain = {"base", "source"};
    if (what_ == What::kRestore) return db::restore_backup(files, kChain, kTarget, {}).status();
    BackupOptions options{.single_file = what_ == What::kSingleFile};
    if (what_ == What::kIncremental) options.base = "base";
    return const_cast<Database&>(database).backup(kTarget, options).status();
  }

  // What is at the destination counts and is right.
  bool is_whole(const std::shared_ptr<io::FileSystem>& files) const {
    bool whole = false;
    if (what_ != What::kRestore) {
      std::vector<std::string> chain = {kTarget};
      if (what_ == What::kIncremental) chain.insert(chain.begin(), "base");
      const auto restored = db::restore_backup(*files, chain, "probe", {});
      whole = restored.ok();
      if (whole) expect_database(files, "probe");
      if (!whole) expect_nothing(restored.status());
    }
    if (what_ == What::kIncremental) return whole;
    DatabaseOptions reading = small_segments(Durability::kNormal);
    reading.read_only = true;
    const Result<Database> opened = open_on(files, reading, kTarget);
    if (!opened.ok()) expect_nothing(opened.status());
    if (opened.ok()) expect_database(files, kTarget);
    if (what_ == What::kRestore) return opened.ok();
    EXPECT_EQ(opened.ok(), whole) << "it opens by itself as soon as it can be restored";
    return whole;
  }

 private:
  static void expect_nothing(const Status& status) {
    EXPECT_TRUE(status.code() == Code::kNotFound || status.code() == Code::kFailedPrecondition)
        << status.to_string();
  }
  void expect_database(const std::shared_ptr<io::FileSystem>& files,
                       const std::string& path) const {
    DatabaseOptions reading = small_segments(Durability::kNormal);
    reading.read_only = true;
    const Result<Database> database = open_on(files, reading, path);
    ASSERT_TRUE(database.ok()) << database.status().to_string();
    EXPECT_EQ(read_state(*database).value(), expected_);
  }

  const What what_;
  const std::shared_ptr<io::MemoryFileSystem> disk_;
  State store_;
  State expected_;
};

// Returns false when the fault was never met.
bool fail_one(const Scene& scene, const io::Fault& fault) {
  const auto disk = scene.copy();
  auto files = std::make_shared<io::FaultFileSystem>(*disk);
  Status status;
  bool whole = false;
  {
    const Database database = open_on(files, small_segments(Durability::kFull)).value();
    files->fail(fault);
    status = scene.run(*files, database);
    files->clear_fault();
    EXPECT_EQ(read_state(database).value(), scene.store());
    whole = scene.is_whole(disk);
    EXPECT_TRUE(whole || !status.ok());
  }
  const bool met = files->faults_hit() > 0;
  EXPECT_TRUE(met || status.ok()) << status.to_string();
  const Database again = open_on(disk, small_segments(Durability::kFull)).value();
  EXPECT_EQ(read_state(again).value(), scene.store());
  const Status retried = scene.run(*disk, again);
  EXPECT_TRUE(retried.ok() || (whole && retried.code() == Code::kAlreadyExists))
      << retried.to_string();
  return met;
}

TEST(Backup, that_fails_at_any_file_operation_is_whole_or_nothing) {
  std::size_t faults = 0;
  for (const What what : kAll) {
    const Scene scene(what);
    for (const io::FaultKind kind :
         {io::FaultKind::kInputOutput, io::FaultKind::kDiskFull, io::FaultKind::kShortWrite,
          io::FaultKind::kFailedSync, io::FaultKind::kTooManyFiles}) {
      for (const bool sticky : {false, true}) {
        for (std::size_t n = 0;; n += kShare, ++faults) {
          SCOPED_TRACE(name_of(what) + ", fault " + std::to_string(static_cast<int>(kind)) +
                       " at " + std::to_string(n) + (sticky ? ", for ever" : ", once"));
          if (!fail_one(scene, {.kind = kind, .at = n, .sticky = sticky})) break;
          if (HasFailure()) return;
        }
      }
    }
  }
  std::printf("%zu faults, each whole or nothing\n", faults);
  EXPECT_GT(faults, 500 / kShare);
}

TEST(Backup, that_loses_power_at_any_file_operation_is_whole_or_nothing) {
  std::size_t states = 0, whole = 0;
  for (const What what : kAll) {
    Scene scene(what);
    const auto disk = scene.copy();
    io::FaultFileSystem files(*disk);
    std::vector<io::Operation> operations;
    {
      const std::shared_ptr<io::FileSystem> shared(&files, [](auto*) {});
      const Database database = open_on(shared, small_segments(Durability::kFull)).value();
      ASSERT_TRUE(scene.run(files, database).ok());
      operations = files.record();
    }
    io::CrashModel model(scene.disk());
    for (std::size_t i = 0; i < operations.size(); ++i) {
      SCOPED_TRACE(name_of(what) + ", after operation " + std::to_string(i) + ": " +
                   operations[i].to_string());
      const auto kind = operations[i].kind;
      model.apply(operations[i]);
      if (kind == io::OperationKind::kRead || kind == io::OperationKind::kOpen) continue;
      const std::size_t count = model.state_count();
      const std::size_t stride = std::max<std::size_t>(1, count * kShare / 8);
      for (std::size_t s = 0; s < count; s += stride, ++states) {
        io::CrashState state = model.state(s);
        SCOPED_TRACE(state.description);
        const std::shared_ptr<io::MemoryFileSystem> crashed = std::move(state.disk);
        const bool there = scene.is_whole(crashed);
        whole += there ? 1 : 0;
        const Database database = open_on(crashed, small_segments(Durability::kFull)).value();
        ASSERT_EQ(read_state(database).value(), scene.store());
        const Status retried = scene.run(*crashed, database);
        ASSERT_TRUE(retried.ok() || (there && retried.code() == Code::kAlreadyExists))
            << retried.to_string();
        if (HasFailure()) return;
      }
    }
    EXPECT_TRUE(scene.is_whole(model.state(0).disk)) << "what was acknowledged is on the disk";
  }
  std::printf("%zu states, of which %zu have it whole\n", states, whole);
  EXPECT_GT(states, 300 / kShare);
  EXPECT_GT(whole, 4u);
}

}  // namespace
}  // namespace vecstore::crash
