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
  EXPECT_EQ(reader.offset(), text.size());
  return lines;
}

TEST(LineReader, lines_end_with_newline_return_or_the_file) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of("a\nb\r\n\nc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\n"), (Lines{"a"}));
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("\xef\xbb\xbfx\n"), (Lines{"x"}));
}

TEST(LineReader, a_missing_file_is_not_found) {
  EXPECT_EQ(LineReader::open("/nowhere").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
