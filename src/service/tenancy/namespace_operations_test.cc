#include "service/tenancy/namespace_operations.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <list>
#include <thread>

#include "service/operations.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

constexpr int kThreads = 64;

// How many of 64 that do the same at one time are let through; each waits for all to be there.
int of_sixty_four(const std::function<bool(int)>& attempt) {
  std::atomic<int> ready = 0, accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      ++ready;
      while (ready < kThreads) std::this_thread::yield();
      accepted += attempt(t) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  return accepted;
}

struct NamespaceOperationsTest : testing::Test {
  TestService test;
  MadeKey acme = test.make_space("acme");
  MadeKey beta = test.make_space("beta");

  Result<Admission> may(const MadeKey& key, Operation operation, std::string_view subject) {
    Refusal refusal;
    return test.service->admit(test.caller(key), operation, subject, refusal);
  }
  Status make(const MadeKey& key, const std::string& name, std::uint32_t dimension = 2) {
    VECSTORE_ASSIGN(const Admission admission, may(key, Operation::kCreateCollection, name));
    return create_collection(*test.service, admission, {.dimension = dimension}).status();
  }
  Status put(const MadeKey& key, const std::vector<Record>& records,
             const std::string& name = "docs") {
    VECSTORE_ASSIGN(const Admission admission, may(key, Operation::kUpsert, name));
    return upsert(*test.service, admission, records).status();
  }
  static Record record(const std::string& id) { return {.id = id, .vector = {1, 0}}; }
  static std::vector<Record> records(int from, int count) {
    std::vector<Record> all;
    for (int i = from; i < from + count; ++i) all.push_back(record("r" + std::to_string(i)));
    return all;
  }
  Result<Hits> ask(const MadeKey& key, const Query& asked, const std::string& name = "docs") {
    VECSTORE_ASSIGN(const Admission admission, may(key, Operation::kQuery, name));
    return query(*test.service, admission, asked);
  }
  std::uint64_t count(const std::string& name) {
    return test.service->database().collection(name)->count().value();
  }
  std::vector<std::string> names(const MadeKey& key) {
    return list_collections(*test.service, *may(key, Operation::kListCollections, "")).value();
  }
};

TEST_F(NamespaceOperationsTest, each_has_its_own_collection_of_one_name) {
  for (const MadeKey& key : {acme, beta}) ASSERT_TRUE(make(key, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 3)).ok());
  EXPECT_EQ(count("acme/docs"), 3u);
  EXPECT_EQ(ask(beta, {.vector = {1, 0}})->size(), 0u);
  EXPECT_EQ(names(acme), std::vector<std::string>{"docs"});
  EXPECT_EQ(names(test.admin), (std::vector<std::string>{"acme/docs", "beta/docs"}));
  EXPECT_EQ(make(acme, "docs").code(), Code::kAlreadyExists);
  EXPECT_EQ(put(acme, records(0, 1), "beta/docs").code(), Code::kNotFound);
  EXPECT_EQ(make(acme, "beta/docs").code(), Code::kOk);  // acme/beta/docs
  EXPECT_EQ(count("beta/docs"), 0u);
}

TEST_F(NamespaceOperationsTest, an_alias_leads_neither_out_nor_in) {
  ASSERT_TRUE(make(beta, "docs").ok());
  Database& database = test.service->database();
  ASSERT_TRUE(database.set_alias("acme/theirs", "beta/docs").ok());
  ASSERT_TRUE(database.set_alias("top", "beta/docs").ok());
  ASSERT_TRUE(database.set_alias("beta/mine", "beta/docs").ok());
  const Status missing = ask(acme, {.vector = {1, 0}}, "nowhere").status();
  const Status theirs = ask(acme, {.vector = {1, 0}}, "theirs").status();
  EXPECT_EQ(theirs.code(), missing.code());
  EXPECT_EQ(theirs.message(), "collection 'acme/theirs' does not exist");
  EXPECT_EQ(put(test.admin, records(0, 1), "top").code(), Code::kNotFound);
  EXPECT_TRUE(put(beta, records(0, 1), "mine").ok());
}

TEST_F(NamespaceOperationsTest, a_key_may_be_confined_within_its_namespace) {
  const MadeKey narrow =
      test.service->keys()
          ->create({.name = "n", .role = Role::kAdmin, .collections = {"docs"}, .space = "acme"})
          .value();
  for (const char* name : {"docs", "more"}) ASSERT_TRUE(make(acme, name).ok());
  EXPECT_TRUE(put(narrow, records(0, 1)).ok());
  EXPECT_EQ(put(narrow, records(0, 1), "more").code(), Code::kPermissionDenied);
  EXPECT_EQ(names(narrow), std::vector<std::string>{"docs"});
  EXPECT_FALSE(may(narrow, Operation::kNamespaceStats, "acme").ok());
}

TEST_F(NamespaceOperationsTest, of_the_database_and_of_other_namespaces_it_is_told_nothing) {
  for (const OperationRow& row : all_operations()) {
    const Status status = may(acme, row.operation, "beta").status();
    const Status unknown = may(acme, row.operation, "gamma").status();
    if (row.about == About::kDatabase || row.about == About::kNamespace) {
      EXPECT_EQ(status.code(), Code::kPermissionDenied) << row.name;
    }
    EXPECT_EQ(status.code(), unknown.code()) << row.name;
  }
  EXPECT_TRUE(may(acme, Operation::kNamespaceStats, "acme").ok());
  EXPECT_TRUE(may(test.admin, Operation::kNamespaceStats, "acme").ok());
}

TEST_F(NamespaceOperationsTest, messages_name_collections_as_the_caller_does) {
  const Admission admission = *may(acme, Operation::kQuery, "nowhere");
  const Status status = query(*test.service, admission, {.vector = {1, 0}}).status();
  EXPECT_EQ(told_status(admission, status).message(), "collection 'nowhere' does not exist");
  EXPECT_EQ(told_status(*may(test.admin, Operation::kQuery, "x"), status).message(),
            "collection 'acme/nowhere' does not exist");
}

TEST_F(NamespaceOperationsTest, its_status_says_what_may_be_done) {
  ASSERT_TRUE(make(acme, "docs").ok());
  const auto may_do = [&](const MadeKey& key, Operation operation, const char* name) {
    return may(key, operation, name).ok();
  };
  test.set_status("acme", NamespaceStatus::kReadOnly);
  EXPECT_TRUE(may_do(acme, Operation::kQuery, "docs"));
  EXPECT_EQ(put(acme, records(0, 1)).message(), "this namespace takes no writes now (read_only)");
  EXPECT_FALSE(may_do(test.admin, Operation::kUpsert, "acme/docs"));
  for (const NamespaceStatus status :
       {NamespaceStatus::kSuspended, NamespaceStatus::kPendingDeletion}) {
    test.set_status("acme", status);
    for (const OperationRow& row : all_operations())
      EXPECT_EQ(may(acme, row.operation, "acme").status().code(), Code::kPermissionDenied)
          << row.name;
    EXPECT_FALSE(may_do(test.admin, Operation::kQuery, "acme/docs"));
    EXPECT_TRUE(may_do(beta, Operation::kListCollections, ""));
  }
  test.set_status("acme", NamespaceStatus::kActive);
  EXPECT_TRUE(put(acme, records(0, 1)).ok());
}

TEST_F(NamespaceOperationsTest, without_its_namespace_a_key_opens_nothing) {
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(test.service->namespaces()->remove("acme").ok());
  EXPECT_EQ(put(acme, records(0, 1)).message(), "this namespace is not there");
  EXPECT_FALSE(may(acme, Operation::kListCollections, "").ok());
  EXPECT_TRUE(may(test.admin, Operation::kQuery, "acme/docs").ok());
}

TEST_F(NamespaceOperationsTest, when_the_namespaces_cannot_be_read_nothing_in_them_is_reached) {
  ASSERT_TRUE(make(acme, "docs").ok());
  test.folder.write("namespaces", "{");
  const double until = monotonic_ms() + 10'000;
  while (may(acme, Operation::kQuery, "docs").ok() && monotonic_ms() < until)
    std::this_thread::yield();
  EXPECT_EQ(may(acme, Operation::kQuery, "docs").status().code(), Code::kUnavailable);
  EXPECT_EQ(may(test.admin, Operation::kQuery, "acme/docs").status().code(), Code::kUnavailable);
  EXPECT_TRUE(may(test.admin, Operation::kQuery, "docs").ok());
}

TEST_F(NamespaceOperationsTest, max_vectors_holds_to_the_unit_for_sixty_four_writers) {
  test.set_quotas("acme", {.max_vectors = 1'000});
  for (const char* name : {"docs", "more"}) ASSERT_TRUE(make(acme, name).ok());
  ASSERT_TRUE(put(acme, records(0, 999)).ok());
  const auto last = [&](int t) {
    return put(acme, {record("new" + std::to_string(t))}, t % 2 ? "docs" : "more").ok();
  };
  EXPECT_EQ(of_sixty_four(last), 1);
  EXPECT_EQ(count("acme/docs") + count("acme/more"), 1'000u);
  EXPECT_TRUE(put(acme, records(0, 999)).ok());  // they are there already
  EXPECT_EQ(put(acme, records(5'000, 1)).message(),
            "this namespace has 1000 of 1000 vectors, 1 more do not fit (max_vectors)");
  EXPECT_TRUE(make(beta, "docs").ok());
  EXPECT_TRUE(put(beta, records(0, 1'001)).ok());
  // Whoever writes: the quota is the namespace's.
  EXPECT_FALSE(put(test.admin, records(5'000, 1), "acme/docs").ok());
}

TEST_F(NamespaceOperationsTest, max_vectors_is_filled_by_writers_of_batches) {
  test.set_quotas("acme", {.max_vectors = 500});
  ASSERT_TRUE(make(acme, "docs").ok());
  std::atomic<std::uint64_t> written = 0;
  (void)of_sixty_four([&](int t) {
    for (int i = 0; i < 10; ++i)
      if (put(acme, records(1'000 * t + 3 * i, 3)).ok()) written += 3;
    return true;
  });
  EXPECT_EQ(count("acme/docs"), written);
  EXPECT_EQ(written, 498u);
  EXPECT_TRUE(put(acme, records(900'000, 2)).ok());
  EXPECT_FALSE(put(acme, records(900'002, 1)).ok());
}

TEST_F(NamespaceOperationsTest, records_that_go_make_room_for_others) {
  test.set_quotas("acme", {.max_vectors = 2});
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 2)).ok());
  EXPECT_FALSE(put(acme, records(2, 1)).ok());
  const std::vector<std::string> ids = {"r0"};
  ASSERT_TRUE(remove(*test.service, *may(acme, Operation::kRemove, "docs"), ids).ok());
  EXPECT_TRUE(put(acme, records(2, 1)).ok());
  EXPECT_FALSE(put(acme, records(3, 1)).ok());
  ASSERT_TRUE(drop_collection(*test.service, *may(acme, Operation::kDropCollection, "docs")).ok());
  ASSERT_TRUE(make(acme, "docs").ok());
  EXPECT_TRUE(put(acme, records(0, 2)).ok());
}

TEST_F(NamespaceOperationsTest, max_storage_bytes_holds_to_the_byte_for_sixty_four_writers) {
  // Ids of 4 bytes and two components of 4: 12 bytes a record.
  test.set_quotas("acme", {.max_storage_bytes = 1'207});
  ASSERT_TRUE(make(acme, "docs").ok());
  const auto ten = [&](int t) {
    int accepted = 0;
    for (int i = 0; i < 10; ++i)
      accepted += put(acme, {record(std::to_string(1'000 + 10 * t + i))}).ok();
    return accepted;
  };
  std::atomic<int> accepted = 0;
  (void)of_sixty_four([&](int t) {
    accepted += ten(t);
    return true;
  });
  EXPECT_EQ(accepted, 100);
  EXPECT_THAT(put(acme, {record("1000")}).message(), HasSubstr("1200 of 1207 bytes, 12 more"));
  EXPECT_TRUE(put(acme, {{.id = "7 bytes"}}).ok());
  EXPECT_FALSE(put(acme, {{.id = "x"}}).ok());
}

TEST_F(NamespaceOperationsTest, changes_need_room_as_well) {
  test.set_quotas("acme", {.max_storage_bytes = 200});
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, {{.id = "a", .text = std::string(60, 'x')}}).ok());
  Update change{.id = "a"};
  change.text = std::string(60, 'y');
  const auto do_it = [&] {
    return update(*test.service, *may(acme, Operation::kUpdate, "docs"), change).status();
  };
  EXPECT_TRUE(do_it().ok());
  EXPECT_THAT(do_it().message(), HasSubstr("max_storage_bytes"));
  ASSERT_TRUE(test.service->database().collection("acme/docs")->compact().ok());
  test.service->tenant_of("acme")->room().loosen();
  EXPECT_TRUE(do_it().ok());
}

TEST_F(NamespaceOperationsTest, max_concurrent_queries_holds_to_the_unit) {
  test.set_quotas("acme", {.max_concurrent_queries = 5});
  Mutex mutex;
  std::list<Admission> held;
  const auto hold = [&](const MadeKey& key, Operation operation, const char* name) {
    auto one = may(key, operation, name);
    if (!one.ok()) return false;
    MutexLock lock(mutex);
    held.push_back(*std::move(one));
    return true;
  };
  EXPECT_EQ(of_sixty_four([&](int t) {
              return hold(acme, t % 2 ? Operation::kQuery : Operation::kQueryMany, "docs");
            }),
            5);
  EXPECT_FALSE(hold(test.admin, Operation::kQuery, "acme/docs"));
  EXPECT_TRUE(hold(beta, Operation::kQuery, "docs"));
  EXPECT_TRUE(hold(acme, Operation::kGetRecord, "docs"));
  held.erase(held.begin());
  EXPECT_TRUE(hold(acme, Operation::kQuery, "docs"));
  EXPECT_EQ(namespace_stats(*test.service, "acme")->queries, 5u);
  held.clear();
  EXPECT_EQ(namespace_stats(*test.service, "acme")->queries, 0u);
}

TEST_F(NamespaceOperationsTest, max_requests_per_second_holds_and_says_when_to_come_back) {
  test.set_quotas("acme", {.max_requests_per_second = 20});
  const double begun = monotonic_ms();
  const int passed =
      of_sixty_four([&](int) { return may(acme, Operation::kListCollections, "").ok(); });
  const double took_ms = monotonic_ms() - begun;
  EXPECT_GE(passed, 20);
  EXPECT_LE(passed, 20 + static_cast<int>(took_ms * 20 / 1'000));
  Refusal refusal;
  for (int i = 0; i < 1'000 && refusal.status.ok(); ++i)
    (void)test.service->admit(test.caller(acme), Operation::kListCollections, "", refusal);
  EXPECT_EQ(refusal.status.code(), Code::kResourceExhausted);
  EXPECT_GT(refusal.retry_after_ms, 0);
  EXPECT_LE(refusal.retry_after_ms, 50);
  EXPECT_TRUE(may(beta, Operation::kListCollections, "").ok());
}

TEST_F(NamespaceOperationsTest, max_dimension_holds_wherever_a_vector_comes_in) {
  test.set_quotas("acme", {.max_dimension = 2});
  EXPECT_EQ(make(acme, "wide", 3).message(),
            "3 components, this namespace allows 2 (max_dimension)");
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(make(acme, "open", 0).ok());
  const Record wide{.id = "a", .vector = {1, 0, 0}};
  EXPECT_EQ(put(acme, {wide}, "open").code(), Code::kInvalidArgument);
  EXPECT_EQ(put(acme, {{.id = "a", .vectors = {{"vector", {1, 0, 0}}}}}, "open").code(),
            Code::kInvalidArgument);
  EXPECT_TRUE(put(acme, records(0, 1), "open").ok());
  Update change{.id = "r0"};
  change.vectors = {{kDefaultField, {1, 2, 3}}};
  EXPECT_THAT(
      update(*test.service, *may(acme, Operation::kUpdate, "open"), change).status().message(),
      HasSubstr("max_dimension"));
  EXPECT_THAT(ask(acme, {.vector = {1, 0, 0}}).status().message(), HasSubstr("max_dimension"));
  Query staged{.vector = {1, 0}};
  staged.prefetch = {{.vector = {1, 0, 0}}};
  EXPECT_THAT(ask(acme, staged).status().message(), HasSubstr("max_dimension"));
  CollectionOptions fields{.dimension = 2};
  fields.fields = {{.name = "title", .dimension = 3}};
  EXPECT_FALSE(
      create_collection(*test.service, *may(acme, Operation::kCreateCollection, "f"), fields).ok());
  EXPECT_TRUE(make(beta, "wide", 3).ok());
}

TEST_F(NamespaceOperationsTest, max_results_per_query_holds_for_queries_and_pages) {
  test.set_quotas("acme", {.max_results_per_query = 3});
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 9)).ok());
  EXPECT_EQ(ask(acme, {.vector = {1, 0}, .k = 3})->size(), 3u);
  EXPECT_EQ(ask(acme, {.vector = {1, 0}, .k = 4}).status().message(),
            "4 hits, this namespace allows 3 (max_results_per_query)");
  EXPECT_EQ(query_many(*test.service, *may(acme, Operation::kQueryMany, "docs"), {{.k = 4}})
                .status()
                .code(),
            Code::kInvalidArgument);
  const auto page = [&](std::size_t limit) {
    return scan_page(*test.service, *may(acme, Operation::kScan, "docs"), {}, limit);
  };
  EXPECT_EQ(page(3)->records.size(), 3u);
  EXPECT_FALSE(page(4).ok());
}

TEST_F(NamespaceOperationsTest, max_batch_size_holds_for_all_that_comes_in_numbers) {
  test.set_quotas("acme", {.max_batch_size = 2});
  ASSERT_TRUE(make(acme, "docs").ok());
  EXPECT_TRUE(put(acme, records(0, 2)).ok());
  EXPECT_EQ(put(acme, records(0, 3)).message(),
            "3 records, this namespace allows 2 (max_batch_size)");
  const auto take = [&](std::vector<std::string> ids) {
    return remove(*test.service, *may(acme, Operation::kRemove, "docs"), ids).ok();
  };
  EXPECT_FALSE(take({"a", "b", "c"}));
  EXPECT_TRUE(take({"a", "b"}));
  const auto many = [&](std::size_t count) {
    return query_many(*test.service, *may(acme, Operation::kQueryMany, "docs"),
                      std::vector<Query>(count))
        .ok();
  };
  EXPECT_TRUE(many(2));
  EXPECT_FALSE(many(3));
}

TEST_F(NamespaceOperationsTest, what_was_done_is_counted_for_its_namespace) {
  const auto finished = [&](const MadeKey& key, Operation operation, const char* name,
                            const std::function<void(const Admission&)>& work) {
    const Admission admission = *may(key, operation, name);
    work(admission);
    test.service->finish(admission, Status(), "", {.bytes_in = 10, .bytes_out = 20});
  };
  Service& service = *test.service;
  ASSERT_TRUE(make(acme, "docs").ok());
  finished(acme, Operation::kUpsert, "docs",
           [&](const Admission& a) { EXPECT_TRUE(upsert(service, a, records(0, 5)).ok()); });
  finished(acme, Operation::kUpdate, "docs", [&](const Admission& a) {
    Update change{.id = "r1"};
    change.text = "x";
    EXPECT_TRUE(update(service, a, change).ok());
  });
  finished(test.admin, Operation::kQuery, "acme/docs",
           [&](const Admission& a) { EXPECT_TRUE(query(service, a, {}).ok()); });
  finished(acme, Operation::kQueryMany, "docs", [&](const Admission& a) {
    EXPECT_TRUE(query_many(service, a, {{}, {}, {}}).ok());
  });
  finished(acme, Operation::kRemove, "docs", [&](const Admission& a) {
    const std::vector<std::string> ids = {"r0", "r1", "none"};
    EXPECT_TRUE(remove(service, a, ids).ok());
  });
  finished(acme, Operation::kUpsert, "nowhere",
           [&](const Admission& a) { EXPECT_FALSE(upsert(service, a, records(0, 5)).ok()); });
  finished(test.admin, Operation::kQuery, "docs",
           [&](const Admission& a) { EXPECT_FALSE(query(service, a, {}).ok()); });
  const UsageCounts expected{6, 4, 6, 2, 60, 120};
  EXPECT_EQ(namespace_stats(service, "acme")->today, expected);
  const auto rows = read_usage(service, {}).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].counts, expected);
}

TEST_F(NamespaceOperationsTest, a_bill_that_cannot_be_written_is_told_and_counted) {
  const Admission admission = *may(acme, Operation::kListCollections, "");
  test.folder.write("usage", "no folder");
  test.service->finish(admission, Status());
  EXPECT_EQ(test.service->metrics().value(Figure::kUsageFailures), 1);
  test.folder.remove("usage");
  test.service->finish(admission, Status());
  EXPECT_EQ(test.service->metrics().value(Figure::kUsageFailures), 1);
  EXPECT_EQ(read_usage(*test.service, {}).value()[0].counts.requests, 2u);
}

TEST_F(NamespaceOperationsTest, deleting_one_waits_for_what_is_under_way) {
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 3)).ok());
  EXPECT_EQ(delete_namespace(*test.service, "acme").code(), Code::kFailedPrecondition);
  EXPECT_TRUE(put(acme, records(3, 1)).ok());
  std::optional<Admission> held = *may(acme, Operation::kUpsert, "docs");
  test.set_status("acme", NamespaceStatus::kPendingDeletion);
  std::thread deletes([&] { EXPECT_TRUE(delete_namespace(*test.service, "acme").ok()); });
  EXPECT_TRUE(upsert(*test.service, *held, records(4, 1)).ok());
  held.reset();
  deletes.join();
  EXPECT_TRUE(test.service->database().list_collections()->empty());
  EXPECT_FALSE(test.service->keys()->authenticate(acme.token).ok());
  EXPECT_EQ(delete_namespace(*test.service, "acme").code(), Code::kNotFound);
  const MadeKey again = test.make_space("acme", {.max_vectors = 1});
  EXPECT_TRUE(make(again, "docs").ok());
  EXPECT_TRUE(put(again, records(0, 1)).ok());
  EXPECT_FALSE(put(again, records(1, 1)).ok());
}

TEST_F(NamespaceOperationsTest, after_a_restore_the_room_is_measured_anew) {
  test.set_quotas("acme", {.max_vectors = 3});
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 3)).ok());
  ASSERT_TRUE(test.service->database().create_snapshot("s").ok());
  const std::vector<std::string> ids = {"r0", "r1"};
  ASSERT_TRUE(remove(*test.service, *may(acme, Operation::kRemove, "docs"), ids).ok());
  ASSERT_TRUE(put(acme, records(5, 1)).ok());
  ASSERT_TRUE(test.service->database().restore_snapshot("s").ok());
  test.service->forget_rooms();
  EXPECT_FALSE(put(acme, records(7, 1)).ok());
  EXPECT_EQ(count("acme/docs"), 3u);
}

TEST_F(NamespaceOperationsTest, backups_are_kept_by_names_that_the_server_gives) {
  ASSERT_TRUE(make(acme, "docs").ok());
  ASSERT_TRUE(put(acme, records(0, 5)).ok());
  EXPECT_TRUE(list_backups(*test.service)->empty());
  const Admission admission = *may(test.admin, Operation::kBackupNamespace, "");
  const KeptBackup kept = backup_namespace(*test.service, admission, "acme").value();
  EXPECT_EQ(kept.report.records, 5u);
  ASSERT_EQ(list_backups(*test.service)->size(), 1u);
  EXPECT_EQ(list_backups(*test.service)->front().name, kept.name);
  EXPECT_EQ(restore_namespace(*test.service, admission, kept.name, "again")->records, 5u);
  EXPECT_EQ(count("again/docs"), 5u);
  // What was restored is held to its quotas from the first write on.
  const MadeKey again =
      test.service->keys()->create({.name = "k", .role = Role::kAdmin, .space = "again"}).value();
  test.set_quotas("again", {.max_vectors = 6});
  EXPECT_TRUE(put(again, records(5, 1)).ok());
  EXPECT_FALSE(put(again, records(6, 1)).ok());
  EXPECT_EQ(backup_namespace(*test.service, admission, "none").status().code(), Code::kNotFound);
  std::filesystem::create_directories(test.folder / "backups/acme-1");
  test.folder.write("outside/namespace.json", "{}");
  for (const std::string& name :
       std::vector<std::string>{"", "acme", "acme-", "acme-1", "../outside", "acme-1/../../outside",
                                "acme-x", "-1", "A-1", "acme-99999999999999999"}) {
    EXPECT_EQ(restore_namespace(*test.service, admission, name, "x").status().code(),
              Code::kNotFound)
        << name;
    if (name == "acme-1") continue;
    EXPECT_EQ(drop_backup(*test.service, name).code(), Code::kNotFound);
  }
  EXPECT_EQ(list_backups(*test.service)->size(), 1u) << "acme-1 is not complete";
  ASSERT_TRUE(drop_backup(*test.service, kept.name).ok());
  ASSERT_TRUE(drop_backup(*test.service, "acme-1").ok());
  EXPECT_TRUE(std::filesystem::is_empty(test.folder / "backups"));
  EXPECT_TRUE(std::filesystem::exists(test.folder / "outside/namespace.json"));
}

TEST_F(NamespaceOperationsTest, keys_are_made_for_namespaces_that_there_are) {
  const Principal admin{.id = "a", .role = Role::kAdmin};
  EXPECT_TRUE(check_new_key_of(*test.service, admin, {.name = "k"}).ok());
  EXPECT_TRUE(check_new_key_of(*test.service, admin, {.name = "k", .space = "acme"}).ok());
  EXPECT_EQ(check_new_key_of(*test.service, admin, {.name = "k", .space = "none"}).code(),
            Code::kNotFound);
}

TEST_F(NamespaceOperationsTest, nobody_makes_a_key_that_may_do_more_than_they) {
  Principal clerk{.id = "c", .role = Role::kViewer};
  clerk.role.allow(Permission::kManageUsers);
  const auto made = [&](const Role& role) {
    return check_new_key_of(*test.service, clerk, {.name = "k", .role = role}).code();
  };
  EXPECT_EQ(made(Role::kViewer), Code::kOk);
  EXPECT_EQ(made(Role::kEditor), Code::kPermissionDenied);
  EXPECT_EQ(made(Role("nobody")), Code::kInvalidArgument);  // not a role of this server
}

}  // namespace
}  // namespace vecstore
