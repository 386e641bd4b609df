#include "query/column/value_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "query/column/test_column_rows.h"
#include "query/filter/filter_parser.h"
#include "query/filter/test_filter_samples.h"

namespace vecstore::query {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

Path path_of(const std::string& text) { return parse_filter(text + " IS NULL")->path; }

Counts counts_in(const ColumnRows& rows, const Path& path, const Bitmap& among, bool by_columns,
                 std::size_t& reads) {
  const meta::Columns columns = rows.columns();
  Counts counts;
  const Status status = for_each_value(
      path, by_columns ? &columns : nullptr, among, rows.reader(reads),
      [&](const Value& value, auto count) { counts[meta::content_of(value)] += count; });
  EXPECT_TRUE(status.ok()) << status.message();
  return counts;
}

void naive_reach(const Value& from, std::span<const Path::value_type> steps,
                 std::set<std::string>& found) {
  const List* list = from.as_list();
  const Object* object = from.as_object();
  const bool at_key = !steps.empty() && std::holds_alternative<std::string>(steps[0]);
  if (steps.empty() && list) {
    for (const Value& each : *list) {
      if (!each.as_list() && !each.as_object() && !each.is_null())
        found.insert(meta::content_of(each));
    }
  } else if (steps.empty()) {
    if (!object && !from.is_null()) found.insert(meta::content_of(from));
  } else if (!at_key) {
    const std::size_t position = std::get<std::size_t>(steps[0]);
    if (list && position < list->size()) naive_reach((*list)[position], steps.subspan(1), found);
  } else if (list) {
    for (const Value& each : *list) {
      if (each.as_object()) naive_reach(each, steps, found);
    }
  } else if (object) {
    const Value* member = object->find(std::get<std::string>(steps[0]));
    if (member) naive_reach(*member, steps.subspan(1), found);
  }
}

TEST(ValueCounts, agree_with_a_naive_count_by_columns_and_by_rows) {
  Random random(31);
  std::size_t without_columns = 0;
  std::size_t with_columns = 0;
  for (int segment = 0; segment < 60; ++segment) {
    std::vector<meta::TestRow> rows(100);
    for (meta::TestRow& row : rows) row.metadata = samples::document(random);
    const ColumnRows segment_rows(std::move(rows));
    for (int round = 0; round < 20; ++round) {
      Path path = samples::path(random, false);
      if (record_field(path) != RecordField::kNone) path = path_of("a");
      Bitmap among(segment_rows.size());
      Counts wanted;
      for (std::size_t row = 0; row < segment_rows.size(); ++row) {
        if (random.below(3) == 0) continue;
        among.set(row);
        std::set<std::string> found;
        naive_reach(segment_rows[row].metadata, path, found);
        for (const std::string& value : found) ++wanted[value];
      }
      ASSERT_EQ(counts_in(segment_rows, path, among, true, with_columns), wanted);
      ASSERT_EQ(counts_in(segment_rows, path, among, false, without_columns), wanted);
    }
  }
  EXPECT_LT(with_columns, without_columns / 2);
}

TEST(ValueCounts, the_record_itself_has_values) {
  const ColumnRows rows({{.created_at = 7, .updated_at = 8}, {.created_at = 7, .updated_at = 9}});
  const Bitmap all(2, true);
  std::size_t reads = 0;
  EXPECT_EQ(counts_in(rows, path_of("$created_at"), all, true, reads), (Counts{{"7", 2}}));
  EXPECT_EQ(reads, 0u);
  EXPECT_EQ(counts_in(rows, path_of("$updated_at"), all, false, reads),
            (Counts{{"8", 1}, {"9", 1}}));
  EXPECT_EQ(counts_in(rows, path_of("$id"), all, true, reads), (Counts{{"\"xy\"", 2}}));
  EXPECT_EQ(counts_in(rows, path_of("$text"), all, true, reads), Counts());
}

TEST(ValueCounts, the_most_frequent_come_first_and_equal_numbers_are_one) {
  ValueCounts counts;
  counts.add("b", 2);
  counts.add("a", 2);
  counts.add(1, 1);
  counts.add(1.0, 4);
  counts.add(true, 1);
  EXPECT_EQ(counts.different(), 4u);
  EXPECT_EQ(counts.top(3), (std::vector<ValueCounts::Entry>{{1, 5}, {"a", 2}, {"b", 2}}));
  EXPECT_EQ(counts.top(9).size(), 4u);
  EXPECT_TRUE(counts.top(0).empty());
}

TEST(ValueCounts, numbers_are_summed_up) {
  NumberSummary summary;
  EXPECT_TRUE(summary.least.is_null());
  summary.add(2, 3);
  summary.add("text", 5);
  summary.add(-1.5, 2);
  EXPECT_EQ(summary.count, 5u);
  EXPECT_EQ(summary.sum, 3.0);
  EXPECT_EQ(summary.least, Value(-1.5));
  EXPECT_EQ(summary.greatest, Value(2));
}

TEST(ValueCounts, damaged_metadata_is_an_error) {
  const Bytes damaged(3, std::byte{0x77});
  const auto read = [&](std::uint32_t) -> Result<FilterRow> { return FilterRow{damaged}; };
  const Status status =
      for_each_value(path_of("a"), nullptr, Bitmap(1, true), read, [](const Value&, auto) {});
  EXPECT_EQ(status.code(), Code::kDataLoss);
}

}  // namespace
}  // namespace vecstore::query
