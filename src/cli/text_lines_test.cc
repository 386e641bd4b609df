#include "cli/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> read_all(TextLines lines) {
  std::vector<std::string> texts;
  TextLine line;
  while (lines.next(line).value()) texts.push_back(line.id.value_or("") + line.text);
  return texts;
}

std::string error_of(TextLines lines) {
  TextLine line;
  for (;;) {
    const Result<bool> more = lines.next(line);
    if (!more.ok()) return more.status().message();
    if (!*more) return "";
  }
}

std::string write(const TestFolder& folder, const char* name, const std::string& content) {
  const auto path = folder.path() / name;
  std::ofstream(path) << content;
  return path.string();
}

TEST(TextLines, are_those_given) {
  EXPECT_THAT(read_all(TextLines({"one", "", "two"})), ElementsAre("one", "", "two"));
  EXPECT_THAT(error_of(TextLines({"a\xff"})), HasSubstr("not valid UTF-8 at byte 1"));
}

TEST(TextLines, of_a_file_are_all_its_lines) {
  const TestFolder folder;
  const std::string file = write(folder, "a.txt", "one\n\n{\"text\": 1}\r\nlast");
  EXPECT_THAT(read_all(TextLines::open(file).value()),
              ElementsAre("one", "", "{\"text\": 1}", "last"));
  EXPECT_THAT(error_of(TextLines::open(write(folder, "b.txt", "x\n\xc3(\n")).value()),
              HasSubstr("b.txt: line 2: the text is not valid UTF-8 at byte 0"));
  EXPECT_EQ(TextLines::open((folder.path() / "none").string()).status().code(), Code::kNotFound);
}

TEST(TextLines, of_json_lines_are_the_texts_of_objects) {
  const TestFolder folder;
  const std::string file =
      write(folder, "a.jsonl", "{\"id\": \"a\", \"text\": \"one\"}\n{\"text\": \"\", \"id\": 7}\n");
  EXPECT_THAT(read_all(TextLines::open(file).value()), ElementsAre("aone", "7"));
  for (const char* wrong : {"7", "{}", "{\"text\": 1}", "[\"text\"]"}) {
    EXPECT_THAT(error_of(TextLines::open(write(folder, "b.ndjson", wrong)).value()),
                HasSubstr("b.ndjson: line 1: an object with a string \"text\" is expected"));
  }
}

}  // namespace
}  // namespace vecstore
