#include "index/hnsw_index.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "index/nearest_of_many.h"
#include "vecstore/limits.h"

namespace vecstore::index {
namespace {

constexpr std::size_t kScanRows = 128;  // compared at once
constexpr double kLongest = 1e18;       // its square, and the sum of a few, are floats

}  // namespace

Result<HnswIndex> HnswIndex::open(Parts parts) {
  const bool dot = parts.space.metric == Metric::kDot;
  if (!has_l2_space(parts.space.metric) || parts.space.dimension == 0 ||
      parts.space.mean.size() != std::size_t{parts.space.dimension} + (dot ? 1 : 0))
    return data_loss("an index's metric and dimension do not fit each other");
  VECSTORE_ASSIGN(HnswGraph graph,
                  HnswGraph::open(parts.rows, parts.m, parts.entry, parts.links, parts.upper));
  const std::size_t bytes = parts.codes.size();
  return HnswIndex(std::move(parts), std::move(graph)).checked(bytes);
}

Result<HnswIndex> HnswIndex::with_codes(HnswSpace space, ByteView codes) const {
  return HnswIndex({.space = std::move(space), .codes = codes, .recall = recall_}, graph_)
      .checked(codes.size());
}

Result<HnswIndex> HnswIndex::checked(std::size_t code_bytes) && {
  if (code_bytes != std::uint64_t{rows()} * stride())
    return data_loss("an index's codes have " + std::to_string(code_bytes) + " bytes");
  return std::move(*this);
}

HnswIndex::HnswIndex(Parts parts, HnswGraph graph)
    : space_(parts.space.metric, parts.space.dimension, parts.space.longest),
      code_(std::move(parts.space.mean), parts.space.seed, parts.space.bits),
      graph_(std::move(graph)),
      recall_(std::move(parts.recall)),
      codes_(parts.codes.data()) {}

// Under dot a sphere as wide as the longest row adds the square of its radius.
float HnswIndex::distance_shift() const {
  return space_.metric() == Metric::kDot ? space_.longest() * space_.longest() : 0;
}

std::size_t HnswIndex::ef_for(double target_recall, std::size_t k) const {
  const CodeEffort effort = code_effort(code_.bits(), k);
  const double ef = effort.more_ef * static_cast<double>(recall_.ef_for(target_recall, k));
  if (ef == 0 || ef > static_cast<double>(kMaxEf)) return 0;
  return std::max(static_cast<std::size_t>(ef), effort.least_ef);
}

bool HnswIndex::serves(std::span<const float> vector) { return norm_of(vector) <= kLongest; }

quant::CodeQuery HnswIndex::query(std::span<const float> vector) const {
  return code_.query(space_.query(vector));
}

Result<HnswFound> HnswIndex::search(const quant::CodeQuery& query, const HnswSearch& search) const {
  return search_hnsw(coded_graph(), query, search);
}

std::vector<Candidate> HnswIndex::scan(const quant::CodeQuery& query, const Bitmap& among,
                                       std::size_t k) const {
  NearestOfMany nearest(k);
  std::uint32_t rows[kScanRows];
  float distances[kScanRows];
  std::size_t count = 0;
  const auto compare = [&] {
    code_.distances(query, codes_, {rows, count}, distances);
    nearest.add({rows, count}, distances);
    count = 0;
  };
  among.for_each([&](std::size_t row) {
    rows[count++] = static_cast<std::uint32_t>(row);
    if (count == kScanRows) compare();
  });
  compare();
  return nearest.take();
}

}  // namespace vecstore::index
