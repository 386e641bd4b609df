// Database::diff: rows that only one of two states has, met in the order of their ids. What both
// have in a file of one number, alive in both, is never looked at.
#include "vecstore/diff.h"

#include <algorithm>
#include <optional>
#include <queue>

#include "db/boundary.h"
#include "db/cancel.h"
#include "db/handle.h"
#include "db/segment/id_cursor.h"

namespace vecstore {

std::string_view change_kind_name(ChangeKind kind) {
  static constexpr std::string_view kNames[] = {"added", "removed", "changed"};
  return kNames[static_cast<std::size_t>(kind)];
}

namespace {

using db::IdCursor;
using query::Row;
using Segments = std::vector<query::SegmentRows>;

// One collection of one state.
struct Content {
  db::ReadState read;
  query::Snapshot snapshot;
};

const db::StoredSegment& stored(const query::SegmentRows& part) {
  return static_cast<const db::StoredSegment&>(*part.segment);
}

// The rows of one state that may differ, by id.
class Side {
 public:
  Status add(Result<IdCursor> cursor) {
    VECSTORE_TRY(cursor.status());
    cursors_.push_back(std::make_unique<IdCursor>(*std::move(cursor)));
    return advance(*cursors_.back());
  }
  bool empty() const { return heads_.empty(); }
  const std::string& id() const { return heads_.top()->id(); }

  // The version of the record with the smallest id when that is `id` and the record is active.
  Result<std::uint64_t> take(const std::string& id, TimeMs now) {
    std::uint64_t version = 0;
    while (!heads_.empty() && heads_.top()->id() == id) {
      IdCursor& cursor = *heads_.top();
      heads_.pop();
      VECSTORE_ASSIGN(const query::RowInfo info, cursor.segment().info(cursor.row()));
      if (query::active(info, now)) version = std::max(version, info.sequence);
      VECSTORE_TRY(advance(cursor));
    }
    return version;
  }

 private:
  Status advance(IdCursor& cursor) {
    VECSTORE_ASSIGN(const bool more, cursor.next());
    if (more) heads_.push(&cursor);
    return {};
  }

  std::vector<std::unique_ptr<IdCursor>> cursors_;
  std::priority_queue<IdCursor*, std::vector<IdCursor*>, db::LaterId> heads_;
};

const query::SegmentRows* same_file(const Segments& segments, std::uint64_t number) {
  for (const query::SegmentRows& part : segments)
    if (number != 0 && stored(part).number() == number) return &part;
  return nullptr;
}

// What two states of a collection have that differs.
class Comparison {
 public:
  Status begin(const Content* before, const Content* after, std::string_view behind) {
    static const Segments kNone;
    const Segments& old = before ? before->snapshot.segments : kNone;
    const Segments& now = after ? after->snapshot.segments : kNone;
    for (const query::SegmentRows& part : old) {
      const query::SegmentRows* same = same_file(now, stored(part).number());
      VECSTORE_TRY(same ? add_deaths(*before, part, *after, *same, behind)
                        : add_all(*before, part, behind, before_));
    }
    for (const query::SegmentRows& part : now)
      if (same_file(old, stored(part).number()) == nullptr)
        VECSTORE_TRY(add_all(*after, part, behind, after_));
    return {};
  }

  // The next record that differs; none at the end.
  Result<std::optional<RecordChange>> next(TimeMs now, const db::Cancel& cancel) {
    while (!before_.empty() || !after_.empty()) {
      VECSTORE_TRY(db::check_cancel(cancel, "the diff was called off"));
      const bool first = after_.empty() || (!before_.empty() && before_.id() < after_.id());
      RecordChange change;
      change.id = first ? before_.id() : after_.id();
      VECSTORE_ASSIGN(change.before, before_.take(change.id, now));
      VECSTORE_ASSIGN(change.after, after_.take(change.id, now));
      if (change.before == change.after) continue;  // moved by a merge, or in neither
      if (change.before == 0) change.kind = ChangeKind::kAdded;
      if (change.after == 0) change.kind = ChangeKind::kRemoved;
      return std::optional(std::move(change));
    }
    return std::optional<RecordChange>();
  }

 private:
  static Status add_all(const Content& of, const query::SegmentRows& part, std::string_view behind,
                        Side& side) {
    const db::StoredSegment& segment = stored(part);
    const auto live = [&of, &segment](Row row) { return of.snapshot.live(segment, row); };
    return side.add(IdCursor::over(segment, part.rows, live, behind));
  }

  // One file in both: only rows that died between.
  Status add_deaths(const Content& before, const query::SegmentRows& old, const Content& after,
                    const query::SegmentRows& now, std::string_view behind) {
    if (stored(old).dead_rows() == 0 && stored(now).dead_rows() == 0) return {};
    std::vector<Row> only_before, only_after;
    for (Row row = 0; row < old.rows; ++row) {
      const bool then = before.snapshot.live(*old.segment, row);
      const bool later = after.snapshot.live(*now.segment, row);
      if (then && !later) only_before.push_back(row);
      if (later && !then) only_after.push_back(row);
    }
    VECSTORE_TRY(before_.add(IdCursor::over_rows(stored(old), only_before, behind)));
    return after_.add(IdCursor::over_rows(stored(now), only_after, behind));
  }

  Side before_, after_;
};

struct Pair {
  std::uint32_t number = 0;
  std::unique_ptr<Content> before, after;
};

std::unique_ptr<Content> content_of(const db::CollectionCore& core) {
  auto content = std::make_unique<Content>();
  content->read = core.read();
  content->snapshot = content->read.snapshot();
  return content;
}

}  // namespace

struct Diff::State {
  std::shared_ptr<db::Store> before, after;
  std::vector<Pair> pairs;  // by number, as `collections`
  std::vector<CollectionChange> collections;
  TimeMs now = 0;
  std::size_t at = 0;
  std::optional<Comparison> comparison;  // of pairs[at]
  std::string behind;
  Status failed;
  std::vector<RecordChange> changes;  // by a call that was called off, for the next

  void read_collections() {
    std::map<std::uint32_t, Pair> all;
    for (const auto& core : before->catalog().cores())
      all[core->number()].before = content_of(*core);
    for (const auto& core : after->catalog().cores()) all[core->number()].after = content_of(*core);
    for (auto& [number, pair] : all) {
      CollectionChange& change = collections.emplace_back();
      if (pair.before) change.old_name = before->catalog().name_of(number);
      change.dropped = !pair.after;
      change.name = pair.after ? after->catalog().name_of(number) : change.old_name;
      if (pair.before && pair.after)
        change.options_changed = !(pair.before->read.version->schema->to_object() ==
                                   pair.after->read.version->schema->to_object());
      pairs.push_back(std::move(pair));
    }
  }

  Status go_on_behind(const DiffOptions& options) {
    if (options.collection.empty()) return {};
    const auto found = std::ranges::find(collections, options.collection, &CollectionChange::name);
    if (found == collections.end())
      return not_found("neither state has a collection '" + options.collection + "'");
    at = static_cast<std::size_t>(found - collections.begin());
    behind = options.after;
    return {};
  }

  Result<std::vector<RecordChange>> next(std::size_t count, const db::Cancel& cancel) {
    while (changes.size() < count && at < pairs.size()) {
      VECSTORE_TRY(db::check_cancel(cancel, "the diff was called off"));
      if (!comparison) {
        comparison.emplace();
        VECSTORE_TRY(comparison->begin(pairs[at].before.get(), pairs[at].after.get(), behind));
      }
      VECSTORE_ASSIGN(std::optional<RecordChange> change, comparison->next(now, cancel));
      if (change) {
        change->collection = collections[at].name;
        changes.push_back(*std::move(change));
        continue;
      }
      comparison.reset();
      behind.clear();
      ++at;
    }
    return db::take_first(changes, count);
  }
};

Diff::Diff(std::unique_ptr<State> state) : state_(std::move(state)) {}
Diff::Diff(Diff&&) noexcept = default;
Diff& Diff::operator=(Diff&&) noexcept = default;
Diff::~Diff() = default;

const std::vector<CollectionChange>& Diff::collections() const { return state_->collections; }

Result<std::vector<RecordChange>> Diff::next(std::size_t count,
                                             const std::optional<CancelToken>& cancel) {
  // unreached: in a child that fork() made, which ends without writing its counts
  VECSTORE_TRY(state_->before->require_own());
  VECSTORE_TRY(state_->failed);
  Result<std::vector<RecordChange>> changes =
      db::guarded([&] { return state_->next(count, cancel); });
  if (changes.status().code() != Code::kCancelled) state_->failed = changes.status();
  return changes;
}

Result<Diff> Database::diff(std::string_view from, std::string_view to,
                            const DiffOptions& options) const {
  return db::guarded([&]() -> Result<Diff> {
    VECSTORE_TRY(state_->store->require_open());
    auto state = std::make_unique<Diff::State>();
    VECSTORE_ASSIGN(state->before, state_->store->open_snapshot(from));
    state->after = state_->store;
    if (!to.empty()) {
      VECSTORE_ASSIGN(state->after, state_->store->open_snapshot(to));
    }
    state->now = state_->store->clock().now_ms();
    state->read_collections();
    VECSTORE_TRY(state->go_on_behind(options));
    return Diff(std::move(state));
  });
}

}  // namespace vecstore
