#include <benchmark/benchmark.h>

#include "base/value_codec.h"
#include "query/filter/filter_eval.h"
#include "query/filter/filter_parser.h"

namespace vecstore::query {
namespace {

constexpr const char* kFilters[] = {
    "year >= 2020",
    "lang = 'en' AND year >= 2020 AND tags CONTAINS 'index'",
    "source LIKE '%.md' OR title MATCHES 'file$'",
    "author.name IN ('Ann', 'Bob', 'Eve')",
};

void evaluate_row(benchmark::State& state) {
  const FilterNode node = *parse_filter(kFilters[state.range(0)]);
  const BoundFilter filter = *BoundFilter::bind(node, 0);
  Bytes metadata;
  encode_object(Object{{"source", "docs/guide/filters.md"},
                       {"title", "How to open a file"},
                       {"lang", "en"},
                       {"year", 2024},
                       {"tags", List{"database", "index", "search"}},
                       {"author", Object{{"name", "Ann"}, {"id", 17}}},
                       {"start", 1024},
                       {"end", 2048}},
                metadata);
  const FilterRow row{metadata};
  state.SetLabel(kFilters[state.range(0)]);
  for (auto _ : state) benchmark::DoNotOptimize(evaluate(filter.root(), row));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(evaluate_row)->DenseRange(0, 3);

}  // namespace
}  // namespace vecstore::query
