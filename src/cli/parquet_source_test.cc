#include "cli/parquet_source.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "rag/loaders/parquet/test_parquet.h"

namespace vecstore {
namespace {

using Lines = std::vector<std::string>;

class ParquetSourceTest : public testing::Test {
 protected:
  // Each record as JSON, each error with its place.
  Lines read(const TestParquet& file) {
    path_ = folder_.write("x.parquet", file.finish());
    auto source = open_source({.path = path_, .format = file_format(path_, {}).value()});
    if (!source.ok()) return {"error: " + source.status().message()};
    Lines out;
    for (;;) {
      auto record = (*source)->next();
      if (record.ok() && !record->has_value()) return out;
      out.push_back(record.ok() ? (*record)->to_json()
                                : (*source)->where() + ": " + record.status().message());
      if (!record.ok() && record.status().code() != Code::kInvalidArgument) return out;
    }
  }

  TestFolder folder_;
  std::string path_;
};

TEST_F(ParquetSourceTest, columns_are_the_parts_of_records_and_metadata) {
  const TestParquet file = {{strings("id", {"a", "b", "c"}), float_lists("vector"),
                             strings("text", {"one", "two", "three"}), counts(),
                             strings("metadata", {"{\"year\":2020}", "{}", "{\"x\":[1]}"})},
                            3};
  EXPECT_EQ(
      read(file),
      (Lines{
          R"({"id":"a","vector":[1.5,-2.0],"text":"one","metadata":{"year":2020,"count":7}})",
          R"(row 2: record 'b': vector: a vector is a list of numbers, a list of such lists, {"dimension","indices","values"} or {"dimension","bits"})",
          R"({"id":"c","vector":[3.0],"text":"three","metadata":{"x":[1],"count":9}})"}));
}

TEST_F(ParquetSourceTest, ids_are_text_or_whole_numbers_or_counted) {
  TestColumn ids = counts();
  ids.name = "id";
  EXPECT_EQ(read({{ids}, 3}),
            (Lines{R"({"id":"7"})", "row 2: column 'id' has nothing", R"({"id":"9"})"}));
  EXPECT_EQ(read({{counts()}, 3}), (Lines{R"({"id":"0","metadata":{"count":7}})", R"({"id":"1"})",
                                          R"({"id":"2","metadata":{"count":9}})"}));
  ids = float_lists("id");
  EXPECT_EQ(read({{ids}, 3})[0],
            "row 1: column 'id': an id is text or a whole number, not [1.5,-2.0]");
}

TEST_F(ParquetSourceTest, what_is_wrong_names_row_and_column) {
  EXPECT_EQ(read({{counts(), strings("metadata", {"{\"count\":1}", "[1]", "{"})}, 3}),
            (Lines{"row 1: 'count' is a column, and a member of the column 'metadata'",
                   "row 2: column 'metadata': must be an object, or the JSON of one",
                   "row 3: column 'metadata': json line 1 column 2: a key in quotes is missing"}));
  EXPECT_EQ(read({{counts(), strings("vector", {"x", "y", "z"})}, 3}).size(), 3u);
  EXPECT_EQ(read({{strings("x", {"1"}), strings("x", {"2"})}, 1}),
            (Lines{"error: " + path_ + ": column 'x' is there twice"}));
  EXPECT_EQ(read({{strings("x", {"1"})}, 2}),
            (Lines{"row 1: " + path_ + ": row group 1: it has 1 rows and claims 2"}));
}

TEST_F(ParquetSourceTest, is_known_by_its_content) {
  const std::string path = folder_.write("records", TestParquet{{counts()}, 3}.finish());
  EXPECT_EQ(file_format(path, {}).value(), "parquet");
  EXPECT_EQ(file_format("a.PARQ", {}).value(), "parquet");
  EXPECT_FALSE(is_vector_format("parquet"));
  EXPECT_FALSE(open_source({.path = path, .format = "parquet", .ids = path}).ok());
}

}  // namespace
}  // namespace vecstore
