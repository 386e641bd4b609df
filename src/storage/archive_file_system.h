// The files within a backup, as if they lay in a folder with its name: a database opens in it
// without being unpacked. Nothing can be written: kPermissionDenied.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "storage/archive.h"

namespace vecstore::storage {

class ArchiveFileSystem : public io::FileSystem {
 public:
  // Paths begin with `root`.
  ArchiveFileSystem(std::string root, std::shared_ptr<const Archive> archive)
      : root_(std::move(root)), archive_(std::move(archive)) {}

  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override;
  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override;
  Result<std::uint64_t> file_size(const std::string& path) override;
  Result<bool> exists(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& folder) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<io::FileLock>> lock(const std::string& path) override;

 private:
  // Below the root; "" is the root itself.
  std::string name_of(const std::string& path) const;
  Result<Archive::Span> find(std::string_view action, const std::string& path) const;

  const std::string root_;
  const std::shared_ptr<const Archive> archive_;
};

}  // namespace vecstore::storage
