#include "rag/splitters/json_scan.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::size_t size_of(std::string_view text, bool lists_as_objects = false) {
  const JsonValue value = scan_json_value(text, 0, lists_as_objects);
  EXPECT_EQ(value.span, (TextSpan{0, text.size()}));
  return value.size;
}

TEST(JsonScan, sizes_are_those_of_json_dumps) {
  EXPECT_EQ(size_of(R"({"a":[1,2 , null],"b":{}})"),
            std::string_view(R"({"a": [1, 2, null], "b": {}})").size());
  EXPECT_EQ(size_of("\"a\\n\\u0041\\/\\u00e9\""), std::string_view(R"("a\nA/\u00e9")").size());
  EXPECT_EQ(size_of("\"é🤖\\ud83e\\udd16\x7f\""),
            std::string_view(R"("\u00e9\ud83e\udd16\ud83e\udd16\u007f")").size());
  EXPECT_EQ(size_of("-1.5e3"), 6u);
}

TEST(JsonScan, lists_may_count_as_objects) {
  EXPECT_EQ(size_of(R"([1,[],["a"]])", true),
            std::string_view(R"({"0": 1, "1": {}, "2": {"0": "a"}})").size());
}

TEST(JsonScan, a_value_ends_where_the_next_begins) {
  EXPECT_EQ(scan_json_value("{} {}", 0, false).span, (TextSpan{0, 2}));
  EXPECT_EQ(scan_json_value("1\n2", 0, false).span, (TextSpan{0, 1}));
  for (const char* broken : {"}", "]", ",", ":", "\"", "\"\\", "\"\\u", "{\"", "[[", "{\"a\":"}) {
    EXPECT_GT(scan_json_value(broken, 0, false).span.end, 0u) << broken;
  }
}

TEST(JsonScan, members_come_in_order) {
  const std::string_view text = R"({ "a" : 1 , "b":[2]})";
  JsonMembers members(text, 0, false);
  JsonMember member;
  ASSERT_TRUE(members.next(member));
  EXPECT_EQ(member.span.of(text), R"("a" : 1)");
  EXPECT_EQ(member.key_size, 3u);
  ASSERT_TRUE(members.next(member));
  EXPECT_EQ(member.key.of(text), R"("b")");
  EXPECT_EQ(member.value.span.of(text), "[2]");
  EXPECT_FALSE(members.next(member));
  EXPECT_EQ(index_digits(0), 1u);
  EXPECT_EQ(index_digits(109), 3u);
}

}  // namespace
}  // namespace vecstore
