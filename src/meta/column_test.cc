#include "meta/column.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "meta/test_columns.h"

namespace vecstore::meta {
namespace {

// One column, "a", of these values.
class AColumn {
 public:
  explicit AColumn(const std::vector<Value>& values) {
    std::vector<TestRow> rows;
    for (const Value& value : values) rows.push_back({.metadata = {{"a", value}}});
    blocks_ = build_columns(rows);
    columns_.emplace(*open_columns(blocks_, true));
  }
  const Column* operator->() const { return &column(); }
  const Column& column() const { return columns_->all()[columns_->all().size() - 1]; }

 private:
  ColumnBlocks blocks_;
  std::optional<Columns> columns_;
};

TEST(Column, codes_are_by_kind_and_ascend) {
  const AColumn a({"y", 2, 1.5, "x", true, -3, Object(), 1e300, 2.0});
  EXPECT_EQ(a->bools(), (Codes{0, 2}));
  EXPECT_EQ(a->ints(), (Codes{2, 4}));
  EXPECT_EQ(a->doubles(), (Codes{4, 6}));
  EXPECT_EQ(a->strings(), (Codes{6, 8}));
  EXPECT_EQ(a->objects(), (Codes{8, 9}));
  const Value wanted[] = {false, true, -3, 2, 1.5, 1e300, "x", "y", Object()};
  for (std::uint32_t code = 0; code < 9; ++code) EXPECT_EQ(*a->value(code), wanted[code]);
  EXPECT_EQ(*a->pairs(a->ints()), 3u);
  EXPECT_EQ(*a->pairs({0, 1}), 0u);
  EXPECT_EQ(*a->pairs(a->all()), 9u);
}

TEST(Column, numbers_are_found_exactly_whatever_their_kind) {
  constexpr std::int64_t kBig = 9007199254740993;
  const AColumn a({-5, 0, 7, kBig, std::numeric_limits<std::int64_t>::max(), -1e300, 0.5, 1e19});
  EXPECT_EQ(*a->first_int(std::int64_t{0}, false), 1u);
  EXPECT_EQ(*a->first_int(std::int64_t{0}, true), 2u);
  EXPECT_EQ(*a->first_int(0.5, false), 2u);
  EXPECT_EQ(*a->first_int(-1e300, false), 0u);
  EXPECT_EQ(*a->first_int(1e300, true), 5u);
  EXPECT_EQ(*a->first_int(9007199254740992.0, true), 3u);
  EXPECT_EQ(*a->first_int(kBig, true), 4u);
  EXPECT_EQ(*a->first_double(std::int64_t{0}, true), 6u);
  EXPECT_EQ(*a->first_double(0.5, false), 6u);
  EXPECT_EQ(*a->first_double(0.5, true), 7u);
  EXPECT_EQ(*a->first_double(std::numeric_limits<std::int64_t>::max(), true), 7u);
}

TEST(Column, strings_are_found_by_their_bytes) {
  const AColumn a({"b", "", "ba", "é", "a", "b"});
  const std::string sorted[] = {"", "a", "b", "ba", "é"};
  for (const std::string& wanted : {std::string("b"), std::string(), std::string("aa"),
                                    std::string("z"), std::string("\xff")}) {
    const auto low = std::lower_bound(std::begin(sorted), std::end(sorted), wanted);
    const auto high = std::upper_bound(std::begin(sorted), std::end(sorted), wanted);
    EXPECT_EQ(*a->first_string(wanted, false), low - sorted) << wanted;
    EXPECT_EQ(*a->first_string(wanted, true), high - sorted) << wanted;
  }
  std::vector<std::string> seen;
  ASSERT_TRUE(a->for_each_string({1, 4}, "", [&](std::uint32_t code, std::string_view text) {
                 EXPECT_EQ(code, seen.size() + 1);
                 seen.emplace_back(text);
                 return code < 2;
               }).ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
}

TEST(Column, strings_are_found_by_a_part_of_their_own) {
  const AColumn a({"aab", "", "ba", "bab", "c", "ca", 5});
  const auto with = [&](std::string_view part, Codes among) {
    std::string found;
    EXPECT_TRUE(a->for_each_string(among, part, [&](std::uint32_t, std::string_view text) {
                   found += std::string(text) + ".";
                   return true;
                 }).ok());
    return found;
  };
  const Codes all = a->strings();
  EXPECT_EQ(with("", all), ".aab.ba.bab.c.ca.");
  EXPECT_EQ(with("a", all), "aab.ba.bab.ca.");
  EXPECT_EQ(with("ab", all), "aab.bab.");
  EXPECT_EQ(with("abb", all), "");  // only across the end of one and the beginning of the next
  EXPECT_EQ(with("bb", all), "");
  EXPECT_EQ(with("c", {all.begin, all.end - 1}), "c.");
  EXPECT_EQ(with("a", {all.begin + 3, all.begin + 4}), "bab.");
  EXPECT_EQ(with("a", {all.end, all.end}), "");
}

TEST(Column, times_stand_in_order_of_the_instants) {
  const AColumn a({"2024-05-02", "nothing", "2024-05-01T23:00-02:00", "2024-05-01",
                   "2024-05-01T00:00:00.0000001"});
  ASSERT_EQ(a->times(), 4u);
  const Instant midnight = *parse_instant("2024-05-01");
  EXPECT_EQ(*a->first_time(midnight, false), 0u);
  EXPECT_EQ(*a->first_time(midnight, true), 1u);
  EXPECT_EQ(*a->first_time({midnight.ms, 100}, true), 2u);
  // "2024-05-02" is an hour before "2024-05-01T23:00-02:00", whose bytes come first.
  EXPECT_EQ(*a->codes_of_times(0, 4), (std::vector<Codes>{{0, 2}, {3, 4}, {2, 3}}));
  EXPECT_EQ(*a->codes_of_times(2, 2), std::vector<Codes>());
}

TEST(Column, times_written_alike_are_one_range_of_codes) {
  const AColumn a({"2024-05-03", "2024-05-01", "zero", "2024-05-02", 1});
  EXPECT_EQ(*a->codes_of_times(0, 3), (std::vector<Codes>{{1, 4}}));
  EXPECT_EQ(*a->codes_of_times(1, 2), (std::vector<Codes>{{2, 3}}));
  const AColumn parted({"2024-05-01", "2024-05-01x", "2024-05-02"});
  EXPECT_EQ(*parted->codes_of_times(0, 2), (std::vector<Codes>{{0, 1}, {2, 3}}));
}

TEST(Column, rows_of_a_range_are_those_of_its_values_however_they_are_stored) {
  Random random(11);
  std::vector<Value> values;
  for (std::size_t row = 0; row < 5000; ++row) {
    switch (random.below(4)) {
      case 0:
        values.emplace_back(static_cast<std::int64_t>(random.below(4)) * 1000);
        break;
      case 1:
        values.emplace_back(List{static_cast<std::int64_t>(random.below(4000)), 500, 500});
        break;
      default:
        values.emplace_back(static_cast<std::int64_t>(random.below(4000)));
    }
  }
  const AColumn a(values);
  const auto has = [&](std::size_t row, std::int64_t low, std::int64_t high) {
    const auto within = [&](const Value& value) {
      return *value.as_int() >= low && *value.as_int() < high;
    };
    const List* list = values[row].as_list();
    return list ? std::any_of(list->begin(), list->end(), within) : within(values[row]);
  };
  for (int round = 0; round < 200; ++round) {
    const auto low = static_cast<std::int64_t>(random.below(4000));
    const auto high = low + static_cast<std::int64_t>(random.below(4001));
    const Codes codes{*a->first_int(low, false), *a->first_int(high, false)};
    Bitmap rows(values.size());
    ASSERT_TRUE(a->add_rows({&codes, 1}, rows).ok());
    for (std::size_t row = 0; row < values.size(); ++row)
      ASSERT_EQ(rows.test(row), has(row, low, high)) << low << " " << high << " row " << row;
  }
}

TEST(Column, counts_values_among_rows) {
  std::vector<Value> values;
  for (int row = 0; row < 1000; ++row)
    values.emplace_back(row % 2 == 0 ? Value("even") : Value(row));
  values.emplace_back(List{"even", 1, 1});
  const AColumn a(values);
  Bitmap among(values.size());
  among.set_range(0, 5);
  among.set(1000);
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  ASSERT_TRUE(a->count_values(among, [&](std::uint32_t code, std::uint64_t count) {
                 counts.emplace_back(a->value(code)->to_json(), count);
               }).ok());
  EXPECT_EQ(counts, (std::vector<std::pair<std::string, std::uint64_t>>{
                        {"1", 2}, {"3", 1}, {"\"even\"", 4}}));
}

}  // namespace
}  // namespace vecstore::meta
