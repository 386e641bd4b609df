#include "service/tenancy/namespace_backup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/test_folder.h"
#include "service/tenancy/namespace_admin.h"
#include "service/tenancy/namespace_use.h"

namespace vecstore {
namespace {

struct NamespaceBackupTest : testing::Test {
  TestFolder folder{TestFolder::Where::kMemory};
  Database database = Database::in_memory().value();
  std::unique_ptr<NamespaceStore> spaces = NamespaceStore::open(folder / "namespaces").value();
  const std::string backup = folder / "backup";

  Namespace space = create_namespace(*spaces, database, "acme",
                                     {.name = "Acme", .tier = "free", .metadata = Object{{"c", 7}}})
                        .value();

  void SetUp() override {
    CollectionOptions options{.dimension = 2, .description = "first"};
    options.fields = {{.name = "words", .kind = VectorKind::kSparse, .dimension = 9}};
    Collection docs = database.create_collection("acme/docs", options).value();
    for (int i = 0; i < 300; ++i) {
      Record record{.id = "r" + std::to_string(i), .vector = {1, float(i)}, .text = "text"};
      record.metadata = Object{{"n", i}};
      record.vectors = {{"words", SparseVector{9, {1}, {2}}}};
      if (i == 5) record.expires_at = 4'000'000'000'000;
      ASSERT_TRUE(docs.upsert(record).ok());
    }
    ASSERT_TRUE(docs.soft_delete("r7").ok());
    ASSERT_TRUE(database.create_collection("acme/empty").ok());
    ASSERT_TRUE(database.set_alias("acme/now", "acme/docs").ok());
    Collection other = database.create_collection("beta/docs", {.dimension = 2}).value();
    ASSERT_TRUE(other.upsert({.id = "theirs", .vector = {1, 0}}).ok());
  }

  // All that is to be kept of a collection.
  static std::string dump(const Database& from, const std::string& name) {
    const Collection collection = from.collection(name).value();
    std::string out = collection.options() == CollectionOptions() ? "plain" : "";
    Scan scan = collection.scan({.include_deleted = true}).value();
    for (Record& record : scan.next(1'000).value()) {
      record.created_at = record.updated_at = 0;
      record.version = 0;
      record.deleted_at = record.deleted_at == 0 ? 0 : 1;
      out += record.to_json() + "\n";
    }
    return out;
  }
  Result<NamespaceBackupReport> make() {
    return backup_namespace(database, space, backup, nullptr, {});
  }
  Result<NamespaceBackupReport> restore(const std::string& id) {
    return restore_namespace(*spaces, database, backup, id, {});
  }
};

TEST_F(NamespaceBackupTest, comes_back_whole_in_a_new_namespace) {
  const NamespaceBackupReport made = make().value();
  EXPECT_EQ(made.collections, 2u);
  EXPECT_EQ(made.records, 300u);
  const NamespaceBackupReport again = restore("again").value();
  EXPECT_EQ(again.records, 300u);
  EXPECT_EQ(again.space.status, NamespaceStatus::kActive);
  EXPECT_EQ(spaces->get("again")->name, "Acme");
  EXPECT_EQ(spaces->get("again")->quotas, space.quotas);
  EXPECT_EQ(spaces->get("again")->metadata, space.metadata);
  for (const char* name : {"docs", "empty", "now"})
    EXPECT_EQ(dump(database, name_in("again", name)), dump(database, name_in("acme", name)));
  EXPECT_EQ(database.collection("again/docs")->options(),
            database.collection("acme/docs")->options());
  EXPECT_EQ(database.collection("again/docs")->count().value(), 299u);
  EXPECT_EQ(collections_of(database, "beta")->size(), 1u);
}

TEST_F(NamespaceBackupTest, is_a_database_without_anything_of_others) {
  ASSERT_TRUE(make().ok());
  const std::string inside = backup + "/database";
  EXPECT_TRUE(Database::check(inside, true)->damage.empty());
  const Database alone = Database::open(inside, {.read_only = true}).value();
  EXPECT_EQ(alone.list_collections().value(), (std::vector<std::string>{"docs", "empty"}));
  EXPECT_EQ(dump(alone, "docs"), dump(database, "acme/docs"));
  EXPECT_EQ(read_backup(backup)->id, "acme");
}

TEST_F(NamespaceBackupTest, takes_no_place_that_is_taken) {
  ASSERT_TRUE(make().ok());
  EXPECT_EQ(make().status().code(), Code::kAlreadyExists);
  EXPECT_EQ(restore("acme").status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(restore("beta").status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(restore("No").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(spaces->list()->size(), 1u);
}

TEST_F(NamespaceBackupTest, what_is_damaged_or_not_complete_leaves_nothing) {
  ASSERT_TRUE(make().ok());
  const std::string text = read_whole(backup + "/namespace.json", 1 << 20).value();
  const auto refused = [&](const std::string& content) {
    folder.write("backup/namespace.json", content);
    return restore("again").status().code();
  };
  EXPECT_EQ(refused("{"), Code::kDataLoss);
  EXPECT_EQ(refused(print_namespace_file({})), Code::kDataLoss);
  Namespace second = space;
  second.id = "b";
  EXPECT_EQ(refused(print_namespace_file({space, second})), Code::kDataLoss);
  std::filesystem::remove(backup + "/namespace.json");
  EXPECT_EQ(restore("again").status().code(), Code::kNotFound);
  folder.write("backup/namespace.json", text);
  CancelToken cancelled;
  cancelled.cancel();
  EXPECT_EQ(restore_namespace(*spaces, database, backup, "again", cancelled).status().code(),
            Code::kCancelled);
  EXPECT_EQ(spaces->list()->size(), 1u);
  EXPECT_TRUE(collections_of(database, "again")->empty());
  EXPECT_TRUE(restore("again").ok());
  EXPECT_EQ(backup_namespace(database, space, folder / "other", nullptr, cancelled).status().code(),
            Code::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder / "other"));
}

// Each write puts a record into both collections, the first one first, within one hold.
TEST_F(NamespaceBackupTest, is_of_one_moment_while_others_write) {
  WriteRoom room;
  Collection a = database.create_collection("acme/a", {.dimension = 1}).value();
  Collection b = database.create_collection("acme/b", {.dimension = 1}).value();
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; !stop; ++i) {
        const WriteRoom::Hold hold = room.begin();
        const Record record{.id = std::to_string(t) + "-" + std::to_string(i), .vector = {1}};
        EXPECT_TRUE(a.upsert(record).ok());
        EXPECT_TRUE(b.upsert(record).ok());
      }
    });
  while (b.count().value() < 100) std::this_thread::yield();
  ASSERT_TRUE(backup_namespace(database, space, backup, &room, {}).ok());
  stop = true;
  for (std::thread& thread : threads) thread.join();
  const Database alone = Database::open(backup + "/database", {.read_only = true}).value();
  EXPECT_EQ(dump(alone, "a"), dump(alone, "b"));
}

}  // namespace
}  // namespace vecstore
