#include "db/search/pick_rows.h"

#include <optional>
#include <utility>

#include "base/stopwatch.h"
#include "db/search/explain.h"
#include "db/search/group_rows.h"
#include "db/search/mmr.h"

namespace vecstore::db {
namespace {

Result<MmrPicker> make_mmr(const QueryRun& run, const Query& query,
                           const std::vector<RankedRow>& rows) {
  const bool own_vector = !query.vector.empty() && query.text.empty() && query.formula.empty() &&
                          query.field == query.mmr->field;
  return MmrPicker::make({.snapshot = run.snapshot,
                          .schema = run.schema,
                          .field = *run.schema.find(query.mmr->field),
                          .lambda = query.mmr->lambda,
                          .own_vector = own_vector,
                          .stopped = [&run] { return run.stopped(); }},
                         rows);
}

// How many rows came to a step, how many it let through, and how long it took.
struct Work {
  std::size_t rows_in = 0;
  std::size_t rows_out = 0;
  double ms = 0;
  FirstReads first_reads = {};

  StepExplanation as(std::string step) const {
    return {std::move(step), rows_in, rows_out, ms, first_reads};
  }
  void add(const Stopwatch& watch) {
    ms += watch.ms();
    first_reads += watch.first_reads();
  }
};

class RowPicker {
 public:
  RowPicker(const QueryRun& run, const Query& query, std::vector<RankedRow> rows)
      : run_(run), query_(query), rows_(std::move(rows)) {}

  Result<std::vector<RankedRow>> run();
  void explain(Explanation& explained) const {
    if (query_.mmr) explained.steps.push_back(mmr_.as(mmr_step(*query_.mmr)));
    if (query_.group_by) explained.steps.push_back(groups_.as(group_step(*query_.group_by)));
  }

 private:
  Result<std::size_t> next(std::size_t count);
  Result<bool> takes(const RankedRow& row);

  const QueryRun& run_;
  const Query& query_;
  std::vector<RankedRow> rows_;
  std::optional<MmrPicker> picker_;
  std::optional<GroupRows> kept_;
  Work mmr_;
  Work groups_;
};

Result<std::vector<RankedRow>> RowPicker::run() {
  if (query_.mmr) {
    const Stopwatch watch;
    // unreached: which rows have dense vectors is in memory
    VECSTORE_ASSIGN(MmrPicker picker, make_mmr(run_, query_, rows_));
    picker_.emplace(std::move(picker));
    mmr_.add(watch);
  }
  if (query_.group_by) {
    // unreached: check_query has read it before
    VECSTORE_ASSIGN(kept_, GroupRows::make(*query_.group_by));
  }
  std::vector<RankedRow> picked;
  const std::size_t wanted = query_.offset + query_.k;
  for (std::size_t i = 0; i < rows_.size() && picked.size() < wanted; ++i) {
    if (kept_ && !picked.empty() && run_.stopped()) break;
    VECSTORE_ASSIGN(const std::size_t at, next(i));
    VECSTORE_ASSIGN(const bool taken, takes(rows_[at]));
    if (taken) picked.push_back(std::move(rows_[at]));
  }
  groups_.rows_out = picked.size();
  mmr_.rows_in = rows_.size();
  groups_.rows_in = picker_ ? mmr_.rows_out : rows_.size();
  if (picker_) run_.totals.distances += picker_->distances();
  return picked;
}

// The one after `count` others.
Result<std::size_t> RowPicker::next(std::size_t count) {
  if (!picker_) return count;
  const Stopwatch watch;
  Result<std::size_t> at = picker_->next();
  mmr_.add(watch);
  ++mmr_.rows_out;
  return at;
}

Result<bool> RowPicker::takes(const RankedRow& row) {
  if (!kept_) return true;
  const Stopwatch watch;
  Result<bool> taken = kept_->take(*run_.snapshot.segments[row.segment].segment, row.row);
  groups_.add(watch);
  return taken;
}

}  // namespace

Result<std::vector<RankedRow>> pick_rows(const QueryRun& run, const Query& query,
                                         std::vector<RankedRow> rows, Explanation& explained) {
  RowPicker picker(run, query, std::move(rows));
  VECSTORE_ASSIGN(std::vector<RankedRow> picked, picker.run());
  if (run.explains()) picker.explain(explained);
  return picked;
}

}  // namespace vecstore::db
