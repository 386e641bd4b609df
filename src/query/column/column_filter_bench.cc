// Filters over the columns of a million rows, and the making of those columns. The last number of a
// label is how many rows pass.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "meta/test_columns.h"
#include "query/column/column_filter.h"
#include "query/filter/filter_parser.h"

namespace vecstore::query {
namespace {

constexpr std::uint32_t kRows = 1'000'000;

std::string padded(std::uint64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

Object document(Random& random, std::uint32_t row) {
  static const char* const kLanguages[] = {"en", "de", "fr", "es", "ja"};
  List tags;
  for (std::uint64_t n = random.below(5); n > 0; --n)
    tags.emplace_back("tag" + std::to_string(random.below(random.below(1000) + 1)));
  const std::uint64_t second = random.below(86'400);
  return Object{{"lang", kLanguages[random.below(5)]},
                {"year", static_cast<std::int64_t>(1995 + random.below(30))},
                {"price", random.uniform() * 1000},
                {"stock", static_cast<std::int64_t>(random.below(5000))},
                {"tags", std::move(tags)},
                {"title", "title " + padded(random.below(kRows), 7) + " of " + padded(row, 7)},
                {"at", "2024-" + padded(1 + random.below(12), 2) + "-" +
                           padded(1 + random.below(28), 2) + "T" + padded(second / 3600, 2) + ":" +
                           padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "Z"},
                {"author", Object{{"name", "author " + std::to_string(random.below(20'000))}}}};
}

meta::ColumnBlocks build(std::uint32_t rows) {
  Random random(1);
  meta::ColumnsBuilder builder;
  meta::ColumnBlocks blocks{.rows = rows};
  Bytes metadata;
  for (std::uint32_t row = 0; row < rows; ++row) {
    metadata.clear();
    encode_object(document(random, row), metadata);
    if (!builder.add(metadata, row / 1000, row / 1000).ok()) std::abort();
  }
  blocks.directory = *builder.finish([&](ByteView bytes) {
    put_bytes(blocks.data, bytes);
    return Status();
  });
  return blocks;
}

constexpr const char* kFilters[] = {
    "lang = 'en'",
    "lang != 'en'",
    "year >= 2010",
    "stock = 77",
    "stock < 2500",
    "price < 500",
    "price BETWEEN 400 AND 401",
    "tags CONTAINS 'tag7'",
    "tags CONTAINS_ALL ('tag7', 'tag1')",
    "LEN(tags) > 2",
    "author.name IN ('author 5', 'author 77', 'author 12345')",
    "at >= TIMESTAMP '2024-06-01'",
    "$created_at < 500",
    "lang IS NULL",
    "lang = 'en' AND year >= 2010 AND tags CONTAINS 'tag7'",
    "lang = 'en' AND price < 500 AND stock < 2500",
    "(lang = 'en' OR lang = 'de') AND NOT stock < 2500",
    "author.name LIKE '%77'",
    "author.name MATCHES '77$'",
    "title LIKE '%77'",
    "title LIKE '%77' AND stock = 77",
    "title STARTSWITH 'title 0001'",
};

struct Segment {
  meta::ColumnBlocks blocks = build(kRows);
  meta::Columns columns = *meta::open_columns(blocks);
};

const Segment& segment() {
  static const Segment kSegment;
  return kSegment;
}

void filter_million_rows(benchmark::State& state) {
  const FilterNode node = *parse_filter(kFilters[state.range(0)]);
  const BoundFilter filter = *BoundFilter::bind(node, 0);
  const meta::Columns& columns = segment().columns;
  std::size_t passed = 0;
  std::size_t open = 0;
  for (auto _ : state) {
    const ColumnAnswer answer = *ask_columns(filter, columns);
    benchmark::DoNotOptimize(answer.passed.words().data());
    state.PauseTiming();
    passed = answer.passed.count();
    open = answer.open.count();
    state.ResumeTiming();
  }
  state.SetLabel(std::string(kFilters[state.range(0)]) + "  open " + std::to_string(open) + ", " +
                 std::to_string(passed));
}
BENCHMARK(filter_million_rows)
    ->DenseRange(0, static_cast<int>(std::size(kFilters)) - 1)
    ->Unit(benchmark::kMicrosecond);

void count_values_of_million_rows(benchmark::State& state) {
  const char* const kKeys[] = {"lang", "stock", "tags"};
  const Bitmap all(kRows, true);
  const meta::Column& column =
      *segment().columns.find(std::vector<std::string>{kKeys[state.range(0)]});
  for (auto _ : state) {
    std::uint64_t sum = 0;
    if (!column.count_values(all, [&](std::uint32_t, std::uint64_t n) { sum += n; }).ok())
      std::abort();
    benchmark::DoNotOptimize(sum);
  }
  state.SetLabel(kKeys[state.range(0)]);
}
BENCHMARK(count_values_of_million_rows)->DenseRange(0, 2)->Unit(benchmark::kMicrosecond);

void build_columns_of_100k_rows(benchmark::State& state) {
  Random random(1);
  std::vector<Bytes> rows(100'000);
  for (std::uint32_t row = 0; row < rows.size(); ++row)
    encode_object(document(random, row), rows[row]);
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    meta::ColumnsBuilder builder;
    for (const Bytes& row : rows) {
      if (!builder.add(row, 0, 0).ok()) std::abort();
    }
    const Result<Bytes> directory = builder.finish([&](ByteView written) {
      bytes += written.size();
      return Status();
    });
    benchmark::DoNotOptimize(directory.ok());
  }
  std::uint64_t metadata = 0;
  for (const Bytes& row : rows) metadata += row.size();
  state.SetLabel(std::to_string(bytes / rows.size()) + " bytes a row beside " +
                 std::to_string(metadata / rows.size()) + " of metadata");
}
BENCHMARK(build_columns_of_100k_rows)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vecstore::query
