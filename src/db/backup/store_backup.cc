// Backup of a store: one state, pinned, its files copied while writes go on.
#include <algorithm>
#include <map>
#include <memory>

#include "db/backup/backup_writer.h"
#include "db/backup/reader_state.h"
#include "db/backup/restore_backup.h"
#include "db/boundary.h"
#include "db/store.h"
#include "db/store_files.h"
#include "io/memory_file_system.h"
#include "storage/log_file.h"

namespace vecstore::db {
namespace {

// The state as a database that has nothing in its log.
storage::Manifest manifest_of(const storage::SnapshotEntry& state, storage::Manifest now) {
  now.number = 1;
  now.collections = state.collections;
  for (storage::CollectionEntry& entry : now.collections) entry.applied = state.sequence;
  now.aliases = state.aliases;
  now.snapshots.clear();
  now.catalog = state.sequence;
  now.log_start = state.sequence + 1;
  return now;
}

Result<Bytes> encoded(const storage::Manifest& manifest) {
  io::MemoryFileSystem memory;
  // unreached: a file system in memory makes it
  VECSTORE_TRY(memory.make_folder("m"));
  // unreached: from memory into memory
  VECSTORE_TRY(storage::write_manifest(memory, "m", manifest));
  return memory.content("m/MANIFEST-1");
}

Bytes empty_log(const storage::Manifest& manifest) {
  Bytes log;
  storage::encode_log_file_header({salt_of(manifest.database), 1, manifest.log_start}, log);
  return log;
}

// The list of the earlier backup; empty when there is none.
Result<storage::ArchiveContents> contents_of_base(io::FileSystem& files, const std::string& base,
                                                  std::uint64_t database) {
  if (base.empty()) return storage::ArchiveContents();
  VECSTORE_ASSIGN(const auto archive, open_backup(files, base));
  if (archive->database() != database)
    return invalid_argument("'" + base + "' is a backup of another database");
  VECSTORE_TRY(require_unchanged(files, base, *archive));
  return archive->contents();
}

struct Copying {
  io::FileSystem& from;
  const std::string& folder;
  // Open already, by name; empty: they are opened one by one.
  const std::map<std::string, std::unique_ptr<io::ReadableFile>>& opened;
  const std::uint64_t database;
  const storage::ArchiveContents& base;
  const CancelToken& cancel;
  BackupWriter& writer;
  BackupReport& report;
};

struct Unpin {
  Maintenance& maintenance;
  const Maintenance::Pinned& pin;
  ~Unpin() {
    const auto unpin = [this] {
      maintenance.unpin(pin);
      return Status();
    };
    static_cast<void>(guarded(unpin).ok());  // what stays goes at the next open
  }
};

// A copy that is damaged is so because its source is, or the new disk: the message names which.
Status explained(const Copying& copying, const std::vector<storage::ArchiveEntry>& copies,
                 const Status& status) {
  if (status.code() != Code::kDataLoss) return status;
  for (const storage::ArchiveEntry& entry : copies)
    if (entry.place != storage::Place::kEarlier &&
        copying.from.exists(copying.folder + "/" + entry.name).value_or(false))
      VECSTORE_TRY(verify_file(copying.from, copying.folder + "/" + entry.name, entry.name,
                               copying.database));
  return status;
}

Result<storage::ArchiveEntry> copy_one(const Copying& copying, const std::string& name) {
  std::unique_ptr<io::ReadableFile> own;
  if (copying.opened.empty()) {
    VECSTORE_ASSIGN(own, copying.from.open(copying.folder + "/" + name, io::Access::kRead));
  }
  const io::ReadableFile* source = own ? own.get() : copying.opened.at(name).get();
  const Result<std::uint64_t> directory = storage::hash_of_directory(*source);
  if (!directory.ok()) return directory.status().with_context(copying.folder + "/" + name);
  const storage::ArchiveEntry* known = copying.base.find(name);
  if (known && known->bytes == source->size() && known->directory == *directory) {
    storage::ArchiveEntry entry = *known;
    entry.place = storage::Place::kEarlier;
    return entry;
  }
  VECSTORE_ASSIGN(storage::ArchiveEntry entry, copying.writer.add(name, *source, copying.cancel));
  entry.directory = *directory;
  ++copying.report.copied_files;
  copying.report.copied_bytes += entry.bytes;
  return entry;
}

Status copy_all(const Copying& copying, const FileNames& names, const storage::Manifest& manifest,
                storage::ArchiveContents& contents) {
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(storage::ArchiveEntry entry, copy_one(copying, "segments/" + name));
    contents.files.push_back(std::move(entry));
  }
  // unreached: from memory into memory
  VECSTORE_ASSIGN(Bytes encoded_manifest, encoded(manifest));
  const std::pair<const char*, Bytes> small[] = {{"MANIFEST-1", std::move(encoded_manifest)},
                                                 {"wal/1.log", empty_log(manifest)}};
  for (const auto& [name, content] : small) {
    // unreached: from memory into memory
    VECSTORE_ASSIGN(storage::ArchiveEntry entry, copying.writer.add_small(name, content));
    ++copying.report.copied_files;
    copying.report.copied_bytes += entry.bytes;
    contents.files.push_back(std::move(entry));
  }
  std::sort(contents.files.begin(), contents.files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  copying.report.files = contents.files.size();
  for (const storage::ArchiveEntry& file : contents.files) copying.report.bytes += file.bytes;
  return {};
}

}  // namespace

namespace {

// Copies the state, of which `opened` has the files or else the folder, and makes the copy count.
struct Job {
  io::FileSystem& from;
  const std::string& folder;
  io::FileSystem& to;
  const std::string& destination;
  const BackupOptions& options;
  const storage::ArchiveContents& base;
  TimeMs now;

  Result<BackupReport> run(BackupWriter& writer, const storage::SnapshotEntry& state,
                           const storage::Manifest& present,
                           const std::map<std::string, std::unique_ptr<io::ReadableFile>>& opened) {
    BackupReport report;
    report.sequence = state.sequence;
    storage::ArchiveContents contents{.sequence = state.sequence, .created_at = now};
    if (!options.base.empty()) contents.base = {options.base, base.sequence, base.created_at};
    const storage::Manifest manifest = manifest_of(state, present);
    const Copying copying{from, folder,         opened, manifest.database,
                          base, options.cancel, writer, report};
    VECSTORE_TRY(copy_all(copying, files_of(state.collections), manifest, contents));
    const bool whole = std::ranges::none_of(
        contents.files, [](const auto& f) { return f.place == storage::Place::kEarlier; });
    const Status status = writer.finish(contents, whole ? &manifest : nullptr, empty_log(manifest));
    if (!status.ok()) return explained(copying, contents.files, status);
    return report;
  }
};

}  // namespace

Result<BackupReport> Store::backup(const std::string& destination, const BackupOptions& options) {
  const bool reader = options_.read_only && snapshot_.empty();
  VECSTORE_TRY(reader ? require_open() : require_writable());
  if (keep_log_ && destination.starts_with(folder_ + "/"))
    return invalid_argument("'" + destination + "' lies in the database that is copied");
  io::FileSystem* to = &files_;
  if (!keep_log_) {  // what is in memory is kept on a disk
    // unreached: only a build without a disk has none
    VECSTORE_ASSIGN(to, files_of(nullptr));
  }
  const storage::Manifest manifest = maintenance_->manifest();
  VECSTORE_ASSIGN(const storage::ArchiveContents base,
                  contents_of_base(*to, options.base, manifest.database));
  VECSTORE_ASSIGN(const auto writer,
                  BackupWriter::create(*to, destination, options.single_file, manifest.database));
  Job job{files_, folder_, *to, destination, options, base, commits_->now()};
  if (reader) {
    VECSTORE_ASSIGN(ReaderState state, read_to_copy());
    storage::Manifest present = manifest;
    present.next_file = state.next_file;
    present.next_collection = catalog_.next_number();
    return job.run(*writer, state.state, present, state.files);
  }
  Maintenance::Pinned pin;
  {
    MutexLock lock(state_mutex_);
    VECSTORE_ASSIGN(pin, maintenance_->pin());
  }
  const Unpin unpin{*maintenance_, pin};
  return job.run(*writer, *pin, maintenance_->manifest(), {});
}

// A writer elsewhere may have removed files since this store was opened: then the newer state.
Result<ReaderState> Store::read_to_copy() const {
  constexpr int kAttempts = 10;
  std::shared_ptr<Store> newer;
  for (int attempt = 1;; ++attempt) {
    const Store& from = newer ? *newer : *this;
    Result<ReaderState> state = state_of_reader(files_, folder_, from.maintenance_->manifest(),
                                                from.catalog_, from.commits_->committed());
    if (state.status().code() != Code::kNotFound || attempt == kAttempts) return state;
    Environment environment;
    environment.files = owned_files_;
    environment.clock = &clock_;
    VECSTORE_ASSIGN(newer, open_state(folder_, options_, environment));
  }
}

}  // namespace vecstore::db
