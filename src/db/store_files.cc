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

Result<std::unique_ptr<IndexFile>> open_index(const SegmentSource& source,
                                              const storage::SegmentEntry& entry,
                                              const Schema& schema) {
  return IndexFile::open(source.files, index_path(source.folder, entry.index_file), source.access,
                         {kIndexKind, source.database, entry.index_file},
                         {entry.file, static_cast<Row>(entry.rows)}, schema);
}

namespace {

Status check_rows(const FileSegment& segment, const std::string& path, std::uint64_t rows) {
  if (segment.rows() == rows) return {};
  return data_loss(path + ": has " + std::to_string(segment.rows()) + " rows, the manifest says " +
                   std::to_string(rows));
}

Status give_index(const SegmentSource& source, const storage::SegmentEntry& entry,
                  const Schema& schema, FileSegment& segment) {
  Result<std::unique_ptr<IndexFile>> index = open_index(source, entry, schema);
  const Code code = index.status().code();
  const bool scans = code == Code::kDataLoss || code == Code::kNotFound;
  if (!index.ok() && !scans) return index.status();
  if (index.ok()) segment.set_index(*std::move(index));
  if (!index.ok()) source.warn(index.status().message());
  return {};
}

Status mask(const SegmentSource& source, const storage::SegmentEntry& entry, std::uint64_t sequence,
            FileSegment& segment) {
  if (entry.mask_file == 0 || VECSTORE_MUTANT("mask.not_read")) return {};
  return load_mask(source.files, mask_path(source.folder, entry.mask_file), source.database,
                   entry.mask_file, segment, sequence);
}

// Null when it has to be opened. What died since `known` was written died later than anything that
// is seen through it.
Result<std::shared_ptr<FileSegment>> take_known(const SegmentSource& source,
                                                const storage::SegmentEntry& entry,
                                                const Schema& schema) {
  if (source.known == nullptr) return std::shared_ptr<FileSegment>();
  const auto at = source.known->by_file.find(entry.file);
  if (at == source.known->by_file.end()) return std::shared_ptr<FileSegment>();
  const auto& [segment, index] = at->second;
  if (index != entry.index_file && index != 0) return std::shared_ptr<FileSegment>();
  if (index != entry.index_file && segment->index_file() == nullptr)
    VECSTORE_TRY(give_index(source, entry, schema, *segment));
  if (!source.known->masks_known)
    VECSTORE_TRY(mask(source, entry, source.known->sequence + 1, *segment));
  return segment;
}

Result<std::shared_ptr<FileSegment>> open_one(const SegmentSource& source, std::uint32_t collection,
                                              const storage::SegmentEntry& entry,
                                              const Schema& schema) {
  constexpr std::uint64_t kBeforeAllWrites = 1;
  const std::string path = segment_path(source.folder, entry.file);
  VECSTORE_ASSIGN(auto segment, FileSegment::open(source.files, path, source.access,
                                                  {kSegmentKind, source.database, entry.file},
                                                  collection, schema));
  VECSTORE_TRY(check_rows(*segment, path, entry.rows));
  VECSTORE_TRY(mask(source, entry, kBeforeAllWrites, *segment));
  if (entry.index_file != 0) VECSTORE_TRY(give_index(source, entry, schema, *segment));
  return segment;
}

}  // namespace

Result<Files> open_history(const SegmentSource& source, const storage::CollectionEntry& entry,
                           const Schema& schema, const Files& open) {
  Files history;
  for (const storage::SegmentEntry& one : entry.history) {
    const auto at =
        std::ranges::find(open, one.file, [](const auto& file) { return file->number(); });
    if (at != open.end()) {
      history.push_back(*at);
      continue;
    }
    const std::string path = history_path(source.folder, one.file);
    VECSTORE_ASSIGN(auto segment, FileSegment::open(source.files, path, source.access,
                                                    {kHistoryKind, source.database, one.file},
                                                    entry.number, schema));
    VECSTORE_TRY(check_rows(*segment, path, one.rows));
    history.push_back(std::move(segment));
  }
  return history;
}

Result<Files> open_segments(const SegmentSource& source, const storage::CollectionEntry& entry,
                            const Schema& schema) {
  Files segments;
  for (const storage::SegmentEntry& one : entry.segments) {
    VECSTORE_ASSIGN(auto segment, take_known(source, one, schema));
    if (!segment) {
      VECSTORE_ASSIGN(segment, open_one(source, entry.number, one, schema));
    }
    segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace vecstore::db
