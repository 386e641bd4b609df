// Scan: the records of one state in id order, merged from segments that are each in that order.
#include <algorithm>
#include <queue>

#include "db/boundary.h"
#include "db/handle.h"
#include "db/segment/record_reader.h"
#include "query/column/matching_rows.h"

namespace vecstore {
namespace {

using query::Row;

// The rows of one segment in id order: a file's own order, or that of a sorted copy.
class Cursor {
 public:
  static Result<Cursor> open(const query::Snapshot& snapshot, const query::SegmentRows& part,
                             std::string_view after) {
    Cursor cursor;
    cursor.segment_ = static_cast<const db::StoredSegment*>(part.segment.get());
    cursor.rows_ = part.rows;
    if (cursor.segment_->number() == 0) {
      VECSTORE_TRY(cursor.sort_rows(snapshot));
    } else {
      cursor.file_ = static_cast<const db::FileSegment*>(cursor.segment_);
    }
    VECSTORE_TRY(cursor.skip_to(after));
    return cursor;
  }

  // The next row that is live in the snapshot; false at the end.
  Result<bool> next(const query::Snapshot& snapshot) {
    for (; position_ < count(); ++position_) {
      VECSTORE_ASSIGN(row_, at(position_));
      if (!snapshot.live(*segment_, row_)) continue;
      VECSTORE_ASSIGN(id_, id_of(row_));
      ++position_;
      return true;
    }
    return false;
  }

  const std::string& id() const { return id_; }
  Row row() const { return row_; }
  const db::StoredSegment& segment() const { return *segment_; }

 private:
  Row count() const { return file_ != nullptr ? rows_ : static_cast<Row>(sorted_.size()); }
  Result<Row> at(Row position) const {
    return file_ != nullptr ? file_->in_id_order(position) : Result<Row>(sorted_[position]);
  }

  Result<std::string> id_of(Row row) const {
    Bytes scratch;
    VECSTORE_ASSIGN(const std::string_view id, segment_->id(row, scratch));
    return std::string(id);
  }

  Status sort_rows(const query::Snapshot& snapshot) {
    std::vector<std::pair<std::string, Row>> ids;
    for (Row row = 0; row < rows_; ++row) {
      if (!snapshot.live(*segment_, row)) continue;
      VECSTORE_ASSIGN(std::string id, id_of(row));
      ids.emplace_back(std::move(id), row);
    }
    std::sort(ids.begin(), ids.end());
    for (const auto& [id, row] : ids) sorted_.push_back(row);
    return {};
  }

  // To the first id greater than `after`.
  Status skip_to(std::string_view after) {
    Row low = 0;
    Row high = after.empty() ? 0 : count();
    while (low < high) {
      const Row middle = low + (high - low) / 2;
      VECSTORE_ASSIGN(const Row row, at(middle));
      VECSTORE_ASSIGN(const std::string id, id_of(row));
      if (id <= after) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    position_ = low;
    return {};
  }

  const db::StoredSegment* segment_ = nullptr;
  const db::FileSegment* file_ = nullptr;
  Row rows_ = 0;
  std::vector<Row> sorted_;
  Row position_ = 0;
  Row row_ = 0;
  std::string id_;
};

struct Later {
  bool operator()(const Cursor* a, const Cursor* b) const { return a->id() > b->id(); }
};

}  // namespace

struct Scan::State {
  db::ReadState read;
  query::Snapshot snapshot;
  ScanOptions options;
  std::shared_ptr<const FilterNode> node;
  query::BoundFilter filter;  // of the node
  TimeMs now = 0;
  std::vector<Cursor> cursors;
  std::priority_queue<Cursor*, std::vector<Cursor*>, Later> heads;
  std::shared_ptr<db::Store> store;  // keeps the files
  Status failed;                     // a scan that lost its way stays lost

  Status begin() {
    for (const query::SegmentRows& part : snapshot.segments) {
      VECSTORE_ASSIGN(Cursor cursor, Cursor::open(snapshot, part, options.after));
      cursors.push_back(std::move(cursor));
    }
    for (Cursor& cursor : cursors) VECSTORE_TRY(advance(cursor));
    return {};
  }

  Status advance(Cursor& cursor) {
    VECSTORE_ASSIGN(const bool more, cursor.next(snapshot));
    if (more) heads.push(&cursor);
    return {};
  }

  Result<bool> wanted(const Cursor& cursor) const {
    if (!options.include_deleted)
      return query::passes(snapshot, cursor.segment(), cursor.row(), &filter, now);
    VECSTORE_ASSIGN(const query::RowInfo info, cursor.segment().info(cursor.row()));
    if (db::expired(info, now)) return false;
    return query::matches(cursor.segment(), cursor.row(), info, &filter);
  }

  Result<std::vector<Record>> next(std::size_t count) {
    std::vector<Record> records;
    while (records.size() < count && !heads.empty()) {
      Cursor& cursor = *heads.top();
      heads.pop();
      VECSTORE_ASSIGN(const bool include, wanted(cursor));
      if (include) {
        VECSTORE_ASSIGN(Record record,
                        db::read_record(*read.version->schema, cursor.segment(), cursor.row(),
                                        {.vectors = options.include_vectors}));
        records.push_back(std::move(record));
      }
      VECSTORE_TRY(advance(cursor));
    }
    return records;
  }
};

Scan::Scan(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;
Scan::~Scan() = default;

Result<std::vector<Record>> Scan::next(std::size_t count) {
  VECSTORE_TRY(state_->failed);
  Result<std::vector<Record>> records = db::guarded([&] { return state_->next(count); });
  state_->failed = records.status();
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
    VECSTORE_ASSIGN(state->filter, query::BoundFilter::bind(*state->node, state->now));
    state->store = state_->store;
    VECSTORE_TRY(state->begin());
    return Scan(std::move(state));
  });
}

}  // namespace vecstore
