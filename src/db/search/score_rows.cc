#include "db/search/score_rows.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "query/formula/formula_parser.h"

namespace vecstore::db {
namespace {

// The score that each row has in each stage.
class StageScores {
 public:
  explicit StageScores(std::span<const std::vector<RankedRow>> stages) : scores_(stages.size()) {
    for (std::size_t stage = 0; stage < stages.size(); ++stage)
      for (const RankedRow& row : stages[stage]) scores_[stage].emplace(key(row), row.score);
  }

  std::span<const double> of(const RankedRow& row) {
    row_.clear();
    for (const auto& scores : scores_) {
      const auto found = scores.find(key(row));
      row_.push_back(found == scores.end() ? 0 : found->second);
    }
    for (std::size_t arm = 0; scores_.empty() && arm < row.arms.size(); ++arm)
      row_.push_back(row.arms[arm].rank == 0 ? 0 : row.arms[arm].score);
    return row_;
  }

 private:
  static std::uint64_t key(const RankedRow& row) {
    return std::uint64_t{row.segment} << 32 | row.row;
  }
  std::vector<std::unordered_map<std::uint64_t, double>> scores_;
  std::vector<double> row_;
};

struct RowBytes {
  Bytes metadata;

  Result<query::FilterRow> read(const query::Segment& segment, const RankedRow& row,
                                const query::Formula& formula) {
    VECSTORE_ASSIGN(const query::RowInfo info, segment.info(row.row));
    query::FilterRow seen{
        .id = row.id, .created_at = info.created_at, .updated_at = info.updated_at};
    if (formula.reads(query::RecordField::kNone)) {
      VECSTORE_ASSIGN(seen.metadata, segment.metadata(row.row, metadata));
    }
    return seen;
  }
};

}  // namespace

std::size_t arms_of(const Query& query) {
  if (!query.prefetch.empty()) return query.prefetch.size();
  return query.vector.empty() || query.text.empty() ? 0 : 2;
}

Status score_rows(const QueryRun& run, const Query& query,
                  std::span<const std::vector<RankedRow>> stages, std::vector<RankedRow>& rows) {
  // unreached: check_query has read it before
  VECSTORE_ASSIGN(const query::Formula formula, query::parse_formula(query.formula));
  StageScores scores(stages);
  RowBytes bytes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && run.stopped()) {
      rows.resize(i);
      break;
    }
    const query::Segment& segment = *run.snapshot.segments[rows[i].segment].segment;
    query::FormulaInput input{.score = rows[i].score, .now = run.common.now};
    if (formula.stages() > 0) input.stages = scores.of(rows[i]);
    VECSTORE_ASSIGN(input.row, bytes.read(segment, rows[i], formula));
    VECSTORE_ASSIGN(rows[i].score, formula.evaluate(input));
  }
  std::ranges::sort(rows, [](const RankedRow& a, const RankedRow& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  return {};
}

}  // namespace vecstore::db
