// The changes a user can make to a collection, as steps of one staged write.
//
// A WriteOps lives inside CommitQueue::write: it checks each change against the newest state, logs
// it and applies it. With more than one step the records form a group, ended by finish().
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "db/cancel.h"
#include "db/collection_core.h"
#include "vecstore/filter.h"
#include "vecstore/record.h"

namespace vecstore::db {

class WriteOps {
 public:
  WriteOps(const std::shared_ptr<CollectionCore>& core, std::string_view collection, Stage& stage,
           bool group);

  // `terms` as terms_of() makes them; empty: made here, while other writers wait.
  Result<WriteResult> upsert(const Record& record, const WriteCondition& condition,
                             std::span<const text::RowTerms> terms = {});
  Result<WriteResult> update(const Update& update, const WriteCondition& condition);
  Result<WriteResult> remove(std::string_view id, const WriteCondition& condition);
  Result<WriteResult> soft_delete(std::string_view id, const WriteCondition& condition);
  Result<WriteResult> restore(std::string_view id, const WriteCondition& condition);
  // Nothing when the record is so already.
  Result<WriteResult> rollback(std::string_view id, std::uint64_t sequence,
                               const WriteCondition& condition);
  Result<WriteResult> run(const BatchOperation& operation,
                          std::span<const text::RowTerms> terms = {});

  // Ids of the records that the newest state holds and `wanted` picks.
  Result<std::vector<std::string>> ids_where(const FilterNode& filter, const Cancel& cancel = {});
  Result<std::vector<std::string>> ids_soft_deleted();

  // Ends the group and sums up.
  WriteResult finish();

 private:
  Result<WriteResult> log_and_apply(storage::LogType type, ByteView payload,
                                    std::span<const text::RowTerms> terms = {});
  Status check(const std::optional<Place>& place, std::string_view id,
               const WriteCondition& condition) const;
  Status check_metadata_after(const Update& update, const Place& place) const;
  query::Snapshot newest() const;

  const std::shared_ptr<CollectionCore>& core_;
  const std::string_view collection_;
  Stage& stage_;
  const bool group_;
  std::size_t bytes_ = 0;
  WriteResult total_;
  Bytes payload_;
};

}  // namespace vecstore::db
