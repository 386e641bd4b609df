// Texts per second of the built-in model on one core, and how long it takes to load.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "embed/model_files.h"
#include "embed/reference.h"
#include "embed/static_model.h"

namespace vecstore {
namespace {

constexpr std::string_view kWords[] = {
    "the",        "database",      "keeps",        "every",   "record",
    "that",       "was",           "acknowledged", "even",    "when",
    "power",      "fails",         "and",          "a",       "reader",
    "never",      "waits",         "for",          "writers", "because",
    "segments",   "are",           "immutable",    "once",    "sealed",
    "PostgreSQL", "configuration", "2026",         "index",   "query",
    "planner",    "chooses",       "cheapest",     "filter,", "approximately",
    "nearest",    "neighbours"};

std::string sentence(Random& random, int words) {
  std::string text;
  for (int i = 0; i < words; ++i) {
    text.append(i ? " " : "").append(kWords[random.below(std::size(kWords))]);
  }
  return text;
}

void embed(benchmark::State& state) {
  const auto embedder = load_builtin_embedder(test_models_folder());
  if (!embedder.ok()) return state.SkipWithError(embedder.status().message().c_str());
  Random random(1);
  std::vector<std::string> texts;
  for (int i = 0; i < 256; ++i) texts.push_back(sentence(random, static_cast<int>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize((*embedder)->embed_batch(texts).value().data());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(texts.size()));
}
BENCHMARK(embed)->ArgName("words")->Arg(5)->Arg(20)->Arg(200);

// One text; the time per byte should not depend on its length.
void embed_run_without_spaces(benchmark::State& state) {
  const auto embedder = load_builtin_embedder(test_models_folder());
  if (!embedder.ok()) return state.SkipWithError(embedder.status().message().c_str());
  Random random(2);
  std::string text;
  while (std::ssize(text) < state.range(0)) text += kWords[random.below(std::size(kWords))];
  for (auto _ : state) benchmark::DoNotOptimize((*embedder)->embed(text).value().data());
  state.SetBytesProcessed(state.iterations() * std::ssize(text));
}
BENCHMARK(embed_run_without_spaces)->ArgName("bytes")->Range(1 << 10, 4 << 20);

void load(benchmark::State& state) {
  for (auto _ : state) {
    const auto embedder = load_builtin_embedder(test_models_folder());
    if (!embedder.ok()) return state.SkipWithError(embedder.status().message().c_str());
  }
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vecstore
