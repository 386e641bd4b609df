#include "server/mcp/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vecstore {
namespace {

// The lines of a stream that comes in pieces of `size` bytes; "TOO LONG" for what was dropped.
std::vector<std::string> cut(const std::string& stream, std::size_t size, std::size_t most) {
  LineCutter lines(most);
  std::vector<std::string> all;
  const auto add = [&](const CutLine& line) {
    all.push_back(line.too_long ? "TOO LONG" : line.text);
  };
  for (std::size_t at = 0; at < stream.size(); at += size) {
    lines.add(stream.substr(at, size));
    while (const auto line = lines.next()) add(*line);
  }
  if (const auto line = lines.last()) add(*line);
  EXPECT_FALSE(lines.last());
  return all;
}

using Lines = std::vector<std::string>;

TEST(LineCutter, cuts_alike_in_whatever_pieces_the_stream_comes) {
  const std::string stream = "a\n\nbc\r\n" + std::string(9, 'x') + "\nok\n12345678\nend";
  const Lines wanted = {"a", "", "bc", "TOO LONG", "ok", "12345678", "end"};
  for (std::size_t size = 1; size <= stream.size(); ++size)
    EXPECT_EQ(cut(stream, size, 8), wanted) << size;
}

TEST(LineCutter, a_long_line_is_told_once_and_before_its_end) {
  LineCutter lines(4);
  lines.add("12345");
  EXPECT_TRUE(lines.next()->too_long);
  for (int i = 0; i < 100; ++i) {
    lines.add("6789012345");
    EXPECT_FALSE(lines.next());
  }
  lines.add("x\nab\n");
  EXPECT_EQ(lines.next()->text, "ab");
  EXPECT_FALSE(lines.next());
}

TEST(LineCutter, the_end_of_a_dropped_line_is_no_line) {
  EXPECT_EQ(cut("123456789", 2, 4), Lines{"TOO LONG"});
  EXPECT_EQ(cut("", 1, 4), Lines{});
  EXPECT_EQ(cut("\n", 1, 4), Lines{""});
}

}  // namespace
}  // namespace vecstore
