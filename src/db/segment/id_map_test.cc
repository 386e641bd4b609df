#include "db/segment/id_map.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace vecstore::db {
namespace {

std::vector<std::uint32_t> rows_of(const IdMap& map, std::uint64_t hash) {
  std::vector<std::uint32_t> rows;
  map.find(hash, [&](std::uint32_t row) {
    rows.push_back(row);
    return false;
  });
  return rows;
}

TEST(IdMap, an_empty_map_has_no_rows) { EXPECT_TRUE(rows_of(IdMap(), 7).empty()); }

TEST(IdMap, finds_the_rows_of_a_hash_newest_first_however_it_grows) {
  Random random(31);
  std::map<std::uint64_t, std::vector<std::uint32_t>> expected;
  IdMap map;
  for (std::uint32_t row = 0; row < 5000; ++row) {
    const std::uint64_t hash = random.below(600) * 0x9e3779b97f4a7c15u;
    ASSERT_TRUE(map.reserve(row));
    map.insert(hash, row);
    expected[hash].insert(expected[hash].begin(), row);
  }
  for (const auto& [hash, rows] : expected) EXPECT_EQ(rows_of(map, hash), rows);
  EXPECT_TRUE(rows_of(map, 1).empty());
}

TEST(IdMap, hashes_that_share_a_slot_stay_apart) {
  IdMap map;
  for (std::uint32_t row = 0; row < 4; ++row) {
    ASSERT_TRUE(map.reserve(row));
    map.insert(std::uint64_t{row % 2} << 60, row);  // equal in every low bit
  }
  EXPECT_EQ(rows_of(map, 0), (std::vector<std::uint32_t>{2, 0}));
  EXPECT_EQ(rows_of(map, std::uint64_t{1} << 60), (std::vector<std::uint32_t>{3, 1}));
}

TEST(IdMap, a_visit_that_says_true_is_the_last) {
  IdMap map;
  for (std::uint32_t row = 0; row < 3; ++row) {
    ASSERT_TRUE(map.reserve(row));
    map.insert(5, row);
  }
  int visits = 0;
  map.find(5, [&](std::uint32_t row) { return ++visits, row == 1; });
  EXPECT_EQ(visits, 2);
}

TEST(ChunkedArray, items_stay_where_they_are_and_come_zeroed) {
  ChunkedArray array(12);
  ASSERT_TRUE(array.reserve(0));
  const std::byte* first = array.at(0);
  for (std::uint32_t item = 0; item < 1000; ++item) {
    ASSERT_TRUE(array.reserve(item));
    EXPECT_EQ(*array.at(item), std::byte{0});
    *array.at(item) = static_cast<std::byte>(item);
  }
  EXPECT_EQ(array.at(0), first);
  for (std::uint32_t item = 0; item < 1000; ++item)
    ASSERT_EQ(*array.at(item), static_cast<std::byte>(item)) << item;
}

TEST(ChunkedArray, a_run_ends_with_its_chunk_and_the_chunks_double) {
  ChunkedArray array(4);
  EXPECT_EQ(array.run(0), 64u);
  EXPECT_EQ(array.run(63), 1u);
  EXPECT_EQ(array.run(64), 128u);
  EXPECT_EQ(array.run(191), 1u);
  EXPECT_EQ(array.run(192), 256u);
  for (std::uint32_t item = 0; item < 448; ++item) ASSERT_TRUE(array.reserve(item));
  for (std::uint32_t item = 0; item < 448; ++item)
    if (array.run(item) > 1) {
      EXPECT_EQ(array.at(item) + 4, array.at(item + 1)) << item;
    }
}

TEST(ChunkedArray, every_chunk_begins_at_a_cache_line) {
  ChunkedArray array(48);
  for (const std::uint32_t item : {0u, 64u, 192u, 448u}) {
    ASSERT_TRUE(array.reserve(item));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.at(item)) % 64, 0u) << item;
  }
  EXPECT_EQ(array.allocated_bytes(), 48u * (64 + 128 + 256 + 512));
}

}  // namespace
}  // namespace vecstore::db
