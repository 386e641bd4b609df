#include "service/tenancy/quotas.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Quotas, come_back_as_they_were_written) {
  for (const char* tier : {"free", "pro", "unlimited"}) {
    const Quotas quotas = tier_quotas(tier).value();
    EXPECT_EQ(tier_name(quotas), tier);
    Quotas read = tier_quotas("free").value();
    ASSERT_TRUE(read_quotas(quotas_object(quotas), read).ok());
    EXPECT_EQ(read, quotas);
  }
  EXPECT_FALSE(tier_quotas("gold").ok());
}

TEST(Quotas, each_of_the_seven_is_set_and_taken_away_by_its_name) {
  EXPECT_EQ(all_quotas().size(), 7u);
  for (const QuotaRow& row : all_quotas()) {
    Quotas quotas;
    ASSERT_TRUE(read_quotas(Object{{std::string(row.name), 7}}, quotas).ok());
    EXPECT_EQ(quotas.*row.member, 7u) << row.name;
    EXPECT_EQ(tier_name(quotas), "custom");
    ASSERT_TRUE(read_quotas(Object{{std::string(row.name), Value()}}, quotas).ok());
    EXPECT_EQ(quotas, Quotas());
  }
}

TEST(Quotas, what_is_no_quota_is_refused) {
  Quotas quotas;
  for (const QuotaRow& row : all_quotas()) {
    for (const Value& bad : {Value(-1), Value(1.5), Value("1"), Value(true), Value(List{}),
                             Value(std::int64_t{1} << 60)})
      EXPECT_EQ(read_quotas(Object{{std::string(row.name), bad}}, quotas).code(),
                Code::kInvalidArgument);
    EXPECT_EQ(read_quotas(Object{{std::string(row.name), 0}}, quotas).ok(), row.least == 0)
        << row.name;
  }
  EXPECT_EQ(read_quotas(Object{{"max_vector", 1}}, quotas).message(),
            "unknown quota 'max_vector': did you mean 'max_vectors'?");
  EXPECT_FALSE(read_quotas(List{}, quotas).ok());
}

TEST(Quotas, near_begins_at_four_fifths) {
  EXPECT_FALSE(is_near(79, Quota(100)));
  EXPECT_TRUE(is_near(80, Quota(100)));
  EXPECT_TRUE(is_near(101, Quota(100)));
  EXPECT_FALSE(is_near(1'000, Quota()));
  for (std::uint64_t most = 0; most < 200; ++most)
    for (std::uint64_t used = 0; used <= most; ++used)
      ASSERT_EQ(is_near(used, Quota(most)), 5 * used >= 4 * most) << used << " of " << most;
}

TEST(Quotas, a_number_at_the_quota_passes_and_one_above_does_not) {
  EXPECT_TRUE(check_quota(5, Quota(5), "hits", "max_results_per_query").ok());
  EXPECT_EQ(check_quota(6, Quota(5), "hits", "max_results_per_query").message(),
            "6 hits, this namespace allows 5 (max_results_per_query)");
  EXPECT_TRUE(check_quota(6, Quota(), "hits", "max_results_per_query").ok());
}

}  // namespace
}  // namespace vecstore
