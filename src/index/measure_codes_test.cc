#include "index/measure_codes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace vecstore::index {
namespace {

constexpr quant::CodeBits kAll[] = {quant::CodeBits::k8, quant::CodeBits::k4, quant::CodeBits::k2,
                                    quant::CodeBits::k1};

Status go_on() { return {}; }

CodeSample normal_sample(std::size_t rows, std::size_t queries, std::size_t dimension) {
  Random random(4);
  CodeSample sample{.dimension = dimension, .rows = {}, .queries = {}};
  for (std::size_t i = 0; i < rows * dimension; ++i)
    sample.rows.push_back(static_cast<float>(random.normal()));
  for (std::size_t i = 0; i < queries * dimension; ++i)
    sample.queries.push_back(static_cast<float>(random.normal()));
  return sample;
}

TEST(MeasureCodes, fewer_bits_err_more_and_find_less) {
  const CodeSample sample = normal_sample(1500, 40, 256);
  const MeasuredSample measured = measure_codes(sample, kAll, 10, 42, go_on).value();
  EXPECT_GT(measured.compared_per_second, 0);
  ASSERT_EQ(measured.codes.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const MeasuredCodes& one = measured.codes[i];
    EXPECT_EQ(one.bits, kAll[i]);
    EXPECT_EQ(one.stride, quant::ScalarCode::stride_of(256, kAll[i]));
    EXPECT_GT(one.encoded_per_second, 0);
    EXPECT_GT(one.compared_per_second, 0);
    EXPECT_GT(one.p95_error, one.mean_error);
    EXPECT_LT(one.p95_error, 4 * one.mean_error);
    EXPECT_GE(one.refined_recall, one.recall);
    if (i == 0) continue;
    EXPECT_GT(one.mean_error, 1.5 * measured.codes[i - 1].mean_error);
    EXPECT_LT(one.recall, measured.codes[i - 1].recall);
  }
  EXPECT_LT(measured.codes[0].mean_error, 0.003);
  EXPECT_GT(measured.codes[0].recall, 0.97);
  EXPECT_EQ(measured.codes[0].refined, 20u);
  EXPECT_EQ(measured.codes[0].refined_recall, 1);
  EXPECT_EQ(measured.codes[3].refined, 100u);
}

// The numbers themselves, by the long way round.
TEST(MeasureCodes, errors_are_what_the_estimates_say) {
  const CodeSample sample = normal_sample(50, 3, 32);
  std::vector<float> mean(32);
  for (std::size_t row = 0; row < 50; ++row)
    for (std::size_t i = 0; i < 32; ++i) mean[i] += sample.row(row)[i] / 50;
  const quant::ScalarCode code(mean, 7, quant::CodeBits::k4);
  double sum = 0, largest = 0;
  for (std::size_t query = 0; query < 3; ++query) {
    const quant::CodeQuery asked = code.query(sample.query(query));
    for (std::size_t row = 0; row < 50; ++row) {
      Bytes coded(code.stride());
      code.encode(sample.row(row), coded.data());
      double exact = 0;
      for (std::size_t i = 0; i < 32; ++i)
        exact += std::pow(static_cast<double>(sample.row(row)[i] - sample.query(query)[i]), 2);
      const double error =
          std::abs(static_cast<double>(code.distance(asked, coded.data())) / exact - 1);
      sum += error;
      largest = std::max(largest, error);
    }
  }
  const quant::CodeBits bits[] = {quant::CodeBits::k4};
  const MeasuredCodes one = measure_codes(sample, bits, 5, 7, go_on).value().codes.at(0);
  EXPECT_NEAR(one.mean_error, sum / 150, 1e-3 * sum / 150 + 1e-6);
  EXPECT_LE(one.p95_error, largest + 1e-5);
}

TEST(MeasureCodes, equal_points_have_no_error_and_are_all_found) {
  for (const float x : {0.0f, 1e-40f, 3.0f}) {
    CodeSample sample{.dimension = 5, .rows = {}, .queries = {}};
    sample.rows.assign(5 * 8, x);
    sample.queries.assign(5 * 2, x);
    for (const MeasuredCodes& one : measure_codes(sample, kAll, 8, 42, go_on).value().codes) {
      EXPECT_EQ(one.mean_error, 0);
      EXPECT_EQ(one.p95_error, 0);
      EXPECT_EQ(one.recall, 1);
      EXPECT_EQ(one.refined_recall, 1);
      EXPECT_EQ(one.refined, 8u);
    }
  }
}

TEST(MeasureCodes, one_component_and_very_many) {
  for (const std::size_t dimension : {1u, 8192u}) {
    const CodeSample sample = normal_sample(20, 2, dimension);
    for (const MeasuredCodes& one : measure_codes(sample, kAll, 1, 42, go_on).value().codes) {
      EXPECT_TRUE(std::isfinite(one.mean_error));
      EXPECT_EQ(one.refined_recall, 1) << "all 20 are compared";
    }
  }
}

TEST(MeasureCodes, the_pace_ends_it) {
  int calls = 0;
  const auto stop = [&] { return ++calls > 6 ? cancelled("enough") : Status(); };
  EXPECT_EQ(measure_codes(normal_sample(20, 9, 8), kAll, 1, 42, stop).status().code(),
            Code::kCancelled);
}

TEST(MeasureCodes, the_pace_is_called_while_rows_are_averaged_and_encoded) {
  const CodeSample sample = normal_sample(3000, 1, 8);
  int calls = 0;
  const auto count = [&] { return ++calls, Status(); };
  ASSERT_TRUE(measure_codes(sample, kAll, 1, 42, count).ok());
  const int expected = 3 * (1 + static_cast<int>(std::size(kAll))) + 1;  // each 1,024 rows; a query
  EXPECT_EQ(calls, expected);
  for (int most = 0; most < expected; ++most) {
    calls = 0;
    const auto stop = [&] { return ++calls > most ? cancelled("enough") : Status(); };
    EXPECT_EQ(measure_codes(sample, kAll, 1, 42, stop).status().code(), Code::kCancelled) << most;
  }
}

}  // namespace
}  // namespace vecstore::index
