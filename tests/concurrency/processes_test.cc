// What fork() and signals do to an open database: nothing that its header does not say.
#include <gtest/gtest.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

#include "base/test_folder.h"
#include "base/test_share.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

#if defined(__SANITIZE_THREAD__)
#define SKIP_UNDER_TSAN() GTEST_SKIP() << "ThreadSanitizer does not follow a fork"
#else
#define SKIP_UNDER_TSAN() static_cast<void>(0)
#endif

Record record(int i) {
  return {.id = std::to_string(i), .vector = DenseVector{1, static_cast<float>(i)}};
}

DatabaseOptions busy() {
  DatabaseOptions options;
  options.seal_rows = 100;
  options.merge_fanout = 2;
  options.sync_interval_ms = 1;
  return options;
}

// Threads that write, read and make snapshots until it goes, so that mutexes are held at a fork.
class Traffic {
 public:
  Traffic(Database& database, Collection& collection) {
    threads_.emplace_back([&] {
      for (int i = 0; !stop_; ++i) written_ += collection.upsert(record(i % 500)).ok() ? 1 : 0;
    });
    threads_.emplace_back([&] {
      while (!stop_) collection.query({.vector = Vector(DenseVector{1, 1}), .k = 3}).value();
    });
    threads_.emplace_back([&] {
      while (!stop_) {
        EXPECT_TRUE(database.create_snapshot("s").ok());
        EXPECT_TRUE(database.drop_snapshot("s").ok());
        EXPECT_TRUE(database.list_collections().ok());
      }
    });
  }
  ~Traffic() { stop(); }
  int stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return written_;
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> written_ = 0;
  std::vector<std::thread> threads_;
};

// The exit code of a child that does `work`; less than 0 when it died or did not end in time.
int in_child(const std::function<int()>& work) {
  constexpr unsigned kSeconds = 20;
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kSeconds);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The first of these calls that is not refused, from 1; 0 when all are.
int not_refused(Database& database, Collection& collection, Scan& scan) {
  const auto refused = [](const Status& status) {
    return status.code() == Code::kFailedPrecondition &&
           status.message().find("forked") != std::string::npos;
  };
  const Status all[] = {collection.upsert(record(1)).status(),
                        collection.query({.vector = Vector(DenseVector{1, 1})}).status(),
                        collection.get("1").status(),
                        scan.next(1).status(),
                        collection.count().status(),
                        collection.stats().status(),
                        collection.compact().status(),
                        database.flush(),
                        database.stats().status(),
                        database.list_collections().status(),
                        database.list_aliases().status(),
                        database.collection("c").status(),
                        database.create_collection("d").status(),
                        database.drop_collection("c"),
                        database.rename_collection("c", "d"),
                        database.set_alias("a", "c"),
                        database.copy_collection("c", "d").status(),
                        database.create_snapshot("t").status(),
                        database.list_snapshots().status(),
                        database.restore_snapshot("s"),
                        database.snapshot("s").status(),
                        database.backup("elsewhere").status(),
                        database.wait_for_background(),
                        database.close()};
  for (int i = 0; i < static_cast<int>(std::size(all)); ++i)
    if (!refused(all[i])) return 1 + i;
  return collection.name().empty() ? 0 : 99;
}

TEST(Processes, a_forked_child_is_refused_and_disturbs_nobody) {
  // Unlike that of glibc: what another thread holds of it in the moment of the fork stays locked.
  if (kShare > 1) GTEST_SKIP() << "a sanitizer's allocator does not survive a fork beside threads";
  const TestFolder folder;
  const std::string path = (folder / "db").string();
  std::optional<Database> database = Database::open(path, busy()).value();
  std::optional<Collection> collection = database->create_collection("c", {.dimension = 2}).value();
  ASSERT_TRUE(collection->upsert(record(1)).ok());
  std::optional<Scan> scan = collection->scan().value();
  Traffic traffic(*database, *collection);
  for (int round = 0; round < 10; ++round) {
    const int code = in_child([&] {
      if (const int bad = not_refused(*database, *collection, *scan); bad != 0) return bad;
      scan.reset();  // handles go without a trace
      collection.reset();
      database.reset();
      const Result<Database> writer = Database::open(path, busy());
      if (writer.status().code() != Code::kUnavailable) return 100;
      const std::string parent = std::to_string(::getppid());
      if (writer.status().message().find(parent) == std::string::npos) return 101;
      Result<Database> reader = Database::open(path, {.read_only = true});
      if (!reader.ok()) return 102;
      return reader->collection("c").value().query({.vector = Vector(DenseVector{1, 1})}).ok()
                 ? 0
                 : 103;
    });
    ASSERT_EQ(code, 0) << "round " << round;
  }
  EXPECT_GT(traffic.stop(), 0);
  EXPECT_TRUE(collection->upsert(record(1'000)).ok());
  EXPECT_TRUE(database->close().ok());
  EXPECT_TRUE(Database::check(path, true).value().damage.empty());
}

TEST(Processes, a_lock_ends_with_its_holder_whatever_children_it_left) {
  SKIP_UNDER_TSAN();
  const TestFolder folder;
  const std::string path = (folder / "db").string();
  int ready[2], end[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(end), 0);
  const pid_t holder = ::fork();
  if (holder == 0) {
    const Database database = Database::open(path).value();
    const pid_t grandchild = ::fork();
    if (grandchild == 0) {
      ::close(end[1]);
      char byte;
      ::_exit(::read(end[0], &byte, 1) == 0 ? 0 : 1);  // lives until the test ends
    }
    ::_exit(::write(ready[1], "x", 1) == 1 ? 0 : 1);  // dies without closing
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(holder, &status, 0), holder);
  const Result<Database> next = Database::open(path);
  EXPECT_TRUE(next.ok()) << next.status().to_string();
  for (const int fd : {ready[0], ready[1], end[0], end[1]}) ::close(fd);
}

TEST(Processes, signals_interrupt_no_call) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};  // without SA_RESTART
  struct sigaction before = {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, &before), 0);
  const itimerval often = {{0, 500}, {0, 500}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &often, nullptr), 0);
  const TestFolder folder;
  DatabaseOptions options = busy();
  options.durability = Durability::kFull;
  options.threads = 0;  // everything happens in the thread that gets the signals
  {
    Database database = Database::open((folder / "db").string(), options).value();
    Collection collection = database.create_collection("c", {.dimension = 2}).value();
    for (int i = 0; i < 400; ++i) ASSERT_TRUE(collection.upsert(record(i)).ok()) << i;
    EXPECT_TRUE(collection.compact().ok());
    EXPECT_TRUE(database.backup((folder / "backup").string()).ok());
    EXPECT_TRUE(database.close().ok());
  }
  Database again = Database::open((folder / "db").string(), options).value();
  EXPECT_EQ(again.collection("c").value().count().value(), 400u);
  const itimerval never = {};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
}

TEST(Processes, handles_move_between_threads) {
  std::optional<Database> database;
  std::optional<Collection> collection;
  std::thread([&] { database = Database::in_memory().value(); }).join();
  std::thread([&] {
    collection = database->create_collection("c", {.dimension = 2}).value();
    EXPECT_TRUE(collection->upsert(record(1)).ok());
  }).join();
  std::thread([moved = std::move(*database)]() mutable { EXPECT_TRUE(moved.flush().ok()); }).join();
  std::thread([&] {
    EXPECT_EQ(collection->count().value(), 1u);
    collection.reset();
  }).join();
}

}  // namespace
}  // namespace vecstore
