// The products of a sentence transformer (hidden 384), floats and bytes, on every table.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "simd/matrix.h"

namespace vecstore {
namespace {

constexpr std::size_t kShapes[][2] = {{384, 1152}, {384, 384}, {384, 1536}, {1536, 384}};

void count_operations(benchmark::State& state, std::size_t rows, std::size_t depth,
                      std::size_t columns) {
  const auto each = 2.0 * static_cast<double>(rows * depth * columns);
  state.counters["op/s"] = benchmark::Counter(each * static_cast<double>(state.iterations()),
                                              benchmark::Counter::kIsRate);
}

void floats(benchmark::State& state, const MatrixKernels* kernels, std::size_t rows,
            std::size_t depth, std::size_t columns) {
  const std::vector<float> left(rows * (depth + 16), 0.5f), right(depth * columns, 0.25f);
  std::vector<float> panels(panel_count(columns) * kPanelColumns * depth);
  std::vector<float> out(rows * (columns + 16));
  pack_panels({right.data(), columns, 1}, depth, columns, 0, panels.data());
  for (auto _ : state) {
    kernels->multiply({left.data(), depth + 16, panels.data(), nullptr, out.data(), columns + 16,
                       rows, depth, columns});
    benchmark::DoNotOptimize(out.data());
  }
  count_operations(state, rows, depth, columns);
}

void bytes(benchmark::State& state, const MatrixKernels* kernels, std::size_t rows,
           std::size_t depth, std::size_t columns) {
  const std::vector<std::uint8_t> left(rows * (depth + 64), 100);
  const std::vector<float> right(depth * columns, 0.25f), bias(columns),
      scales(rows * byte_groups(depth), 1);
  const std::vector<std::int32_t> zeros(scales.size());
  std::vector<std::int8_t> panels(panel_count(columns) * kPanelColumns * byte_depth(depth));
  std::vector<float> right_scales(byte_groups(depth) * columns);
  std::vector<std::int32_t> sums(right_scales.size());
  const BytePanels packed = {panels.data(), right_scales.data(), sums.data(), columns};
  pack_bytes({right.data(), columns, 1}, depth, columns, 0, packed);
  std::vector<float> out(rows * (columns + 16));
  for (auto _ : state) {
    kernels->multiply_bytes({left.data(), depth + 64, scales.data(), zeros.data(), packed,
                             bias.data(), out.data(), columns + 16, rows, depth, columns});
    benchmark::DoNotOptimize(out.data());
  }
  count_operations(state, rows, depth, columns);
}

const bool registered = [] {
  for (const MatrixKernels* table : supported_matrix_kernels()) {
    for (std::size_t rows : {16, 64, 512}) {
      for (const auto& [depth, columns] : kShapes) {
        const std::string of = "/" + std::string(table->name) + "/" + std::to_string(rows) + "x" +
                               std::to_string(depth) + "x" + std::to_string(columns);
        benchmark::RegisterBenchmark(("floats" + of).c_str(), floats, table, rows, depth, columns);
        benchmark::RegisterBenchmark(("bytes" + of).c_str(), bytes, table, rows, depth, columns);
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace vecstore
