#include "cli/json_source.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

using Lines = std::vector<std::string>;

// Each id, each error with its place.
Lines read(const std::string& content) {
  const TestFolder folder;
  auto source = open_json_source(folder.write("records", content)).value();
  Lines out;
  for (;;) {
    const auto record = source->next();
    if (record.ok() && !*record) return out;
    if (record.ok()) {
      out.push_back((*record)->id);
      continue;
    }
    const bool goes_on = record.status().code() == Code::kInvalidArgument;
    const std::string& message = record.status().message();
    out.push_back(goes_on ? source->where() + ": " + message : message.substr(message.find(": ")));
    if (!goes_on) return out;
  }
}

TEST(JsonSource, an_array_or_objects_one_after_the_other) {
  EXPECT_EQ(read("[{\"id\":\"a\"},\n {\"id\":\"b\"}]\n"), (Lines{"a", "b"}));
  EXPECT_EQ(read("\xef\xbb\xbf{\n\"id\": \"a\"\n}\n{\"id\":\"b\"} {\"id\":\"c\"}"),
            (Lines{"a", "b", "c"}));
  EXPECT_EQ(read("[]"), Lines{});
  EXPECT_EQ(read(""), Lines{});
}

TEST(JsonSource, brackets_and_quotes_within_strings_are_text) {
  EXPECT_EQ(read(R"([{"id":"a}]","text":"\"{\\"},{"id":"[\\\"{"}])"), (Lines{"a}]", "[\\\"{"}));
}

Record parse(const std::string& text) {
  std::uint64_t line = 0;
  return parse_record(text, {}, line).value();
}

TEST(JsonSource, documents_of_beir_are_records) {
  const Record full =
      parse(R"({"_id":"a","title":"Wings","text":"They lift.","metadata":{"n":1}})");
  EXPECT_EQ(full.id, "a");
  EXPECT_EQ(full.text, "Wings\nThey lift.");
  EXPECT_EQ(full.metadata, (Metadata{{"n", 1}, {"title", "Wings"}}));
  const Record bare = parse(R"({"_id":"a","title":"","text":"They lift."})");
  EXPECT_EQ(bare.text, "They lift.");
  EXPECT_TRUE(bare.metadata.empty());
  EXPECT_EQ(parse(R"({"_id":"a","title":"Wings"})").metadata, (Metadata{{"title", "Wings"}}));
  EXPECT_EQ(read("{\"_id\": \"a\", \"id\": \"b\"}").size(), 1u);
  EXPECT_EQ(read("{\"_id\": 7}"),
            (Lines{"line 1: the id of a record must be a string: write \"7\""}));
}

TEST(JsonSource, errors_of_a_record_name_the_line_and_the_next_one_is_read) {
  EXPECT_EQ(read("[{\"id\":\"a\"},\n{\"id\":\n 1x},\n\n{\"id\":7},{\"id\":\"c\"}]"),
            (Lines{"a", "line 3: column 3: ',' or '}' is missing in an object",
                   "line 5: the id of a record must "
                   "be a string: write \"7\"",
                   "c"}));
}

TEST(JsonSource, columns_are_those_of_the_file) {
  EXPECT_EQ(read("[{\"id\":\"a\"}, {\"id\":x}]"), (Lines{"a", "line 1: column 20: not a value"}));
}

TEST(JsonSource, what_is_no_list_of_records_ends_the_reading) {
  const std::string must = "' where a record must begin or end";
  EXPECT_EQ(read("[1]"), (Lines{": line 1: found '1" + must}));
  EXPECT_EQ(read("[{\"id\":\"a\"},]"), (Lines{"a", ": line 1: found ']" + must}));
  EXPECT_EQ(read("[{\"id\":\"a\"}\n{\"id\":\"b\"}]"), (Lines{"a", ": line 2: found '{" + must}));
  EXPECT_EQ(read("[,{}]"), (Lines{": line 1: found '," + must}));
  EXPECT_EQ(read("[]{}"), (Lines{": line 1: found '{" + must}));
  EXPECT_EQ(read("{\"id\":\"a\"},{}"), (Lines{"a", ": line 1: found '," + must}));
  EXPECT_EQ(read("[\n{\"id\":\"a\"}"),
            (Lines{"a", ": line 2: the file ends before the closing ]"}));
  EXPECT_EQ(read("\n{\"id\":\n"), (Lines{": line 3: the file ends within the record of line 2"}));
}

}  // namespace
}  // namespace vecstore
