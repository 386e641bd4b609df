// Any bytes as a block file: as they are, as a directory under a footer that verifies, and as
// changes to a sound file and to a sound directory. Whatever opens can be read and verified without
// a fault.
#include <cstdlib>

#include "base/coding.h"
#include "base/crc32c.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {
namespace {

void read_all(io::MemoryFileSystem& files, ByteView content, io::Access access) {
  if (!files.set_content("file", content).ok()) std::abort();
  auto file = BlockFile::open(files, "file", access, kSampleIdentity);
  if (!file.ok()) return;
  for (const std::string& name : (*file)->names()) {
    Bytes scratch;
    auto block = (*file)->block(name);
    if (!block.ok()) std::abort();
    auto view = block->all(scratch);
    if (view.ok() && view->size() != block->size()) std::abort();
    view = block->view(block->size() / 2, block->size() / 3, scratch);
  }
  Status status = (*file)->verify([](std::uint64_t, std::string) {});
  if (!status.ok()) std::abort();
}

// Two pages of data, the input as directory, and a sound footer.
Bytes with_directory(ByteView directory) {
  Bytes bytes;
  encode_header_page(kSampleIdentity, bytes);
  const Bytes data = random_bytes(1, 2 * kPageBytes);
  put_bytes(bytes, data);
  const std::uint64_t offset = bytes.size();
  put_bytes(bytes, directory);
  encode_block_footer({kSampleIdentity, offset, directory.size(), crc32c(directory)}, bytes);
  return bytes;
}

Bytes sound_directory() {
  Bytes directory;
  encode_block_entry({"a", BlockLayout::kWhole, 4096, 4096, 0, 0}, directory);
  encode_block_entry({"b", BlockLayout::kPaged, 8192, 4000, 12224, 0}, directory);
  return directory;
}

}  // namespace
}  // namespace vecstore::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using namespace vecstore::storage;
  const ByteView input(reinterpret_cast<const std::byte*>(data), size);
  static const Bytes kSound = sample_block_file();
  io::MemoryFileSystem files;
  for (io::Access access : {io::Access::kRead, io::Access::kMap}) {
    read_all(files, input, access);
    read_all(files, with_directory(input), access);
    read_all(files, with_directory(edited(sound_directory(), input)), access);
    read_all(files, edited(kSound, input), access);
  }
  return 0;
}
