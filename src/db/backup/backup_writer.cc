#include "db/backup/backup_writer.h"

#include "base/hash.h"
#include "db/boundary.h"
#include "db/store_files.h"
#include "storage/archive_file_system.h"

namespace vecstore::db {
namespace {

constexpr const char* kUnfinished = ".unfinished";

}  // namespace

Result<std::unique_ptr<BackupWriter>> BackupWriter::create(io::FileSystem& files,
                                                           const std::string& destination,
                                                           bool single_file,
                                                           std::uint64_t database) {
  std::unique_ptr<BackupWriter> writer(new BackupWriter(files, destination, database));
  if (!single_file) {
    VECSTORE_ASSIGN(writer->folder_, NewFolder::begin(files, destination));
    return writer;
  }
  if (destination.empty()) return invalid_argument("the path is empty");
  VECSTORE_ASSIGN(const bool there, files.exists(destination));
  if (there) return already_exists("'" + destination + "' is there already");
  VECSTORE_TRY(make_durable_folder(files, parent_of(destination)));
  const std::string path = destination + kUnfinished;
  VECSTORE_ASSIGN(const bool leftover, files.exists(path));
  if (leftover) VECSTORE_TRY(files.remove(path));
  VECSTORE_ASSIGN(writer->single_,
                  storage::BlockFileWriter::create(
                      files, path, {storage::kBackupKind, database, storage::kBackupNumber}));
  return writer;
}

BackupWriter::~BackupWriter() {
  if (!unfinished_.empty())
    static_cast<void>(guarded([&] { return files_.remove(unfinished_); }).ok());
}

Result<storage::ArchiveEntry> BackupWriter::add(const std::string& name,
                                                const io::ReadableFile& source,
                                                const CancelToken& cancel) {
  const auto read = [&](std::uint64_t offset, std::span<std::byte> out) {
    return source.read(offset, out);
  };
  storage::ArchiveEntry entry{.name = name, .bytes = source.size()};
  if (folder_) {
    entry.place = storage::Place::kBeside;
    VECSTORE_ASSIGN(entry.hash,
                    copy_to_file(source.size(), read, files_, destination_ + "/" + name, cancel));
    return entry;
  }
  VECSTORE_TRY(single_->begin(name, storage::BlockLayout::kPaged));
  const auto put = [&](ByteView piece) { return single_->append(piece); };
  VECSTORE_ASSIGN(entry.hash, copy_content(source.size(), read, put, cancel));
  VECSTORE_TRY(single_->end());
  return entry;
}

Result<storage::ArchiveEntry> BackupWriter::add_small(const std::string& name, Bytes content) {
  storage::ArchiveEntry entry{.name = name, .bytes = content.size()};
  const auto drop = [](ByteView) { return Status(); };
  // unreached: from memory into memory
  VECSTORE_ASSIGN(entry.hash, copy_content(content.size(), reader_of(content), drop, {}));
  small_.emplace_back(name, std::move(content));
  return entry;
}

Status BackupWriter::verify(io::FileSystem& files, const std::string& root,
                            const storage::ArchiveContents& contents) const {
  for (const storage::ArchiveEntry& entry : contents.files)
    if (entry.place != storage::Place::kEarlier)
      VECSTORE_TRY(verify_file(files, root + "/" + entry.name, entry.name, database_));
  return {};
}

Status BackupWriter::write_list(storage::BlockFileWriter& list,
                                const storage::ArchiveContents& contents) const {
  for (const auto& [name, content] : small_)
    VECSTORE_TRY(list.add(name, storage::BlockLayout::kPaged, content));
  VECSTORE_TRY(list.add("contents", storage::BlockLayout::kWhole, encode_contents(contents)));
  return list.finish().status();
}

Status BackupWriter::finish(const storage::ArchiveContents& contents,
                            const storage::Manifest* manifest, ByteView log) {
  return folder_ ? finish_folder(contents, manifest, log) : finish_file(contents);
}

Status BackupWriter::finish_file(const storage::ArchiveContents& contents) {
  VECSTORE_TRY(write_list(*single_, contents));
  unfinished_ = destination_ + kUnfinished;
  VECSTORE_ASSIGN(auto archive, storage::Archive::open(files_, unfinished_, io::Access::kRead));
  storage::ArchiveFileSystem within(destination_, std::move(archive));
  VECSTORE_TRY(verify(within, destination_, contents));
  VECSTORE_TRY(files_.rename(unfinished_, destination_));
  unfinished_.clear();
  return files_.sync_folder(parent_of(destination_));
}

Status BackupWriter::finish_folder(const storage::ArchiveContents& contents,
                                   const storage::Manifest* manifest, ByteView log) {
  VECSTORE_TRY(verify(files_, destination_, contents));
  VECSTORE_TRY(folder_->sync());
  const std::string path = destination_ + "/" + storage::kBackupFile;
  VECSTORE_ASSIGN(auto list, storage::BlockFileWriter::create(
                                 files_, path + ".tmp",
                                 {storage::kBackupKind, database_, storage::kBackupNumber}));
  VECSTORE_TRY(write_list(*list, contents));
  VECSTORE_TRY(files_.rename(path + ".tmp", path));
  VECSTORE_TRY(files_.sync_folder(destination_));
  if (manifest != nullptr) {
    VECSTORE_TRY(
        copy_to_file(log.size(), reader_of(log), files_, destination_ + "/wal/1.log", {}).status());
    VECSTORE_TRY(files_.sync_folder(destination_ + "/wal"));
    VECSTORE_TRY(storage::write_manifest(files_, destination_, *manifest));
  }
  return folder_->finish();
}

}  // namespace vecstore::db
