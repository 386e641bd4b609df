// Any bytes as a backup: as a file, as the list in a sound one, and as changes to both. Whatever
// opens can be listed and read without a fault, and none of its names leads out of it.
#include <cstdlib>

#include "storage/archive_file_system.h"
#include "storage/sample_archive.h"

namespace vecstore::storage {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void read_all(io::MemoryFileSystem& files, const std::string& path) {
  for (const io::Access access : {io::Access::kRead, io::Access::kMap}) {
    const auto archive = Archive::open(files, path, access);
    if (!archive.ok()) continue;
    ArchiveFileSystem within(path, *archive);
    for (const ArchiveEntry& entry : (*archive)->contents().files) {
      require(is_archive_name(entry.name));
      if (entry.place != Place::kHere) continue;
      const auto file = within.open(path + "/" + entry.name, access);
      require(file.ok() && (*file)->size() == entry.bytes);
      Bytes bytes(static_cast<std::size_t>(entry.bytes));
      require((*file)->read(0, bytes).ok());
      if (entry.name.starts_with("segments/")) static_cast<void>(hash_of_directory(**file).ok());
    }
    for (const char* part : {"", "/segments", "/wal"}) require(within.list(path + part).ok());
  }
}

}  // namespace
}  // namespace vecstore::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using namespace vecstore::storage;
  const ByteView input(reinterpret_cast<const std::byte*>(data), size);
  static const Bytes kContents = encode_contents(sample_contents());
  static const Bytes kSound = [] {
    io::MemoryFileSystem files;
    require(write_sample_archive(files, "b", kContents).ok());
    return *files.content("b");
  }();
  io::MemoryFileSystem files;
  require(files.set_content("whole", input).ok());
  require(files.set_content("changed", edited(kSound, input)).ok());
  require(write_sample_archive(files, "list", input).ok());
  require(write_sample_archive(files, "changed-list", edited(kContents, input)).ok());
  for (const char* path : {"whole", "changed", "list", "changed-list"}) read_all(files, path);
  return 0;
}
