// What each quantization would cost and give, measured on a collection's own vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vecstore/cancel.h"
#include "vecstore/metric.h"
#include "vecstore/options.h"
#include "vecstore/vector.h"

namespace vecstore {

struct QuantizationReportOptions {
  std::string field = "vector";
  std::size_t rows = 10'000;  // drawn from those that are there, queries included; at most kMaxReportRows
  std::size_t queries = 200;  // of those rows, held out of what is searched; 1 to kMaxK
  std::size_t k = 10;         // nearest rows that recall is of; at most kMaxK
  std::uint64_t seed = 42;    // the same rows, queries and seed give the same report, speeds aside
  std::optional<CancelToken> cancel = {};
};

// Errors and recall are of codes alone, compared with all rows of the sample: no graph takes part.
struct QuantizationMeasure {
  Quantization quantization = Quantization::kSq8;
  std::uint32_t bits = 0;           // of a component
  std::uint64_t bytes_per_row = 0;  // of a code with its factors, as graphs keep it
  double ratio = 0;                 // bytes of the stored vector by those of the code
  double encoded_per_second = 0;    // rows, by one thread
  double compared_per_second = 0;   // rows, by one thread, in order, from memory or cache as it comes
  double mean_error = 0;            // |estimate / exact - 1| of squared distances where graphs live, equal vectors left out
  double p95_error = 0;             // 95 of 100 are at most this
  double recall = 0;                // of the k nearest: the share among the k nearest by their codes
  double refined_recall = 0;        // when the `refined` nearest by their codes are compared exactly, as a query does
  std::uint64_t refined = 0;
};

struct QuantizationReport {
  std::string field = {};
  std::uint32_t dimension = 0;
  Metric metric = Metric::kCosine;
  ElementType storage = ElementType::kF32;
  Quantization quantization = Quantization::kAuto;  // the field's option
  Quantization in_use = Quantization::kSq4;         // what that comes to
  std::uint64_t rows = 0;     // searched
  std::uint64_t queries = 0;
  std::uint64_t k = 0;        // at most `rows`
  std::uint64_t bytes_per_row = 0;  // of a stored vector
  double compared_per_second = 0;   // stored vectors, by one thread
  std::vector<QuantizationMeasure> measures = {};  // most bits first; what the field can be given
};

}  // namespace vecstore
