// A folder that becomes a database or a backup when all of it is on the disk, or is not there at
// all. Until then a file UNFINISHED in it is locked: what a killed process leaves is known by it,
// is taken for nothing, and goes with the next attempt.
#pragma once

#include <memory>
#include <string>

#include "io/file_system.h"

namespace vecstore::db {

class NewFolder {
 public:
  // kAlreadyExists when something is there, but for an empty folder or such a leftover;
  // kUnavailable while another process is at it. Makes wal/ and segments/ in it.
  static Result<std::unique_ptr<NewFolder>> begin(io::FileSystem& files, const std::string& path);
  // Whether it is such a leftover, or being made at this moment. One with a manifest is finished:
  // that comes last.
  static Result<bool> is_unfinished(io::FileSystem& files, const std::string& path);
  // Removes what was made, unless finished.
  ~NewFolder();
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  const std::string& path() const { return path_; }
  // The names in it are on the disk, and those in wal/ and segments/.
  Status sync() const;
  // What was made stays.
  Status finish();

 private:
  NewFolder(io::FileSystem& files, std::string path, bool made)
      : files_(files), path_(std::move(path)), made_(made) {}
  Status clear();
  Status clear_part(const std::string& part);

  io::FileSystem& files_;
  const std::string path_;
  const bool made_;  // not there before
  bool finished_ = false;
  std::unique_ptr<io::FileLock> lock_;
};

}  // namespace vecstore::db
