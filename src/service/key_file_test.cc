#include "service/key_file.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

ApiKey some_key() {
  return {.id = "0123456789abcdef",
          .name = "Zoë's",
          .role = Role::kEditor,
          .collections = {"docs", "a b"},
          .space = "acme",
          .created_at = 5,
          .expires_at = 7,
          .revoked_at = 6,
          .hash = std::string(64, 'a')};
}

TEST(KeyFile, reads_back_what_it_wrote) {
  const std::vector<ApiKey> keys = parse_key_file(print_key_file({some_key()})).value();
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(key_object(keys[0]), key_object(some_key()));
  EXPECT_EQ(keys[0].hash, some_key().hash);
  EXPECT_EQ(parse_key_file(print_key_file({})).value().size(), 0u);
}

TEST(KeyFile, every_member_that_is_changed_to_nonsense_is_damage) {
  const Value whole = Value::parse_json(print_key_file({some_key()})).value();
  const List& keys = *whole.as_object()->find("keys")->as_list();
  for (const auto& [member, value] : *keys[0].as_object()) {
    for (const Value& bad : {Value(), Value(-1), Value(2.5), Value(List{1}), Value(Object{})}) {
      if (member == "name" && bad.is_null()) continue;
      Object key = *keys[0].as_object();
      key[member] = bad;
      const std::string text = Value(Object{{"format", 2}, {"keys", List{key}}}).to_json();
      EXPECT_EQ(parse_key_file(text).status().code(), Code::kDataLoss) << text;
    }
  }
}

TEST(KeyFile, damage_is_told) {
  const std::string key = print_key_file({some_key()});
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), key.substr(0, key.size() / 2),
        std::string(R"({"format": 1})"), std::string(R"({"format": 1, "keys": [1]})"),
        print_key_file({some_key(), some_key()})})
    EXPECT_EQ(parse_key_file(text).status().code(), Code::kDataLoss) << text;
  EXPECT_EQ(parse_key_file(R"({"format": 3, "keys": []})").status().code(),
            Code::kFailedPrecondition);
}

TEST(KeyFile, reads_files_from_before_there_were_namespaces) {
  Object key = key_object(some_key());
  key["sha256"] = some_key().hash;
  const auto read = [&](int format) {
    const Value file = Object{{"format", format}, {"keys", List{key}}};
    return parse_key_file(file.to_json()).value()[0].space;
  };
  EXPECT_EQ(read(2), "acme");
  key.erase("namespace");
  EXPECT_EQ(read(1), "");
}

TEST(KeyFile, what_a_new_key_may_be) {
  EXPECT_TRUE(check_new_key({.name = "a"}, 10).ok());
  EXPECT_TRUE(check_new_key({.name = "a", .expires_at = 11}, 10).ok());
  const std::vector<NewKey> refused = {
      {.name = ""},
      {.name = "a\nb"},
      {.name = std::string(129, 'a')},
      {.name = "\xff"},
      {.name = "a", .collections = {""}},
      {.name = "a", .collections = {std::string("x\0y", 3)}},
      {.name = "a", .collections = std::vector<std::string>(1001, "c")},
      {.name = "a", .space = "Acme"},
      {.name = "a", .expires_at = 10},
      {.name = "a", .expires_at = -1}};
  for (const NewKey& key : refused)
    EXPECT_EQ(check_new_key(key, 10).code(), Code::kInvalidArgument) << key.name;
}

}  // namespace
}  // namespace vecstore
