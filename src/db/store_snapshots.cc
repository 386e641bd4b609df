// Named snapshots of a store.
#include <algorithm>

#include "db/boundary.h"
#include "db/store.h"
#include "db/store_files.h"
#include "db/validate.h"

namespace vecstore::db {
namespace {

// Names that only one of the lists has, of `mine`; `lists` holds mine as well.
FileNames only_in(const FileNames& mine, const std::vector<FileNames>& lists) {
  FileNames only;
  for (const std::string& name : mine) {
    const auto owners = std::count_if(lists.begin(), lists.end(), [&](const FileNames& list) {
      return std::binary_search(list.begin(), list.end(), name);
    });
    if (owners == 1) only.push_back(name);
  }
  return only;
}

// All but the bytes of its files.
SnapshotInfo described(const storage::SnapshotEntry& snapshot) {
  SnapshotInfo info;
  info.name = snapshot.name;
  info.created_at = snapshot.created_at;
  info.sequence = snapshot.sequence;
  info.collections = snapshot.collections.size();
  for (const storage::CollectionEntry& entry : snapshot.collections)
    for (const storage::SegmentEntry& segment : entry.segments)
      info.records += segment.rows - segment.dead_rows;
  return info;
}

// What cannot be begun now is begun by the next write or open.
void resume_all(const Catalog& catalog, Maintenance& maintenance) {
  const auto resume = [&] {
    for (const auto& core : catalog.cores()) maintenance.resume(core);
    return Status();
  };
  static_cast<void>(guarded(resume).ok());
}

}  // namespace

Status Store::require_writable() const {
  VECSTORE_TRY(require_open());
  return options_.read_only ? why_read_only() : commits_->fault();
}

Result<std::vector<SnapshotInfo>> Store::list_snapshots() const {
  VECSTORE_TRY(require_open());
  const storage::Manifest manifest = maintenance_->manifest();
  std::vector<FileNames> lists = {files_of(manifest.collections)};
  for (const auto& snapshot : manifest.snapshots) lists.push_back(files_of(snapshot.collections));
  std::vector<SnapshotInfo> infos;
  for (std::size_t i = 0; i < manifest.snapshots.size(); ++i) {
    SnapshotInfo& info = infos.emplace_back(described(manifest.snapshots[i]));
    const FileNames& mine = lists[i + 1];
    VECSTORE_ASSIGN(info.bytes, bytes_of(files_, folder_, mine));
    VECSTORE_ASSIGN(info.pinned_bytes, bytes_of(files_, folder_, only_in(mine, lists)));
  }
  return infos;
}

// Once it is made nothing that follows is an error of it.
Result<SnapshotInfo> Store::create_snapshot(std::string_view name) {
  VECSTORE_TRY(require_writable());
  VECSTORE_TRY(check_name("snapshot", name));
  MutexLock lock(state_mutex_);
  SnapshotInfo info;
  info.name = name;
  VECSTORE_TRY(maintenance_->create_snapshot(info.name, commits_->now()));
  resume_all(catalog_, *maintenance_);
  const auto describe = [&]() -> Status {
    const storage::Manifest manifest = maintenance_->manifest();
    for (const storage::SnapshotEntry& snapshot : manifest.snapshots) {
      if (snapshot.name != name) continue;
      info = described(snapshot);
      VECSTORE_ASSIGN(info.bytes, bytes_of(files_, folder_, files_of(snapshot.collections)));
    }
    return {};
  };
  static_cast<void>(guarded(describe).ok());
  return info;
}

Status Store::drop_snapshot(std::string_view name) {
  VECSTORE_TRY(require_writable());
  MutexLock lock(state_mutex_);
  return maintenance_->drop_snapshot(name);
}

Status Store::restore_snapshot(std::string_view name) {
  VECSTORE_TRY(require_writable());
  MutexLock lock(state_mutex_);
  VECSTORE_TRY(maintenance_->restore_snapshot(name));
  resume_all(catalog_, *maintenance_);
  return {};
}

// From the manifest in memory: after a write that failed the one on the disk may differ. Nobody
// drops the snapshot meanwhile.
Result<std::shared_ptr<Store>> Store::open_snapshot(std::string_view name) const {
  VECSTORE_TRY(require_open());
  MutexLock lock(state_mutex_);
  DatabaseOptions options = options_;
  options.read_only = true;
  options.refresh_interval_ms = 0;
  Environment environment;
  environment.files = owned_files_;
  environment.clock = &clock_;
  environment.snapshot = name;
  environment.manifest = std::make_shared<const storage::Manifest>(maintenance_->manifest());
  return open(folder_, options, environment);
}

}  // namespace vecstore::db
