// Scan: the records of one state in id order, merged from segments that are each in that order.
#include <queue>

#include "db/boundary.h"
#include "db/cancel.h"
#include "db/handle.h"
#include "db/segment/id_cursor.h"
#include "db/segment/record_reader.h"
#include "query/column/matching_rows.h"

namespace vecstore {

struct Scan::State {
  db::ReadState read;
  query::Snapshot snapshot;
  ScanOptions options;
  std::shared_ptr<const FilterNode> node;
  query::BoundFilter filter;  // of the node
  TimeMs now = 0;
  std::vector<db::IdCursor> cursors;
  std::priority_queue<db::IdCursor*, std::vector<db::IdCursor*>, db::LaterId> heads;
  std::shared_ptr<db::Store> store;  // keeps the files
  Status failed;                     // a scan that lost its way stays lost
  std::vector<Record> found;         // by a call that was called off, for the next

  Status begin() {
    for (const query::SegmentRows& part : snapshot.segments) {
      const auto& segment = static_cast<const db::StoredSegment&>(*part.segment);
      const auto live = [this, &segment](query::Row row) { return snapshot.live(segment, row); };
      VECSTORE_ASSIGN(db::IdCursor cursor,
                      db::IdCursor::over(segment, part.rows, live, options.after));
      cursors.push_back(std::move(cursor));
    }
    for (db::IdCursor& cursor : cursors) VECSTORE_TRY(advance(cursor));
    return {};
  }

  Status advance(db::IdCursor& cursor) {
    VECSTORE_ASSIGN(const bool more, cursor.next());
    if (more) heads.push(&cursor);
    return {};
  }

  Result<bool> wanted(const db::IdCursor& cursor) const {
    if (!options.include_deleted)
      return query::passes(snapshot, cursor.segment(), cursor.row(), &filter, now);
    VECSTORE_ASSIGN(const query::RowInfo info, cursor.segment().info(cursor.row()));
    if (db::expired(info, now)) return false;
    return query::matches(cursor.segment(), cursor.row(), info, &filter);
  }

  Result<std::vector<Record>> next(std::size_t count, const db::Cancel& cancel) {
    while (found.size() < count && !heads.empty()) {
      VECSTORE_TRY(db::check_cancel(cancel, "the scan was called off"));
      db::IdCursor& cursor = *heads.top();
      heads.pop();
      VECSTORE_ASSIGN(const bool include, wanted(cursor));
      if (include) {
        VECSTORE_ASSIGN(Record record,
                        db::read_record(*read.version->schema, cursor.segment(), cursor.row(),
                                        {.vectors = options.include_vectors}));
        found.push_back(std::move(record));
      }
      VECSTORE_TRY(advance(cursor));
    }
    return db::take_first(found, count);
  }
};

Scan::Scan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;
Scan::~Scan() = default;

Result<std::vector<Record>> Scan::next(std::size_t count,
                                        const std::optional<CancelToken>& cancel) {
  // unreached: in a child that fork() made, which ends without writing its counts
  VECSTORE_TRY(state_->store->require_own());
  VECSTORE_TRY(state_->failed);
  Result<std::vector<Record>> records = db::guarded([&] { return state_->next(count, cancel); });
  if (records.status().code() != Code::kCancelled) state_->failed = records.status();
  return records;
}

Result<Scan> Collection::scan(const ScanOptions& options) const {
  return db::guarded([&]() -> Result<Scan> {
    VECSTORE_TRY(state_->usable());
    auto state = std::make_unique<Scan::State>();
    VECSTORE_ASSIGN(state->node, options.filter.node());
    state->options = options;
    state->read = state_->core->read();
    state->snapshot = state->read.snapshot();
    state->now = state_->store->clock().now_ms();
    // unreached: the patterns of a filter were compiled when it was made
    VECSTORE_ASSIGN(state->filter, query::BoundFilter::bind(*state->node, state->now));
    state->store = state_->store;
    VECSTORE_TRY(state->begin());
    return Scan(std::move(state));
  });
}

}  // namespace vecstore
