// Bytes in files. Everything the engine reads or writes goes through a FileSystem: the disk
// (posix), memory, or a disk that fails on cue. Nothing is written through maps, nothing is
// overwritten in place.
//
// Paths are the file system's own, '/'-separated. Errors name the path and the cause: "cannot open
// 'wal/1.log': no such file or directory". Codes: kNotFound, kAlreadyExists, kPermissionDenied
// (also a read-only disk), kResourceExhausted (disk full, too many files), kUnavailable (locked),
// kFailedPrecondition (a folder where a file must be or the reverse, a folder not empty, a closed
// file), kInvalidArgument (a path that cannot be), kUnknown (input/output error and the rest).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore::io {

// An open file's content, fixed at its size when opened. Reads are safe from many threads.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  virtual std::uint64_t size() const = 0;
  // Fills all of `out` from `offset`; kDataLoss when the file ends before.
  virtual Status read(std::uint64_t offset, std::span<std::byte> out) const = 0;
  // The whole content when the file was opened with Access::kMap and the platform maps files, else
  // empty. Lives as long as the file.
  virtual std::span<const std::byte> mapped() const = 0;
};

// A file that grows. One thread at a time.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // What one append best has: who writes in small pieces gathers as many bytes first.
  virtual std::size_t append_bytes() const { return std::size_t{1} << 20; }
  // All of `data` or an error; after an error the file may hold a prefix of it.
  virtual Status append(std::span<const std::byte> data) = 0;
  // Content and size are on the disk when this returns. An error is final: what was not synced may
  // be lost although later calls succeed.
  virtual Status sync() = 0;
  // Cuts the file to `size`; later appends go there.
  virtual Status truncate(std::uint64_t size) = 0;
  virtual std::uint64_t size() const = 0;
  // Reports what the destructor cannot. Does not sync.
  virtual Status close() = 0;
};

// Held until destroyed; the operating system releases it when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class Access { kRead, kMap };
enum class Create {
  kNew,
  kAppend
};  // kNew: must not exist. kAppend: keeps what is there, made when absent

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<ReadableFile>> open(const std::string& path, Access access) = 0;
  virtual Result<std::unique_ptr<WritableFile>> create(const std::string& path, Create mode) = 0;
  virtual Result<std::uint64_t> file_size(const std::string& path) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  // Names (not paths) of the files and folders in a folder, sorted.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  // Makes the folder and its parents; existing ones are fine.
  virtual Status make_folder(const std::string& folder) = 0;
  // Atomically gives the file `from` the name `to`, replacing a file there. Durable after
  // sync_folder.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  // Removes a file, which lives on for those who have it open, or an empty folder. Durable after
  // sync_folder.
  virtual Status remove(const std::string& path) = 0;
  // Names made, renamed and removed in the folder so far are on the disk when this returns.
  virtual Status sync_folder(const std::string& folder) = 0;
  // An exclusive lock on the file, made when absent, which holds this process's id while held.
  // kUnavailable names the holder's process id.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

}  // namespace vecstore::io
