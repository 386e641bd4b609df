#include "storage/log.h"

#include <utility>

#include "base/mutant.h"
#include "storage/log_file.h"

namespace vecstore::storage {
namespace {

// Made beforehand: there is no memory for them where they are needed.
const std::string kNoMemory = "not enough memory";
const Status kBroken = failed_precondition("the log takes no more writes since one failed");

// Makes `folder` and its own name durable.
Status make_durable_folder(io::FileSystem& files, const std::string& folder) {
  VECSTORE_ASSIGN(bool there, files.exists(folder));
  if (there) return {};
  VECSTORE_TRY(files.make_folder(folder));
  auto slash = folder.find_last_of('/');
  return files.sync_folder(slash == std::string::npos ? "." : folder.substr(0, slash));
}

// Files before the first one read: their headers say what remove_before may take. One that cannot
// be read counts as older than everything.
void read_older_headers(io::FileSystem& files, const std::string& folder, std::uint32_t salt,
                        std::vector<LogFile>& list) {
  for (LogFile& file : list) {
    if (file.first_sequence != 0) return;
    auto reader = LogFileReader::open(files, log_file_path(folder, file.number), salt, file.number);
    if (!reader.ok()) continue;
    file.size = (*reader)->size();
    file.first_sequence = (*reader)->first_sequence().value_or(0);
  }
}

}  // namespace

Result<LogState> Log::replay(io::FileSystem& files, const std::string& folder, std::uint32_t salt,
                             std::uint64_t from, const LogApply& apply) {
  LogState state;
  VECSTORE_TRY(read_log(files, folder, salt, {.from = from}, apply, &state).status());
  return state;
}

Result<std::unique_ptr<Log>> Log::open(io::FileSystem& files, const std::string& folder,
                                       std::uint32_t salt, std::uint64_t from,
                                       const LogApply& apply, LogState* state) {
  VECSTORE_TRY(make_durable_folder(files, folder));
  VECSTORE_ASSIGN(LogTail tail, read_log(files, folder, salt, {.from = from}, apply, state));
  std::unique_ptr<Log> log(new Log(files, folder, salt));
  read_older_headers(files, folder, salt, tail.files);
  VECSTORE_TRY(log->cut(tail));
  if (!tail.file) return log;
  // A log that ends before `from` cannot be continued densely: the next append begins a new file.
  bool dense = tail.next_sequence == state->last_sequence + 1;
  if (!dense) return log;
  std::string path = log_file_path(folder, tail.files[*tail.file].number);
  VECSTORE_ASSIGN(std::shared_ptr<io::WritableFile> file, files.create(path, io::Create::kAppend));
  if (!VECSTORE_MUTANT("log.tail_stays") && file->size() > tail.offset)
    VECSTORE_TRY(file->truncate(tail.offset));
  {
    MutexLock lock(log->mutex_);
    log->file_ = std::move(file);
  }
  // Also what a killed process left unsynced: from here on records will claim that it is safe.
  if (!VECSTORE_MUTANT("log.open_not_synced")) VECSTORE_TRY(log->sync());
  return log;
}

// Removes the files behind the tail, newest first, so that no crash leaves a gap; they must be gone
// for good before anything is appended, else they would come back behind it.
Status Log::cut(const LogTail& tail) {
  std::vector<LogFile> list = tail.files;
  const std::size_t kept = tail.file ? *tail.file + 1 : 0;
  bool removed = false;
  for (; list.size() > kept; list.pop_back()) {
    VECSTORE_TRY(files_.remove(log_file_path(folder_, list.back().number)));
    removed = true;
  }
  if (removed) VECSTORE_TRY(files_.sync_folder(folder_));
  if (!list.empty()) list.back().size = tail.offset;
  MutexLock lock(mutex_);
  next_number_ = list.empty() ? 1 : list.back().number + 1;
  list_ = std::move(list);
  return {};
}

Status Log::append(ByteView records, std::uint64_t first, std::uint64_t roll_bytes) {
  VECSTORE_TRY(fault());
  std::shared_ptr<io::WritableFile> file = current();
  if (!file || file->size() > roll_bytes) {
    VECSTORE_TRY(roll(first));
    file = current();
  }
  const std::uint64_t size = newest_size();
  // An append that memory failed under may have left a piece.
  // unreached: only memory that runs out leaves one, which ends a build without exceptions
  if (file->size() > size) VECSTORE_TRY(cut_back(*file, size, Status()));
  if (Status status = file->append(records); !status.ok()) return cut_back(*file, size, status);
  MutexLock lock(mutex_);
  list_.back().size = size + records.size();
  return {};
}

// The cut is synced, else a power cut could bring a piece of the failed write back among later
// ones.
Status Log::cut_back(io::WritableFile& file, std::uint64_t size, Status cause) {
  if (VECSTORE_MUTANT("log.failed_append_stays")) return cause;
  Fence fence(*this);
  if (VECSTORE_MUTANT("log.cut_not_synced") && file.truncate(size).ok()) return fence.lift(), cause;
  Status status = file.truncate(size);
  if (status.ok()) status = file.sync();
  if (status.ok()) return fence.lift(), cause;
  const std::string& why = cause.ok() ? kNoMemory : cause.message();
  return break_for(status.with_context("a failed write (" + why + ") could not be undone"));
}

// Only the newest file may be unsynced: recovery relies on it. Once the old file is left, file_ is
// empty until the new one stands, so that nothing is ever appended behind a file to come.
Status Log::roll(std::uint64_t first) {
  MutexLock one_sync(sync_mutex_);
  if (!VECSTORE_MUTANT("log.full_file_not_synced")) VECSTORE_TRY(sync_current());
  std::uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    file_ = nullptr;
    number = next_number_;
  }
  // kAppend and truncate, for what an attempt that failed has left.
  VECSTORE_ASSIGN(std::shared_ptr<io::WritableFile> file,
                  files_.create(log_file_path(folder_, number), io::Create::kAppend));
  names_unsynced_ = true;
  if (file->size() > 0) VECSTORE_TRY(file->truncate(0));
  Bytes header;
  encode_log_file_header({salt_, number, first}, header);
  VECSTORE_TRY(file->append(header));
  MutexLock lock(mutex_);
  list_.push_back({number, first, header.size()});  // first, as it may find no memory
  file_ = std::move(file);
  next_number_ = number + 1;
  return {};
}

Status Log::sync() {
  MutexLock one_sync(sync_mutex_);
  return sync_current();
}

Status Log::sync_current() {
  VECSTORE_TRY(fault());
  std::shared_ptr<io::WritableFile> file = current();
  if (!file || VECSTORE_MUTANT("log.sync_skipped")) return {};
  Fence fence(*this);
  if (Status status = file->sync(); !status.ok()) return break_for(status);
  if (names_unsynced_ && !VECSTORE_MUTANT("log.folder_not_synced")) {
    if (Status status = files_.sync_folder(folder_); !status.ok()) return break_for(status);
    names_unsynced_ = false;
  }
  fence.lift();
  MutexLock lock(mutex_);
  if (!list_.empty() && file_ == file) durable_number_ = list_.back().number;
  return {};
}

Log::Fence::~Fence() {
  if (lifted_ || VECSTORE_MUTANT("log.failed_sync_forgotten")) return;
  MutexLock lock(log_.mutex_);
  if (log_.fault_.ok()) log_.fault_ = kBroken;
}

Status Log::break_for(const Status& cause) {
  if (VECSTORE_MUTANT("log.failed_sync_forgotten")) return cause;
  MutexLock lock(mutex_);
  if (fault_.ok()) fault_ = failed_precondition(kBroken.message() + ": " + cause.message());
  return cause;
}

std::shared_ptr<io::WritableFile> Log::current() const {
  MutexLock lock(mutex_);
  return file_;
}

Status Log::remove_before(std::uint64_t sequence) {
  while (true) {
    LogFile oldest;
    bool durable = false;
    {
      MutexLock lock(mutex_);
      if (list_.size() < 2 ||
          list_[1].first_sequence > sequence + (VECSTORE_MUTANT("log.removed_too_early") ? 1 : 0))
        return {};
      oldest = list_.front();
      durable = list_[1].number <= durable_number_;
    }
    if (!durable) VECSTORE_TRY(sync());
    Status status = files_.remove(log_file_path(folder_, oldest.number));
    if (!status.ok() && status.code() != Code::kNotFound) return status;
    MutexLock lock(mutex_);
    if (!list_.empty() && list_.front().number == oldest.number) list_.erase(list_.begin());
  }
}

std::uint64_t Log::newest_size() const {
  MutexLock lock(mutex_);
  return list_.back().size;
}

std::vector<LogFile> Log::list() const {
  MutexLock lock(mutex_);
  return list_;
}

Status Log::fault() const {
  MutexLock lock(mutex_);
  return fault_;
}

Status Log::close() {
  MutexLock one_sync(sync_mutex_);
  std::shared_ptr<io::WritableFile> file;
  {
    MutexLock lock(mutex_);
    file = std::exchange(file_, nullptr);
    if (fault_.ok()) fault_ = failed_precondition("the log is closed");
  }
  return file ? file->close() : Status();
}

}  // namespace vecstore::storage
