// How well and how fast codes of so many bits stand for vectors, measured on a sample of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "index/l2_space.h"
#include "quant/scalar_code.h"
#include "vecstore/status.h"

namespace vecstore::index {

// Points of a space, rows and queries one after the other.
struct CodeSample {
  std::size_t dimension = 0;  // of a point
  std::vector<float> rows, queries;
  std::size_t row_count() const { return rows.size() / dimension; }
  std::size_t query_count() const { return queries.size() / dimension; }
  std::span<const float> row(std::size_t i) const {
    return std::span(rows).subspan(i * dimension, dimension);
  }
  std::span<const float> query(std::size_t i) const {
    return std::span(queries).subspan(i * dimension, dimension);
  }
};

struct MeasuredCodes {
  quant::CodeBits bits = quant::CodeBits::k8;
  std::size_t stride = 0;
  double encoded_per_second = 0;
  double compared_per_second = 0;
  double mean_error = 0;  // of estimated squared distances, relative; equal points left out
  double p95_error = 0;
  double recall = 0;          // of the k nearest, by codes alone
  double refined_recall = 0;  // when code_effort's contenders are compared exactly
  std::size_t refined = 0;
};

struct MeasuredSample {
  double compared_per_second = 0;  // points, exactly
  std::vector<MeasuredCodes> codes;
};

// At least one row and one query; `k` of 1 to row_count(). What is measured but for speeds depends
// on the sample, the seed of the rotation and k alone, on every machine, but for the rounding of
// exact distances. `pace` is called for each query and each 1,024 rows, and ends the work when it
// is not ok.
Result<MeasuredSample> measure_codes(const CodeSample& sample, std::span<const quant::CodeBits> all,
                                     std::size_t k, std::uint64_t seed,
                                     const std::function<Status()>& pace);

}  // namespace vecstore::index
