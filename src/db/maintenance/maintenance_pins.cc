// Who keeps bytes on the disk that the present state does not need.
#include <algorithm>

#include "db/maintenance/maintenance.h"

namespace vecstore::db {
namespace {

using Entries = std::vector<storage::CollectionEntry>;

Entries only(const Entries& entries, std::optional<std::uint32_t> collection) {
  Entries some;
  for (const storage::CollectionEntry& entry : entries)
    if (!collection || entry.number == *collection) some.push_back(entry);
  return some;
}

FileNames history_of(const storage::CollectionEntry& entry) {
  FileNames names;
  for (const storage::SegmentEntry& old : entry.history)
    names.push_back(std::to_string(old.file) + ".old");
  return names;
}

}  // namespace

Result<Maintenance::Kept> Maintenance::kept_by_snapshots(std::uint32_t collection) const {
  const storage::Manifest now = manifest();
  const FileNames needed = files_of(only(now.collections, collection));
  FileNames all;
  Kept kept;
  for (const storage::SnapshotEntry& snapshot : now.snapshots) {
    const FileNames files = without(files_of(only(snapshot.collections, collection)), needed);
    if (!files.empty()) kept.snapshots.push_back(snapshot.name);
    all.insert(all.end(), files.begin(), files.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  VECSTORE_ASSIGN(kept.bytes, bytes_of(files_, folder_, all));
  return kept;
}

// A snapshot names a dropped collection as it was called then.
Status Maintenance::add_snapshot_pins(const storage::Manifest& now,
                                      std::optional<std::uint32_t> collection,
                                      std::vector<Pin>& pins) const {
  const FileNames needed = files_of(now.collections);
  for (const storage::SnapshotEntry& snapshot : now.snapshots) {
    for (const storage::CollectionEntry& entry : only(snapshot.collections, collection)) {
      const FileNames files = without(files_of(Entries{entry}), needed);
      if (files.empty()) continue;
      const std::string name = catalog_.name_of(entry.number);
      Pin& pin = pins.emplace_back();
      pin = {Pin::Kind::kSnapshot, snapshot.name, name.empty() ? entry.name : name, name.empty(),
             0};
      VECSTORE_ASSIGN(pin.bytes, bytes_of(files_, folder_, files));
    }
  }
  return {};
}

Result<std::vector<Pin>> Maintenance::pins(std::optional<std::uint32_t> collection) {
  const storage::Manifest now = manifest();
  std::vector<Pin> pins;
  VECSTORE_TRY(add_snapshot_pins(now, collection, pins));
  for (const storage::CollectionEntry& entry : only(now.collections, collection)) {
    if (entry.history.empty()) continue;
    Pin& pin = pins.emplace_back();
    pin = {Pin::Kind::kVersions, "", catalog_.name_of(entry.number), false, 0};
    VECSTORE_ASSIGN(pin.bytes, bytes_of(files_, folder_, history_of(entry)));
  }
  if (const std::uint64_t bytes = pinned_bytes(); bytes != 0)
    pins.push_back({Pin::Kind::kReader, "", "", false, bytes});
  FileNames copied;
  {
    MutexLock lock(manifest_mutex_);
    for (const Pinned& pin : pins_) {
      const FileNames names = without(files_of(pin->collections), files_of(manifest_));
      copied.insert(copied.end(), names.begin(), names.end());
    }
  }
  std::sort(copied.begin(), copied.end());
  copied.erase(std::unique(copied.begin(), copied.end()), copied.end());
  VECSTORE_ASSIGN(const std::uint64_t bytes, bytes_of(files_, folder_, copied));
  if (bytes != 0) pins.push_back({Pin::Kind::kBackup, "", "", false, bytes});
  return pins;
}

}  // namespace vecstore::db

namespace vecstore {

std::string_view pin_kind_name(Pin::Kind kind) {
  static constexpr std::string_view kNames[] = {"snapshot", "versions", "reader", "backup"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace vecstore
