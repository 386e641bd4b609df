#include "db/search/facets.h"

#include <optional>
#include <utility>

#include "query/column/matching_rows.h"
#include "query/column/value_counts.h"

namespace vecstore::db {
namespace {

using query::RecordField;
using query::Row;

Status look(const query::StopSign& stop) {
  return stop && stop() ? cancelled("looking at values was called off") : Status();
}

Result<Bitmap> passing_rows(const query::Snapshot& snapshot, const query::SegmentRows& part,
                            const query::BoundFilter& filter, TimeMs now,
                            const query::StopSign& stop) {
  if (filter.is_true()) return query::counting_rows(snapshot, part, now);
  VECSTORE_ASSIGN(auto matching, query::matching_rows(snapshot, part, filter, now, stop));
  if (matching) return *std::move(matching);
  Bitmap rows(part.rows);
  for (Row row = 0; row < part.rows; ++row) {
    VECSTORE_TRY(look(stop));
    VECSTORE_ASSIGN(const bool passing, query::passes(snapshot, *part.segment, row, &filter, now));
    if (passing) rows.set(row);
  }
  return rows;
}

// What of a row the path can reach, and what it lies in until the next row is read.
struct ReadField {
  const query::Segment& segment;
  RecordField field;
  Bytes scratch = {};

  Result<query::FilterRow> operator()(Row row) {
    query::FilterRow read;
    if (field == RecordField::kId) {
      VECSTORE_ASSIGN(read.id, segment.id(row, scratch));
    } else if (field == RecordField::kText) {
      VECSTORE_ASSIGN(read.text, segment.text(row, scratch));
    } else if (field == RecordField::kNone) {
      VECSTORE_ASSIGN(read.metadata, segment.metadata(row, scratch));
    } else {
      VECSTORE_ASSIGN(const query::RowInfo info, segment.info(row));
      read.created_at = info.created_at;
      read.updated_at = info.updated_at;
    }
    return read;
  }
};

using TakeValue = std::function<void(const Value&, std::uint64_t)>;

Status for_each_value(const query::Snapshot& snapshot, const query::Path& path,
                      const FilterNode* filter, TimeMs now, const query::StopSign& stop,
                      const TakeValue& take) {
  query::BoundFilter bound;
  if (filter != nullptr) {
    // unreached: the patterns of a filter were compiled when it was made
    VECSTORE_ASSIGN(bound, query::BoundFilter::bind(*filter, now));
  }
  for (const query::SegmentRows& part : snapshot.segments) {
    VECSTORE_TRY(look(stop));
    VECSTORE_ASSIGN(const Bitmap rows, passing_rows(snapshot, part, bound, now, stop));
    VECSTORE_ASSIGN(const meta::Columns* columns, part.segment->columns());
    if (columns != nullptr && columns->rows() != part.rows) columns = nullptr;
    ReadField reader{*part.segment, query::record_field(path)};
    const auto read_row = [&](std::uint32_t row) -> Result<query::FilterRow> {
      VECSTORE_TRY(look(stop));
      return reader(row);
    };
    VECSTORE_TRY(query::for_each_value(path, columns, rows, read_row, take));
  }
  return {};
}

}  // namespace

Result<Facet> count_values(const query::Snapshot& snapshot, const query::Path& path,
                           const FilterNode* filter, TimeMs now, std::size_t limit,
                           const query::StopSign& stop) {
  query::ValueCounts counts;
  VECSTORE_TRY(for_each_value(
      snapshot, path, filter, now, stop,
      [&counts](const Value& value, std::uint64_t count) { counts.add(value, count); }));
  Facet facet;
  facet.different = counts.different();
  for (query::ValueCounts::Entry& entry : counts.top(limit))
    facet.values.push_back({std::move(entry.value), entry.count});
  return facet;
}

Result<Summary> summarize_numbers(const query::Snapshot& snapshot, const query::Path& path,
                                  const FilterNode* filter, TimeMs now,
                                  const query::StopSign& stop) {
  query::NumberSummary numbers;
  VECSTORE_TRY(for_each_value(
      snapshot, path, filter, now, stop,
      [&numbers](const Value& value, std::uint64_t count) { numbers.add(value, count); }));
  return Summary{.count = numbers.count,
                 .min = numbers.least,
                 .max = numbers.greatest,
                 .sum = numbers.sum,
                 .mean = numbers.count > 0 ? numbers.sum / static_cast<double>(numbers.count) : 0};
}

}  // namespace vecstore::db
