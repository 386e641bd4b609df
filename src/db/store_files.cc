#include "db/store_files.h"

#include <algorithm>
#include <iterator>
#include <random>

#include "base/mutant.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "storage/log_file.h"

namespace vecstore::db {

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  const std::size_t slash = end == std::string::npos ? end : path.find_last_of('/', end);
  if (slash == std::string::npos) return path.starts_with('/') ? "/" : ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

FileNames files_of(const std::vector<storage::CollectionEntry>& collections) {
  FileNames names;
  for (const storage::CollectionEntry& entry : collections) {
    for (const storage::SegmentEntry& segment : entry.segments) {
      names.push_back(std::to_string(segment.file) + ".seg");
      if (segment.mask_file != 0) names.push_back(std::to_string(segment.mask_file) + ".del");
      if (segment.index_file != 0) names.push_back(std::to_string(segment.index_file) + ".idx");
    }
    if (VECSTORE_MUTANT("versions.files_unnamed")) continue;
    for (const storage::SegmentEntry& old : entry.history)
      names.push_back(std::to_string(old.file) + ".old");
  }
  std::sort(names.begin(), names.end());
  return names;
}

FileNames files_of(const storage::Manifest& manifest) {
  FileNames names = files_of(manifest.collections);
  for (const storage::SnapshotEntry& snapshot : manifest.snapshots) {
    const FileNames more = files_of(snapshot.collections);
    names.insert(names.end(), more.begin(), more.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

FileNames without(const FileNames& names, const FileNames& others) {
  FileNames rest;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

Result<std::uint64_t> bytes_of(io::FileSystem& files, const std::string& folder,
                               const FileNames& names) {
  std::uint64_t bytes = 0;
  for (const std::string& name : names) {
    const Result<std::uint64_t> size = files.file_size(folder + "/segments/" + name);
    if (size.status().code() == Code::kNotFound) continue;
    VECSTORE_TRY(size.status());
    bytes += *size;
  }
  return bytes;
}

Status make_durable_folder(io::FileSystem& files, const std::string& folder) {
  std::vector<std::string> parents;  // of what is made
  for (std::string at = folder; at != "." && at != "/"; at = parent_of(at)) {
    VECSTORE_ASSIGN(const bool there, files.exists(at));
    if (there) break;
    parents.push_back(parent_of(at));
  }
  VECSTORE_TRY(files.make_folder(folder));
  if (VECSTORE_MUTANT("open.parents_not_synced")) return {};
  for (const std::string& parent : parents) VECSTORE_TRY(files.sync_folder(parent));
  return {};
}

std::uint64_t new_database_id() {
  std::random_device device;
  return (std::uint64_t{device()} << 32 | device()) | 1;
}

std::uint32_t salt_of(std::uint64_t database) {
  return static_cast<std::uint32_t>(database ^ (database >> 32));
}

std::uint64_t last_known(const storage::Manifest& manifest) {
  std::uint64_t last = std::max(manifest.log_start - 1, manifest.catalog);
  for (const auto& entry : manifest.collections) last = std::max(last, entry.applied);
  return last;
}

Status check_log_end(io::FileSystem& files, const std::string& folder,
                     const storage::Manifest& manifest, std::uint64_t last) {
  const std::string wal = folder + "/wal";
  const std::uint64_t known = last_known(manifest);
  if (VECSTORE_MUTANT("recovery.end_unchecked")) return {};
  if (last < known)
    return data_loss(wal + ": the log ends with record " + std::to_string(last) +
                     ", the manifest knows of record " + std::to_string(known));
  if (manifest.log_start == 1) return {};
  VECSTORE_ASSIGN(const std::vector<std::string> names, files.list(wal));
  const bool any = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return storage::parse_log_file_name(name).has_value();
  });
  return any ? Status()
             : data_loss(wal + " holds no log file, the manifest expects one with record " +
                         std::to_string(manifest.log_start));
}

Result<std::unique_ptr<IndexFile>> open_index(io::FileSystem& files, const std::string& folder,
                                              io::Access access, std::uint64_t database,
                                              const storage::SegmentEntry& entry,
                                              const Schema& schema) {
  return IndexFile::open(files, index_path(folder, entry.index_file), access,
                         {kIndexKind, database, entry.index_file},
                         {entry.file, static_cast<Row>(entry.rows)}, schema);
}

namespace {

Status check_rows(const FileSegment& segment, const std::string& path, std::uint64_t rows) {
  if (segment.rows() == rows) return {};
  return data_loss(path + ": has " + std::to_string(segment.rows()) + " rows, the manifest says " +
                   std::to_string(rows));
}

}  // namespace

Result<std::vector<std::shared_ptr<FileSegment>>> open_history(
    io::FileSystem& files, const std::string& folder, io::Access access, std::uint64_t database,
    const storage::CollectionEntry& entry, const Schema& schema) {
  std::vector<std::shared_ptr<FileSegment>> history;
  for (const storage::SegmentEntry& one : entry.history) {
    const std::string path = history_path(folder, one.file);
    VECSTORE_ASSIGN(auto segment,
                    FileSegment::open(files, path, access, {kHistoryKind, database, one.file},
                                      entry.number, schema));
    VECSTORE_TRY(check_rows(*segment, path, one.rows));
    history.push_back(std::move(segment));
  }
  return history;
}

Result<std::vector<std::shared_ptr<FileSegment>>> open_segments(
    io::FileSystem& files, const std::string& folder, io::Access access, std::uint64_t database,
    const storage::CollectionEntry& entry, const Schema& schema,
    const std::function<void(const std::string&)>& warn) {
  std::vector<std::shared_ptr<FileSegment>> segments;
  for (const storage::SegmentEntry& one : entry.segments) {
    VECSTORE_ASSIGN(auto segment,
                    FileSegment::open(files, segment_path(folder, one.file), access,
                                      {kSegmentKind, database, one.file}, entry.number, schema));
    VECSTORE_TRY(check_rows(*segment, segment_path(folder, one.file), one.rows));
    if (one.mask_file != 0 && !VECSTORE_MUTANT("mask.not_read"))
      VECSTORE_TRY(
          load_mask(files, mask_path(folder, one.mask_file), database, one.mask_file, *segment));
    if (one.index_file != 0) {
      Result<std::unique_ptr<IndexFile>> index =
          open_index(files, folder, access, database, one, schema);
      const Code code = index.status().code();
      const bool scans = code == Code::kDataLoss || code == Code::kNotFound;
      if (!index.ok() && !scans) return index.status();
      if (index.ok()) segment->set_index(*std::move(index));
      if (!index.ok()) warn(index.status().message());
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace vecstore::db
