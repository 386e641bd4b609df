// Any text that is a filter passes the same rows over columns as over the rows themselves.
#include <cstdlib>

#include "base/random.h"
#include "query/column/test_column_rows.h"
#include "query/filter/filter_parser.h"
#include "query/filter/test_filter_samples.h"

namespace vecstore::query {
namespace {

ColumnRows sample() {
  Random random(1);
  std::vector<meta::TestRow> rows(150);
  for (meta::TestRow& row : rows) row = {samples::document(random), 1, kTestNow};
  return ColumnRows(std::move(rows));
}

void compare(const FilterNode& node) {
  static const ColumnRows kRows = sample();
  static const meta::Columns kColumns = kRows.columns();
  const Result<BoundFilter> filter = BoundFilter::bind(node, kTestNow);
  if (!filter.ok()) return;
  std::size_t reads = 0;
  const ReadRow read = kRows.reader(reads);
  const Result<Bitmap> found = evaluate(*filter, kColumns, read);
  if (!found.ok()) std::abort();
  for (std::uint32_t row = 0; row < kRows.size(); ++row) {
    if (found->test(row) != (*evaluate(filter->root(), *read(row)) == Truth::kTrue)) std::abort();
  }
}

}  // namespace
}  // namespace vecstore::query

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore::query;
  const auto node = parse_filter({reinterpret_cast<const char*>(data), size});
  if (node.ok()) compare(*node);
  return 0;
}
