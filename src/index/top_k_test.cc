#include "index/top_k.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"

namespace vecstore::index {
namespace {

using SmallestInts = TopK<int, std::less<int>>;

TEST(TopK, keeps_what_sorting_would_keep) {
  Random random(3);
  for (std::size_t k = 1; k < 40; k += 3) {
    std::vector<int> all;
    SmallestInts top(k, {});
    for (int i = 0; i < 200; ++i) {
      all.push_back(static_cast<int>(random.below(100)));
      top.push(all.back());
    }
    std::sort(all.begin(), all.end());
    all.resize(k);
    EXPECT_EQ(top.take(), all) << k;
  }
}

TEST(TopK, fewer_than_k_come_back_in_order) {
  SmallestInts top(10, {});
  for (const int item : {5, 1, 3}) top.push(item);
  EXPECT_FALSE(top.full());
  EXPECT_EQ(top.take(), (std::vector<int>{1, 3, 5}));
  EXPECT_EQ(top.take(), std::vector<int>()) << "taking leaves it empty";
}

TEST(TopK, the_worst_is_the_one_that_goes_next) {
  SmallestInts top(2, {});
  top.push(7);
  top.push(4);
  EXPECT_TRUE(top.full());
  EXPECT_EQ(top.worst(), 7);
  EXPECT_FALSE(top.wants(7)) << "an equal item came first";
  EXPECT_TRUE(top.wants(6));
  top.push(6);
  EXPECT_EQ(top.worst(), 6);
}

TEST(TopK, none_keeps_none) {
  SmallestInts top(0, {});
  top.push(1);
  EXPECT_FALSE(top.wants(-1));
  EXPECT_TRUE(top.take().empty());
}

}  // namespace
}  // namespace vecstore::index
