#include "service/tenancy/tenant.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace vecstore {
namespace {

int let_in(Tenant& tenant, const Quotas& quotas, bool queries, int threads, double now_ms) {
  std::atomic<int> accepted = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back(
        [&] { accepted += tenant.enter(quotas, queries, now_ms).status.ok() ? 1 : 0; });
  for (std::thread& thread : all) thread.join();
  return accepted;
}

TEST(Tenant, so_many_requests_a_second_pass_of_sixty_four_at_once) {
  Tenant tenant;
  const Quotas quotas{.max_requests_per_second = 10};
  EXPECT_EQ(let_in(tenant, quotas, false, 64, 1'000), 10);
  EXPECT_EQ(let_in(tenant, quotas, false, 64, 1'500), 5);
  EXPECT_EQ(let_in(tenant, quotas, false, 64, 9'000), 10);
  EXPECT_EQ(tenant.recent(quotas, 9'000), 10u);
  EXPECT_EQ(tenant.recent(quotas, 9'500), 5u);
  const TenantRefusal refusal = tenant.enter(quotas, false, 9'000);
  EXPECT_EQ(refusal.status.code(), Code::kResourceExhausted);
  EXPECT_EQ(refusal.retry_after_ms, 100);
}

TEST(Tenant, so_many_queries_run_at_a_time_of_sixty_four) {
  Tenant tenant;
  const Quotas quotas{.max_concurrent_queries = 3};
  EXPECT_EQ(let_in(tenant, quotas, true, 64, 0), 3);
  EXPECT_EQ(let_in(tenant, quotas, false, 64, 0), 64);
  EXPECT_EQ(tenant.queries(), 3u);
  tenant.leave(true);
  EXPECT_EQ(let_in(tenant, quotas, true, 64, 0), 1);
}

TEST(Tenant, of_what_is_refused_nothing_is_taken) {
  Tenant tenant;
  const Quotas quotas{.max_requests_per_second = 2, .max_concurrent_queries = 1};
  EXPECT_TRUE(tenant.enter(quotas, true, 0).status.ok());
  EXPECT_FALSE(tenant.enter(quotas, true, 0).status.ok());
  EXPECT_TRUE(tenant.enter(quotas, false, 0).status.ok());
  EXPECT_FALSE(tenant.enter(quotas, false, 0).status.ok());
  tenant.undo(true);
  EXPECT_TRUE(tenant.enter(quotas, true, 0).status.ok());
}

TEST(Tenant, another_rate_holds_from_then_on) {
  Tenant tenant;
  EXPECT_EQ(let_in(tenant, {}, false, 64, 0), 64);
  EXPECT_EQ(let_in(tenant, {.max_requests_per_second = 2}, false, 64, 0), 2);
  EXPECT_EQ(let_in(tenant, {.max_requests_per_second = 4}, false, 64, 0), 4);
}

TEST(Tenant, closes_once_nobody_is_in_it) {
  Tenant tenant;
  ASSERT_TRUE(tenant.enter({}, false, 0).status.ok());
  EXPECT_FALSE(tenant.close(20));
  ASSERT_TRUE(tenant.enter({}, false, 0).status.ok());
  std::thread closes([&] { EXPECT_TRUE(tenant.close(20'000)); });
  const double until = monotonic_ms() + 10'000;
  while (tenant.enter({}, false, 0).status.ok() && monotonic_ms() < until) tenant.leave(false);
  EXPECT_LT(monotonic_ms(), until);
  tenant.leave(false);
  tenant.leave(false);
  closes.join();
  EXPECT_EQ(tenant.enter({}, false, 0).status.code(), Code::kPermissionDenied);
  tenant.reopen();
  EXPECT_TRUE(tenant.enter({}, false, 0).status.ok());
}

}  // namespace
}  // namespace vecstore
