#include "io/memory_file.h"

#include <algorithm>
#include <utility>

#include "io/file_error.h"

namespace vecstore::io {
namespace {

class MemoryReadableFile : public ReadableFile {
 public:
  MemoryReadableFile(std::string path, MemoryView view, Access access)
      : path_(std::move(path)), view_(std::move(view)), access_(access) {}

  std::uint64_t size() const override { return view_.size; }
  Status read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > view_.size || out.size() > view_.size - offset) {
      return short_file_error(path_, offset, out.size(), view_.size);
    }
    const ByteView from = view_.bytes().subspan(static_cast<std::size_t>(offset), out.size());
    std::copy(from.begin(), from.end(), out.begin());
    return {};
  }
  std::span<const std::byte> mapped() const override {
    return access_ == Access::kMap ? view_.bytes() : ByteView();
  }

 private:
  std::string path_;
  MemoryView view_;
  Access access_;
};

class MemoryWritableFile : public WritableFile {
 public:
  MemoryWritableFile(std::string path, std::shared_ptr<MemoryFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Status append(ByteView data) override {
    if (closed_) return is_closed("write");
    file_->append(data);
    return {};
  }
  Status sync() override { return closed_ ? is_closed("sync") : Status(); }
  Status truncate(std::uint64_t size) override {
    if (closed_) return is_closed("truncate");
    file_->truncate(static_cast<std::size_t>(size));
    return {};
  }
  std::uint64_t size() const override { return file_->size(); }
  Status close() override {
    closed_ = true;
    return {};
  }

 private:
  Status is_closed(std::string_view action) const {
    return file_error(Code::kFailedPrecondition, action, path_, "the file was closed");
  }

  std::string path_;
  std::shared_ptr<MemoryFile> file_;
  bool closed_ = false;
};

}  // namespace

MemoryView MemoryFile::view() {
  MutexLock lock(mutex_);
  seen_ = std::max(seen_, size_);
  return {buffer_, size_};
}

std::size_t MemoryFile::size() {
  MutexLock lock(mutex_);
  return size_;
}

void MemoryFile::append(ByteView data) {
  MutexLock lock(mutex_);
  if (data.size() > buffer_->capacity - size_) {
    move_to(std::max(size_ + data.size(), 2 * buffer_->capacity));
  } else if (size_ < seen_) {
    move_to(buffer_->capacity);
  }
  std::copy(data.begin(), data.end(), buffer_->bytes.get() + size_);
  size_ += data.size();
}

void MemoryFile::truncate(std::size_t size) {
  MutexLock lock(mutex_);
  if (size > size_) {
    move_to(std::max(size, buffer_->capacity));
    std::fill(buffer_->bytes.get() + size_, buffer_->bytes.get() + size, std::byte{0});
  }
  size_ = size;
}

void MemoryFile::move_to(std::size_t capacity) {
  auto buffer = std::make_shared<MemoryBuffer>(capacity);
  std::copy_n(buffer_->bytes.get(), size_, buffer->bytes.get());
  buffer_ = std::move(buffer);
  seen_ = 0;
}

std::unique_ptr<ReadableFile> read_memory_file(std::string path, MemoryFile& file, Access access) {
  return std::make_unique<MemoryReadableFile>(std::move(path), file.view(), access);
}

std::unique_ptr<WritableFile> write_memory_file(std::string path,
                                                std::shared_ptr<MemoryFile> file) {
  return std::make_unique<MemoryWritableFile>(std::move(path), std::move(file));
}

}  // namespace vecstore::io
