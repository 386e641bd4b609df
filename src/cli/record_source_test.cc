#include "cli/record_source.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "cli/vector_file.h"

namespace vecstore {
namespace {

class RecordSourceTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    return folder_.write(name, content);
  }

  // Each record as JSON, each error with its place.
  std::vector<std::string> read(SourceOptions options) {
    std::vector<std::string> out;
    auto source = open_source(options);
    if (!source.ok()) return {"error: " + source.status().message()};
    for (;;) {
      auto record = (*source)->next();
      if (record.ok() && !record->has_value()) return out;
      out.push_back(record.ok() ? (*record)->to_json()
                                : (*source)->where() + ": " + record.status().message());
      if (!record.ok() && record.status().code() != Code::kInvalidArgument) return out;
    }
  }

  TestFolder folder_;
};

using Lines = std::vector<std::string>;

TEST_F(RecordSourceTest, jsonl_goes_on_after_a_broken_line) {
  const std::string path =
      write("jsonl", "{\"id\":\"a\"}\n\n{\"id\":\n{\"id\":\"b\",\"vector\":[1]}\n");
  const Lines lines = read({.path = path, .format = "jsonl"});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "{\"id\":\"a\"}");
  EXPECT_EQ(lines[1].find("line 3: "), 0u) << lines[1];
  EXPECT_EQ(lines[2], "{\"id\":\"b\",\"vector\":[1.0]}");
}

TEST_F(RecordSourceTest, csv_columns_have_the_type_of_all_their_cells) {
  const std::string path = write("csv",
                                 "id,text,year,price,zip,flag,mixed,vector\n"
                                 "a,\"x, y\",2020,1,007,true,1,\"[1, 2]\"\n"
                                 "b,,2021,2.5,12,false,z,\n");
  EXPECT_EQ(
      read({.path = path, .format = "csv"}),
      (Lines{
          R"({"id":"a","vector":[1.0,2.0],"text":"x, y","metadata":{"year":2020,"price":1.0,"zip":"007","flag":true,"mixed":"1"}})",
          R"({"id":"b","metadata":{"year":2021,"price":2.5,"zip":"12","flag":false,"mixed":"z"}})"}));
}

TEST_F(RecordSourceTest, csv_without_ids_counts_rows_and_names_wrong_ones) {
  const std::string path = write("csv", "text;n\nx;1\ny\nz;3\n");
  EXPECT_EQ(read({.path = path, .format = "csv"}),
            (Lines{R"({"id":"0","text":"x","metadata":{"n":1}})", "row 3: 1 cells, the head has 2",
                   R"({"id":"2","text":"z","metadata":{"n":3}})"}));
}

TEST_F(RecordSourceTest, a_csv_that_is_none_is_refused) {
  EXPECT_NE(read({.path = write("csv", ""), .format = "csv"})[0].find("no head"),
            std::string::npos);
  EXPECT_NE(read({.path = write("csv", "a,a\n1,2\n"), .format = "csv"})[0].find("twice"),
            std::string::npos);
  EXPECT_NE(read({.path = write("csv", "a\n\xff\n"), .format = "csv"})[0].find("byte 2"),
            std::string::npos);
}

TEST_F(RecordSourceTest, vectors_take_ids_and_metadata_from_files_beside_them) {
  const std::string path =
      write("npy", npy_header(2, 1) + std::string("\0\0\x80\x3f\0\0\0\x40", 8));
  EXPECT_EQ(read({.path = path, .format = "npy"}),
            (Lines{R"({"id":"0","vector":[1.0]})", R"({"id":"1","vector":[2.0]})"}));
  SourceOptions options{.path = path, .format = "npy"};
  options.ids = write("ids", "a\nb\n");
  options.metadata = write("meta", "{\"n\":1}\n[]\n");
  EXPECT_EQ(read(options), (Lines{R"({"id":"a","vector":[1.0],"metadata":{"n":1}})",
                                  "row 1: metadata must be a JSON object"}));
  options.metadata.reset();
  options.ids = write("ids", "a\n");
  EXPECT_NE(read(options)[1].find("the ids file has 1 lines"), std::string::npos);
  options.ids = write("ids", "a\nb\nc\n");
  EXPECT_NE(read(options)[2].find("goes on after the last of 2"), std::string::npos);
}

TEST_F(RecordSourceTest, formats_are_told_by_name_or_first_bytes) {
  EXPECT_EQ(file_format("x.NPY", {}).value(), "npy");
  EXPECT_EQ(file_format("a.b/x.tsv", {}).value(), "csv");
  EXPECT_EQ(file_format("-", {}).value(), "jsonl");
  EXPECT_EQ(file_format("x", "fvecs").value(), "fvecs");
  EXPECT_EQ(file_format("t10k-images-idx3-ubyte", {}).value(), "idx");
  EXPECT_EQ(file_format(write("data", npy_header(0, 1)), {}).value(), "npy");
  EXPECT_EQ(file_format(write("data", "{}"), {}).value(), "jsonl");
  EXPECT_EQ(file_format(write("data", "[{}]"), {}).value(), "json");
  EXPECT_EQ(file_format("x.json", {}).value(), "json");
  EXPECT_EQ(file_format("x.jsonl.gz", {}).value(), "jsonl");
  EXPECT_EQ(file_format("train-images-idx3-ubyte.gz", {}).value(), "idx");
  EXPECT_EQ(file_format(write("data", std::string("\0\0\x08\x03\0\0", 6)), {}).value(), "idx");
  EXPECT_EQ(file_format(folder_.string(), {}).status().code(), Code::kUnknown);
  EXPECT_EQ(file_format(write("data", "?"), {}).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(file_format("x", "xml").status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
