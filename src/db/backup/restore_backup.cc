#include "db/backup/restore_backup.h"

#include <algorithm>

#include "db/backup/copy_file.h"
#include "db/backup/new_folder.h"
#include "db/store_files.h"
#include "io/memory_file_system.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

using storage::ArchiveEntry;
using storage::Place;

struct Backup {
  std::string path;
  std::shared_ptr<const storage::Archive> archive;
};

Result<std::vector<Backup>> open_all(io::FileSystem& files, std::span<const std::string> paths) {
  if (paths.empty()) return invalid_argument("no backup is given");
  std::vector<Backup> backups;
  for (const std::string& path : paths) {
    VECSTORE_ASSIGN(auto archive, open_backup(files, path));
    if (!backups.empty() && archive->database() != backups[0].archive->database())
      return invalid_argument("'" + path + "' and '" + backups[0].path +
                              "' are backups of two databases");
    backups.push_back({path, std::move(archive)});
  }
  return backups;
}

struct Found {
  const Backup* in = nullptr;
  Place place = Place::kHere;
};

Result<Found> find_source(const std::vector<Backup>& backups, const ArchiveEntry& wanted) {
  if (wanted.place != Place::kEarlier) return Found{&backups.back(), wanted.place};
  for (const Backup& backup : backups) {
    const ArchiveEntry* entry = backup.archive->contents().find(wanted.name);
    const bool same = entry && entry->bytes == wanted.bytes && entry->hash == wanted.hash;
    if (same && entry->place != Place::kEarlier) return Found{&backup, entry->place};
  }
  return failed_precondition("'" + backups.back().path + "' stands on an earlier backup that has " +
                             wanted.name + ", and none that is given does");
}

Status wrong_hash(const std::string& where) {
  return data_loss(where + ": its content is not what the backup's list says");
}

// Within an archive every page is compared with its checksum as it is read, which names the offset
// of a damaged one; beside it the file's own checksums find the place once the hash is wrong.
Result<std::uint64_t> copy_from(io::FileSystem& files, const Found& found,
                                const ArchiveEntry& entry, const std::string& to,
                                const CancelToken& cancel) {
  const storage::Archive& archive = *found.in->archive;
  if (found.place == Place::kHere) {
    // unreached: an archive that opens has all blocks of its list
    VECSTORE_ASSIGN(const storage::Block block, archive.blocks()->block(entry.name));
    const auto read = [&](std::uint64_t offset, std::span<std::byte> out) -> Status {
      Bytes scratch;
      VECSTORE_ASSIGN(const ByteView bytes, block.view(offset, out.size(), scratch));
      std::copy(bytes.begin(), bytes.end(), out.begin());
      return {};
    };
    return copy_to_file(entry.bytes, read, files, to, cancel);
  }
  VECSTORE_ASSIGN(const auto source,
                  files.open(found.in->path + "/" + entry.name, io::Access::kRead));
  if (source->size() != entry.bytes) return wrong_hash(found.in->path + "/" + entry.name);
  const auto read = [&](std::uint64_t offset, std::span<std::byte> out) {
    return source->read(offset, out);
  };
  return copy_to_file(entry.bytes, read, files, to, cancel);
}

Status restore_file(io::FileSystem& files, const std::vector<Backup>& backups,
                    const ArchiveEntry& entry, const std::string& folder,
                    const CancelToken& cancel) {
  // unreached: restore_backup has found it before
  VECSTORE_ASSIGN(const Found found, find_source(backups, entry));
  const std::string to = folder + "/" + entry.name;
  VECSTORE_ASSIGN(const std::uint64_t hash, copy_from(files, found, entry, to, cancel));
  if (hash == entry.hash) return {};
  const std::string from = found.in->path + "/" + entry.name;
  if (found.place == Place::kBeside)
    VECSTORE_TRY(verify_file(files, from, entry.name, found.in->archive->database()));
  return wrong_hash(from);
}

}  // namespace

Result<std::shared_ptr<const storage::Archive>> open_backup(io::FileSystem& files,
                                                            const std::string& path) {
  if (path.empty()) return invalid_argument("the path of a backup is empty");
  const std::string list = path + "/" + storage::kBackupFile;
  VECSTORE_ASSIGN(const bool folder, files.exists(list));
  if (folder) {
    VECSTORE_ASSIGN(const bool unfinished, NewFolder::is_unfinished(files, path));
    if (unfinished) return failed_precondition("'" + path + "' is a backup that is not finished");
  }
  const auto opened = storage::Archive::open(files, folder ? list : path, io::Access::kRead);
  const Code code = opened.status().code();
  if (folder || (code != Code::kNotFound && code != Code::kFailedPrecondition)) return opened;
  VECSTORE_ASSIGN(const bool there, files.exists(path));
  if (!there) return not_found("no backup at '" + path + "'");
  return failed_precondition("'" + path + "' is no backup, or one that is not finished");
}

Result<std::shared_ptr<const storage::Archive>> open_single_file(io::FileSystem& files,
                                                                 const std::string& path,
                                                                 io::Access access) {
  auto archive = storage::Archive::open(files, path, access);
  if (archive.status().code() != Code::kFailedPrecondition) return archive;
  return archive.status().with_context("'" + path + "' is no folder, so it is no database");
}

Result<storage::Manifest> manifest_in(const storage::Archive& archive) {
  const auto& list = archive.contents().files;
  const auto at = std::find_if(list.begin(), list.end(), [](const ArchiveEntry& entry) {
    return storage::is_manifest_name(entry.name);
  });
  if (at == list.end() || at->place != Place::kHere)
    return data_loss(archive.path() + ": no manifest is in it");
  // unreached: an archive that opens has all blocks of its list
  VECSTORE_ASSIGN(const storage::Block block, archive.blocks()->block(at->name));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView content, block.all(scratch));
  io::MemoryFileSystem memory;
  // unreached: a file system in memory makes it
  VECSTORE_TRY(memory.set_content("m/" + at->name, content));
  Result<storage::Manifest> read = storage::read_manifest(memory, "m");
  if (!read.ok()) return read.status().with_context(archive.path());
  storage::Manifest manifest = *std::move(read);
  FileNames listed;
  for (const ArchiveEntry& entry : list)
    if (entry.name.starts_with("segments/"))
      listed.push_back(entry.name.substr(std::string_view("segments/").size()));
  if (listed != files_of(manifest) || manifest.database != archive.database())
    return data_loss(archive.path() + ": its manifest names other files than its list");
  return manifest;
}

namespace {

// A database that is written to begins another manifest or log, or the log is longer.
Result<bool> was_written_to(io::FileSystem& files, const std::string& path,
                            const storage::Archive& archive) {
  VECSTORE_ASSIGN(const FileNames names, files.list(path));
  for (const std::string& name : names)
    if (storage::is_manifest_name(name) && archive.contents().find(name) == nullptr) return true;
  if (std::none_of(names.begin(), names.end(), storage::is_manifest_name)) return false;
  VECSTORE_ASSIGN(const FileNames logs, files.list(path + "/wal"));
  for (const std::string& name : logs) {
    const ArchiveEntry* entry = archive.contents().find("wal/" + name);
    VECSTORE_ASSIGN(const std::uint64_t size, files.file_size(path + "/wal/" + name));
    if (entry == nullptr || entry->bytes != size) return true;
  }
  return false;
}

}  // namespace

Status require_beside(io::FileSystem& files, const std::string& path, const ArchiveEntry& entry) {
  const std::string at = path + "/" + entry.name;
  const auto source = files.open(at, io::Access::kRead);
  if (source.status().code() == Code::kNotFound)
    return data_loss(at + ": is missing, the backup's list has it");
  VECSTORE_TRY(source.status());
  if ((*source)->size() != entry.bytes) return wrong_hash(at);
  const Result<std::uint64_t> directory = storage::hash_of_directory(**source);
  if (!directory.ok()) return directory.status().with_context(at);
  return *directory == entry.directory ? Status() : wrong_hash(at);
}

Status require_unchanged(io::FileSystem& files, const std::string& path,
                         const storage::Archive& archive) {
  if (archive.path() == path) return {};  // a single file
  VECSTORE_ASSIGN(const bool written, was_written_to(files, path, archive));
  if (written)
    return failed_precondition("'" + path +
                               "' was written to after the backup was made: it is a database by "
                               "now and no backup");
  for (const ArchiveEntry& entry : archive.contents().files)
    if (entry.place == Place::kBeside) VECSTORE_TRY(require_beside(files, path, entry));
  return {};
}

bool stands_on_earlier(const storage::Archive& archive) {
  const auto& list = archive.contents().files;
  return std::any_of(list.begin(), list.end(),
                     [](const ArchiveEntry& entry) { return entry.place == Place::kEarlier; });
}

bool is_whole(const storage::Archive& archive) {
  const auto& list = archive.contents().files;
  return std::all_of(list.begin(), list.end(),
                     [](const ArchiveEntry& entry) { return entry.place == Place::kHere; });
}

Result<BackupReport> restore_backup(io::FileSystem& files, std::span<const std::string> paths,
                                    const std::string& path, const CancelToken& cancel) {
  VECSTORE_ASSIGN(const std::vector<Backup> backups, open_all(files, paths));
  const storage::Archive& last = *backups.back().archive;
  VECSTORE_ASSIGN(const storage::Manifest manifest, manifest_in(last));
  for (const ArchiveEntry& entry : last.contents().files)  // before anything is written
    VECSTORE_TRY(find_source(backups, entry).status());
  VECSTORE_ASSIGN(const auto folder, NewFolder::begin(files, path));
  BackupReport report{.sequence = last.contents().sequence};
  for (const ArchiveEntry& entry : last.contents().files) {
    ++report.files;
    report.bytes += entry.bytes;
    if (storage::is_manifest_name(entry.name)) continue;
    VECSTORE_TRY(restore_file(files, backups, entry, path, cancel));
  }
  report.copied_files = report.files;
  report.copied_bytes = report.bytes;
  VECSTORE_TRY(folder->sync());
  VECSTORE_TRY(storage::write_manifest(files, path, manifest));
  VECSTORE_TRY(folder->finish());
  return report;
}

}  // namespace vecstore::db
