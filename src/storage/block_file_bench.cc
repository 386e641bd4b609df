// What a view of a block costs, once and ever after.
#include <benchmark/benchmark.h>

#include "storage/block_file.h"
#include "storage/sample_blocks.h"

namespace vecstore::storage {
namespace {

constexpr std::size_t kRowBytes = 1536;
constexpr std::size_t kBlockBytes = std::size_t{64} << 20;

io::MemoryFileSystem& files_with_block() {
  static io::MemoryFileSystem files;
  static const bool kWritten = [] {
    auto writer = BlockFileWriter::create(files, "file", kSampleIdentity);
    return writer.ok() &&
           (*writer)->add("b", BlockLayout::kPaged, random_bytes(1, kBlockBytes)).ok() &&
           (*writer)->finish().ok();
  }();
  benchmark::DoNotOptimize(kWritten);
  return files;
}

Block open_block(io::Access access) {
  auto file = BlockFile::open(files_with_block(), "file", access, kSampleIdentity);
  return *(*file)->block("b");
}

void view_row(benchmark::State& state, io::Access access, bool verified) {
  Block block = open_block(access);
  Bytes scratch;
  if (verified) benchmark::DoNotOptimize(block.all(scratch).ok());
  std::uint64_t row = 0;
  for (auto _ : state) {
    // Half the rows at most, so that the block never counts as verified as a whole.
    row = (row + 7919) % (kBlockBytes / kRowBytes / 2);
    auto view = block.view(row * kRowBytes, kRowBytes, scratch);
    benchmark::DoNotOptimize(view->data());
  }
}
BENCHMARK_CAPTURE(view_row, map_all_verified, io::Access::kMap, true);
BENCHMARK_CAPTURE(view_row, map_page_by_page, io::Access::kMap, false);
BENCHMARK_CAPTURE(view_row, read_all_verified, io::Access::kRead, true);

void first_touch(benchmark::State& state) {
  for (auto _ : state) {
    Block block = open_block(io::Access::kMap);
    Bytes scratch;
    benchmark::DoNotOptimize(block.all(scratch).ok());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBlockBytes));
}
BENCHMARK(first_touch)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vecstore::storage
