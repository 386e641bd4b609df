#include "db/search/count_rows.h"

#include "db/index_options.h"
#include "query/column/matching_rows.h"
#include "query/search.h"

namespace vecstore::db {

Result<std::uint64_t> count_rows(const query::Snapshot& snapshot, const FilterNode* filter,
                                 TimeMs now, const query::StopSign& stop) {
  std::uint64_t count = 0;
  query::BoundFilter bound;
  if (filter != nullptr) {
    // unreached: the patterns of a filter were compiled when it was made
    VECSTORE_ASSIGN(bound, query::BoundFilter::bind(*filter, now));
  }
  for (const query::SegmentRows& part : snapshot.segments) {
    const auto& segment = static_cast<const StoredSegment&>(*part.segment);
    const std::uint64_t dead = segment.dead_rows();
    const bool settled = segment.number() != 0 && segment.last_death() <= snapshot.sequence;
    if (filter == nullptr && settled && !segment.has_times()) {
      count += part.rows - dead;
      continue;
    }
    if (filter != nullptr) {
      VECSTORE_ASSIGN(const auto rows, query::matching_rows(snapshot, part, bound, now, stop));
      if (rows) count += rows->count();
      if (rows) continue;
    }
    for (Row row = 0; row < part.rows; ++row) {
      if (stop && stop()) return cancelled("counting was called off");
      VECSTORE_ASSIGN(const bool passing, query::passes(snapshot, segment, row, &bound, now));
      count += passing ? 1 : 0;
    }
  }
  return count;
}

Result<CollectionStats> count_everything(const ReadState& state, TimeMs now) {
  const query::Snapshot snapshot = state.snapshot();
  CollectionStats stats;
  stats.segments = state.version->files.size();
  stats.sequence = state.sequence;
  stats.index = has_graph(state.version->schema->fields.front()) ? "hnsw" : "flat";
  for (const auto& file : state.version->files)
    if (file->is_indexed() && file->index_file()->has_codes_of(*state.version->schema))
      stats.coded_rows += file->rows();
  for (const auto& file : state.version->history) {
    stats.version_rows += file->rows();
    stats.version_bytes += file->bytes().file;
  }
  for (const query::SegmentRows& part : snapshot.segments) {
    const auto& segment = static_cast<const StoredSegment&>(*part.segment);
    const SegmentBytes bytes = segment.bytes();
    stats.vector_bytes += bytes.vectors;
    stats.metadata_bytes += bytes.metadata;
    stats.text_bytes += bytes.text;
    stats.id_bytes += bytes.ids;
    stats.file_bytes += bytes.file + bytes.index;
    stats.index_bytes += bytes.index;
    if (segment.is_indexed()) stats.indexed_rows += part.rows;
    if (segment.number() == 0) stats.memory_rows += part.rows;
    for (Row row = 0; row < part.rows; ++row) {
      if (!snapshot.live(segment, row)) {
        ++stats.dead_rows;
        continue;
      }
      VECSTORE_ASSIGN(const RowInfo info, segment.info(row));
      if (expired(info, now)) {
        ++stats.expired;
        continue;
      }
      if (info.deleted_at != 0) ++stats.soft_deleted;
      if (query::active(info, now)) ++stats.records;
    }
  }
  return stats;
}

}  // namespace vecstore::db
