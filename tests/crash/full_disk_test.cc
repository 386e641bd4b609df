// A small disk of its own that fills up, at every place where a write can meet it: the call says
// so, reads go on, nothing acknowledged is lost, and writes resume when there is room again,
// without a restart (promise G4).
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "base/random.h"
#include "base/test_folder.h"
#include "crash/workload.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

// May this process mount? By root, or in a user namespace of its own.
bool may_mount() {
  static const bool may = [] {
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    if (user != 0) {
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }();
  return may;
}

// Lives in memory and is gone with its folder.
class SmallDisk {
 public:
  explicit SmallDisk(std::size_t kilobytes) { mounted_ = mount(kilobytes, 0); }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.string().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  bool grow(std::size_t kilobytes) { return mount(kilobytes, MS_REMOUNT); }
  std::string store() const { return (folder_ / "store").string(); }

 private:
  bool mount(std::size_t kilobytes, unsigned long flags) {
    const std::string size = "size=" + std::to_string(kilobytes) + "k";
    return ::mount("tmpfs", folder_.string().c_str(), "tmpfs", flags, size.c_str()) == 0;
  }

  TestFolder folder_;
  bool mounted_ = false;
};

Record record_of(std::int64_t n) {
  Record record;
  record.id = "id" + std::to_string(n % 60);
  record.vector = {static_cast<float>(n), 1.0f};
  record.metadata = Metadata{{"n", n}};
  record.text = std::string(static_cast<std::size_t>(n * 37 % 900), 't');
  return record;
}

class Filling {
 public:
  Filling(const SmallDisk& disk, std::uint64_t seed, int threads) : random_(seed) {
    options_ = small_segments(seed % 2 == 0 ? Durability::kFull : Durability::kNormal);
    options_.threads = threads;
    options_.seal_rows = 20;
    database_ = open_on(nullptr, options_, disk.store()).value();
    things_ = database_->get_or_create("things", {.dimension = 2}).value();
  }

  // One operation. What is refused must have changed nothing.
  Status step() {
    const std::int64_t n = ++n_;
    const std::uint64_t dice = random_.below(20);
    if (dice == 0) return things_->flush();
    if (dice == 1) return things_->compact().status();
    State after = state_;
    const Status status = dice < 5 ? remove(n, after) : upsert(n, after);
    if (status.ok()) state_ = std::move(after);
    return status;
  }

  void expect_state() { EXPECT_EQ(read_state(*database_).value(), state_); }
  void expect_queries() {
    EXPECT_EQ(things_->query({.vector = {1, 1}, .k = 100}).value().size(), state_.size());
  }
  void wait() { static_cast<void>(database_->wait_for_background().ok()); }
  void expect_writable() {
    const DatabaseStats stats = database_->stats().value();
    EXPECT_TRUE(stats.writable) << stats.fault;
  }
  void reopen(const SmallDisk& disk) {
    EXPECT_EQ(database_->close().to_string(), "ok");
    things_.reset();
    database_.reset();
    const CheckReport report = Database::check(disk.store(), true).value();
    for (const Damage& damage : report.damage) ADD_FAILURE() << damage.file << ": " << damage.what;
    database_ = open_on(nullptr, options_, disk.store()).value();
    things_ = database_->collection("things").value();
  }

 private:
  Status remove(std::int64_t n, State& after) {
    const std::string id = record_of(n).id;
    after.erase("things/" + id);
    return things_->remove(id).status();
  }
  Status upsert(std::int64_t n, State& after) {
    const Record record = record_of(n);
    after["things/" + record.id] = n;
    return things_->upsert(record).status();
  }

  Random random_;
  DatabaseOptions options_;
  std::optional<Database> database_;
  std::optional<Collection> things_;
  State state_;
  std::int64_t n_ = 0;
};

// Returns how many operations the full disk refused.
int fill(std::uint64_t seed, std::size_t kilobytes, int threads) {
  SCOPED_TRACE("seed " + std::to_string(seed) + ", " + std::to_string(kilobytes) + " KB");
  SmallDisk disk(kilobytes);
  EXPECT_TRUE(disk.mounted());
  Filling filling(disk, seed, threads);
  int refused = 0;
  for (int i = 0; i < 4000 && refused < 12 && !testing::Test::HasFailure(); ++i) {
    const Status status = filling.step();
    if (status.ok()) continue;
    ++refused;
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
    EXPECT_NE(status.message().find("no space left"), std::string::npos) << status.to_string();
    filling.expect_state();
    filling.expect_queries();
  }
  EXPECT_TRUE(disk.grow(64 * kilobytes));
  filling.wait();
  filling.expect_writable();
  for (int i = 0; i < 50 && !testing::Test::HasFailure(); ++i)
    EXPECT_EQ(filling.step().to_string(), "ok");
  filling.expect_state();
  filling.reopen(disk);
  filling.expect_state();
  return refused;
}

void fill_many(int threads, Trials&& trials) {
  if (!may_mount()) GTEST_SKIP() << "this system lets nobody mount a small disk";
  int refused = 0;
  for (; trials.next(); trials.count(1))
    refused += fill(trials.seed(), 88 + trials.seed() % 10 * 28, threads);
  if (!trials.soaking()) {
    EXPECT_GT(refused, 50);
  }
}

TEST(FullDisk, refuses_and_goes_on_when_there_is_room) {
  fill_many(0, Trials({.row = "full disk", .mode = "one thread", .first_seed = 1, .usual = 10}));
}
TEST(FullDisk, refuses_and_goes_on_when_there_is_room_with_background_work) {
  fill_many(2, Trials({.row = "full disk", .mode = "background", .first_seed = 1, .usual = 10}));
}

}  // namespace
}  // namespace vecstore::crash
