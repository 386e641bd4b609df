// What it costs a reader to keep up with a writer, on the disk: records of 384 components.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "base/random.h"
#include "base/test_folder.h"
#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

struct Pair {
  TestFolder folder;
  std::string path = (folder / "store").string();
  Database writer = Database::open(path).value();
  Collection things = writer.get_or_create("things", {.dimension = 384}).value();
  Random random{1};
  std::uint64_t next = 0;

  void write(std::int64_t records) {
    for (std::int64_t i = 0; i < records; ++i) {
      DenseVector vector(384);
      for (float& x : vector) x = static_cast<float>(random.normal());
      const Record record{.id = "record " + std::to_string(next++), .vector = std::move(vector)};
      if (!things.upsert(record).ok()) std::abort();
    }
  }
  Database reader() const { return Database::open(path, {.read_only = true}).value(); }
};

void refresh(benchmark::State& state) {
  Pair pair;
  pair.write(10'000);
  Database reader = pair.reader();
  for (auto _ : state) {
    state.PauseTiming();
    pair.write(state.range(0));
    state.ResumeTiming();
    if (!reader.refresh().ok()) state.SkipWithError("no refresh");
  }
}
BENCHMARK(refresh)
    ->ArgName("new_records")
    ->Arg(0)
    ->Arg(1)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

// With as many records in the log: what a refresh saves.
void open_anew(benchmark::State& state) {
  Pair pair;
  pair.write(10'000);
  for (auto _ : state) {
    Database reader = pair.reader();
    benchmark::DoNotOptimize(&reader);
  }
}
BENCHMARK(open_anew)->Unit(benchmark::kMicrosecond);

// The segments of 4,000 records, and the log that they came from has gone.
void refresh_by_segments(benchmark::State& state) {
  Pair pair;
  pair.write(10'000);
  for (auto _ : state) {
    state.PauseTiming();
    Database reader = pair.reader();
    pair.write(4'000);
    if (!pair.writer.flush().ok() || !pair.writer.wait_for_background().ok()) std::abort();
    state.ResumeTiming();
    if (!reader.refresh().ok()) state.SkipWithError("no refresh");
    state.PauseTiming();
    if (!reader.close().ok()) std::abort();
    state.ResumeTiming();
  }
}
BENCHMARK(refresh_by_segments)->Iterations(10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vecstore
