// A flat scan of 188 MB (60,000 rows of 784 floats), far beyond any cache, beside a loop that only
// reads the same bytes. The two take turns in processor time of this thread, and `of_plain_read` is
// the median of their ratio, so that a busy machine does not decide it.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "simd/kernels.h"

namespace vecstore {
namespace {

constexpr std::size_t kBytes = 60'000 * 784 * sizeof(float);

struct Data {
  std::vector<float> rows = std::vector<float>(kBytes / sizeof(float) + 16, 0.25f);
  std::vector<float> query = std::vector<float>(4096, 0.5f);
  std::vector<float> out = std::vector<float>(kBytes / 64);

  // The first multiple of 64.
  const std::byte* bytes() const {
    const auto* start = reinterpret_cast<const std::byte*>(rows.data());
    return start + (64 - reinterpret_cast<std::uintptr_t>(start) % 64) % 64;
  }
};

Data& data() {
  static Data data;
  return data;
}

// The C library's search for a byte that is not there: a reading loop tuned for this CPU.
const void* plain_read() { return std::memchr(data().bytes(), 0xff, kBytes); }

double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Scan>
void measure(benchmark::State& state, const Scan& scan) {
  std::vector<double> ratios;
  for (auto _ : state) {
    const double start = cpu_seconds();
    benchmark::DoNotOptimize(plain_read());
    const double middle = cpu_seconds();
    scan();
    const double end = cpu_seconds();
    state.SetIterationTime(end - middle);
    ratios.push_back((middle - start) / (end - middle));
  }
  std::ranges::nth_element(ratios, ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2));
  state.counters["of_plain_read"] = ratios[ratios.size() / 2];
  state.SetBytesProcessed(static_cast<std::int64_t>(kBytes) * state.iterations());
}

template <class Scan>
void add(const Kernels& kernels, const std::string& name, std::size_t row_bytes, Scan scan) {
  const std::string full =
      std::string(isa_name(kernels.isa)) + "/" + name + "/" + std::to_string(row_bytes) + "B";
  benchmark::RegisterBenchmark(full.c_str(),
                               [=](benchmark::State& state) {
                                 measure(state, [=] { scan(row_bytes, kBytes / row_bytes); });
                               })
      ->UseManualTime()
      ->Iterations(25)
      ->Unit(benchmark::kMillisecond);
}

void add_floats(const Kernels& kernels, const std::string& name, FloatKernel kernel,
                std::size_t dimension, std::size_t element_bytes) {
  add(kernels, name, dimension * element_bytes, [=](std::size_t row_bytes, std::size_t count) {
    kernel(data().query.data(), data().bytes(), row_bytes, count, dimension, data().out.data());
  });
}

void add_integers(const Kernels& kernels) {
  for (std::size_t bytes : {384, 784}) {
    add(kernels, "i8.dot", bytes,
        [=, kernel = kernels.i8.dot](std::size_t stride, std::size_t count) {
          kernel(reinterpret_cast<const std::int8_t*>(data().query.data()), data().bytes(), stride,
                 count, bytes, reinterpret_cast<std::int32_t*>(data().out.data()));
        });
  }
  for (std::size_t bytes : {96, 128}) {
    add(kernels, "bits.hamming", bytes,
        [=, kernel = kernels.bits.hamming](std::size_t stride, std::size_t count) {
          kernel(reinterpret_cast<const std::uint8_t*>(data().query.data()), data().bytes(), stride,
                 count, bytes, data().out.data());
        });
  }
}

const bool kRegistered = [] {
  for (const Kernels* kernels : supported_kernels()) {
    for (std::size_t dimension : {100, 384, 784, 1536}) {
      add_floats(*kernels, "f32.dot", kernels->f32.dot, dimension, 4);
      add_floats(*kernels, "f32.euclidean", kernels->f32.squared_euclidean, dimension, 4);
    }
    add_floats(*kernels, "f32.manhattan", kernels->f32.manhattan, 784, 4);
    add_floats(*kernels, "f32.hamming", kernels->f32.hamming, 784, 4);
    add_floats(*kernels, "f32.jaccard", kernels->f32.jaccard, 784, 4);
    add_floats(*kernels, "f32.chebyshev", kernels->f32.chebyshev, 784, 4);
    add_floats(*kernels, "f32.canberra", kernels->f32.canberra, 784, 4);
    add_floats(*kernels, "f32.braycurtis", kernels->f32.braycurtis, 784, 4);
    for (std::size_t dimension : {384, 784}) {
      add_floats(*kernels, "f16.dot", kernels->f16.dot, dimension, 2);
      add_floats(*kernels, "bf16.dot", kernels->bf16.dot, dimension, 2);
      add_floats(*kernels, "i8.float_dot", kernels->i8.float_dot, dimension, 1);
    }
    add_integers(*kernels);
  }
  return true;
}();

}  // namespace
}  // namespace vecstore
