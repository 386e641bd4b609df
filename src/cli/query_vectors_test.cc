#include "cli/query_vectors.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/test_folder.h"

namespace vecstore {
namespace {

struct QueryVectors : testing::Test {
  TestFolder folder;

  std::string file(const std::string& name, const std::string& bytes) {
    const std::string path = (folder / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
};

// A row of an fvecs file: its dimension, then 32-bit floats.
const std::string kRow("\2\0\0\0\0\0\200?\0\0\0@", 12);

TEST_F(QueryVectors, are_read_up_to_the_limit) {
  const std::string path = file("q.fvecs", kRow + kRow + kRow);
  EXPECT_EQ(read_queries(path, 2).value(),
            (std::vector<std::vector<float>>{{1.0f, 2.0f}, {1.0f, 2.0f}}));
  EXPECT_EQ(read_queries(path, 10)->size(), 3u);
}

TEST_F(QueryVectors, none_and_other_formats_are_errors) {
  EXPECT_EQ(read_queries(file("empty.fvecs", ""), 10).status().code(), Code::kUnknown);
  const Status status = read_queries(file("q.jsonl", "{}"), 10).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("not jsonl"), std::string::npos) << status.message();
}

}  // namespace
}  // namespace vecstore
