#include "db/quantization_report.h"

#include <algorithm>
#include <string>

#include "db/index_options.h"
#include "db/sample_rows.h"
#include "db/segment/record_reader.h"
#include "db/validate.h"
#include "index/code_choice.h"
#include "index/hnsw_index.h"
#include "index/measure_codes.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 20;  // that the sampled vectors take

Status check_options(const QuantizationReportOptions& options) {
  VECSTORE_TRY(check_within("rows", options.rows, 2, kMaxReportRows));
  VECSTORE_TRY(check_within("queries", options.queries, 1, kMaxK));
  return check_within("k", options.k, 1, kMaxK);
}

class Sampler {
 public:
  Sampler(const ReadState& state, std::uint32_t field, const std::function<Status()>& pace)
      : schema_(*state.version->schema),
        field_(field),
        of_(schema_.fields[field]),
        snapshot_(state.snapshot()),
        pace_(pace) {}

  Result<index::CodeSample> sample(const QuantizationReportOptions& options, TimeMs now) {
    Random random(options.seed);
    const std::size_t fit = kMostBytes / (sizeof(float) * std::max(of_.dimension, 1u));
    VECSTORE_ASSIGN(std::vector<SampledRow> drawn,
                    sample_rows(snapshot_, field_, now, std::min(options.rows, fit), random));
    if (drawn.size() < 2)
      return failed_precondition("field '" + of_.name + "' has " + std::to_string(drawn.size()) +
                                 " vectors, a report needs two");
    const auto middle =
        drawn.begin() + static_cast<std::ptrdiff_t>(std::min(options.queries, drawn.size() / 2));
    std::sort(drawn.begin(), middle);  // read in order
    std::sort(middle, drawn.end());
    std::vector<DenseVector> queries, rows;
    VECSTORE_TRY(read({drawn.begin(), middle}, queries));
    VECSTORE_TRY(read({middle, drawn.end()}, rows));
    return in_space(queries, rows);
  }

 private:
  Status read(std::span<const SampledRow> from, std::vector<DenseVector>& to) {
    for (const SampledRow& one : from) {
      VECSTORE_TRY(pace_());
      const query::Segment& segment = *snapshot_.segments[one.segment].segment;
      VECSTORE_ASSIGN(Vector vector, read_vector(schema_, field_, segment, one.row));
      if (!index::HnswIndex::serves(*vector.dense()))
        return failed_precondition("field '" + of_.name +
                                   "' has vectors beyond 1e18: no code serves them");
      to.push_back(*vector.dense());
      longest_ = std::max(longest_, index::norm_of(to.back()));
    }
    return {};
  }

  Result<index::CodeSample> in_space(const std::vector<DenseVector>& queries,
                                     const std::vector<DenseVector>& rows) const {
    const index::L2Space space(of_.metric, of_.dimension, static_cast<float>(longest_));
    index::CodeSample sample{.dimension = space.dimension(), .rows = {}, .queries = {}};
    sample.queries.reserve(queries.size() * sample.dimension);
    sample.rows.reserve(rows.size() * sample.dimension);
    const auto append = [&](std::vector<float>& to, const std::vector<float>& point) {
      to.insert(to.end(), point.begin(), point.end());
      return pace_();
    };
    for (const DenseVector& query : queries)
      VECSTORE_TRY(append(sample.queries, space.query(query)));
    for (const DenseVector& row : rows) VECSTORE_TRY(append(sample.rows, space.row(row)));
    return sample;
  }

  const Schema& schema_;
  const std::uint32_t field_;
  const VectorField& of_;
  const query::Snapshot snapshot_;
  const std::function<Status()>& pace_;
  double longest_ = 0;
};

QuantizationMeasure measure_of(Quantization choice, const index::MeasuredCodes& codes,
                               std::uint64_t bytes_per_row) {
  return {.quantization = choice,
          .bits = quant::width_of(codes.bits),
          .bytes_per_row = codes.stride,
          .ratio = static_cast<double>(bytes_per_row) / static_cast<double>(codes.stride),
          .encoded_per_second = codes.encoded_per_second,
          .compared_per_second = codes.compared_per_second,
          .mean_error = codes.mean_error,
          .p95_error = codes.p95_error,
          .recall = codes.recall,
          .refined_recall = codes.refined_recall,
          .refined = codes.refined};
}

}  // namespace

Result<QuantizationReport> make_quantization_report(const ReadState& state,
                                                    const QuantizationReportOptions& options,
                                                    TimeMs now,
                                                    const std::function<Status()>& pace) {
  VECSTORE_TRY(check_options(options));
  const auto number = state.version->schema->find(options.field);
  if (!number) return not_found("there is no field '" + options.field + "'");
  const VectorField& field = state.version->schema->fields[*number];
  VECSTORE_ASSIGN(const std::vector<Quantization> choices, quantizations_of(field));
  VECSTORE_ASSIGN(const index::CodeSample sample,
                  Sampler(state, *number, pace).sample(options, now));
  QuantizationReport report;
  report.field = field.name;
  report.dimension = field.dimension;
  report.metric = field.metric;
  report.storage = field.storage;
  report.quantization = field.quantization;
  report.in_use = index::choose_quantization(field.quantization, field.metric);
  report.rows = sample.row_count();
  report.queries = sample.query_count();
  report.k = std::min(options.k, sample.row_count());
  report.bytes_per_row = dense_stride(field);
  std::vector<quant::CodeBits> bits;
  for (const Quantization choice : choices) bits.push_back(index::code_bits(choice));
  VECSTORE_ASSIGN(const index::MeasuredSample measured,
                  index::measure_codes(sample, bits, static_cast<std::size_t>(report.k),
                                       field.hnsw.seed, pace));
  report.compared_per_second = measured.compared_per_second;
  for (std::size_t i = 0; i < choices.size(); ++i)
    report.measures.push_back(measure_of(choices[i], measured.codes[i], report.bytes_per_row));
  return report;
}

}  // namespace vecstore::db
