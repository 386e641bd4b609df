#include "base/bitmap.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace vecstore {
namespace {

std::set<std::size_t> rows_of(const Bitmap& bitmap) {
  std::set<std::size_t> rows;
  bitmap.for_each([&](std::size_t row) { rows.insert(row); });
  return rows;
}

Bitmap random_bitmap(std::size_t size, Random& random) {
  Bitmap bitmap(size);
  for (std::size_t row = 0; row < size; ++row) {
    if (random.below(3) == 0) bitmap.set(row);
  }
  return bitmap;
}

TEST(Bitmap, operations_agree_with_sets_at_every_size) {
  Random random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    const Bitmap a = random_bitmap(size, random);
    const Bitmap b = random_bitmap(size, random);
    Bitmap both = a, either = a, only = a, rest = a;
    both &= b;
    either |= b;
    only.and_not(b);
    rest.flip();
    for (std::size_t row = 0; row < size; ++row) {
      ASSERT_EQ(both.test(row), a.test(row) && b.test(row));
      ASSERT_EQ(either.test(row), a.test(row) || b.test(row));
      ASSERT_EQ(only.test(row), a.test(row) && !b.test(row));
      ASSERT_EQ(rest.test(row), !a.test(row));
    }
    ASSERT_EQ(rest.count() + a.count(), size);
    ASSERT_EQ(rows_of(a).size(), a.count());
    ASSERT_EQ(a.none(), a.count() == 0);
  }
}

TEST(Bitmap, walks_rows_in_ascending_order) {
  Bitmap bitmap(300);
  for (std::size_t row : {0u, 1u, 63u, 64u, 127u, 128u, 299u}) bitmap.set(row);
  bitmap.clear(1);
  std::vector<std::size_t> rows;
  bitmap.for_each([&](std::size_t row) { rows.push_back(row); });
  EXPECT_EQ(rows, (std::vector<std::size_t>{0, 63, 64, 127, 128, 299}));
}

TEST(Bitmap, a_full_bitmap_has_no_bits_beyond_its_size) {
  for (std::size_t size : {0u, 1u, 63u, 64u, 65u, 127u, 128u, 129u}) {
    Bitmap full(size, true);
    EXPECT_EQ(full.count(), size);
    EXPECT_EQ(full.words().size(), (size + 63) / 64);
  }
}

TEST(Bitmap, a_range_sets_its_rows_alone) {
  for (std::size_t first = 0; first <= 130; first += 13) {
    for (std::size_t last = first; last <= 150; ++last) {
      Bitmap bitmap(150);
      bitmap.set_range(first, last);
      ASSERT_EQ(bitmap.count(), last - first);
      if (first < last) {
        ASSERT_EQ(*rows_of(bitmap).begin(), first);
        ASSERT_EQ(*rows_of(bitmap).rbegin(), last - 1);
      }
    }
  }
}

TEST(Bitmap, rows_gained_by_resizing_are_clear) {
  Bitmap bitmap(100, true);
  bitmap.resize(70);
  EXPECT_EQ(bitmap.count(), 70u);
  bitmap.resize(200);
  EXPECT_EQ(bitmap.count(), 70u);
  EXPECT_EQ(bitmap.size(), 200u);
  EXPECT_FALSE(bitmap.test(70));
}

TEST(Bitmap, equality_is_of_size_and_rows) {
  EXPECT_EQ(Bitmap(65, true), Bitmap(65).flip());
  EXPECT_NE(Bitmap(65), Bitmap(66));
}

}  // namespace
}  // namespace vecstore
