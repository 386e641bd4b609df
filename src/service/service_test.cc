#include "service/service.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "service/jwt/test_signer.h"
#include "service/test_service.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Service, admits_by_role_and_scope) {
  TestService test;
  EXPECT_TRUE(test.admit(test.viewer, Operation::kQuery, "docs").ok());
  EXPECT_EQ(test.admit(test.viewer, Operation::kUpsert, "docs").status().code(),
            Code::kPermissionDenied);
  EXPECT_TRUE(test.admit(test.scoped, Operation::kDropCollection, "docs").ok());
  EXPECT_FALSE(test.admit(test.scoped, Operation::kQuery, "other").ok());
  EXPECT_FALSE(test.admit(test.scoped, Operation::kDatabaseStats, "").ok());
  EXPECT_TRUE(test.admit(test.scoped, Operation::kListCollections, "").ok());
  EXPECT_THAT(test.audit_text(), HasSubstr("access.denied"));
}

TEST(Service, every_operation_is_decided_by_the_table) {
  TestService test;
  for (const OperationRow& row : all_operations()) {
    for (const MadeKey* key : {&test.viewer, &test.editor, &test.admin}) {
      const bool may = allows(key->key.role, row.permission);
      EXPECT_EQ(test.admit(*key, row.operation, "docs").ok(), may)
          << row.name << " by " << key->key.name;
    }
  }
}

TEST(Service, without_a_key_nobody_comes_in_unless_there_are_none) {
  TestService test;
  Refusal refusal;
  EXPECT_EQ(test.service->authenticate(std::nullopt, "a", refusal).status().code(),
            Code::kUnauthenticated);
  EXPECT_EQ(test.service->authenticate("vsk_", "a", refusal).status().code(),
            Code::kUnauthenticated);
  EXPECT_EQ(test.service->metrics().value(Figure::kRefused, {"auth.failed"}), 2);
  TestService open({}, false);
  EXPECT_EQ(open.service->authenticate(std::nullopt, "a", refusal).value().role, Role::kAdmin);
}

TEST(Service, tokens_are_let_in_beside_keys_and_what_is_wrong_with_one_the_log_alone_is_told) {
  const TestFolder folder;
  const TestSigner signer(JwtAlgorithm::kEdDsa), stranger(JwtAlgorithm::kEdDsa);
  ServiceParts parts{.database = Database::in_memory().value()};
  parts.tokens = TokenVerifier::open({.keys = folder.write("jwks", signer.set()),
                                      .algorithms = {JwtAlgorithm::kEdDsa},
                                      .issuer = "id",
                                      .audience = "us"})
                     .value();
  parts.audit = AuditLog::open(folder / "audit", {}).value();
  Service service(std::move(parts), {});
  EXPECT_TRUE(service.needs_keys());
  const Object claims{{"sub", "zoe"},
                      {"iss", "id"},
                      {"aud", "us"},
                      {"exp", 4'000'000'000},
                      {"vecstore:role", "viewer"}};
  Refusal refusal;
  const auto refused = [&](std::optional<std::string_view> token) {
    const auto principal = service.authenticate(token, "a", refusal);
    return principal.ok() ? "" : principal.status().message();
  };
  const Principal zoe = service.authenticate(signer.token(claims), "a", refusal).value();
  EXPECT_TRUE(service.admit({.principal = zoe}, Operation::kQuery, "docs", refusal).ok());
  EXPECT_FALSE(service.admit({.principal = zoe}, Operation::kUpsert, "docs", refusal).ok());
  Object late = claims;
  late["exp"] = 1;
  for (const std::string& token : {stranger.token(claims), signer.token(late), std::string("a.b.c"),
                                   std::string("x"), std::string()})
    EXPECT_EQ(refused(token), "the token is not valid") << token;
  EXPECT_THAT(refused(std::nullopt), HasSubstr("a key is needed"));
  const std::string log =
      read_whole(folder / "audit/audit-0000000000000001.jsonl", 1 << 20).value();
  EXPECT_THAT(log, HasSubstr("the token's signature is wrong"));
  EXPECT_THAT(log, HasSubstr("the token has expired"));
}

TEST(Service, a_key_has_what_its_role_allows_now) {
  const TestFolder folder;
  const auto write = [&](const char* permission) {
    folder.write("roles", std::string(R"({"format":1,"roles":{"clerk":{"permissions":[")") +
                              permission + R"("]},"other":{}}})");
  };
  write("write");
  std::vector<std::string> told;
  ServiceParts parts{.database = Database::in_memory().value()};
  parts.keys = KeyStore::open(folder / "keys").value();
  parts.roles = RoleStore::open(folder / "roles").value();
  parts.log = [&](LogLevel, std::string_view message) { told.emplace_back(message); };
  Service service(std::move(parts), {});
  const auto key_of = [&](const char* role) {
    return service.keys()->create({.name = "k", .role = role_named(role).value()}).value().token;
  };
  const std::string clerk = key_of("clerk"), gone = key_of("gone");
  Refusal refusal;
  const auto may = [&](const std::string& token, Operation operation) {
    const Principal who = service.authenticate(token, "a", refusal).value();
    return service.admit({.principal = who}, operation, "docs", refusal).ok();
  };
  EXPECT_TRUE(may(clerk, Operation::kUpsert));
  EXPECT_FALSE(may(clerk, Operation::kQuery));
  for (const OperationRow& row : all_operations())
    EXPECT_FALSE(may(gone, row.operation)) << row.name;
  EXPECT_THAT(refusal.status.message(), HasSubstr("its role 'gone' is none of this server"));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("is refused everything: unknown role 'gone'"));
  const double until = monotonic_ms() + 10'000;
  for (write("query"); may(clerk, Operation::kUpsert) && monotonic_ms() < until;) {
  }
  EXPECT_FALSE(may(clerk, Operation::kUpsert));
  EXPECT_TRUE(may(clerk, Operation::kQuery));
}

TEST(Service, rates_are_held_by_key_and_told_when_to_come_back) {
  TestService test({.rate_per_key = {.per_second = 0.001, .burst = 2}});
  EXPECT_TRUE(test.admit(test.viewer, Operation::kQuery, "docs").ok());
  EXPECT_TRUE(test.admit(test.viewer, Operation::kQuery, "docs").ok());
  EXPECT_EQ(test.admit(test.viewer, Operation::kQuery, "docs").status().code(),
            Code::kResourceExhausted);
  EXPECT_GT(test.refusal.retry_after_ms, 900'000);
  EXPECT_TRUE(test.admit(test.editor, Operation::kQuery, "docs").ok());
}

TEST(Service, wrong_keys_are_counted_against_their_address) {
  TestService test({.rate_per_key = {.per_second = 0.001, .burst = 2}});
  Refusal refusal;
  const auto ask = [&](const std::string& address) {
    return test.service->authenticate("x", address, refusal).status().code();
  };
  EXPECT_EQ(ask("a"), Code::kUnauthenticated);
  EXPECT_EQ(ask("a"), Code::kUnauthenticated);
  EXPECT_EQ(ask("a"), Code::kResourceExhausted);
  EXPECT_EQ(ask("b"), Code::kUnauthenticated);
}

TEST(Service, a_key_has_so_many_requests_at_a_time_exactly) {
  TestService test({.limits = {.max_concurrent_per_key = 5}});
  const Caller caller = test.caller(test.viewer);
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  Mutex mutex;
  std::vector<Admission> held;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        Refusal refusal;
        auto one = test.service->admit(caller, Operation::kQuery, "docs", refusal);
        if (!one.ok()) continue;
        ++admitted;
        MutexLock lock(mutex);
        held.push_back(*std::move(one));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 5);
  EXPECT_TRUE(test.admit(test.editor, Operation::kQuery, "docs").ok());
  held.pop_back();
  EXPECT_TRUE(test.admit(test.viewer, Operation::kQuery, "docs").ok());
  EXPECT_EQ(test.service->metrics().value(Figure::kInFlight), 4);
}

TEST(Service, writes_are_audited_and_reads_where_asked) {
  for (const bool reads : {false, true}) {
    TestService test({.audit_reads = reads});
    for (const Operation operation : {Operation::kUpsert, Operation::kQuery}) {
      const Admission admission = test.admit(test.editor, operation, "docs").value();
      test.service->finish(admission, Status(), "3 records");
    }
    EXPECT_THAT(test.audit_text(), HasSubstr("\"event\":\"records.upsert\",\"severity\":\"info\","
                                             "\"outcome\":\"ok\",\"principal\":\"" +
                                             test.editor.key.id));
    EXPECT_EQ(test.audit_text().find("\"event\":\"query\"") != std::string::npos, reads);
  }
}

TEST(Service, a_flood_of_refusals_does_not_fill_the_audit_log) {
  TestService test;
  Refusal refusal;
  for (int i = 0; i < 5'000; ++i) (void)test.service->authenticate("x", "a", refusal);
  EXPECT_LT(AuditLog::verify(test.folder / "audit").value().records, 200u);
  EXPECT_EQ(test.service->metrics().value(Figure::kRefused, {"auth.failed"}), 5'000);
}

TEST(Service, is_ready_until_it_drains) {
  TestService test;
  EXPECT_TRUE(test.service->ready().ok());
  test.service->begin_drain();
  EXPECT_EQ(test.service->ready().code(), Code::kUnavailable);
}

TEST(Service, metrics_have_the_database) {
  TestService test;
  auto docs = test.service->database().create_collection("docs", {.dimension = 2}).value();
  ASSERT_TRUE(docs.upsert({.id = "a", .vector = {1, 0}}).ok());
  EXPECT_THAT(test.service->metrics_text(), HasSubstr("vecstore_records{collection=\"docs\"} 1\n"));
  ASSERT_TRUE(test.service->database().drop_collection("docs").ok());
  EXPECT_THAT(test.service->metrics_text(), Not(HasSubstr("docs")));
}

}  // namespace
}  // namespace vecstore
