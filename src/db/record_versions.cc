#include "db/record_versions.h"

#include "db/segment/segment_format.h"
#include "db/validate.h"

namespace vecstore::db {

Result<std::vector<VersionRow>> kept_versions(const ReadState& state, std::string_view id,
                                              TimeMs now) {
  VECSTORE_TRY(check_id(id));
  VECSTORE_ASSIGN(std::vector<VersionRow> rows, CollectionCore::versions(state, id));
  const std::uint32_t keep = state.version->schema->keep_versions;
  std::vector<VersionRow> kept;
  std::uint32_t older = 0;
  for (VersionRow& row : rows) {
    const bool stands = !row.ended && !expired(row.place.info, now);
    if (!stands && older >= keep) break;
    if (!stands && !is_removal(row.place.info)) ++older;
    kept.push_back(std::move(row));
  }
  return kept;
}

Result<std::optional<VersionRow>> find_version(const ReadState& state, std::string_view id,
                                               std::uint64_t sequence, TimeMs now) {
  VECSTORE_ASSIGN(const std::vector<VersionRow> rows, kept_versions(state, id, now));
  for (const VersionRow& row : rows)
    if (row.place.info.sequence == sequence) return std::optional(row);
  return std::optional<VersionRow>();
}

Status no_version(std::string_view id, std::uint64_t sequence, std::string_view collection) {
  return not_found("version " + std::to_string(sequence) + " of record '" + std::string(id) +
                   "' is not kept in collection '" + std::string(collection) + "'");
}

}  // namespace vecstore::db
