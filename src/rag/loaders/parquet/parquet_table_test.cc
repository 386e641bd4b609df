#include "rag/loaders/parquet/parquet_table.h"

#include <gmock/gmock.h>

#include <cmath>

#include "rag/loaders/parquet/test_parquet.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Cells = std::vector<std::string>;

// Each row, or its error; an error that is the end comes last.
std::vector<Cells> rows_of(const std::string& file, const ParquetGroupLimits& limits = {}) {
  Result<ParquetTable> table = ParquetTable::open(file, limits);
  if (!table.ok()) return {{"none", table.status().message()}};
  std::vector<Cells> rows;
  Cells cells;
  for (;;) {
    const Result<bool> more = table->next(cells);
    if (more.ok() && !*more) return rows;
    rows.push_back(more.ok() ? cells : Cells{"error", more.status().message()});
    if (!more.ok() && more.status().code() != Code::kInvalidArgument) return rows;
  }
}

TEST(ParquetTable, rows_are_cells_of_json) {
  const TestParquet file = {{strings("name", {"owl", "", "\"kite\""}), counts(), float_lists("v")},
                            3};
  const std::string bytes = file.finish();
  const ParquetTable table = ParquetTable::open(bytes).value();
  EXPECT_THAT(table.columns(), ElementsAre("name", "count", "v"));
  EXPECT_EQ(table.rows(), 3u);
  EXPECT_THAT(rows_of(bytes),
              ElementsAre(Cells{"\"owl\"", "7", "[1.5, -2.0]"}, Cells{"\"\"", "null", "[]"},
                          Cells{"\"\\\"kite\\\"\"", "9", "[3.0]"}));
}

TEST(ParquetTable, a_value_without_json_concerns_its_row_alone) {
  const auto bits = [](float value) { return u32_bytes(std::bit_cast<std::uint32_t>(value)); };
  const TestColumn floats = {
      .name = "x", .type = 4, .pages = {{3, bits(NAN) + bits(0.5f) + bits(INFINITY)}}, .values = 3};
  EXPECT_THAT(rows_of(TestParquet{{floats}, 3}.finish()),
              ElementsAre(Cells{"error", "column 'x' holds nan, for which JSON has no number"},
                          Cells{"0.5"}, testing::Contains(HasSubstr("column 'x'"))));
  TestColumn bytes = strings("b", {"fine", std::string("\0\xff", 2)});
  bytes.converted = -1;
  EXPECT_THAT(rows_of(TestParquet{{bytes, strings("t", {"\xff", "y"})}, 2}.finish()),
              ElementsAre(Cells{"error", "column 't' holds text that is not UTF-8"},
                          Cells{"error", "column 'b' holds bytes that are no text"}));
}

TEST(ParquetTable, what_is_wrong_with_the_file_is_the_end) {
  EXPECT_THAT(rows_of("PAR1"), ElementsAre(testing::Contains("none")));
  EXPECT_THAT(rows_of(TestParquet{{strings("x", {"1"}), strings("x", {"2"})}, 1}.finish()),
              ElementsAre(Cells{"none", "column 'x' is there twice"}));
  EXPECT_THAT(rows_of(TestParquet{{strings("x", {"1"})}, 2}.finish()),
              ElementsAre(Cells{"error", "row group 1: it has 1 rows and claims 2"}));
  TestColumn packed = strings("x", {"1"});
  packed.codec = 3;
  EXPECT_THAT(rows_of(TestParquet{{packed}, 1}.finish()),
              ElementsAre(Cells{
                  "error", "row group 1: column 'x': it is packed by LZO, which is not read"}));
}

TEST(ParquetTable, what_a_row_group_holds_is_bounded) {
  const TestParquet birds = {{strings("name", {"owl", "", "kite"}), counts()}, 3};
  EXPECT_EQ(rows_of(birds.finish(), {.cells = 6}).size(), 3u);
  EXPECT_THAT(rows_of(birds.finish(), {.cells = 5}),
              ElementsAre(Cells{
                  "error", "row group 1: column 'count': more than 5 cells in one row group"}));
  EXPECT_THAT(rows_of(birds.finish(), {.unpacked_bytes = 4}),
              ElementsAre(Cells{"error",
                                "row group 1: it unpacks to more than 4 bytes: write the file with "
                                "smaller row groups"}));
}

}  // namespace
}  // namespace vecstore
