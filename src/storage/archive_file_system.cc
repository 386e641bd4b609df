#include "storage/archive_file_system.h"

#include <algorithm>

#include "io/file_error.h"

namespace vecstore::storage {
namespace {

Status read_only(std::string_view action, const std::string& path) {
  return io::file_error(Code::kPermissionDenied, action, path, "a backup cannot be changed");
}

// A part of a file.
class Window : public io::ReadableFile {
 public:
  Window(std::string path, std::shared_ptr<const io::ReadableFile> file, Archive::Span span)
      : path_(std::move(path)), file_(std::move(file)), span_(span) {}

  std::uint64_t size() const override { return span_.length; }

  Status read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > span_.length || out.size() > span_.length - offset)
      return io::short_file_error(path_, offset, out.size(), span_.length);
    return file_->read(span_.offset + offset, out);
  }

  std::span<const std::byte> mapped() const override {
    const std::span<const std::byte> all = file_->mapped();
    if (all.empty()) return {};
    return all.subspan(static_cast<std::size_t>(span_.offset),
                       static_cast<std::size_t>(span_.length));
  }

 private:
  const std::string path_;
  const std::shared_ptr<const io::ReadableFile> file_;
  const Archive::Span span_;
};

}  // namespace

std::string ArchiveFileSystem::name_of(const std::string& path) const {
  if (!path.starts_with(root_)) return path;
  const std::size_t begin = path.find_first_not_of('/', root_.size());
  return begin == std::string::npos ? "" : path.substr(begin);
}

Result<Archive::Span> ArchiveFileSystem::find(std::string_view action,
                                              const std::string& path) const {
  const std::string name = name_of(path);
  if (name.empty() || name == "wal" || name == "segments")
    return io::file_error(Code::kFailedPrecondition, action, path, "is a directory");
  const Result<Archive::Span> span = archive_->span_of(name);
  if (span.ok()) return span;
  return io::file_error(Code::kNotFound, action, path, "no such file or directory");
}

Result<std::unique_ptr<io::ReadableFile>> ArchiveFileSystem::open(const std::string& path,
                                                                  io::Access) {
  VECSTORE_ASSIGN(const Archive::Span span, find("open", path));
  return std::unique_ptr<io::ReadableFile>(std::make_unique<Window>(path, archive_->file(), span));
}

Result<std::uint64_t> ArchiveFileSystem::file_size(const std::string& path) {
  VECSTORE_ASSIGN(const Archive::Span span, find("measure", path));
  return span.length;
}

Result<bool> ArchiveFileSystem::exists(const std::string& path) {
  const Result<Archive::Span> span = find("find", path);
  return span.ok() || span.status().code() == Code::kFailedPrecondition;
}

Result<std::vector<std::string>> ArchiveFileSystem::list(const std::string& folder) {
  std::string prefix = name_of(folder);
  if (!prefix.empty()) prefix += '/';
  std::vector<std::string> names;
  for (const ArchiveEntry& file : archive_->contents().files) {
    if (file.place != Place::kHere || !file.name.starts_with(prefix)) continue;
    const std::string rest = file.name.substr(prefix.size());
    const std::string name = rest.substr(0, rest.find('/'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

Result<std::unique_ptr<io::WritableFile>> ArchiveFileSystem::create(const std::string& path,
                                                                    io::Create) {
  return read_only("create", path);
}
Status ArchiveFileSystem::make_folder(const std::string& folder) {
  return read_only("make", folder);
}
Status ArchiveFileSystem::rename(const std::string&, const std::string& to) {
  return read_only("rename to", to);
}
Status ArchiveFileSystem::remove(const std::string& path) { return read_only("remove", path); }
Status ArchiveFileSystem::sync_folder(const std::string& folder) {
  return read_only("sync", folder);
}
Result<std::unique_ptr<io::FileLock>> ArchiveFileSystem::lock(const std::string& path) {
  return read_only("lock", path);
}

}  // namespace vecstore::storage
