#include "db/write_ops.h"

#include "base/value_codec.h"
#include "db/record_versions.h"
#include "db/segment/record_reader.h"
#include "db/segment/segment_format.h"
#include "db/validate.h"
#include "query/column/matching_rows.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

Status no_record(std::string_view id, std::string_view collection) {
  return not_found("record '" + std::string(id) + "' is not in collection '" +
                   std::string(collection) + "'");
}

}  // namespace

WriteOps::WriteOps(const std::shared_ptr<CollectionCore>& core, std::string_view collection,
                   Stage& stage, bool group)
    : core_(core), collection_(collection), stage_(stage), group_(group) {}

Result<WriteResult> WriteOps::log_and_apply(storage::LogType type, ByteView payload,
                                            std::span<const text::RowTerms> terms) {
  bytes_ += payload.size();
  if (bytes_ > kMaxBatchBytes)
    return invalid_argument("the batch takes more than " + std::to_string(kMaxBatchBytes) +
                            " bytes");
  storage::LogRecord record;
  record.type = type;
  record.sequence = stage_.next_sequence();
  record.time_ms = stage_.time_ms();
  record.collection = core_->number();
  record.payload = payload;
  stage_.touch(core_);
  VECSTORE_ASSIGN(const WriteResult result, core_->apply(record, &stage_, terms));
  stage_.log(type, core_->number(), payload, group_);
  total_.sequence = result.sequence;
  total_.inserted += result.inserted;
  total_.replaced += result.replaced;
  return result;
}

Status WriteOps::check(const std::optional<Place>& place, std::string_view id,
                       const WriteCondition& condition) const {
  const bool there = place && query::active(place->info, stage_.time_ms());
  if (condition.if_absent && there)
    return aborted("record '" + std::string(id) + "' exists, at version " +
                   std::to_string(place->info.sequence));
  if (!condition.if_version) return {};
  const std::string wanted = std::to_string(*condition.if_version);
  if (!there)
    return aborted("record '" + std::string(id) + "' does not exist, expected version " + wanted);
  if (place->info.sequence != *condition.if_version)
    return aborted("record '" + std::string(id) + "' is at version " +
                   std::to_string(place->info.sequence) + ", expected " + wanted);
  return {};
}

Result<WriteResult> WriteOps::upsert(const Record& record, const WriteCondition& condition,
                                     std::span<const text::RowTerms> terms) {
  payload_.clear();
  VECSTORE_TRY(encode_record(*core_->read().version->schema, collection_, record, payload_));
  if (condition.if_absent || condition.if_version) {
    VECSTORE_ASSIGN(const auto place, core_->find_newest(record.id));
    VECSTORE_TRY(check(place, record.id, condition));
  }
  return log_and_apply(storage::LogType::kUpsert, payload_, terms);
}

Status WriteOps::check_metadata_after(const Update& update, const Place& place) const {
  const MetadataRules& rules = core_->read().version->schema->metadata;
  if (!update.metadata_patch) return update.metadata ? rules.check(*update.metadata) : Status();
  Metadata merged;
  if (update.metadata) {
    merged = *update.metadata;
  } else {
    VECSTORE_ASSIGN(merged, read_metadata(*place.segment, place.row));
  }
  merge_patch(merged, *update.metadata_patch);
  // unreached: both parts were checked, and what is nested no deeper than they are
  VECSTORE_TRY(check_metadata(merged));
  VECSTORE_TRY(rules.check(merged));
  Bytes encoded;
  encode_object(merged, encoded);
  if (encoded.size() <= kMaxMetadataBytes) return {};
  return invalid_argument("metadata would take " + std::to_string(encoded.size()) +
                          " bytes, the limit is " + std::to_string(kMaxMetadataBytes));
}

Result<WriteResult> WriteOps::update(const Update& update, const WriteCondition& condition) {
  payload_.clear();
  VECSTORE_TRY(encode_update(*core_->read().version->schema, collection_, update, payload_));
  VECSTORE_ASSIGN(const auto place, core_->find_newest(update.id));
  VECSTORE_TRY(check(place, update.id, condition));
  if (!place || !query::active(place->info, stage_.time_ms()))
    return no_record(update.id, collection_);
  VECSTORE_TRY(check_metadata_after(update, *place));
  return log_and_apply(storage::LogType::kUpdate, payload_);
}

Result<WriteResult> WriteOps::remove(std::string_view id, const WriteCondition& condition) {
  VECSTORE_TRY(check_id(id));
  VECSTORE_ASSIGN(const auto place, core_->find_newest(id));
  VECSTORE_TRY(check(place, id, condition));
  if (!place) return WriteResult();
  return log_and_apply(storage::LogType::kRemove, as_bytes(id));
}

Result<WriteResult> WriteOps::soft_delete(std::string_view id, const WriteCondition& condition) {
  VECSTORE_TRY(check_id(id));
  VECSTORE_ASSIGN(const auto place, core_->find_newest(id));
  VECSTORE_TRY(check(place, id, condition));
  if (!place || !query::active(place->info, stage_.time_ms())) return no_record(id, collection_);
  return log_and_apply(storage::LogType::kSoftDelete, as_bytes(id));
}

Result<WriteResult> WriteOps::restore(std::string_view id, const WriteCondition& condition) {
  VECSTORE_TRY(check_id(id));
  VECSTORE_ASSIGN(const auto place, core_->find_newest(id));
  if (condition.if_absent) return invalid_argument("restore takes no if_absent");
  RowInfo undeleted = place ? place->info : RowInfo();
  undeleted.deleted_at = 0;
  if (!place || place->info.deleted_at == 0 || !query::active(undeleted, stage_.time_ms()))
    return not_found("record '" + std::string(id) + "' is not soft-deleted in collection '" +
                     std::string(collection_) + "'");
  if (condition.if_version && *condition.if_version != place->info.sequence)
    return aborted("record '" + std::string(id) + "' is at version " +
                   std::to_string(place->info.sequence) + ", expected " +
                   std::to_string(*condition.if_version));
  return log_and_apply(storage::LogType::kRestore, as_bytes(id));
}

Result<WriteResult> WriteOps::rollback(std::string_view id, std::uint64_t sequence,
                                       const WriteCondition& condition) {
  const ReadState state = core_->newest();
  VECSTORE_ASSIGN(const auto found, find_version(state, id, sequence, stage_.time_ms()));
  if (!found) return no_version(id, sequence, collection_);
  if (is_removal(found->place.info)) return remove(id, condition);
  if (!found->ended && query::active(found->place.info, stage_.time_ms())) {
    VECSTORE_TRY(check(found->place, id, condition));
    return WriteResult();
  }
  VECSTORE_ASSIGN(Record record,
                  read_record(*state.version->schema, *found->place.segment, found->place.row, {}));
  const bool passed = record.expires_at != 0 && record.expires_at <= stage_.time_ms();
  if (passed) record.expires_at = 0;
  return upsert(record, condition);
}

Result<WriteResult> WriteOps::run(const BatchOperation& operation,
                                  std::span<const text::RowTerms> terms) {
  switch (operation.kind) {
    case BatchOperation::Kind::kUpsert:
      return upsert(operation.record, operation.condition, terms);
    case BatchOperation::Kind::kUpdate:
      return update(operation.update, operation.condition);
    case BatchOperation::Kind::kRemove:
      return remove(operation.id, operation.condition);
    case BatchOperation::Kind::kSoftDelete:
      return soft_delete(operation.id, operation.condition);
    case BatchOperation::Kind::kRestore:
      return restore(operation.id, operation.condition);
  }
  return invalid_argument("unknown batch operation");
}

// As if everything staged were committed.
query::Snapshot WriteOps::newest() const {
  query::Snapshot snapshot;
  snapshot.sequence = ~std::uint64_t{0};
  for (const auto& segment : core_->read().version->segments())
    if (segment->rows() > 0) snapshot.segments.push_back({segment, segment->rows()});
  return snapshot;
}

Result<std::vector<std::string>> WriteOps::ids_where(const FilterNode& filter,
                                                     const Cancel& cancel) {
  const query::Snapshot snapshot = newest();
  // unreached: the patterns of a filter were compiled when it was made
  VECSTORE_ASSIGN(const auto bound, query::BoundFilter::bind(filter, stage_.time_ms()));
  std::vector<std::string> ids;
  Bytes scratch;
  for (const query::SegmentRows& part : snapshot.segments) {
    VECSTORE_ASSIGN(const auto known, query::matching_rows(snapshot, part, bound, stage_.time_ms(),
                                                           stop_sign(cancel)));
    for (Row row = 0; row < part.rows; ++row) {
      VECSTORE_TRY(check_cancel(cancel, "the write was called off"));
      if (known && !known->test(row)) continue;
      VECSTORE_ASSIGN(const bool passing,
                      query::passes(snapshot, *part.segment, row, &bound, stage_.time_ms()));
      if (!passing) continue;
      VECSTORE_ASSIGN(const std::string_view id, part.segment->id(row, scratch));
      ids.emplace_back(id);
    }
  }
  return ids;
}

Result<std::vector<std::string>> WriteOps::ids_soft_deleted() {
  const query::Snapshot snapshot = newest();
  std::vector<std::string> ids;
  Bytes scratch;
  for (const query::SegmentRows& part : snapshot.segments) {
    for (Row row = 0; row < part.rows; ++row) {
      if (!snapshot.live(*part.segment, row)) continue;
      VECSTORE_ASSIGN(const RowInfo info, part.segment->info(row));
      if (info.deleted_at == 0) continue;
      VECSTORE_ASSIGN(const std::string_view id, part.segment->id(row, scratch));
      ids.emplace_back(id);
    }
  }
  return ids;
}

WriteResult WriteOps::finish() {
  if (group_ && total_.sequence != 0) {
    total_.sequence = stage_.next_sequence();
    stage_.log(storage::LogType::kCommit, core_->number(), {}, false);
  }
  return total_;
}

}  // namespace vecstore::db
