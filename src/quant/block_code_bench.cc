// What the code of a row costs to make and to compare, beside the vectors themselves: 32,768 rows.
#include <benchmark/benchmark.h>

#include <limits>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "quant/block_code.h"

namespace vecstore::quant {
namespace {

constexpr std::size_t kRows = 32'768;

std::vector<float> random_vector(Random& random, std::size_t dimension) {
  std::vector<float> vector(dimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

void count_rows(benchmark::State& state, std::size_t rows) {
  state.counters["per_row"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

void compare_codes(benchmark::State& state) {
  const auto dimension = static_cast<std::size_t>(state.range(0));
  Random random(1);
  const BlockCode code(random_vector(random, dimension), 2, BlockCode::bits_for(dimension));
  Bytes block(code.block_bytes());
  std::vector<float> scratch;
  for (std::size_t row = 0; row < kBlockRows; ++row)
    code.encode(random_vector(random, dimension), block.data(), row, scratch);
  Bytes blocks;
  for (std::size_t i = 0; i < kRows / kBlockRows; ++i)
    blocks.insert(blocks.end(), block.begin(), block.end());
  const std::vector<float> query = random_vector(random, dimension);
  for (auto _ : state) {
    const BlockQuery asked = code.query(query, BlockMeasure::kSquaredDistance);
    float bounds[kBlockRows];
    for (std::size_t at = 0; at < blocks.size(); at += block.size())
      benchmark::DoNotOptimize(code.bounds(asked, &blocks[at], 0.1f, bounds));
  }
  count_rows(state, kRows);
}

void prepare_query(benchmark::State& state) {
  const auto dimension = static_cast<std::size_t>(state.range(0));
  Random random(1);
  const BlockCode code(random_vector(random, dimension), 2, BlockCode::bits_for(dimension));
  const std::vector<float> query = random_vector(random, dimension);
  for (auto _ : state)
    benchmark::DoNotOptimize(code.query(query, BlockMeasure::kSquaredDistance).step);
}

void encode_rows(benchmark::State& state) {
  const auto dimension = static_cast<std::size_t>(state.range(0));
  Random random(1);
  const BlockCode code(random_vector(random, dimension), 2, BlockCode::bits_for(dimension));
  Bytes block(code.block_bytes());
  std::vector<float> scratch;
  const std::vector<float> vector = random_vector(random, dimension);
  for (auto _ : state)
    for (std::size_t row = 0; row < kBlockRows; ++row)
      code.encode(vector, block.data(), row, scratch);
  count_rows(state, kBlockRows);
}

void compare_vectors(benchmark::State& state) {
  const auto dimension = static_cast<std::size_t>(state.range(0));
  Random random(1);
  const std::vector<float> rows(kRows * dimension, 0.5f), query = random_vector(random, dimension);
  std::vector<float> out(kRows);
  for (auto _ : state) {
    kernels().f32.dot(query.data(), reinterpret_cast<const std::byte*>(rows.data()),
                      dimension * sizeof(float), kRows, dimension, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  count_rows(state, kRows);
}

BENCHMARK(compare_codes)->Arg(64)->Arg(100)->Arg(384)->Arg(784)->Arg(1536);
BENCHMARK(compare_vectors)->Arg(64)->Arg(100)->Arg(384)->Arg(784)->Arg(1536);
BENCHMARK(prepare_query)->Arg(64)->Arg(100)->Arg(384)->Arg(784)->Arg(1536);
BENCHMARK(encode_rows)->Arg(64)->Arg(100)->Arg(384)->Arg(784)->Arg(1536);

}  // namespace
}  // namespace vecstore::quant
