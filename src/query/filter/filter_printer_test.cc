#include "query/filter/filter_printer.h"

#include <gtest/gtest.h>

#include "query/filter/filter_parser.h"
#include "query/filter/filter_tree.h"
#include "query/filter/test_filter_samples.h"

namespace vecstore::query {
namespace {

std::string canonical(std::string_view text) {
  const Result<FilterNode> node = parse_filter(text);
  return node.ok() ? print_filter(*node) : node.status().message();
}

TEST(FilterPrinter, prints_one_canonical_text) {
  EXPECT_EQ(canonical("a==1 and (b<>2 and not c in [1,'x'])"),
            "a = 1 AND b != 2 AND NOT c IN (1, 'x')");
  EXPECT_EQ(canonical("a=1 or b=2 and c=3"), "a = 1 OR (b = 2 AND c = 3)");
  EXPECT_EQ(canonical("(a=1 or b=2) and c=3"), "(a = 1 OR b = 2) AND c = 3");
  EXPECT_EQ(canonical("a not like 'x%'"), "NOT a LIKE 'x%'");
  EXPECT_EQ(canonical("a between 1 and 2.50"), "a BETWEEN 1 AND 2.5");
  EXPECT_EQ(canonical("exists(a) or a is null"), "a IS NOT NULL OR a IS NULL");
  EXPECT_EQ(canonical("a contains_any [1,'x'] and not a contains_all ()"),
            "a CONTAINS_ANY (1, 'x') AND NOT a CONTAINS_ALL ()");
  EXPECT_EQ(canonical("any(a)=1 or all ( `b c` ) is null or len(a.b)>2"),
            "ANY(a) = 1 OR ALL(`b c`) IS NULL OR LEN(a.b) > 2");
  EXPECT_EQ(canonical("a matches \"\\d'\""), "a MATCHES '\\d'''");
  EXPECT_EQ(canonical("a = timestamp '2024-05-01' or a<now()-interval '1 week'"),
            "a = TIMESTAMP '2024-05-01' OR a < now() - INTERVAL '7 days'");
  EXPECT_EQ(canonical("a not in ()"), "a NOT IN ()");
  EXPECT_EQ(canonical("false"), "NOT TRUE");
  EXPECT_EQ(canonical(""), "TRUE");
  EXPECT_EQ(canonical("$.a.`b`[2].`c d` = true"), "a.b[2].`c d` = TRUE");
  EXPECT_EQ(canonical("$id = \"it's\""), "$id = 'it''s'");
  EXPECT_EQ(canonical("a = [1, [null, -0.0]]"), "a = [1, [NULL, -0.0]]");
  EXPECT_EQ(canonical("a = 'x\\\\\\%\\n\\u0001'"), "a = 'x\\\\\\\\%\\n\\u0001'");
}

TEST(FilterPrinter, what_it_prints_parses_to_the_same_tree) {
  Random random(42);
  for (int round = 0; round < 20'000; ++round) {
    const FilterNode tree =
        samples::filter(random, 1 + static_cast<int>(random.below(5)), round % 2 == 0);
    if (!check_size(tree).ok()) continue;
    const std::string text = print_filter(tree);
    const Result<FilterNode> again = parse_filter(text);
    ASSERT_TRUE(again.ok()) << text << ": " << again.status().message();
    ASSERT_EQ(*again, tree) << text;
    ASSERT_EQ(print_filter(*again), text);
  }
}

TEST(FilterPrinter, the_deepest_tree_prints_within_the_parsers_limits) {
  FilterNode tree = *parse_filter("a = 1");
  const FilterNode other = *parse_filter("b = 2");
  for (int level = 1; level < 32; ++level) {
    tree = level % 3 == 0
               ? negate(std::move(tree))
               : join(level % 3 == 1 ? FilterOp::kAnd : FilterOp::kOr, {std::move(tree), other});
  }
  ASSERT_TRUE(check_filter(tree).ok());
  EXPECT_EQ(*parse_filter(print_filter(tree)), tree);
}

TEST(FilterPrinter, to_string_gives_text_as_written_and_trees_as_canonical_text) {
  EXPECT_EQ(Filter("a=1   and b =").to_string(), "a=1   and b =");
  EXPECT_EQ(Filter::parse("a=1   and b=2")->to_string(), "a = 1 AND b = 2");
  EXPECT_EQ(Filter().to_string(), "");
}

TEST(FilterPrinter, a_filter_that_cannot_be_right_prints_as_text_that_does_not_parse) {
  const Filter wrong(FilterNode{FilterOp::kBetween, {"a"}, {1}, {}});
  EXPECT_EQ(wrong.to_string(), "invalid filter: BETWEEN takes 2 values, found 1");
  EXPECT_FALSE(Filter::parse(wrong.to_string()).ok());
}

}  // namespace
}  // namespace vecstore::query
