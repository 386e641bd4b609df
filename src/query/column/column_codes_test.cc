#include "query/column/column_codes.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "meta/test_columns.h"
#include "query/filter/filter_eval.h"
#include "query/filter/filter_parser.h"

namespace vecstore::query {
namespace {

using meta::Codes;

CodeSet ranges(const std::set<std::uint32_t>& codes) {
  CodeSet set;
  for (const std::uint32_t code : codes) set.push_back({code, code + 1});
  return normal(std::move(set));
}

std::set<std::uint32_t> members(const CodeSet& set) {
  std::set<std::uint32_t> codes;
  std::uint32_t last = 0;
  for (const Codes& range : set) {
    EXPECT_FALSE(range.empty());
    EXPECT_TRUE(codes.empty() || range.begin > last) << "ranges touch or descend";
    for (std::uint32_t code = range.begin; code < range.end; ++code) codes.insert(code);
    last = range.end;
  }
  return codes;
}

TEST(CodeSet, operations_are_those_of_sets) {
  Random random(5);
  for (int round = 0; round < 2000; ++round) {
    std::set<std::uint32_t> a;
    std::set<std::uint32_t> b;
    for (std::uint64_t n = random.below(12); n > 0; --n) a.insert(random.below(20) & 31);
    for (std::uint64_t n = random.below(12); n > 0; --n) b.insert(random.below(20) & 31);
    std::set<std::uint32_t> united = a;
    united.insert(b.begin(), b.end());
    std::set<std::uint32_t> common;
    std::set<std::uint32_t> rest;
    for (std::uint32_t code = 0; code < 20; ++code) {
      if (a.count(code) != 0 && b.count(code) != 0) common.insert(code);
      if (a.count(code) == 0) rest.insert(code);
    }
    EXPECT_EQ(members(ranges(a)), a);
    EXPECT_EQ(members(unite(ranges(a), ranges(b))), united);
    EXPECT_EQ(members(intersect(ranges(a), ranges(b))), common);
    EXPECT_EQ(members(complement(ranges(a), {0, 20})), rest);
  }
}

TEST(CodeSet, ranges_may_come_in_any_order_and_overlap) {
  EXPECT_EQ(normal({{5, 7}, {3, 3}, {0, 2}, {1, 4}, {7, 9}}), (CodeSet{{0, 4}, {5, 9}}));
}

// "FUT" of every value of the column, in order of the codes.
std::string truths(const std::string& filter, const std::vector<Value>& values) {
  std::vector<meta::TestRow> rows;
  for (const Value& value : values) rows.push_back({.metadata = {{"a", value}}});
  const meta::ColumnBlocks blocks = meta::build_columns(rows);
  const meta::Columns columns = *meta::open_columns(blocks, true);
  const meta::Column& column = *columns.find(std::vector<std::string>{"a"});
  const FilterNode node = *parse_filter(filter);
  const BoundFilter bound = *BoundFilter::bind(node, 0);
  const CodeTruths found = *test_codes(bound.root(), column);
  std::string result(column.all().size(), 'U');
  for (const std::uint32_t code : members(found.holds)) result[code] = 'T';
  for (const std::uint32_t code : members(found.fails)) {
    EXPECT_EQ(result[code], 'U') << "both true and false";
    result[code] = 'F';
  }
  return result;
}

TEST(ColumnCodes, values_of_other_types_are_unequal_and_without_order) {
  const std::vector<Value> values = {false, true, 1, 2, 3, 1.5, "1", "x", Object()};
  EXPECT_EQ(truths("a = 2", values), "FFFTFFFFF");
  EXPECT_EQ(truths("a < 2", values), "UUTFFTUUU");
  EXPECT_EQ(truths("a >= 1.5", values), "UUFTTTUUU");
  EXPECT_EQ(truths("a > '1'", values), "UUUUUUFTU");
  EXPECT_EQ(truths("a = true", values), "FTFFFFFFF");
  EXPECT_EQ(truths("a BETWEEN 2 AND 'x'", values), "UUFUUFUUU");
  EXPECT_EQ(truths("a BETWEEN 1.5 AND 2", values), "UUFTFTUUU");
  EXPECT_EQ(truths("a IN (3, 'x', false)", values), "TFFFTFFTF");
  EXPECT_EQ(truths("a IS NOT NULL", values), "TTTTTTTTT");
}

TEST(ColumnCodes, text_operators_fail_on_what_is_no_text) {
  const std::vector<Value> values = {1, "", "a", "ab", "abc", "b%", "é"};
  EXPECT_EQ(truths("a STARTSWITH 'ab'", values), "FFFTTFF");
  EXPECT_EQ(truths("a LIKE 'ab%'", values), "FFFTTFF");
  EXPECT_EQ(truths("a LIKE 'b\\%'", values), "FFFFFTF");
  EXPECT_EQ(truths("a LIKE '_'", values), "FFTFFFT");
  EXPECT_EQ(truths("a LIKE '_\\%%'", values), "FFFFFTF");
  EXPECT_EQ(truths("a LIKE '_b%c'", values), "FFFFTFF");
  EXPECT_EQ(truths("a LIKE '%%'", values), "FTTTTTT");
  EXPECT_EQ(truths("a CONTAINS_ANY ('c', '%')", values), "FFFFTTF");
  EXPECT_EQ(truths("a CONTAINS_ALL ('c', 'a')", values), "FFFFTFF");
  EXPECT_EQ(truths("a CONTAINS_ALL ()", values), "TTTTTTT");
  EXPECT_EQ(truths("a CONTAINS 1", values), "FFFFFFF");
  EXPECT_EQ(truths("a ENDSWITH 'b'", values), "FFFTFFF");
  EXPECT_EQ(truths("a CONTAINS 'b'", values), "FFFTTTF");
  EXPECT_EQ(truths("a MATCHES '^a.$'", values), "FFFTFFF");
  EXPECT_EQ(truths("a STARTSWITH ''", values), "FTTTTTT");
  EXPECT_EQ(truths("LEN(a) = 1", values), "UFTFFFT");
  EXPECT_EQ(truths("LEN(a) > 1", values), "UFFTTTF");
}

TEST(ColumnCodes, strings_that_are_times_compare_with_times_as_instants) {
  const std::vector<Value> values = {5, "2024-05-01", "2024-05-01T01:00+01:00", "2024-05-02",
                                     "may"};
  EXPECT_EQ(truths("a = TIMESTAMP '2024-05-01'", values), "FTTFF");
  EXPECT_EQ(truths("a > TIMESTAMP '2024-05-01'", values), "UFFTU");
  EXPECT_EQ(truths("a <= TIMESTAMP '2024-05-01'", values), "UTTFU");
  EXPECT_EQ(truths("a = '2024-05-01'", values), "FTFFF");
}

}  // namespace
}  // namespace vecstore::query
