// Which older versions of records a file of history gets.
#include <algorithm>

#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"

namespace vecstore::db {
namespace {

struct OldRow {
  std::string id;
  std::uint64_t sequence = 0;
  bool removal = false;
  SourceRow at;
};

Result<OldRow> old_row(const SegmentPlan& plan, const SourceRow& at) {
  Bytes scratch;
  const StoredSegment& segment = *plan.sources[at.source];
  VECSTORE_ASSIGN(const std::string_view id, segment.id(at.row, scratch));
  VECSTORE_ASSIGN(const RowInfo info, segment.info(at.row));
  return OldRow{std::string(id), info.sequence, is_removal(info), at};
}

// By id, newest first: a row stays while fewer than `keep` newer ones of its id have a content.
// Whatever is older than that is older than `keep` versions for good, wherever others may lie.
void keep_newest(std::vector<OldRow>& rows, std::uint32_t keep) {
  std::ranges::sort(rows, [](const OldRow& a, const OldRow& b) {
    return a.id != b.id ? a.id < b.id : a.sequence > b.sequence;
  });
  std::uint32_t versions = 0;
  const std::string* before = nullptr;
  std::vector<OldRow> kept;
  for (OldRow& row : rows) {
    if (before == nullptr || *before != row.id) versions = 0;
    const bool stays = versions < keep;
    if (!row.removal) ++versions;
    if (stays) kept.push_back(row);
    before = &row.id;
  }
  rows = std::move(kept);
}

}  // namespace

Result<SegmentPlan> plan_history(const SegmentPlan& of, const std::vector<SourceRow>& rows,
                                 const std::vector<std::shared_ptr<FileSegment>>& history,
                                 std::uint32_t keep) {
  SegmentPlan plan{.collection = of.collection,
                   .schema = of.schema,
                   .sources = of.sources,
                   .name = of.name,
                   .history = true};
  if (keep == 0) return plan;
  std::vector<OldRow> old;
  for (const SourceRow& row : rows) {
    VECSTORE_ASSIGN(OldRow one, old_row(plan, row));
    old.push_back(std::move(one));
  }
  for (const std::shared_ptr<FileSegment>& file : history) {
    const auto source = static_cast<std::uint32_t>(plan.sources.size());
    plan.sources.push_back(file);
    for (Row row = 0; row < file->rows(); ++row) {
      VECSTORE_ASSIGN(OldRow one, old_row(plan, {source, row}));
      old.push_back(std::move(one));
    }
  }
  keep_newest(old, keep);
  std::ranges::sort(old, {}, &OldRow::sequence);
  for (const OldRow& row : old) plan.rows.push_back(row.at);
  // unreached: needs four billion rows
  if (old.size() > kMaxSegmentRows)
    return resource_exhausted("a segment holds at most " + std::to_string(kMaxSegmentRows) +
                              " rows");
  if (!old.empty()) {
    plan.min_sequence = old.front().sequence;
    plan.max_sequence = old.back().sequence;
  }
  return plan;
}

Result<bool> has_more_versions(const FileSegment& history, std::uint32_t keep) {
  Bytes scratch;
  std::string before;
  std::uint32_t versions = 0;
  for (Row position = 0; position < history.rows(); ++position) {
    VECSTORE_ASSIGN(const Row row, history.in_id_order(position));
    VECSTORE_ASSIGN(const std::string_view id, history.id(row, scratch));
    VECSTORE_ASSIGN(const RowInfo info, history.info(row));
    if (id != before) versions = 0;
    before = id;
    if (!is_removal(info) && ++versions > keep) return true;
  }
  return false;
}

}  // namespace vecstore::db
