#include "db/collection_core.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/mutant.h"
#include "base/value_codec.h"
#include "db/segment/segment_format.h"

namespace vecstore::db {
namespace {

// The record is there for a user: replaced, not inserted, by an upsert.
bool present(const std::optional<Place>& place, TimeMs now) {
  return place && !expired(place->info, now);
}

Result<std::optional<Place>> search(const std::vector<std::shared_ptr<StoredSegment>>& segments,
                                    std::string_view id,
                                    const std::function<Row(std::size_t)>& bound,
                                    std::uint64_t sequence) {
  const std::uint64_t hash = hash64(as_bytes(id));
  for (std::size_t i = segments.size(); i-- > 0;) {
    const StoredSegment& segment = *segments[i];
    const auto live = [&](Row row) {
      const std::uint64_t dead = segment.dead_at(row);
      return dead == 0 || dead > sequence;
    };
    VECSTORE_ASSIGN(const auto row, segment.find(id, hash, bound(i), live));
    if (!row) continue;
    VECSTORE_ASSIGN(const RowInfo info, segment.info(*row));
    return std::optional(Place{segments[i], *row, info});
  }
  return std::optional<Place>();
}

}  // namespace

std::vector<std::shared_ptr<StoredSegment>> Version::segments() const {
  std::vector<std::shared_ptr<StoredSegment>> all(files.begin(), files.end());
  for (const FrozenSegment& one : frozen) all.push_back(one.segment);
  all.push_back(active);
  return all;
}

Row ReadState::bound(std::size_t segment, const StoredSegment& of) const {
  return segment == version->files.size() + version->frozen.size() ? active_rows : of.rows();
}

query::Snapshot ReadState::snapshot() const {
  query::Snapshot snapshot;
  snapshot.sequence = sequence;
  const auto all = version->segments();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (const Row rows = bound(i, *all[i]); rows > 0) snapshot.segments.push_back({all[i], rows});
  return snapshot;
}

std::shared_ptr<const Version> version_of(Schema schema,
                                          std::vector<std::shared_ptr<FileSegment>> files,
                                          std::vector<std::shared_ptr<FileSegment>> history) {
  auto made = std::make_shared<Version>();
  made->schema = std::make_shared<const Schema>(std::move(schema));
  made->files = std::move(files);
  made->history = std::move(history);
  made->active = std::make_shared<MemorySegment>(made->schema->texts.size());
  return made;
}

CollectionCore::CollectionCore(std::uint32_t number, Schema schema,
                               std::vector<std::shared_ptr<FileSegment>> files,
                               std::vector<std::shared_ptr<FileSegment>> history)
    : number_(number) {
  MutexLock lock(mutex_);
  state_.version = version_of(std::move(schema), std::move(files), std::move(history));
}

void CollectionCore::restore(std::shared_ptr<const Version> old, std::uint64_t sequence) {
  MutexLock lock(mutex_);
  first_change_.store(0, std::memory_order_relaxed);
  state_ = {std::move(old), sequence, 0};
}

void CollectionCore::install(std::shared_ptr<const Version> same) {
  MutexLock lock(mutex_);
  state_.version = std::move(same);
}

void CollectionCore::adopt(const CollectionCore& other) {
  ReadState state = other.read();
  const std::uint64_t first = other.first_change_.load(std::memory_order_relaxed);
  MutexLock lock(mutex_);
  first_change_.store(first, std::memory_order_relaxed);
  state_ = std::move(state);
}

ReadState CollectionCore::read() const {
  MutexLock lock(mutex_);
  return state_;
}

std::shared_ptr<const Version> CollectionCore::version() const {
  MutexLock lock(mutex_);
  return state_.version;
}

Result<std::optional<Place>> CollectionCore::find(const ReadState& state, std::string_view id) {
  const auto segments = state.version->segments();
  return search(
      segments, id, [&](std::size_t i) { return state.bound(i, *segments[i]); }, state.sequence);
}

Result<std::optional<Place>> CollectionCore::find_newest(std::string_view id) const {
  const auto segments = version()->segments();
  constexpr std::uint64_t kNoneLater = ~std::uint64_t{0};
  return search(
      segments, id, [&](std::size_t i) { return segments[i]->rows(); }, kNoneLater);
}

ReadState CollectionCore::newest() const {
  constexpr std::uint64_t kNoneLater = ~std::uint64_t{0};
  ReadState state = read();
  state.sequence = kNoneLater;
  state.active_rows = state.version->active->rows();
  return state;
}

namespace {

// A write that was refused leaves its row in memory, dead since before the first.
constexpr std::uint64_t kRefused = 1;

// Adds the segment's rows of the id, all of them.
Status add_versions(const std::shared_ptr<StoredSegment>& segment, std::string_view id,
                    std::uint64_t hash, Row bound, const std::function<bool(Row)>& ended,
                    std::vector<VersionRow>& versions) {
  std::vector<Row> rows;
  const auto take = [&](Row row) {
    const bool refused = segment->number() == 0 && segment->dead_at(row) == kRefused;
    if (!refused) rows.push_back(row);
    return false;
  };
  VECSTORE_TRY(segment->find(id, hash, bound, take).status());
  for (const Row row : rows) {
    VECSTORE_ASSIGN(const RowInfo info, segment->info(row));
    versions.push_back({{segment, row, info}, ended(row)});
  }
  return {};
}

}  // namespace

Result<std::vector<VersionRow>> CollectionCore::versions(const ReadState& state,
                                                         std::string_view id) {
  const std::uint64_t hash = hash64(as_bytes(id));
  std::vector<VersionRow> versions;
  const auto segments = state.version->segments();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto ended = [&](Row row) {
      const std::uint64_t dead = segments[i]->dead_at(row);
      return dead != 0 && dead <= state.sequence;
    };
    VECSTORE_TRY(
        add_versions(segments[i], id, hash, state.bound(i, *segments[i]), ended, versions));
  }
  for (const auto& file : state.version->history)
    VECSTORE_TRY(add_versions(
        file, id, hash, file->rows(), [](Row) { return true; }, versions));
  std::ranges::sort(versions, [](const VersionRow& a, const VersionRow& b) {
    return a.place.info.sequence > b.place.info.sequence;
  });
  return versions;
}

Row CollectionCore::staged_rows() const { return version()->active->rows(); }

void CollectionCore::publish(std::uint64_t sequence, Row active_rows) {
  MutexLock lock(mutex_);
  state_.sequence = sequence;
  state_.active_rows = active_rows;
}

bool CollectionCore::freeze(std::uint64_t sequence) {
  MutexLock lock(mutex_);
  const std::uint64_t first = first_change_.load(std::memory_order_relaxed);
  if (first == 0) return false;
  auto next = std::make_shared<Version>(*state_.version);
  next->frozen.push_back({next->active, sequence, first});
  next->active = std::make_shared<MemorySegment>(next->schema->texts.size());
  first_change_.store(0, std::memory_order_relaxed);  // no memory is needed from here on
  state_ = {std::move(next), sequence, 0};
  return true;
}

void CollectionCore::set_schema(Schema schema) {
  MutexLock lock(mutex_);
  auto next = std::make_shared<Version>(*state_.version);
  next->schema = std::make_shared<const Schema>(std::move(schema));
  state_.version = std::move(next);
}

void CollectionCore::replace(const std::vector<std::shared_ptr<StoredSegment>>& sources,
                             const std::shared_ptr<FileSegment>& replacement,
                             const std::shared_ptr<FileSegment>& past) {
  const auto is_source = [&](const StoredSegment* segment) {
    return std::any_of(sources.begin(), sources.end(),
                       [&](const auto& source) { return source.get() == segment; });
  };
  MutexLock lock(mutex_);
  auto next = std::make_shared<Version>(*state_.version);
  std::size_t at = next->files.size();
  for (std::size_t i = next->files.size(); i-- > 0;)
    if (is_source(next->files[i].get())) at = i;
  std::erase_if(next->files, [&](const auto& file) { return is_source(file.get()); });
  std::erase_if(next->frozen,
                [&](const FrozenSegment& one) { return is_source(one.segment.get()); });
  if (replacement)
    next->files.insert(
        next->files.begin() + static_cast<std::ptrdiff_t>(std::min(at, next->files.size())),
        replacement);
  std::erase_if(next->history, [&](const auto& file) { return is_source(file.get()); });
  if (past) next->history.push_back(past);
  state_.version = std::move(next);
}

std::uint64_t CollectionCore::first_change_after(std::uint64_t applied) const {
  MutexLock lock(mutex_);
  for (const FrozenSegment& one : state_.version->frozen)
    if (one.sealed_at > applied) return one.first_sequence;
  return first_change_.load(std::memory_order_relaxed);
}

bool CollectionCore::wants_seal(std::uint64_t rows, std::uint64_t bytes) const {
  const auto active = version()->active;
  return active->rows() >= rows || active->payload_bytes() + active->index_bytes() >= bytes;
}

Result<WriteResult> CollectionCore::apply(const storage::LogRecord& record, Stage* stage,
                                          std::span<const text::RowTerms> terms) {
  std::uint64_t none = 0;
  Result<WriteResult> result = internal_error("not a record operation");
  switch (record.type) {
    case storage::LogType::kUpsert:
      result = apply_upsert(record, stage, terms);
      break;
    case storage::LogType::kUpdate:
      result = apply_update(record, stage);
      break;
    case storage::LogType::kRemove:
      result = apply_remove(record, stage);
      break;
    case storage::LogType::kSoftDelete:
    case storage::LogType::kRestore:
      result = apply_soft(record, stage);
      break;
    // unreached: what is no record operation goes elsewhere
    default:
      break;
  }
  if (result.ok())
    first_change_.compare_exchange_strong(none, record.sequence, std::memory_order_relaxed);
  return result;
}

Status CollectionCore::put(const RecordView& record, const RowInfo& info,
                           const std::optional<Place>& old, Stage* stage) {
  const auto now = version();
  if (stage) stage->reserve_undo();
  VECSTORE_ASSIGN(const Row row,
                  now->active->append(*now->schema, record, hash64(as_bytes(record.id)), info));
  if (stage) stage->appended(now->active, row);
  if (stage && VECSTORE_MUTANT("write.seen_before_logged"))
    publish(info.sequence, now->active->rows());
  if (old && !VECSTORE_MUTANT("write.replaced_row_stays")) end(*old, info.sequence, stage);
  return {};
}

void CollectionCore::end(const Place& old, std::uint64_t sequence, Stage* stage) {
  old.segment->mark_dead(old.row, sequence);
  if (stage) stage->ended(old.segment, old.row);
}

Result<WriteResult> CollectionCore::apply_upsert(const storage::LogRecord& record, Stage* stage,
                                                 std::span<const text::RowTerms> terms) {
  VECSTORE_ASSIGN(RecordView view, decode_record(*version()->schema, record.payload));
  view.terms = terms;
  VECSTORE_ASSIGN(const auto old, find_newest(view.id));
  const bool replaces = present(old, record.time_ms);
  RowInfo info;
  info.sequence = record.sequence;
  info.created_at = replaces ? old->info.created_at : record.time_ms;
  info.updated_at = record.time_ms;
  info.expires_at = view.expires_at;
  VECSTORE_TRY(put(view, info, old, stage));
  return WriteResult{record.sequence, replaces ? 0u : 1u, replaces ? 1u : 0u};
}

Result<WriteResult> CollectionCore::apply_remove(const storage::LogRecord& record, Stage* stage) {
  VECSTORE_ASSIGN(const auto old, find_newest(as_text(record.payload)));
  if (!old) return WriteResult{record.sequence, 0, 0};
  if (stage) stage->reserve_undo();
  if (version()->schema->keep_versions != 0) VECSTORE_TRY(bury(record, *old, stage));
  end(*old, record.sequence, stage);
  return WriteResult{record.sequence, 0, present(old, record.time_ms) ? 1u : 0u};
}

// A row that was never alive: what versions() tells of the removal.
Status CollectionCore::bury(const storage::LogRecord& record, const Place& old, Stage* stage) {
  const auto now = version();
  RecordView grave;
  grave.id = as_text(record.payload);
  RowInfo info;
  info.sequence = record.sequence;
  info.created_at = old.info.created_at;
  info.updated_at = record.time_ms;
  info.deleted_at = record.time_ms;
  info.expires_at = kRemoval;
  VECSTORE_ASSIGN(const Row row,
                  now->active->append(*now->schema, grave, hash64(as_bytes(grave.id)), info));
  now->active->mark_dead(row, record.sequence);
  if (stage) stage->appended(now->active, row);
  return {};
}

// Views of a row's columns; `scratch` backs them and must outlive the view.
Result<RecordView> CollectionCore::copy_row(const Place& from, std::vector<Bytes>& scratch) const {
  const auto schema = version()->schema;
  scratch.resize(3 + schema->fields.size());
  RecordView view;
  VECSTORE_ASSIGN(view.id, from.segment->id(from.row, scratch[0]));
  VECSTORE_ASSIGN(view.metadata, from.segment->metadata(from.row, scratch[1]));
  VECSTORE_ASSIGN(view.text, from.segment->text(from.row, scratch[2]));
  view.expires_at = from.info.expires_at;
  for (std::uint32_t field = 0; field < schema->fields.size(); ++field) {
    VECSTORE_ASSIGN(const ByteView bytes,
                    from.segment->vector_bytes(field, from.row, scratch[3 + field]));
    if (!bytes.empty()) view.vectors.push_back({field, bytes});
  }
  return view;
}

namespace {

Result<Bytes> patched(ByteView metadata, ByteView patch) {
  Object target;
  if (!metadata.empty()) {
    VECSTORE_ASSIGN(target, decode_object(metadata));
  }
  VECSTORE_ASSIGN(const Object changes, decode_object(patch));
  merge_patch(target, changes);
  Bytes encoded;
  if (!target.empty()) encode_object(target, encoded);
  return encoded;
}

void replace_vector(std::vector<VectorBytes>& vectors, const VectorBytes& with) {
  std::erase_if(vectors, [&](const VectorBytes& vector) { return vector.field == with.field; });
  if (!with.bytes.empty()) vectors.push_back(with);
}

}  // namespace

Result<WriteResult> CollectionCore::apply_update(const storage::LogRecord& record, Stage* stage) {
  VECSTORE_ASSIGN(const UpdateView change, decode_update(*version()->schema, record.payload));
  VECSTORE_ASSIGN(const auto old, find_newest(change.id));
  if (!old) return WriteResult{record.sequence, 0, 0};
  std::vector<Bytes> scratch;
  VECSTORE_ASSIGN(RecordView view, copy_row(*old, scratch));
  if (change.metadata) view.metadata = *change.metadata;
  Bytes merged;
  if (change.patch) {
    VECSTORE_ASSIGN(merged, patched(view.metadata, *change.patch));
    view.metadata = merged;
  }
  if (change.text) view.text = change.text;
  if (change.remove_text) view.text.reset();
  if (change.expires_at) view.expires_at = *change.expires_at;
  for (const VectorBytes& vector : change.vectors) replace_vector(view.vectors, vector);
  RowInfo info = old->info;
  info.sequence = record.sequence;
  info.updated_at = record.time_ms;
  info.expires_at = view.expires_at;
  VECSTORE_TRY(put(view, info, old, stage));
  return WriteResult{record.sequence, 0, 1};
}

Result<WriteResult> CollectionCore::apply_soft(const storage::LogRecord& record, Stage* stage) {
  VECSTORE_ASSIGN(const auto old, find_newest(as_text(record.payload)));
  if (!old) return WriteResult{record.sequence, 0, 0};
  std::vector<Bytes> scratch;
  VECSTORE_ASSIGN(const RecordView view, copy_row(*old, scratch));
  RowInfo info = old->info;
  info.sequence = record.sequence;
  info.updated_at = record.time_ms;
  info.deleted_at = record.type == storage::LogType::kSoftDelete ? record.time_ms : 0;
  VECSTORE_TRY(put(view, info, old, stage));
  return WriteResult{record.sequence, 0, 1};
}

}  // namespace vecstore::db
