// Small files that must not be lost: replaced whole or not at all, and appended to line by line.
// For what the service keeps beside the database, which only their owner may read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// kNotFound when absent; kResourceExhausted above `most` bytes.
Result<std::string> read_whole(const std::string& path, std::size_t most);

// After this, or after a crash in the midst of it, the file has the old or the new content. What it
// had on the disk is `path` with ".part" meanwhile. Mode 0600.
Status replace_file(const std::string& path, std::string_view content);

// What tells one state of a file from another without reading it; 0 when there is none.
std::uint64_t file_mark(const std::string& path);

// Others that ask for the same lock, in any process, wait.
class PathLock {
 public:
  static Result<PathLock> take(const std::string& path);  // a file of its own, which stays
  PathLock(PathLock&& other) noexcept;
  ~PathLock();

 private:
  explicit PathLock(int file) : file_(file) {}
  int file_;
};

// A file that grows. One thread at a time.
class AppendFile {
 public:
  // Made when absent, mode 0600. kUnavailable when another process has it open so.
  static Result<AppendFile> open(const std::string& path);
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;
  ~AppendFile();

  // Given to the system: a killed process loses nothing, a power cut may.
  Status append(std::string_view bytes);
  Status truncate(std::uint64_t bytes);
  std::uint64_t bytes() const { return bytes_; }

 private:
  AppendFile(std::string path, int file, std::uint64_t bytes)
      : path_(std::move(path)), file_(file), bytes_(bytes) {}
  std::string path_;
  int file_;
  std::uint64_t bytes_;
};

}  // namespace vecstore
