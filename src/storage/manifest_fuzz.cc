// Any bytes as a manifest: as a file, as the state in a sound one, and as changes to a sound state.
// What is read can be written and read again.
#include <cstdlib>

#include "io/memory_file_system.h"
#include "storage/manifest.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void write_around(io::FileSystem& files, ByteView state, ByteView options) {
  BlockFileIdentity identity{block_file_kind("MANI"), 0, 1};
  auto writer = BlockFileWriter::create(files, "db/MANIFEST-1", identity);
  require(writer.ok());
  require((*writer)->add("manifest", BlockLayout::kWhole, state).ok());
  require((*writer)->add("options", BlockLayout::kWhole, options).ok());
  require((*writer)->finish().ok());
}

// The state of a manifest with a collection, a segment and an alias.
Bytes sound_state() {
  Manifest manifest;
  manifest.number = 1;
  manifest.next_file = 9;
  manifest.next_collection = 3;
  manifest.collections = {{1, "docs", {}, 5, {{4, 6, 0, 10, 2, 512, 1, 5, 0}}}};
  manifest.aliases = {{"now", 1}};
  manifest.snapshots = {{"then", 5, 4, manifest.collections, manifest.aliases}};
  io::MemoryFileSystem files;
  require(files.make_folder("db").ok() && write_manifest(files, "db", manifest).ok());
  BlockFileIdentity identity{block_file_kind("MANI"), 0, 1};
  auto file = BlockFile::open(files, "db/MANIFEST-1", io::Access::kRead, identity);
  require(file.ok());
  Bytes scratch;
  auto state = (*file)->block("manifest")->all(scratch);
  return Bytes(state->begin(), state->end());
}

void read_and_write_back(io::FileSystem& files) {
  auto manifest = read_manifest(files, "db");
  if (!manifest.ok()) return;
  manifest->number += 1;
  require(write_manifest(files, "db", *manifest).ok());
  auto again = read_manifest(files, "db");
  require(again.ok() && *again == *manifest);
}

}  // namespace
}  // namespace vecstore::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  using namespace vecstore::storage;
  static const Bytes kSound = sound_state();
  const ByteView input(reinterpret_cast<const std::byte*>(data), size);
  {
    io::MemoryFileSystem files;
    require(files.set_content("db/MANIFEST-1", input).ok());
    read_and_write_back(files);
  }
  // The first byte says where the state ends and the options begin.
  if (size == 0) return 0;
  const std::size_t split = std::min<std::size_t>(data[0] * (size - 1) / 255, size - 1);
  const Bytes state(input.begin() + 1, input.begin() + 1 + static_cast<std::ptrdiff_t>(split));
  for (const Bytes& each : {state, edited(kSound, state)}) {
    io::MemoryFileSystem files;
    require(files.make_folder("db").ok());
    write_around(files, each, input.subspan(1 + split));
    read_and_write_back(files);
  }
  return 0;
}
