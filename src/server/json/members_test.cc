#include "server/json/members.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

struct Thing {
  std::uint8_t count = 0;
  std::vector<std::string> names = {};
};

constexpr JsonMember<Thing> kThing[] = {
    {"count", [](const Value& json, Thing& to) { return read_number(json, to.count); }},
    {"names", [](const Value& json, Thing& to) { return read_texts(json, to.names); }}};

std::string error_of(const char* text) {
  Thing thing;
  return read_members<Thing>(Value::parse_json(text).value(), kThing, thing).message();
}

TEST(Members, are_read_by_their_names) {
  Thing thing;
  const Value json = Value::parse_json(R"({"names": ["a", "b"], "count": 255})").value();
  ASSERT_TRUE(read_members<Thing>(json, kThing, thing).ok());
  EXPECT_EQ(thing.count, 255);
  EXPECT_EQ(thing.names, (std::vector<std::string>{"a", "b"}));
}

TEST(Members, errors_name_the_member_and_what_was_expected) {
  EXPECT_EQ(error_of(R"({"coumt": 1})"), "unknown member 'coumt': did you mean 'count'?");
  EXPECT_EQ(error_of(R"({"count": 256})"), "count: expected a smaller integer");
  EXPECT_EQ(error_of(R"({"count": -1})"), "count: expected an integer that is not negative");
  EXPECT_EQ(error_of(R"({"count": 1.0})"), "count: expected an integer that is not negative");
  EXPECT_EQ(error_of(R"({"names": [1]})"), "names: expected a string");
  EXPECT_EQ(error_of("[]"), "expected an object");
}

}  // namespace
}  // namespace vecstore
