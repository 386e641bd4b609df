#include "embed/remote/embed_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "embed/remote/test_provider_server.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Value numbers(std::vector<double> values) {
  List list;
  for (const double x : values) list.emplace_back(x);
  return list;
}

TEST(AnswerRows, are_put_where_their_index_says_at_unit_length) {
  AnswerRows rows(3, 2);
  const Value a = numbers({3, 4}), b = as_base64({0, 2}), c = List{Value(0), Value(-5)};
  ASSERT_TRUE(rows.add(2, &a).ok());
  ASSERT_TRUE(rows.add(0, &b).ok());
  ASSERT_TRUE(rows.add(1, &c).ok());
  const EmbedAnswer answer = std::move(rows).finish(7).value();
  EXPECT_THAT(answer.rows, ElementsAre(0, 1, 0, -1, 0.6f, 0.8f));
  EXPECT_EQ(answer.dimension, 2u);
  EXPECT_EQ(answer.tokens, 7u);
}

TEST(AnswerRows, learn_the_dimension_from_the_first) {
  AnswerRows rows(2, 0);
  const Value a = numbers({1, 0, 0}), b = numbers({1, 0});
  ASSERT_TRUE(rows.add(0, &a).ok());
  EXPECT_THAT(rows.add(1, &b).message(), HasSubstr("text 1 has dimension 2, expected 3"));
}

// The error for one vector that is `value`, at `index` of two texts of dimension 2.
std::string error_for(const Value* value, std::size_t index = 0) {
  AnswerRows rows(2, 2);
  const Status status = rows.add(index, value);
  EXPECT_EQ(status.code(), Code::kUnknown);
  return status.message();
}

TEST(AnswerRows, refuse_what_is_no_vector) {
  const Value three = numbers({1, 2, 3}), none = numbers({}), text = "no base64!",
              object = Object{}, mixed = List{Value(1), Value("x")}, odd = "AAAA",
              infinite = as_base64({1, std::numeric_limits<float>::infinity()}),
              nan = as_base64({std::nanf(""), 1}), huge = numbers({1e300, 1}), null;
  EXPECT_EQ(error_for(&three), "the vector for text 0 has dimension 3, expected 2");
  EXPECT_EQ(error_for(&none), "the vector for text 0 has dimension 0, expected 2");
  EXPECT_EQ(error_for(&text), "the vector for text 0 is not base64");
  EXPECT_EQ(error_for(&object), "the vector for text 0 is neither a list of numbers nor base64");
  EXPECT_EQ(error_for(&null), "the vector for text 0 is neither a list of numbers nor base64");
  EXPECT_EQ(error_for(&mixed),
            "the vector for text 0 has something that is no number at position 1");
  EXPECT_EQ(error_for(&odd), "the vector for text 0 has 3 bytes, which are no 32-bit floats");
  EXPECT_EQ(error_for(&infinite),
            "the vector for text 0 has a number that is not finite at position 1");
  EXPECT_EQ(error_for(&nan), "the vector for text 0 has a number that is not finite at position 0");
  EXPECT_EQ(error_for(&huge),
            "the vector for text 0 has a number that is not finite at position 0");
  EXPECT_EQ(error_for(nullptr), "no vector for text 0 came");
  EXPECT_EQ(error_for(&three, 2), "a vector for text 2 of 2 came");
}

TEST(AnswerRows, refuse_two_for_one_text_and_none_for_another) {
  AnswerRows rows(2, 2);
  const Value a = numbers({1, 0});
  ASSERT_TRUE(rows.add(1, &a).ok());
  EXPECT_EQ(rows.add(1, &a).message(), "two vectors for text 1 came");
  EXPECT_EQ(std::move(rows).finish(0).status().message(), "no vector for text 0 of 2 came");
}

TEST(AnswerRows, leave_zeros_as_they_are) {
  AnswerRows rows(1, 2);
  const Value zero = numbers({0, 0});
  ASSERT_TRUE(rows.add(0, &zero).ok());
  EXPECT_THAT(std::move(rows).finish(0).value().rows, ElementsAre(0, 0));
}

TEST(Counts, are_integers_or_doubles_and_else_0) {
  const Value integer = 5, number = 6.0, negative = -1, text = "x";
  EXPECT_EQ(count_of(&integer), 5u);
  EXPECT_EQ(count_of(&number), 6u);
  EXPECT_EQ(count_of(&negative), 0u);
  EXPECT_EQ(count_of(&text), 0u);
  EXPECT_EQ(count_of(nullptr), 0u);
}

}  // namespace
}  // namespace vecstore
