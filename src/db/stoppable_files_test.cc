// What goes from file to file, called off at each of them: check, repair, salvage, open.
#include "db/stoppable_files.h"

#include <gtest/gtest.h>

#include <map>

#include "db/check.h"
#include "db/repair.h"
#include "db/salvage/salvage.h"
#include "db/test_database.h"
#include "db/test_store.h"

namespace vecstore::db {
namespace {

TEST(StoppableFiles, end_reads_and_writes_and_let_things_be_removed) {
  io::MemoryFileSystem disk;
  CancelToken token;
  StoppableFiles files(disk, token);
  const auto writer = files.create("one", io::Create::kNew).value();
  const Bytes bytes(8);
  ASSERT_TRUE(writer->append(bytes).ok());
  const auto reader = files.open("one", io::Access::kRead).value();
  Bytes read(8);
  ASSERT_TRUE(reader->read(0, read).ok());
  token.cancel();
  EXPECT_EQ(code_of(reader->read(0, read)), Code::kCancelled);
  EXPECT_EQ(code_of(writer->append(bytes)), Code::kCancelled);
  EXPECT_EQ(code_of(files.open("one", io::Access::kRead)), Code::kCancelled);
  EXPECT_EQ(code_of(files.create("two", io::Create::kNew)), Code::kCancelled);
  StoppableFiles going(disk, CancelToken());
  EXPECT_EQ(code_of(going.open("none", io::Access::kRead)), Code::kNotFound);
  EXPECT_EQ(code_of(going.create("one", io::Create::kNew)), Code::kAlreadyExists);
  EXPECT_EQ(files.file_size("one").value(), 8u);
  EXPECT_TRUE(files.remove("one").ok());
  EXPECT_FALSE(disk.exists("one").value());
}

// Thirty records in files with graphs, one of them damaged when asked, and a log.
struct Stored {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();

  Stored() {
    Database database = open_on(files);
    CollectionOptions options{.dimension = 2};
    options.hnsw.min_rows = 4;
    Collection things = database.get_or_create("things", options).value();
    EXPECT_TRUE(fill(things, 0, 30).ok());
    EXPECT_TRUE(things.remove("7").ok());
    EXPECT_TRUE(things.flush().ok());
    EXPECT_TRUE(fill(things, 100, 103).ok());
    EXPECT_TRUE(database.close().ok());
  }
  void damage_a_graph() const {
    for (const std::string& path : files->files()) {
      if (!path.ends_with(".idx")) continue;
      Bytes bytes = files->content(path).value();
      bytes.at(bytes.size() / 2) ^= std::byte{4};
      ASSERT_TRUE(files->set_content(path, bytes).ok());
      return;
    }
    FAIL() << "no graph";
  }
  std::map<std::string, Bytes> content() const {
    std::map<std::string, Bytes> all;
    for (const std::string& path : files->files())
      if (!path.ends_with("LOCK")) all[path] = files->content(path).value();
    return all;
  }
  std::string records() const {
    Database database = open_on(files);
    return dump(database.collection("things").value());
  }
};

// Has `call` done with a token that is cancelled as the first, second ... file is opened or made,
// until it ends before that; after each time that was in vain, `check`. The number of those.
int at_every_file(const Stored& stored, const std::function<Status(const CancelToken&)>& call,
                  const std::function<void()>& check) {
  for (int at = 0;; ++at) {
    CancelToken token;
    int files = 0;
    if (at == 0) token.cancel();
    stored.files->on_open = stored.files->on_create = [&](const std::string&) {
      if (++files == at) token.cancel();
      return Status();
    };
    const Status status = call(token);
    stored.files->on_open = stored.files->on_create = {};
    if (status.ok()) return at;
    EXPECT_EQ(status.code(), Code::kCancelled) << at << ": " << status.message();
    EXPECT_LE(files, at + 1) << "it went on from file to file";
    check();
    if (testing::Test::HasFailure()) return at;
  }
}

TEST(StoppableFiles, a_check_that_is_called_off_gives_no_report) {
  const Stored stored;
  for (const bool deep : {false, true}) {
    const int times = at_every_file(
        stored,
        [&](const CancelToken& token) {
          return check_store(*stored.files, "store", deep, token).status();
        },
        [] {});
    EXPECT_GT(times, 5);
  }
  EXPECT_TRUE(check_store(*stored.files, "store", true, CancelToken())->damage.empty());
}

TEST(StoppableFiles, a_repair_that_is_called_off_changes_nothing) {
  const Stored stored;
  const std::string records = stored.records();
  stored.damage_a_graph();
  const auto before = stored.content();
  RepairReport report;
  const int times = at_every_file(
      stored,
      [&](const CancelToken& token) -> Status {
        VECSTORE_ASSIGN(report, repair_store(*stored.files, "store", token));
        return {};
      },
      [&] { EXPECT_EQ(stored.content(), before); });
  EXPECT_GT(times, 5);
  EXPECT_EQ(report.repaired.size(), 1u);
  EXPECT_TRUE(check_store(*stored.files, "store", true)->damage.empty());
  EXPECT_EQ(stored.records(), records);
}

TEST(StoppableFiles, a_salvage_that_is_called_off_leaves_nothing) {
  const Stored stored;
  SalvageReport report;
  const int times = at_every_file(
      stored,
      [&](const CancelToken& token) -> Status {
        SalvageOptions options{.cancel = token};
        VECSTORE_ASSIGN(report, salvage_store(*stored.files, "store", "saved", options));
        return {};
      },
      [&] {
        for (const std::string& path : stored.files->files())
          EXPECT_FALSE(path.starts_with("saved")) << path;
      });
  EXPECT_GT(times, 10);
  EXPECT_EQ(report.saved, 32u);
  EXPECT_EQ(report.lost, 0u);
}

TEST(StoppableFiles, an_open_that_is_called_off_changes_nothing) {
  const Stored stored;
  const auto before = stored.content();
  for (const bool read_only : {false, true}) {
    CancelToken token;
    DatabaseOptions options = small();
    options.read_only = read_only;
    options.cancel = token;
    stored.files->on_open = [&](const std::string& path) {
      if (path.find("/wal/") != std::string::npos) token.cancel();
      return Status();
    };
    EXPECT_EQ(code_of(try_open(stored.files, options)), Code::kCancelled);
    EXPECT_EQ(stored.content(), before);
    stored.files->on_open = {};
    EXPECT_EQ(code_of(try_open(stored.files, options)), Code::kCancelled) << "before it begins";
    EXPECT_EQ(stored.content(), before);
  }
  EXPECT_EQ(open_on(stored.files).collection("things").value().count().value(), 32u);
}

TEST(StoppableFiles, the_token_of_an_open_is_not_looked_at_later) {
  const Stored stored;
  CancelToken token;
  DatabaseOptions options = small();
  options.cancel = token;
  Database writer = try_open(stored.files, options).value();
  options.read_only = true;
  Database reader = try_open(stored.files, options).value();
  ASSERT_TRUE(writer.create_snapshot("one").ok());
  token.cancel();
  Collection things = writer.collection("things").value();
  EXPECT_TRUE(things.upsert({.id = "later", .vector = {1, 1}}).ok());
  EXPECT_TRUE(writer.restore_snapshot("one").ok());
  EXPECT_TRUE(writer.snapshot("one").ok());
  EXPECT_TRUE(reader.refresh().ok()) << "which opens it anew";
  EXPECT_EQ(reader.collection("things").value().count().value(), 32u);
}

}  // namespace
}  // namespace vecstore::db
