#include "embed/pooling/pooling.h"

#include <gtest/gtest.h>

#include <vector>

namespace vecstore {
namespace {

using Floats = std::vector<float>;

const Floats kRows = {1, 2, 3, 9, 3, 6, 3, 9};  // two tokens of three numbers, four apart

Floats pooled(Pooling pooling, std::size_t size) {
  Floats out(size);
  pool(pooling, kRows.data(), 4, 2, out);
  return out;
}

TEST(Pooling, the_mean_the_first_or_the_last_token) {
  EXPECT_EQ(pooled(Pooling::kMean, 3), (Floats{2, 4, 3}));
  EXPECT_EQ(pooled(Pooling::kFirst, 3), (Floats{1, 2, 3}));
  EXPECT_EQ(pooled(Pooling::kLast, 3), (Floats{3, 6, 3}));
  EXPECT_EQ(pooled(Pooling::kMean, 2), (Floats{2, 4}));
}

TEST(Pooling, normalised_vectors_have_length_one_and_zeros_stay) {
  Floats vector = {3, 4}, zeros = {0, 0};
  normalize(vector);
  normalize(zeros);
  EXPECT_EQ(vector, (Floats{0.6f, 0.8f}));
  EXPECT_EQ(zeros, (Floats{0, 0}));
}

TEST(Pooling, the_configuration_names_one_mode) {
  const auto parse = [](const char* json) { return parse_pooling_config(json); };
  EXPECT_EQ(*parse(R"({"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true})"),
            Pooling::kMean);
  EXPECT_EQ(*parse(R"({"pooling_mode_cls_token":true})"), Pooling::kFirst);
  EXPECT_EQ(*parse(R"({"pooling_mode_lasttoken":true,"include_prompt":true})"), Pooling::kLast);
  EXPECT_EQ(parse(R"({"pooling_mode_max_tokens":true})").status().code(), Code::kUnimplemented);
  EXPECT_EQ(
      parse(R"({"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true})").status().code(),
      Code::kUnimplemented);
  for (const char* bad : {"{}", "[]", "{", R"({"pooling_mode_mean_tokens":1})"}) {
    EXPECT_EQ(parse(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_EQ(pooling_name(Pooling::kFirst), "cls");
}

}  // namespace
}  // namespace vecstore
