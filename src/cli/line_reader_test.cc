#include "cli/line_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/test_folder.h"

namespace vecstore {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  const TestFolder folder;
  LineReader reader = LineReader::open(folder.write("lines", text)).value();
  std::vector<std::string> lines;
  std::string line;
  while (reader.next(line).value()) {
    lines.push_back(line);
    EXPECT_EQ(reader.line(), lines.size());
  }
  return lines;
}

TEST(LineReader, lines_end_with_newline_return_or_the_file) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\n"), (Lines{"a"}));
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("\xef\xbb\xbfx\n"), (Lines{"x"}));
}

TEST(LineReader, a_line_that_is_too_long_is_passed_over) {
  const TestFolder folder;
  const std::string path =
      folder.write("lines", "a\n" + std::string((64 << 20) + 1, 'x') + "\nb\n");
  LineReader reader = LineReader::open(path).value();
  std::string line;
  EXPECT_TRUE(reader.next(line).value());
  const Status status = reader.next(line).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("67108865 bytes, the limit is 67108864"), std::string::npos);
  EXPECT_EQ(reader.line(), 2u);
  EXPECT_TRUE(reader.next(line).value());
  EXPECT_EQ(line, "b");
}

TEST(LineReader, utf_16_is_recognised) {
  const TestFolder folder;
  LineReader reader = LineReader::open(folder.write("lines", "\xff\xfe{")).value();
  std::string line;
  EXPECT_NE(reader.next(line).status().message().find("iconv -f UTF-16"), std::string::npos);
}

TEST(LineReader, a_missing_file_is_not_found) {
  EXPECT_EQ(LineReader::open("/nowhere").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
