#include <benchmark/benchmark.h>

#include "base/crc32c.h"

namespace vecstore {
namespace {

void checksum(benchmark::State& state) {
  const Crc32cKernel& kernel = crc32c_kernels()[static_cast<std::size_t>(state.range(0))];
  const Bytes bytes(static_cast<std::size_t>(state.range(1)), std::byte{7});
  state.SetLabel(std::string(kernel.name));
  std::uint32_t crc = 0;
  for (auto _ : state) benchmark::DoNotOptimize(crc = kernel.run(bytes, crc));
  state.SetBytesProcessed(state.iterations() * state.range(1));
}

void every_kernel(benchmark::internal::Benchmark* bench) {
  for (std::size_t kernel = 0; kernel < crc32c_kernels().size(); ++kernel) {
    for (std::int64_t size : {64, 512, 4096, 65536}) {
      bench->Args({static_cast<std::int64_t>(kernel), size});
    }
  }
}

BENCHMARK(checksum)->Apply(every_kernel);

}  // namespace
}  // namespace vecstore
