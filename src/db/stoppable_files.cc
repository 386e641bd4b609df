#include "db/stoppable_files.h"

#include <utility>

namespace vecstore::db {
namespace {

Status look(const Cancel& cancel) { return check_cancel(cancel, "the work was called off"); }

class StoppableReader : public io::ReadableFile {
 public:
  StoppableReader(std::unique_ptr<io::ReadableFile> file, const Cancel& cancel)
      : file_(std::move(file)), cancel_(cancel) {}
  std::uint64_t size() const override { return file_->size(); }
  Status read(std::uint64_t offset, std::span<std::byte> out) const override {
    VECSTORE_TRY(look(cancel_));
    return file_->read(offset, out);
  }
  std::span<const std::byte> mapped() const override { return file_->mapped(); }

 private:
  const std::unique_ptr<io::ReadableFile> file_;
  const Cancel cancel_;
};

class StoppableWriter : public io::WritableFile {
 public:
  StoppableWriter(std::unique_ptr<io::WritableFile> file, const Cancel& cancel)
      : file_(std::move(file)), cancel_(cancel) {}
  Status append(std::span<const std::byte> data) override {
    VECSTORE_TRY(look(cancel_));
    return file_->append(data);
  }
  Status sync() override { return file_->sync(); }
  Status truncate(std::uint64_t size) override { return file_->truncate(size); }
  std::uint64_t size() const override { return file_->size(); }
  Status close() override { return file_->close(); }

 private:
  const std::unique_ptr<io::WritableFile> file_;
  const Cancel cancel_;
};

}  // namespace

Result<std::unique_ptr<io::ReadableFile>> StoppableFiles::open(const std::string& path,
                                                               io::Access access) {
  VECSTORE_TRY(look(cancel_));
  VECSTORE_ASSIGN(auto file, files_.open(path, access));
  return std::unique_ptr<io::ReadableFile>(new StoppableReader(std::move(file), cancel_));
}

Result<std::unique_ptr<io::WritableFile>> StoppableFiles::create(const std::string& path,
                                                                 io::Create mode) {
  VECSTORE_TRY(look(cancel_));
  VECSTORE_ASSIGN(auto file, files_.create(path, mode));
  return std::unique_ptr<io::WritableFile>(new StoppableWriter(std::move(file), cancel_));
}

}  // namespace vecstore::db
