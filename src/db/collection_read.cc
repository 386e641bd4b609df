// Collection's reading half: every call takes one state and looks at nothing else.
#include <algorithm>

#include "db/boundary.h"
#include "db/cancel.h"
#include "db/handle.h"
#include "db/search/count_rows.h"
#include "db/search/facets.h"
#include "db/search/query_batch.h"
#include "db/search/run_query.h"
#include "db/search/watch_recall.h"
#include "db/segment/record_reader.h"
#include "db/validate.h"
#include "query/filter/filter_path.h"
#include "query/search.h"
#include "vecstore/limits.h"

namespace vecstore {

Collection::Collection(std::shared_ptr<State> state) : state_(std::move(state)) {}
Collection::Collection(Collection&&) noexcept = default;
Collection& Collection::operator=(Collection&&) noexcept = default;
Collection::~Collection() = default;

std::string Collection::name() const {
  // unreached: in a child that fork() made, which ends without writing its counts
  return state_->store->inherited() ? std::string() : state_->name();
}

CollectionOptions Collection::options() const {
  // unreached: in a child that fork() made, which ends without writing its counts
  if (state_->store->inherited()) return {};
  return state_->core->read().version->schema->to_options();
}

namespace {

// The row of an active record, or none.
Result<std::optional<db::Place>> find_active(const db::ReadState& state, std::string_view id,
                                             TimeMs now) {
  VECSTORE_TRY(db::check_id(id));
  VECSTORE_ASSIGN(auto place, db::CollectionCore::find(state, id));
  if (place && !query::active(place->info, now)) place.reset();
  return place;
}

}  // namespace

Result<Record> Collection::get(std::string_view id) const {
  return db::guarded([&]() -> Result<Record> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    VECSTORE_ASSIGN(const auto place, find_active(state, id, state_->store->clock().now_ms()));
    if (!place)
      return not_found("record '" + std::string(id) + "' is not in collection '" + state_->name() +
                       "'");
    return db::read_record(*state.version->schema, *place->segment, place->row, {});
  });
}

Result<std::vector<Record>> Collection::get_many(std::span<const std::string> ids,
                                                 const std::optional<CancelToken>& cancel) const {
  return db::guarded([&]() -> Result<std::vector<Record>> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    const TimeMs now = state_->store->clock().now_ms();
    std::vector<Record> records;
    for (const std::string& id : ids) {
      VECSTORE_TRY(db::check_cancel(cancel, "reading records was called off"));
      VECSTORE_ASSIGN(const auto place, find_active(state, id, now));
      if (!place) continue;
      VECSTORE_ASSIGN(Record record,
                      db::read_record(*state.version->schema, *place->segment, place->row, {}));
      records.push_back(std::move(record));
    }
    return records;
  });
}

Result<bool> Collection::contains(std::string_view id) const {
  return db::guarded([&]() -> Result<bool> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(const auto place,
                    find_active(state_->core->read(), id, state_->store->clock().now_ms()));
    return place.has_value();
  });
}

Result<std::uint64_t> Collection::count(const Filter& filter,
                                        const std::optional<CancelToken>& cancel) const {
  return db::guarded([&]() -> Result<std::uint64_t> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(const auto node, filter.node());
    return db::count_rows(state_->core->read().snapshot(), filter.empty() ? nullptr : node.get(),
                          state_->store->clock().now_ms(), db::stop_sign(cancel));
  });
}

Result<std::vector<Record>> Collection::list_deleted(
    const std::optional<CancelToken>& cancel) const {
  return db::guarded([&]() -> Result<std::vector<Record>> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    const query::Snapshot snapshot = state.snapshot();
    const TimeMs now = state_->store->clock().now_ms();
    std::vector<Record> records;
    for (const query::SegmentRows& part : snapshot.segments) {
      for (query::Row row = 0; row < part.rows; ++row) {
        VECSTORE_TRY(db::check_cancel(cancel, "listing records was called off"));
        if (!snapshot.live(*part.segment, row)) continue;
        VECSTORE_ASSIGN(const query::RowInfo info, part.segment->info(row));
        if (info.deleted_at == 0 || db::expired(info, now)) continue;
        VECSTORE_ASSIGN(Record record,
                        db::read_record(*state.version->schema, *part.segment, row, {}));
        records.push_back(std::move(record));
      }
    }
    std::sort(records.begin(), records.end(),
              [](const Record& a, const Record& b) { return a.id < b.id; });
    return records;
  });
}

Result<Hits> Collection::query(const Query& query) const {
  return db::guarded([&]() -> Result<Hits> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    const TimeMs now = state_->store->clock().now_ms();
    VECSTORE_ASSIGN(Hits hits,
                    db::run_query(state, state_->name(), query, now, &state_->store->pool()));
    db::watch_recall(*state_->store, state_->core, state, query, now, hits);
    return hits;
  });
}

Result<std::vector<Hits>> Collection::query_many(std::span<const Query> queries) const {
  return db::guarded([&]() -> Result<std::vector<Hits>> {
    VECSTORE_TRY(state_->usable());
    return db::QueryBatch(*state_->store, state_->core, state_->name()).answer(queries);
  });
}

Result<std::vector<Hits>> Collection::query_many(std::span<const float> vectors,
                                                 std::size_t dimension, const Query& common) const {
  return db::guarded([&]() -> Result<std::vector<Hits>> {
    VECSTORE_TRY(state_->usable());
    return db::QueryBatch(*state_->store, state_->core, state_->name())
        .answer_rows(vectors, dimension, common);
  });
}

Result<Facet> Collection::facet(std::string_view field, const Filter& filter, std::size_t limit,
                                const std::optional<CancelToken>& cancel) const {
  return db::guarded([&]() -> Result<Facet> {
    VECSTORE_TRY(state_->usable());
    if (limit < 1 || limit > kMaxK)
      return invalid_argument("limit is " + std::to_string(limit) + ", expected 1 to " +
                              std::to_string(kMaxK));
    VECSTORE_ASSIGN(const query::Path path, query::parse_path(field));
    VECSTORE_ASSIGN(const auto node, filter.node());
    return db::count_values(state_->core->read().snapshot(), path, node.get(),
                            state_->store->clock().now_ms(), limit, db::stop_sign(cancel));
  });
}

Result<Summary> Collection::summarize(std::string_view field, const Filter& filter,
                                      const std::optional<CancelToken>& cancel) const {
  return db::guarded([&]() -> Result<Summary> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(const query::Path path, query::parse_path(field));
    VECSTORE_ASSIGN(const auto node, filter.node());
    return db::summarize_numbers(state_->core->read().snapshot(), path, node.get(),
                                 state_->store->clock().now_ms(), db::stop_sign(cancel));
  });
}

Result<CollectionStats> Collection::stats() const {
  return db::guarded([&]() -> Result<CollectionStats> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_ASSIGN(CollectionStats stats,
                    db::count_everything(state_->core->read(), state_->store->clock().now_ms()));
    stats.name = state_->name();
    stats.options = options();
    stats.recall = state_->core->recall.read();
    return stats;
  });
}

Status Collection::flush() {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(state_->usable());
    VECSTORE_TRY(state_->store->commits().fault());
    VECSTORE_TRY(state_->store->maintenance().flush(state_->core));
    state_->store->maintenance().resume(state_->core);
    return {};
  });
}

Result<CompactResult> Collection::compact(const std::optional<CancelToken>& cancel) {
  return db::guarded([&]() -> Result<CompactResult> {
    VECSTORE_TRY(state_->usable());
    VECSTORE_TRY(state_->store->commits().fault());
    const auto look = [&] { return db::check_cancel(cancel, "the compaction was called off"); };
    VECSTORE_TRY(look());
    VECSTORE_TRY(state_->store->maintenance().flush(state_->core));
    const auto sizes = [&](CompactResult& result, std::uint64_t& bytes) {
      const db::ReadState state = state_->core->read();  // the loop does not keep a temporary alive
      for (const auto& file : state.version->files) {
        const db::SegmentBytes part = file->bytes();
        bytes += part.file + part.index;
        result.rows_dropped += file->rows();
      }
    };
    CompactResult result;
    sizes(result, result.bytes_before);
    VECSTORE_TRY(state_->store->maintenance().merge_all(state_->core, cancel));
    VECSTORE_TRY(look());
    VECSTORE_TRY(state_->store->maintenance().empty_log());
    const std::uint64_t rows_before = std::exchange(result.rows_dropped, 0);
    sizes(result, result.bytes_after);
    result.rows_dropped = rows_before - std::min(rows_before, result.rows_dropped);
    db::Maintenance& maintenance = state_->store->maintenance();
    result.pinned_bytes = maintenance.pinned_bytes();
    VECSTORE_ASSIGN(db::Maintenance::Kept kept,
                    maintenance.kept_by_snapshots(state_->core->number()));
    result.snapshot_bytes = kept.bytes;
    result.snapshots = std::move(kept.snapshots);
    VECSTORE_ASSIGN(result.pins, maintenance.pins(state_->core->number()));
    for (const Pin& pin : result.pins)
      if (pin.kind == Pin::Kind::kVersions) result.version_bytes += pin.bytes;
    return result;
  });
}

}  // namespace vecstore
