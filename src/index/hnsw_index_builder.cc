#include "index/hnsw_index_builder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/large_buffer.h"
#include "index/hnsw_builder.h"

namespace vecstore::index {
namespace {

// Under dot all points lie on a sphere as wide as the longest row: beyond this many times the mean
// norm the codes no longer tell the others apart.
constexpr double kMaxSpread = 32;

// Passes over the rows, by many threads. The rows are in kParts parts, so that what is added up in
// each part, in order, and then part by part depends on the rows alone.
class RowPasses {
 public:
  static constexpr std::size_t kParts = 64;

  RowPasses(const HnswRows& rows, const Pace& pace) : rows_(rows), crew_(pace) {
    for (std::size_t i = 0; i < crew_.workers(); ++i) readers_.push_back(rows.reader());
  }

  // Calls visit(part, row, components) for the rows that are present, those of a part in order.
  template <typename Visit>
  Status for_each(const Visit& visit) {
    std::vector<Status> said(kParts);
    const std::size_t size = (rows_.rows + kParts - 1) / kParts;
    for (std::size_t begin = 0; begin < size; begin += kRowsAtOnce) {
      VECSTORE_TRY(crew_.for_each(kParts, kPartsBetween, [&](std::size_t worker, std::size_t part) {
        const std::size_t end = std::min(begin + kRowsAtOnce, size);
        if (said[part].ok())
          said[part] = visit_some(worker, part, {part * size + begin, part * size + end}, visit);
      }));
      for (Status& status : said) VECSTORE_TRY(std::move(status));
    }
    return {};
  }

 private:
  static constexpr std::size_t kRowsAtOnce = 64, kPartsBetween = 4;
  struct Range {
    std::size_t begin, end;
  };

  template <typename Visit>
  Status visit_some(std::size_t worker, std::size_t part, Range range, const Visit& visit) {
    for (std::size_t i = range.begin; i < std::min<std::size_t>(range.end, rows_.rows); ++i) {
      const auto row = static_cast<std::uint32_t>(i);
      if (!rows_.present(row)) continue;
      VECSTORE_ASSIGN(const std::span<const float> vector, readers_[worker](row));
      visit(part, row, vector);
    }
    return {};
  }

  const HnswRows& rows_;
  const Crew crew_;
  std::vector<HnswRows::Read> readers_;
};

struct Survey {
  std::uint64_t present = 0;
  double longest = 0;
  double norms = 0;  // their sum
  bool served = true;
};

Result<Survey> survey(const HnswRows& rows, RowPasses& passes) {
  std::vector<Survey> parts(RowPasses::kParts);
  VECSTORE_TRY(passes.for_each([&](std::size_t part, std::uint32_t, auto vector) {
    Survey& found = parts[part];
    ++found.present;
    const double norm = norm_of(vector);
    found.longest = std::max(found.longest, norm);
    found.norms += norm;
    found.served = found.served && HnswIndex::serves(vector);
  }));
  Survey all;
  for (const Survey& part : parts) {
    all.present += part.present;
    all.longest = std::max(all.longest, part.longest);
    all.norms += part.norms;
    all.served = all.served && part.served;
  }
  const double mean = all.norms / static_cast<double>(std::max<std::uint64_t>(all.present, 1));
  if (rows.metric == Metric::kDot && all.longest > kMaxSpread * mean) all.served = false;
  return all;
}

Result<std::vector<float>> mean_of(const L2Space& space, std::uint64_t count, RowPasses& passes) {
  std::vector<std::vector<double>> sums(RowPasses::kParts, std::vector<double>(space.dimension()));
  VECSTORE_TRY(passes.for_each([&](std::size_t part, std::uint32_t, auto vector) {
    const std::vector<float> point = space.row(vector);
    for (std::size_t i = 0; i < point.size(); ++i) sums[part][i] += static_cast<double>(point[i]);
  }));
  std::vector<float> mean(space.dimension());
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0;
    for (const std::vector<double>& part : sums) sum += part[i];
    mean[i] = static_cast<float>(sum / static_cast<double>(count));
  }
  return mean;
}

}  // namespace

Result<std::optional<BuiltHnswIndex>> build_hnsw_index(const HnswRows& rows,
                                                       const HnswOptions& options,
                                                       const Pace& pace) {
  RowPasses passes(rows, pace);
  VECSTORE_ASSIGN(const Survey found, survey(rows, passes));
  if (found.present == 0 || !found.served) return std::optional<BuiltHnswIndex>();
  const bool dot = rows.metric == Metric::kDot;
  BuiltHnswIndex built;
  const quant::CodeBits bits = code_bits(choose_quantization(rows.quantization, rows.metric));
  built.space = {rows.metric,  rows.dimension, dot ? static_cast<float>(found.longest) : 0.0f,
                 options.seed, bits,           {}};
  const L2Space space(rows.metric, rows.dimension, built.space.longest);
  VECSTORE_ASSIGN(built.space.mean, mean_of(space, found.present, passes));
  const quant::ScalarCode fine(built.space.mean, options.seed, quant::CodeBits::k8);
  const quant::ScalarCode kept(built.space.mean, options.seed, built.space.bits);
  built.stride = kept.stride();
  const LargeBuffer buffer(std::size_t{rows.rows} * fine.stride());
  const std::span<std::byte> codes = buffer.bytes();
  if (codes.empty())
    return resource_exhausted("no memory for codes of " + std::to_string(rows.rows) + " rows");
  std::fill(codes.begin(), codes.end(), std::byte{0});
  built.codes.resize(std::size_t{rows.rows} * kept.stride());
  VECSTORE_TRY(passes.for_each([&](std::size_t, std::uint32_t row, auto vector) {
    const std::vector<float> point = space.row(vector);
    fine.encode(point, &codes[std::size_t{row} * fine.stride()]);
    kept.encode(point, &built.codes[std::size_t{row} * kept.stride()]);
  }));
  VECSTORE_ASSIGN(BuiltHnsw graph, build_hnsw(fine, codes, rows.present, options, pace, rows.old));
  built.entry = graph.entry;
  built.links = std::move(graph.links);
  built.upper = std::move(graph.upper);
  built.recall = std::move(graph.recall);
  return std::optional(std::move(built));
}

Result<BuiltHnswIndex> recode_hnsw_index(const HnswRows& rows, const HnswSpace& space,
                                         const Pace& pace) {
  BuiltHnswIndex made;
  made.space = space;
  made.space.bits = code_bits(choose_quantization(rows.quantization, rows.metric));
  const L2Space points(space.metric, space.dimension, space.longest);
  const quant::ScalarCode code(space.mean, space.seed, made.space.bits);
  made.stride = code.stride();
  made.codes.resize(std::size_t{rows.rows} * code.stride());
  RowPasses passes(rows, pace);
  VECSTORE_TRY(passes.for_each([&](std::size_t, std::uint32_t row, auto vector) {
    code.encode(points.row(vector), &made.codes[std::size_t{row} * code.stride()]);
  }));
  return made;
}

}  // namespace vecstore::index
