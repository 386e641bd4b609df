#include "io/memory_file_system.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/sync.h"
#include "io/file_error.h"
#include "io/memory_file.h"

namespace vecstore::io {
namespace {

Status missing(std::string_view action, std::string_view path) {
  return file_error(Code::kNotFound, action, path, "no such file or directory");
}

Status is_folder(std::string_view action, std::string_view path) {
  return file_error(Code::kFailedPrecondition, action, path, "is a directory");
}

}  // namespace

Result<std::string> normal_path(std::string_view path) {
  std::string out;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (name == ".." || name.find('\0') != name.npos) {
      return file_error(Code::kInvalidArgument, "use", path, "'..' and NUL are not allowed");
    }
    if (name.empty() || name == ".") continue;
    if (!out.empty()) out.push_back('/');
    out.append(name);
  }
  return out;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string() : path.substr(0, slash);
}

struct MemoryFileSystem::State {
  mutable Mutex mutex;
  std::map<std::string, std::shared_ptr<MemoryFile>> files VECSTORE_GUARDED_BY(mutex);
  std::set<std::string> folders VECSTORE_GUARDED_BY(mutex) = {""};
  std::set<std::string> locked VECSTORE_GUARDED_BY(mutex);

  // The file at `path`, or why there is none.
  Result<std::shared_ptr<MemoryFile>> find(std::string_view action, const std::string& path)
      VECSTORE_REQUIRES(mutex) {
    const auto at = files.find(path);
    if (at != files.end()) return at->second;
    if (folders.contains(path)) return is_folder(action, path);
    return missing(action, path);
  }

  // The file at `path`, made when absent.
  Result<std::shared_ptr<MemoryFile>> make(std::string_view action, const std::string& path)
      VECSTORE_REQUIRES(mutex) {
    if (folders.contains(path)) return is_folder(action, path);
    if (!folders.contains(folder_of(path))) return missing(action, path);
    std::shared_ptr<MemoryFile>& file = files[path];
    if (file == nullptr) file = std::make_shared<MemoryFile>();
    return file;
  }

  Status make_folders(const std::string& folder) VECSTORE_REQUIRES(mutex) {
    for (std::string at = folder; !at.empty(); at = folder_of(at)) {
      if (files.contains(at)) {
        return file_error(Code::kFailedPrecondition, "make", folder, "not a directory");
      }
    }
    for (std::string at = folder; !at.empty(); at = folder_of(at)) folders.insert(at);
    return {};
  }

  bool is_empty(const std::string& folder) VECSTORE_REQUIRES(mutex) {
    const std::string prefix = folder + "/";
    const auto file = files.lower_bound(prefix);
    const auto inner = folders.lower_bound(prefix);
    return (file == files.end() || !file->first.starts_with(prefix)) &&
           (inner == folders.end() || !inner->starts_with(prefix));
  }
};

namespace {

// Adds the names directly in `folder` among sorted paths.
void add_names(std::string_view path, const std::string& folder, std::vector<std::string>& names) {
  if (path.empty() || folder_of(std::string(path)) != folder) return;
  names.emplace_back(path.substr(folder.empty() ? 0 : folder.size() + 1));
}

class MemoryFileLock : public FileLock {
 public:
  ~MemoryFileLock() override {
    if (release_) release_();
  }
  void hold(std::function<void()> release) noexcept { release_ = std::move(release); }

 private:
  std::function<void()> release_;
};

}  // namespace

MemoryFileSystem::MemoryFileSystem() : state_(std::make_shared<State>()) {}
MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::unique_ptr<ReadableFile>> MemoryFileSystem::open(const std::string& path,
                                                             Access access) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  VECSTORE_ASSIGN(const auto file, state_->find("open", name));
  return read_memory_file(path, *file, access);
}

Result<std::unique_ptr<WritableFile>> MemoryFileSystem::create(const std::string& path,
                                                               Create mode) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  if (mode == Create::kNew && state_->files.contains(name)) {
    return file_error(Code::kAlreadyExists, "create", path, "file exists");
  }
  VECSTORE_ASSIGN(auto file, state_->make("create", name));
  return write_memory_file(path, std::move(file));
}

Result<std::uint64_t> MemoryFileSystem::file_size(const std::string& path) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  VECSTORE_ASSIGN(const auto file, state_->find("measure", name));
  return std::uint64_t{file->size()};
}

Result<bool> MemoryFileSystem::exists(const std::string& path) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  return state_->files.contains(name) || state_->folders.contains(name);
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& folder) {
  VECSTORE_ASSIGN(const std::string name, normal_path(folder));
  MutexLock lock(state_->mutex);
  if (state_->files.contains(name)) {
    return file_error(Code::kFailedPrecondition, "list", folder, "not a directory");
  }
  if (!state_->folders.contains(name)) return missing("list", folder);
  std::vector<std::string> names;
  for (const auto& [path, file] : state_->files) add_names(path, name, names);
  for (const std::string& path : state_->folders) add_names(path, name, names);
  std::sort(names.begin(), names.end());
  return names;
}

Status MemoryFileSystem::make_folder(const std::string& folder) {
  VECSTORE_ASSIGN(const std::string name, normal_path(folder));
  MutexLock lock(state_->mutex);
  return state_->make_folders(name);
}

Status MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  VECSTORE_ASSIGN(const std::string source, normal_path(from));
  VECSTORE_ASSIGN(const std::string target, normal_path(to));
  MutexLock lock(state_->mutex);
  VECSTORE_ASSIGN(auto file, state_->find("rename", source));
  if (state_->folders.contains(target)) return is_folder("rename to", to);
  if (!state_->folders.contains(folder_of(target))) return missing("rename to", to);
  state_->files.erase(source);
  state_->files[target] = std::move(file);
  return {};
}

Status MemoryFileSystem::remove(const std::string& path) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  if (state_->files.erase(name) > 0) return {};
  if (name.empty() || !state_->folders.contains(name)) return missing("remove", path);
  if (!state_->is_empty(name)) {
    return file_error(Code::kFailedPrecondition, "remove", path, "directory not empty");
  }
  state_->folders.erase(name);
  return {};
}

Status MemoryFileSystem::sync_folder(const std::string& folder) {
  VECSTORE_ASSIGN(const std::string name, normal_path(folder));
  MutexLock lock(state_->mutex);
  return state_->folders.contains(name) ? Status() : missing("sync", folder);
}

Result<std::unique_ptr<FileLock>> MemoryFileSystem::lock(const std::string& path) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  auto held = std::make_unique<MemoryFileLock>();
  std::function<void()> release = [state = state_, name] {
    MutexLock end(state->mutex);
    state->locked.erase(name);
  };
  MutexLock lock(state_->mutex);  // what needs memory is above: a lock nobody holds would stay
  VECSTORE_TRY(state_->make("lock", name).status());
  if (!state_->locked.insert(name).second) {
    return file_error(Code::kUnavailable, "lock", path, "already open by this process");
  }
  held->hold(std::move(release));
  return std::unique_ptr<FileLock>(std::move(held));
}

Result<Bytes> MemoryFileSystem::content(const std::string& path) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  VECSTORE_ASSIGN(const auto file, state_->find("read", name));
  const MemoryView view = file->view();
  return Bytes(view.bytes().begin(), view.bytes().end());
}

Status MemoryFileSystem::set_content(const std::string& path, ByteView content) {
  VECSTORE_ASSIGN(const std::string name, normal_path(path));
  MutexLock lock(state_->mutex);
  if (state_->folders.contains(name)) return is_folder("write", path);
  VECSTORE_TRY(state_->make_folders(folder_of(name)));
  auto file = std::make_shared<MemoryFile>();
  file->append(content);
  state_->files[name] = std::move(file);
  return {};
}

std::vector<std::string> MemoryFileSystem::files() const {
  MutexLock lock(state_->mutex);
  std::vector<std::string> paths;
  for (const auto& [path, file] : state_->files) paths.push_back(path);
  return paths;
}

std::vector<std::string> MemoryFileSystem::folders() const {
  MutexLock lock(state_->mutex);
  std::vector<std::string> paths(std::next(state_->folders.begin()), state_->folders.end());
  return paths;
}

}  // namespace vecstore::io
