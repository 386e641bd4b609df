// The content of one file of a MemoryFileSystem, which outlives its name while someone has it open.
#pragma once

#include <memory>
#include <new>
#include <string>

#include "base/bytes.h"
#include "base/sync.h"
#include "io/file_system.h"

namespace vecstore::io {

// Aligned as a cache line, because what is mapped from here is scanned like a map of the disk.
struct MemoryBuffer {
  static constexpr std::align_val_t kAlignment{64};
  struct Delete {
    void operator()(std::byte* block) const { ::operator delete[](block, kAlignment); }
  };

  explicit MemoryBuffer(std::size_t size)
      : bytes(static_cast<std::byte*>(::operator new[](size, kAlignment))), capacity(size) {}
  std::unique_ptr<std::byte[], Delete> bytes;
  std::size_t capacity;
};

// What a reader sees: a buffer whose first `size` bytes no longer change.
struct MemoryView {
  std::shared_ptr<const MemoryBuffer> buffer;
  std::size_t size = 0;
  ByteView bytes() const { return {buffer->bytes.get(), size}; }
};

// Readers keep the buffer they opened; a writer only ever writes behind the bytes that some reader
// may see, and moves to a new buffer when it must write elsewhere. Safe from many threads.
class MemoryFile {
 public:
  MemoryView view() VECSTORE_EXCLUDES(mutex_);
  std::size_t size() VECSTORE_EXCLUDES(mutex_);
  void append(ByteView data) VECSTORE_EXCLUDES(mutex_);
  // Bytes gained are zero.
  void truncate(std::size_t size) VECSTORE_EXCLUDES(mutex_);

 private:
  void move_to(std::size_t capacity) VECSTORE_REQUIRES(mutex_);

  Mutex mutex_;
  std::shared_ptr<MemoryBuffer> buffer_ VECSTORE_GUARDED_BY(mutex_) =
      std::make_shared<MemoryBuffer>(0);
  std::size_t size_ VECSTORE_GUARDED_BY(mutex_) = 0;
  std::size_t seen_ VECSTORE_GUARDED_BY(mutex_) = 0;  // bytes of buffer_ that readers may hold
};

// The file opened for reading, or for writing at its end. `path` is for messages.
std::unique_ptr<ReadableFile> read_memory_file(std::string path, MemoryFile& file, Access access);
std::unique_ptr<WritableFile> write_memory_file(std::string path, std::shared_ptr<MemoryFile> file);

}  // namespace vecstore::io
