#include "db/check.h"

#include <set>
#include <tuple>

#include "db/backup/copy_file.h"
#include "db/backup/new_folder.h"
#include "db/backup/restore_backup.h"
#include "db/damage_place.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/stoppable_files.h"
#include "db/store_files.h"
#include "storage/archive_file_system.h"
#include "storage/block_file.h"
#include "storage/log.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

// What the damage is in, and what was not given to the check itself, which says nothing of the
// store.
class CheckFindings {
 public:
  explicit CheckFindings(const std::string& folder) : folder_(folder) {}

  void add(const std::string& file, const Status& status) {
    if (status.ok()) return;
    if (is_refused(status)) return void(refused_ = status);
    const std::string& what = status.message();
    report.damage.push_back({file_in(what, folder_, file), offset_in(what), what});
  }

  // The report, or why there is none.
  Result<CheckReport> take() {
    if (!refused_.ok()) return refused_;
    return std::move(report);
  }

  CheckReport report;

 private:
  const std::string& folder_;
  Status refused_;
};

class Checker {
 public:
  Checker(io::FileSystem& files, const std::string& folder, bool deep)
      : files_(files), folder_(folder), deep_(deep), findings_(folder) {}

  Result<CheckReport> run() {
    const Result<storage::Manifest> manifest = storage::read_manifest(files_, folder_);
    if (!manifest.ok() && manifest.status().code() == Code::kNotFound)
      return not_found("no database at '" + folder_ + "'");
    if (!manifest.ok()) {
      found(folder_ + "/MANIFEST", manifest.status());
      return findings_.take();
    }
    ++report_.files;
    verify_file(folder_ + "/MANIFEST-" + std::to_string(manifest->number),
                {storage::block_file_kind("MANI"), 0, manifest->number});
    for (const storage::CollectionEntry& entry : manifest->collections)
      check_collection(*manifest, entry);
    for (const storage::SnapshotEntry& snapshot : manifest->snapshots)
      for (const storage::CollectionEntry& entry : snapshot.collections)
        check_collection(*manifest, entry);
    check_log(*manifest);
    return findings_.take();
  }

 private:
  void found(const std::string& file, const Status& status) { findings_.add(file, status); }

  void check_collection(const storage::Manifest& manifest, const storage::CollectionEntry& entry) {
    const Result<Schema> schema = Schema::from_object(entry.options);
    found(folder_ + "/MANIFEST", schema.status());
    for (const storage::SegmentEntry& one : entry.segments)
      if (schema.ok() && is_new(one)) check_segment(manifest, entry, one, *schema);
    for (const storage::SegmentEntry& one : entry.history)
      if (schema.ok() && is_new(one)) check_history(manifest, entry, one, *schema);
  }

  void check_history(const storage::Manifest& manifest, const storage::CollectionEntry& entry,
                     const storage::SegmentEntry& one, const Schema& schema) {
    const std::string path = history_path(folder_, one.file);
    check_rows(path,
               FileSegment::open(files_, path, io::Access::kRead,
                                 {kHistoryKind, manifest.database, one.file}, entry.number, schema),
               one);
  }

  using Opened = Result<std::shared_ptr<FileSegment>>;
  void check_rows(const std::string& path, const Opened& segment,
                  const storage::SegmentEntry& one) {
    ++report_.files;
    found(path, segment.status());
    if (!segment.ok()) return;
    report_.bytes += (*segment)->bytes().file;
    if ((*segment)->rows() != one.rows)
      found(path, data_loss("its number of rows is not the manifest's"));
    if (!deep_) return;
    verify(path, *(*segment)->file());
    found(path, (*segment)->verify_structure());
  }

  // Snapshots name many segments again.
  bool is_new(const storage::SegmentEntry& segment) {
    return checked_.emplace(segment.file, segment.mask_file, segment.index_file).second;
  }

  void check_segment(const storage::Manifest& manifest, const storage::CollectionEntry& entry,
                     const storage::SegmentEntry& one, const Schema& schema) {
    const std::string path = segment_path(folder_, one.file);
    const auto segment =
        FileSegment::open(files_, path, io::Access::kRead,
                          {kSegmentKind, manifest.database, one.file}, entry.number, schema);
    check_rows(path, segment, one);
    if (!segment.ok()) return;
    if (one.mask_file != 0) {
      ++report_.files;
      const std::string mask = mask_path(folder_, one.mask_file);
      found(mask, load_mask(files_, mask, manifest.database, one.mask_file, **segment));
      verify_file(mask, {kMaskKind, manifest.database, one.mask_file});
    }
    if (one.index_file != 0) check_index(manifest, one, schema);
  }

  void check_index(const storage::Manifest& manifest, const storage::SegmentEntry& one,
                   const Schema& schema) {
    const std::string path = index_path(folder_, one.index_file);
    const SegmentSource source{files_, folder_, io::Access::kRead, manifest.database, {}};
    const auto index = open_index(source, one, schema);
    ++report_.files;
    found(path, index.status());
    if (!index.ok()) return;
    report_.bytes += (*index)->file().size();
    if (!deep_) return;
    verify(path, (*index)->file());
    found(path, (*index)->verify_structure());
  }

  // One whose content is read elsewhere: what nobody reads of it.
  void verify_file(const std::string& path, const storage::BlockFileIdentity& identity) {
    if (!deep_) return;
    const auto file = storage::BlockFile::open(files_, path, io::Access::kRead, identity);
    if (file.ok()) return verify(path, **file);
    if (is_refused(file.status())) found(path, file.status());
  }

  void verify(const std::string& path, const storage::BlockFile& file) {
    found(path, file.verify([&](std::uint64_t offset, const std::string& what) {
      report_.damage.push_back({path, offset, what});
    }));
  }

  void check_log(const storage::Manifest& manifest) {
    const Result<storage::LogState> state = storage::Log::replay(
        files_, folder_ + "/wal", salt_of(manifest.database), manifest.log_start,
        [](const storage::LogRecord&) { return Status(); });
    found(folder_ + "/wal", state.status());
    if (!state.ok()) return;
    found(folder_ + "/wal", check_log_end(files_, folder_, manifest, state->last_sequence));
    report_.bytes += state->bytes;
    report_.notes = state->notes;
  }

  io::FileSystem& files_;
  const std::string& folder_;
  const bool deep_;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> checked_;
  CheckFindings findings_;
  CheckReport& report_ = findings_.report;
};

}  // namespace

namespace {

// "2 of its 5 files are in 'one', the backup of sequence 9, or in those that it stands on".
void note_base(const storage::Archive& archive, CheckReport& report) {
  const storage::ArchiveContents& contents = archive.contents();
  std::size_t elsewhere = 0;
  for (const storage::ArchiveEntry& entry : contents.files)
    elsewhere += entry.place == storage::Place::kEarlier ? 1 : 0;
  if (elsewhere == 0) return;
  const std::string base = contents.base.path.empty()
                               ? "earlier backups"
                               : "'" + contents.base.path + "', the backup of sequence " +
                                     std::to_string(contents.base.sequence) +
                                     ", or in those that it stands on";
  report.notes.push_back(std::to_string(elsewhere) + " of its " +
                         std::to_string(contents.files.size()) + " files are in " + base +
                         ": they were not looked at here");
}

class BackupChecker {
 public:
  BackupChecker(io::FileSystem& files, const std::string& path, bool deep)
      : files_(files), path_(path), deep_(deep), findings_(path) {}

  // A list with what it holds; `database` when a database is in the folder besides, which has been
  // checked as one.
  Result<CheckReport> run(CheckReport report, bool database) {
    report_ = std::move(report);
    const Result<std::uint64_t> size = files_.file_size(path_);
    if (is_refused(size.status())) return size.status();
    const bool folder = !size.ok();
    const std::string list = folder ? path_ + "/" + storage::kBackupFile : path_;
    const auto archive = storage::Archive::open(files_, list, io::Access::kRead);
    if (archive.status().code() == Code::kDataLoss) {
      found(list, archive.status());
      return findings_.take();
    }
    VECSTORE_TRY(archive.status());
    ++report_.files;
    if (!database) report_.bytes += (*archive)->file()->size();
    found(list, manifest_in(**archive).status());
    note_base(**archive, report_);
    if (deep_)
      VECSTORE_TRY((*archive)->blocks()->verify([&](std::uint64_t offset, const std::string& what) {
        report_.damage.push_back({list, offset, what});
      }));
    if (database) {
      const Status changed = require_unchanged(files_, path_, **archive);
      if (is_refused(changed)) return changed;
      if (!changed.ok()) report_.notes.push_back(changed.message());
      return findings_.take();
    }
    for (const storage::ArchiveEntry& entry : (*archive)->contents().files)
      if (entry.place == storage::Place::kBeside) check_beside(entry, (*archive)->database());
    return findings_.take();
  }

 private:
  void found(const std::string& file, const Status& status) { findings_.add(file, status); }

  void check_beside(const storage::ArchiveEntry& entry, std::uint64_t database) {
    const std::string path = path_ + "/" + entry.name;
    ++report_.files;
    report_.bytes += entry.bytes;
    const Status there = require_beside(files_, path_, entry);
    found(path, there);
    if (there.ok() && deep_) found(path, verify_file(files_, path, entry.name, database));
  }

  io::FileSystem& files_;
  const std::string& path_;
  const bool deep_;
  CheckFindings findings_;
  CheckReport& report_ = findings_.report;
};

// Of a backup in a single file, its own checksums besides those of the files in it.
Result<CheckReport> check_archive(io::FileSystem& files, const std::string& path, bool deep) {
  CheckReport report;
  const auto archive = open_single_file(files, path, io::Access::kRead);
  if (archive.ok() && is_whole(**archive)) {
    storage::ArchiveFileSystem within(path, *archive);
    VECSTORE_ASSIGN(report, Checker(within, path, deep).run());
    --report.files;  // the list, counted below, in place of the manifest in it
  } else if (archive.status().code() != Code::kDataLoss) {
    VECSTORE_TRY(archive.status());
  }
  return BackupChecker(files, path, deep)
      .run(std::move(report), archive.ok() && is_whole(**archive));
}

Result<CheckReport> check_folder(io::FileSystem& files, const std::string& folder, bool deep) {
  constexpr int kAttempts = 5;
  Result<CheckReport> report = CheckReport();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Result<storage::Manifest> before = storage::read_manifest(files, folder);
    report = Checker(files, folder, deep).run();
    const Result<storage::Manifest> after = storage::read_manifest(files, folder);
    const bool still = before.ok() && after.ok() && before->number == after->number;
    if (still || !before.ok() || !report.ok() || report->damage.empty()) return report;
  }
  return report;
}

Result<CheckReport> check_all(io::FileSystem& files, const std::string& folder, bool deep) {
  const Result<std::uint64_t> file = files.file_size(folder);
  if (file.ok()) return check_archive(files, folder, deep);
  if (is_refused(file.status())) return file.status();
  Result<CheckReport> report = check_folder(files, folder, deep);
  const Result<bool> list = files.exists(folder + "/" + storage::kBackupFile);
  if (is_refused(list.status())) return list.status();
  if (!list.ok() || !*list) return report;
  const bool database = report.ok();
  if (!database && report.status().code() != Code::kNotFound) return report;
  VECSTORE_ASSIGN(const bool unfinished, NewFolder::is_unfinished(files, folder));
  if (unfinished) return failed_precondition("'" + folder + "' is a backup that is not finished");
  return BackupChecker(files, folder, deep)
      .run(database ? *std::move(report) : CheckReport(), database);
}

}  // namespace

Result<CheckReport> check_store(io::FileSystem& files, const std::string& folder, bool deep,
                                const Cancel& cancel) {
  if (!cancel) return check_all(files, folder, deep);
  StoppableFiles stoppable(files, cancel);
  Result<CheckReport> report = check_all(stoppable, folder, deep);
  // What could not be read any more is not damaged.
  VECSTORE_TRY(check_cancel(cancel, "the check was called off"));
  return report;
}

}  // namespace vecstore::db
