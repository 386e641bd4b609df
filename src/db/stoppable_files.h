// A file system whose reads, appends and opens end with kCancelled once a token says so: work that
// goes from file to file then ends at the next block, and nothing that it makes can be finished.
// What takes away and tidies up goes on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "db/cancel.h"
#include "io/file_system.h"

namespace vecstore::db {

class StoppableFiles : public io::FileSystem {
 public:
  // `files` outlives it. Files that were opened may outlive both.
  StoppableFiles(io::FileSystem& files, const Cancel& cancel) : files_(files), cancel_(cancel) {}

  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override;
  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override;
  Result<std::uint64_t> file_size(const std::string& path) override {
    return files_.file_size(path);
  }
  Result<bool> exists(const std::string& path) override { return files_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    return files_.list(folder);
  }
  Status make_folder(const std::string& folder) override { return files_.make_folder(folder); }
  Status rename(const std::string& from, const std::string& to) override {
    return files_.rename(from, to);
  }
  Status remove(const std::string& path) override { return files_.remove(path); }
  Status sync_folder(const std::string& folder) override { return files_.sync_folder(folder); }
  Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override {
    return files_.lock(path);
  }

 private:
  io::FileSystem& files_;
  const Cancel cancel_;
};

}  // namespace vecstore::db
