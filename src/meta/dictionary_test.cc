#include "meta/dictionary.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/random.h"

namespace vecstore::meta {
namespace {

TEST(Dictionary, numbers_values_in_the_order_of_their_first_coming) {
  Dictionary values;
  EXPECT_EQ(values.number_of(as_bytes("b")), 0u);
  EXPECT_EQ(values.number_of(as_bytes("")), 1u);
  EXPECT_EQ(values.number_of(as_bytes("a")), 2u);
  EXPECT_EQ(values.number_of(as_bytes("b")), 0u);
  EXPECT_EQ(values.number_of(as_bytes("")), 1u);
  EXPECT_EQ(values.size(), 3u);
  EXPECT_EQ(values.value_bytes(), 2u);
  EXPECT_EQ(as_text(values.value(2)), "a");
  EXPECT_EQ(as_text(values.value(1)), "");
}

TEST(Dictionary, knows_again_what_it_has_met_among_many) {
  Random random(7);
  Dictionary values;
  std::map<std::string, std::uint32_t> model;
  for (int i = 0; i < 100'000; ++i) {
    const std::string value = std::to_string(random.below(20'000));
    const auto [known, is_new] = model.emplace(value, values.size());
    ASSERT_EQ(values.number_of(as_bytes(value)), known->second) << value;
    if (is_new) {
      ASSERT_EQ(as_text(values.value(known->second)), value);
    }
  }
  EXPECT_EQ(values.size(), model.size());
}

}  // namespace
}  // namespace vecstore::meta
