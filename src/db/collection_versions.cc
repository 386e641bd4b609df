// Collection's calls about older versions of records.
#include <string>

#include "db/boundary.h"
#include "db/handle.h"
#include "db/record_versions.h"
#include "db/segment/record_reader.h"
#include "db/segment/segment_format.h"

namespace vecstore {

Result<std::vector<RecordVersion>> Collection::versions(std::string_view id, bool records) const {
  return db::guarded([&]() -> Result<std::vector<RecordVersion>> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    const TimeMs now = state_->store->clock().now_ms();
    VECSTORE_ASSIGN(const auto rows, db::kept_versions(state, id, now));
    std::vector<RecordVersion> versions;
    for (const db::VersionRow& row : rows) {
      const query::RowInfo& info = row.place.info;
      RecordVersion& version = versions.emplace_back();
      version.sequence = info.sequence;
      version.written_at = info.updated_at;
      version.current = !row.ended && query::active(info, now);
      version.deleted = info.deleted_at != 0;
      if (!records || db::is_removal(info)) continue;
      VECSTORE_ASSIGN(version.record, db::read_record(*state.version->schema, *row.place.segment,
                                                      row.place.row, {}));
    }
    return versions;
  });
}

Result<Record> Collection::get_version(std::string_view id, std::uint64_t sequence) const {
  return db::guarded([&]() -> Result<Record> {
    VECSTORE_TRY(state_->usable());
    const db::ReadState state = state_->core->read();
    const TimeMs now = state_->store->clock().now_ms();
    VECSTORE_ASSIGN(const auto found, db::find_version(state, id, sequence, now));
    if (!found) return db::no_version(id, sequence, state_->name());
    if (db::is_removal(found->place.info))
      return not_found("record '" + std::string(id) + "' was removed by write " +
                       std::to_string(sequence));
    return db::read_record(*state.version->schema, *found->place.segment, found->place.row, {});
  });
}

Status Collection::set_keep_versions(std::uint32_t count) {
  return db::guarded([&]() -> Status {
    VECSTORE_TRY(state_->usable());
    VECSTORE_TRY(db::check_keep_versions(count));
    VECSTORE_TRY(state_->store->alter(state_->core, [&](db::Schema& changed) {
      changed.keep_versions = count;
      return Status();
    }));
    state_->store->maintenance().note_catalog();
    state_->store->maintenance().resume(state_->core);
    return {};
  });
}

}  // namespace vecstore
