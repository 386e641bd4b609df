// Files in memory, for in-memory databases, the browser and tests. Gone when destroyed, though open
// files stay readable.
//
// Behaves as the disk does: a removed or replaced file lives on for those who have it open, a file
// needs its folder to exist, locks exclude. "a/b", "/a/b" and "./a//b" are one path; ".." is
// refused. Safe from many threads; reading never waits for a writer once the file is open.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "io/file_system.h"

namespace vecstore::io {

// The one spelling of a path: names joined by '/', none for the root.
Result<std::string> normal_path(std::string_view path);

// The folder part of such a path.
std::string folder_of(const std::string& path);

class MemoryFileSystem : public FileSystem {
 public:
  MemoryFileSystem();
  ~MemoryFileSystem() override;

  Result<std::unique_ptr<ReadableFile>> open(const std::string& path, Access access) override;
  Result<std::unique_ptr<WritableFile>> create(const std::string& path, Create mode) override;
  Result<std::uint64_t> file_size(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& folder) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

  // The whole file at once, made or replaced with its folders: how tests damage a byte.
  Result<Bytes> content(const std::string& path);
  Status set_content(const std::string& path, ByteView content);

  // Paths of all files and of all folders, sorted.
  std::vector<std::string> files() const;
  std::vector<std::string> folders() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vecstore::io
