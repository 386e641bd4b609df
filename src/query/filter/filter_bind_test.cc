#include "query/filter/filter_bind.h"

#include <gtest/gtest.h>

#include "query/filter/filter_parser.h"

namespace vecstore::query {
namespace {

class Bound {
 public:
  explicit Bound(std::string_view text)
      : node_(*parse_filter(text)), filter_(*BoundFilter::bind(node_, 86'400'000)) {}
  const BoundFilter& operator*() const { return filter_; }
  const BoundNode& root() const { return filter_.root(); }

 private:
  FilterNode node_;
  BoundFilter filter_;
};

TEST(FilterBind, negative_operators_become_negated_positive_ones) {
  EXPECT_TRUE(Bound("a != 1").root().op == FilterOp::kEqual && Bound("a != 1").root().negated);
  EXPECT_TRUE(Bound("a NOT IN (1)").root().op == FilterOp::kIn);
  EXPECT_TRUE(Bound("a IS NULL").root().op == FilterOp::kIsNotNull);
  EXPECT_FALSE(Bound("a = 1").root().negated);
}

TEST(FilterBind, the_values_of_in_are_in_order) {
  const Bound filter("a IN ('x', 2, 1.5, TIMESTAMP '2024-05-01', TRUE, 'b', -1.0)");
  const std::vector<Literal>& literals = filter.root().literals;
  ASSERT_EQ(literals.size(), 7u);
  EXPECT_EQ(literals[0], Literal(true));
  EXPECT_EQ(literals[1], Literal(meta::Number(std::int64_t{-1})));
  EXPECT_EQ(literals[2], Literal(meta::Number(1.5)));
  EXPECT_EQ(literals[4], Literal(std::string_view("b")));
  EXPECT_TRUE(std::holds_alternative<meta::Instant>(literals[6]));
}

TEST(FilterBind, times_are_instants_of_this_query) {
  const auto only = [](std::string_view text) {
    return std::get<meta::Instant>(Bound(text).root().literals[0]);
  };
  EXPECT_EQ(only("a > now()"), (meta::Instant{86'400'000, 0}));
  EXPECT_EQ(only("a > now() - INTERVAL '1 day'"), (meta::Instant{0, 0}));
  EXPECT_EQ(only("a > TIMESTAMP '1970-01-01T00:00:00.0015'"), (meta::Instant{1, 500'000}));
  EXPECT_EQ(only("$created_at > '1970-01-02'"), (meta::Instant{86'400'000, 0}));
  EXPECT_EQ(only("$updated_at = 5"), (meta::Instant{5, 0}));
}

TEST(FilterBind, says_what_of_the_record_it_uses) {
  const Bound filter("a = 1 AND NOT ($text LIKE 'x' OR $created_at > 5)");
  EXPECT_TRUE((*filter).uses(RecordField::kNone));
  EXPECT_TRUE((*filter).uses(RecordField::kText));
  EXPECT_TRUE((*filter).uses(RecordField::kCreatedAt));
  EXPECT_FALSE((*filter).uses(RecordField::kId));
  EXPECT_TRUE((*Bound("")).is_true());
}

}  // namespace
}  // namespace vecstore::query
