#include "query/column/matching_rows.h"

#include <utility>

#include "base/stopwatch.h"
#include "query/column/column_filter.h"
#include "query/filter/filter_eval.h"

namespace vecstore::query {
namespace {

// Beyond this share of rows that columns leave open, a search that looks at contenders alone is
// cheaper.
constexpr std::uint64_t kMaxOpenShare = 8;
constexpr std::size_t kRowsBetweenLooks = 4'096;  // of a row's times
constexpr std::size_t kRowsBetweenReads = 64;     // of its metadata

// What the filter sees of a row, and what it lies in until the next row is read.
struct SeenRow {
  Bytes metadata;
  Bytes id;
  Bytes text;

  Result<FilterRow> read(const Segment& segment, Row row, const RowInfo& info,
                         const BoundFilter& filter) {
    FilterRow seen{.created_at = info.created_at, .updated_at = info.updated_at};
    if (filter.uses(RecordField::kNone)) {
      VECSTORE_ASSIGN(seen.metadata, segment.metadata(row, metadata));
    }
    if (filter.uses(RecordField::kId)) {
      VECSTORE_ASSIGN(seen.id, segment.id(row, id));
    }
    if (filter.uses(RecordField::kText)) {
      VECSTORE_ASSIGN(seen.text, segment.text(row, text));
    }
    return seen;
  }
};

// Takes away what does not count for the reader.
Status keep_counting(const Snapshot& snapshot, const SegmentRows& part, TimeMs now, Bitmap& rows,
                     const StopSign& stop = {}) {
  const Segment& segment = *part.segment;
  const bool all_live = segment.dead_rows() == 0;
  if (all_live && !segment.has_times()) return {};
  Status status;
  Bitmap gone(rows.size());
  std::size_t looked = 0;
  rows.for_each([&](std::size_t at) {
    const Row row = static_cast<Row>(at);
    if (stop && ++looked % kRowsBetweenLooks == 0 && status.ok() && stop())
      status = cancelled("the filter was stopped");
    if (!all_live && !snapshot.live(segment, row)) return gone.set(at);
    if (!segment.has_times() || !status.ok()) return;
    const Result<RowInfo> info = segment.info(row);
    if (!info.ok()) status = info.status();
    if (info.ok() && !active(*info, now)) gone.set(at);
  });
  rows.and_not(gone);
  return status;
}

}  // namespace

Result<bool> passes(const Snapshot& snapshot, const Segment& segment, Row row,
                    const BoundFilter* filter, TimeMs now) {
  if (!snapshot.live(segment, row)) return false;
  const bool unfiltered = filter == nullptr || filter->is_true();
  if (unfiltered && !segment.has_times()) return true;
  VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
  if (!active(info, now)) return false;
  return matches(segment, row, info, filter);
}

Result<bool> matches(const Segment& segment, Row row, const RowInfo& info,
                     const BoundFilter* filter) {
  if (filter == nullptr || filter->is_true()) return true;
  SeenRow lies;
  VECSTORE_ASSIGN(const FilterRow seen, lies.read(segment, row, info, *filter));
  VECSTORE_ASSIGN(const Truth truth, evaluate(filter->root(), seen));
  return truth == Truth::kTrue;
}

Result<std::optional<Bitmap>> matching_rows(const Snapshot& snapshot, const SegmentRows& part,
                                            const BoundFilter& filter, TimeMs now,
                                            const StopSign& stop) {
  VECSTORE_ASSIGN(const meta::Columns* columns, part.segment->columns());
  if (columns == nullptr || columns->rows() != part.rows) return std::optional<Bitmap>();
  VECSTORE_ASSIGN(ColumnAnswer answer, ask_columns(filter, *columns, stop));
  VECSTORE_TRY(keep_counting(snapshot, part, now, answer.passed, stop));
  if (answer.open.size() == 0) return std::optional(std::move(answer.passed));
  VECSTORE_TRY(keep_counting(snapshot, part, now, answer.open, stop));
  if (answer.open.count() * kMaxOpenShare > part.rows) return std::optional<Bitmap>();
  SeenRow lies;
  std::size_t looked = 0;
  const auto read_row = [&](std::uint32_t row) -> Result<FilterRow> {
    if (stop && ++looked % kRowsBetweenReads == 0 && stop())
      return cancelled("the filter was stopped");
    VECSTORE_ASSIGN(const RowInfo info, part.segment->info(row));
    return lies.read(*part.segment, row, info, filter);
  };
  VECSTORE_ASSIGN(Bitmap rows, settle(filter, read_row, std::move(answer)));
  return std::optional(std::move(rows));
}

Result<std::vector<AllowedRows>> allowed_rows(const Snapshot& snapshot, const BoundFilter& filter,
                                              TimeMs now, const StopSign& stop) {
  std::vector<AllowedRows> allowed(snapshot.segments.size());
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const Stopwatch watch;
    VECSTORE_ASSIGN(allowed[i].rows,
                    matching_rows(snapshot, snapshot.segments[i], filter, now, stop));
    if (allowed[i].rows) allowed[i].count = allowed[i].rows->count();
    allowed[i].ms = watch.ms();
    allowed[i].first_reads = watch.first_reads();
  }
  return allowed;
}

Result<Bitmap> counting_rows(const Snapshot& snapshot, const SegmentRows& part, TimeMs now) {
  Bitmap rows(part.rows, true);
  VECSTORE_TRY(keep_counting(snapshot, part, now, rows));
  return rows;
}

}  // namespace vecstore::query
