#include "io/fault_file_system.h"

#include <array>
#include <optional>
#include <utility>

#include "io/file_error.h"

namespace vecstore::io {
namespace {

constexpr std::array<std::string_view, 15> kNames = {
    "open",   "read", "create",      "append", "truncate", "sync",        "close", "file_size",
    "exists", "list", "make_folder", "rename", "remove",   "sync_folder", "lock",
};

bool writes_names(OperationKind kind) {
  switch (kind) {
    case OperationKind::kCreate:
    case OperationKind::kMakeFolder:
    case OperationKind::kRename:
    case OperationKind::kLock:
      return true;
    default:
      return false;
  }
}

bool can_hit(FaultKind fault, OperationKind kind) {
  switch (fault) {
    case FaultKind::kInputOutput:
      return true;
    case FaultKind::kDiskFull:
      return writes_names(kind) || kind == OperationKind::kAppend;
    case FaultKind::kShortWrite:
      return kind == OperationKind::kAppend;
    case FaultKind::kFailedSync:
      return kind == OperationKind::kSync || kind == OperationKind::kSyncFolder;
    case FaultKind::kReadOnly:
      return writes_names(kind) || kind == OperationKind::kAppend ||
             kind == OperationKind::kTruncate || kind == OperationKind::kRemove;
    case FaultKind::kTooManyFiles:
      return kind == OperationKind::kOpen || kind == OperationKind::kCreate ||
             kind == OperationKind::kList || kind == OperationKind::kLock ||
             kind == OperationKind::kSyncFolder;
    case FaultKind::kNoMemory:
      return kind == OperationKind::kOpen || kind == OperationKind::kRead ||
             kind == OperationKind::kCreate || kind == OperationKind::kFileSize ||
             kind == OperationKind::kExists || kind == OperationKind::kList ||
             kind == OperationKind::kLock;
  }
  return false;
}

Status error_of(FaultKind fault, const Operation& operation) {
  const std::string_view action = operation_name(operation.kind);
  switch (fault) {
    case FaultKind::kInputOutput:
    case FaultKind::kFailedSync:
      return file_error(Code::kUnknown, action, operation.path, "input/output error");
    case FaultKind::kDiskFull:
    case FaultKind::kShortWrite:
      return file_error(Code::kResourceExhausted, action, operation.path,
                        "no space left on device");
    case FaultKind::kReadOnly:
      return file_error(Code::kPermissionDenied, action, operation.path, "read-only file system");
    case FaultKind::kTooManyFiles:
      return file_error(Code::kResourceExhausted, action, operation.path, "too many open files");
    case FaultKind::kNoMemory:
      return file_error(Code::kResourceExhausted, action, operation.path, "cannot allocate memory");
  }
  return {};
}

}  // namespace

std::string_view operation_name(OperationKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::string Operation::to_string() const {
  std::string out(operation_name(kind));
  out.append(" ").append(path);
  if (kind == OperationKind::kRename) out.append(" to ").append(to);
  if (kind == OperationKind::kRead || kind == OperationKind::kAppend) {
    out.append(" ").append(std::to_string(offset)).append("+").append(std::to_string(size));
  }
  if (kind == OperationKind::kTruncate) out.append(" to ").append(std::to_string(size));
  return out.append(": ").append(result.to_string());
}

void FaultFileSystem::fail(const Fault& fault) {
  MutexLock lock(mutex_);
  fault_ = fault;
  armed_ = true;
  eligible_ = 0;
  hit_ = 0;
}

void FaultFileSystem::clear_fault() {
  MutexLock lock(mutex_);
  armed_ = false;
}

void FaultFileSystem::gather(std::size_t append_bytes) {
  MutexLock lock(mutex_);
  append_bytes_ = append_bytes;
}

std::size_t FaultFileSystem::faults_hit() const {
  MutexLock lock(mutex_);
  return hit_;
}

std::vector<Operation> FaultFileSystem::record() const {
  MutexLock lock(mutex_);
  return record_;
}

bool FaultFileSystem::must_fail(OperationKind kind) {
  if (!armed_ || !can_hit(fault_.kind, kind)) return false;
  const std::size_t turn = eligible_++;
  if (turn != fault_.at && !(fault_.sticky && turn > fault_.at)) return false;
  ++hit_;
  return true;
}

// The lock is held throughout, so that the record has the operations in the order in which they
// took effect.
template <typename Call>
Status FaultFileSystem::run(Operation operation, Call&& call) {
  MutexLock lock(mutex_);
  if (operation.kind == OperationKind::kCreate) operation.file = next_file_++;
  if (!must_fail(operation.kind)) {
    operation.result = call(operation);
  } else {
    operation.data.resize(fault_.kind == FaultKind::kShortWrite ? operation.data.size() / 2 : 0);
    operation.result = error_of(fault_.kind, operation);
    if (!operation.data.empty()) {
      const Status landed = call(operation);
      if (!landed.ok()) operation.result = landed;
    }
  }
  record_.push_back(operation);
  return operation.result;
}

template <typename T, typename Call>
Result<T> FaultFileSystem::run_for(Operation operation, Call&& call) {
  std::optional<Result<T>> result;
  VECSTORE_TRY(run(std::move(operation), [&](Operation& operation_run) {
    result.emplace(call(operation_run));
    return result->status();
  }));
  return *std::move(result);
}

class FaultReadableFile : public ReadableFile {
 public:
  FaultReadableFile(FaultFileSystem& files, std::string path, std::unique_ptr<ReadableFile> inner)
      : files_(files), path_(std::move(path)), inner_(std::move(inner)) {}

  std::uint64_t size() const override { return inner_->size(); }
  Status read(std::uint64_t offset, std::span<std::byte> out) const override {
    Operation operation{.kind = OperationKind::kRead, .path = path_};
    operation.offset = offset;
    operation.size = out.size();
    return files_.run(std::move(operation), [&](Operation&) { return inner_->read(offset, out); });
  }
  // Reads through the map cannot fail on cue.
  std::span<const std::byte> mapped() const override { return inner_->mapped(); }

 private:
  FaultFileSystem& files_;
  std::string path_;
  std::unique_ptr<ReadableFile> inner_;
};

class FaultWritableFile : public WritableFile {
 public:
  FaultWritableFile(FaultFileSystem& files, std::string path, std::uint64_t file,
                    std::size_t append_bytes, std::unique_ptr<WritableFile> inner)
      : files_(files),
        path_(std::move(path)),
        file_(file),
        append_bytes_(append_bytes != 0 ? append_bytes : inner->append_bytes()),
        inner_(std::move(inner)) {}

  std::size_t append_bytes() const override { return append_bytes_; }

  Status append(ByteView data) override {
    Operation operation = describe(OperationKind::kAppend);
    operation.offset = inner_->size();
    operation.data.assign(data.begin(), data.end());
    operation.size = data.size();
    return files_.run(std::move(operation), [&](Operation& landing) {
      Status status = inner_->append(landing.data);
      landing.data.resize(static_cast<std::size_t>(inner_->size() - landing.offset));
      return status;
    });
  }
  Status sync() override {
    return files_.run(describe(OperationKind::kSync), [&](Operation&) { return inner_->sync(); });
  }
  Status truncate(std::uint64_t size) override {
    Operation operation = describe(OperationKind::kTruncate);
    operation.size = size;
    return files_.run(std::move(operation), [&](Operation&) { return inner_->truncate(size); });
  }
  std::uint64_t size() const override { return inner_->size(); }
  Status close() override {
    return files_.run(describe(OperationKind::kClose), [&](Operation&) { return inner_->close(); });
  }

 private:
  Operation describe(OperationKind kind) const {
    Operation operation{.kind = kind, .path = path_};
    operation.file = file_;
    return operation;
  }

  FaultFileSystem& files_;
  std::string path_;
  std::uint64_t file_;
  std::size_t append_bytes_;
  std::unique_ptr<WritableFile> inner_;
};

Result<std::unique_ptr<ReadableFile>> FaultFileSystem::open(const std::string& path,
                                                            Access access) {
  using Opened = std::unique_ptr<ReadableFile>;
  return run_for<Opened>({.kind = OperationKind::kOpen, .path = path},
                         [&](Operation&) -> Result<Opened> {
                           VECSTORE_ASSIGN(Opened file, inner_.open(path, access));
                           return Opened(new FaultReadableFile(*this, path, std::move(file)));
                         });
}

Result<std::unique_ptr<WritableFile>> FaultFileSystem::create(const std::string& path,
                                                              Create mode) {
  using Created = std::unique_ptr<WritableFile>;
  const std::size_t append_bytes = [this] {
    MutexLock lock(mutex_);
    return append_bytes_;
  }();
  return run_for<Created>(
      {.kind = OperationKind::kCreate, .path = path}, [&](Operation& operation) -> Result<Created> {
        VECSTORE_ASSIGN(Created file, inner_.create(path, mode));
        return Created(
            new FaultWritableFile(*this, path, operation.file, append_bytes, std::move(file)));
      });
}

Result<std::uint64_t> FaultFileSystem::file_size(const std::string& path) {
  return run_for<std::uint64_t>({.kind = OperationKind::kFileSize, .path = path},
                                [&](Operation&) { return inner_.file_size(path); });
}

Result<bool> FaultFileSystem::exists(const std::string& path) {
  return run_for<bool>({.kind = OperationKind::kExists, .path = path},
                       [&](Operation&) { return inner_.exists(path); });
}

Result<std::vector<std::string>> FaultFileSystem::list(const std::string& folder) {
  return run_for<std::vector<std::string>>({.kind = OperationKind::kList, .path = folder},
                                           [&](Operation&) { return inner_.list(folder); });
}

Status FaultFileSystem::make_folder(const std::string& folder) {
  return run({.kind = OperationKind::kMakeFolder, .path = folder},
             [&](Operation&) { return inner_.make_folder(folder); });
}

Status FaultFileSystem::rename(const std::string& from, const std::string& to) {
  return run({.kind = OperationKind::kRename, .path = from, .to = to},
             [&](Operation&) { return inner_.rename(from, to); });
}

Status FaultFileSystem::remove(const std::string& path) {
  return run({.kind = OperationKind::kRemove, .path = path},
             [&](Operation&) { return inner_.remove(path); });
}

Status FaultFileSystem::sync_folder(const std::string& folder) {
  return run({.kind = OperationKind::kSyncFolder, .path = folder},
             [&](Operation&) { return inner_.sync_folder(folder); });
}

Result<std::unique_ptr<FileLock>> FaultFileSystem::lock(const std::string& path) {
  return run_for<std::unique_ptr<FileLock>>({.kind = OperationKind::kLock, .path = path},
                                            [&](Operation&) { return inner_.lock(path); });
}

}  // namespace vecstore::io
