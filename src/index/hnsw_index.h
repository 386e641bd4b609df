// What finds the nearest rows of one dense field without looking at every vector: coded rows and a
// graph over them, for any metric with an L2Space. Format: docs/format/index.md.
//
// What it finds is ordered by estimates: ask for `contenders` and compare those exactly. Safe from
// many threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "base/bytes.h"
#include "index/code_choice.h"
#include "index/hnsw_graph.h"
#include "index/hnsw_search.h"
#include "index/l2_space.h"
#include "index/recall_curve.h"
#include "quant/scalar_code.h"
#include "vecstore/metric.h"
#include "vecstore/status.h"

namespace vecstore::index {

// What queries and rows become points and codes by.
struct HnswSpace {
  Metric metric = Metric::kEuclidean;
  std::uint32_t dimension = 0;                 // of the vectors
  float longest = 0;                           // for dot: the greatest norm of a row
  std::uint64_t seed = 0;                      // of the rotation
  quant::CodeBits bits = quant::CodeBits::k4;  // of a component of a coded row
  std::vector<float> mean = {};
};

class HnswIndex {
 public:
  struct Parts {
    HnswSpace space;
    std::uint32_t rows = 0;
    std::uint32_t m = 0;
    std::uint32_t entry = 0;
    ByteView codes = {};  // these views outlive the index
    ByteView links = {};
    ByteView upper = {};
    RecallCurve recall = {};
  };
  // kDataLoss when sizes do not fit each other.
  static Result<HnswIndex> open(Parts parts);

  // The same graph over rows that are coded otherwise. `codes` outlives it.
  Result<HnswIndex> with_codes(HnswSpace space, ByteView codes) const;

  // False for vectors so long that squared distances overflow a float: look at every row instead.
  static bool serves(std::span<const float> vector);

  std::uint32_t rows() const { return graph_.rows(); }
  CodedGraph coded_graph() const { return {graph_, code_, codes_}; }
  // What its distances have more than those of another index of the same metric would.
  float distance_shift() const;
  std::size_t stride() const { return code_.stride(); }
  // Of codes and graph.
  std::uint64_t bytes() const { return std::uint64_t{rows()} * stride() + graph_.bytes(); }

  std::size_t contenders(std::size_t k) const { return code_effort(code_.bits(), k).contenders; }
  std::size_t least_ef(std::size_t k) const { return code_effort(code_.bits(), k).least_ef; }
  std::size_t misses(std::size_t k) const { return code_effort(code_.bits(), k).misses; }

  // RecallCurve::ef_for, at least least_ef; 0: no walk is known to find so many.
  std::size_t ef_for(double target_recall, std::size_t k) const;

  // Both take a vector of the metric's dimension that the index `serves`.
  quant::CodeQuery query(std::span<const float> vector) const;
  Result<HnswFound> search(const quant::CodeQuery& query, const HnswSearch& search) const;
  // The `k` nearest of `among`, which must all have the vector, by comparing every one of them.
  std::vector<Candidate> scan(const quant::CodeQuery& query, const Bitmap& among,
                              std::size_t k) const;

 private:
  HnswIndex(Parts parts, HnswGraph graph);
  Result<HnswIndex> checked(std::size_t code_bytes) &&;

  L2Space space_;
  quant::ScalarCode code_;
  HnswGraph graph_;
  RecallCurve recall_;
  const std::byte* codes_;
};

}  // namespace vecstore::index
