// The ten best of 500,000 rows of 60 words, in one encoded segment: words as frequent as in a
// language, so that the first is in every row.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>

#include "base/random.h"
#include "text/index/encode_field.h"
#include "text/search/search_text.h"
#include "text/syntax/parse_query.h"

namespace vecstore::text {
namespace {

constexpr Row kRows = 500'000;

struct Index {
  Index() {
    Random random(1);
    MemoryField memory;
    Tokens tokens;
    for (Row row = 0; row < kRows; ++row) {
      tokens.clear();
      const std::uint64_t words = 30 + random.below(60);
      for (std::uint32_t i = 0; i < words; ++i) {
        const double rank = std::pow(100'000, random.uniform());  // the n-th word 1 / n as often
        tokens.add("w" + std::to_string(static_cast<int>(rank)), i, 0, 1);
      }
      const RowTerms terms(tokens);
      if (!memory.prepare(row, terms).ok()) std::abort();
      memory.publish();
    }
    const FieldSource source = {FieldView(memory, kRows), {}};
    encoded = *encode_field({&source, 1}, kRows, 1);
    reader.emplace(*FieldReader::open(parts_of(encoded), 1));
  }
  Analyzer analyzer = *Analyzer::make(Value("whitespace"));
  EncodedField encoded;
  std::optional<FieldReader> reader;
};

void search(benchmark::State& state, const char* text, std::size_t k) {
  static const Index index;
  const TextField field = {"text", &index.analyzer, 1};
  const auto query = parse_text_query(text);
  TextSearch ask;
  ask.query = &*query;
  ask.fields = {&field, 1};
  ask.k = k;
  const TextSegment segment = {{FieldView(*index.reader)}, nullptr};
  TextAnswer answer;
  for (auto _ : state) answer = *search_text(ask, {&segment, 1});
  state.counters["rows_scored"] = static_cast<double>(answer.rows_scored);
  state.counters["windows_skipped"] = static_cast<double>(answer.windows_skipped);
  state.counters["bytes_per_row"] =
      static_cast<double>(index.encoded.postings.size() + index.encoded.positions.size() +
                          index.encoded.terms.size() + index.encoded.lengths.size()) /
      kRows;
}

BENCHMARK_CAPTURE(search, one_frequent, "w3", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, three_words, "w5 w300 w20000", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, three_words_all, "w5 w300 w20000", kRows)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, six_words, "w2 w9 w40 w77 w500 w3000", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, demanded, "+w5 +w300", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, phrase, "\"w2 w9\"", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, prefix, "w500*", 10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(search, misspelt, "w30001~1", 10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vecstore::text
