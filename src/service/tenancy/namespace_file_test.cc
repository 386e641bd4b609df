#include "service/tenancy/namespace_file.h"

#include <gtest/gtest.h>

#include "base/test_value_changes.h"

namespace vecstore {
namespace {

Namespace some_space() {
  Namespace space;
  space.id = "acme-1_x";
  space.name = "Zoë's";
  space.description = "of the\nfirst";
  space.status = NamespaceStatus::kReadOnly;
  space.quotas = tier_quotas("pro").value();
  space.metadata = Object{{"customer", 7}};
  space.created_at = 5;
  space.updated_at = 6;
  return space;
}

TEST(NamespaceFile, reads_back_what_it_wrote) {
  Namespace second = some_space();
  second.id = "b";
  second.quotas = {};
  const auto spaces = parse_namespace_file(print_namespace_file({some_space(), second})).value();
  ASSERT_EQ(spaces.size(), 2u);
  EXPECT_EQ(namespace_object(spaces[0]), namespace_object(some_space()));
  EXPECT_EQ(namespace_object(spaces[1]), namespace_object(second));
  EXPECT_EQ(parse_namespace_file(print_namespace_file({})).value().size(), 0u);
}

// Whatever is changed: it is damage, or what was read says exactly that.
TEST(NamespaceFile, every_change_is_damage_or_is_read_as_it_stands) {
  const Value whole = Value::parse_json(print_namespace_file({some_space()})).value();
  int damaged = 0;
  for_each_change(whole, [&](const Value& changed) {
    const auto spaces = parse_namespace_file(changed.to_json());
    if (!spaces.ok()) {
      ++damaged;
      EXPECT_TRUE(spaces.status().code() == Code::kDataLoss ||
                  spaces.status().code() == Code::kFailedPrecondition);
      return;
    }
    if (spaces->empty()) return;
    Object object = namespace_object((*spaces)[0]);
    Object given = *changed.as_object()->find("namespaces")->as_list()->front().as_object();
    object.erase("tier");  // follows from the quotas
    given.erase("tier");
    EXPECT_EQ(object, given) << changed.to_json();
  });
  EXPECT_GT(damaged, 100);
}

TEST(NamespaceFile, damage_is_told) {
  const std::string text = print_namespace_file({some_space()});
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), text.substr(0, text.size() / 2),
        std::string(R"({"format": 1})"), std::string(R"({"format": 1, "namespaces": [1]})"),
        print_namespace_file({some_space(), some_space()})})
    EXPECT_EQ(parse_namespace_file(bad).status().code(), Code::kDataLoss) << bad;
  EXPECT_EQ(parse_namespace_file(R"({"format": 2, "namespaces": []})").status().code(),
            Code::kFailedPrecondition);
}

TEST(NamespaceFile, ids_are_plain_words) {
  for (const char* id : {"a", "0", "acme", "a-b_c-9"}) EXPECT_TRUE(is_namespace_id(id)) << id;
  EXPECT_TRUE(is_namespace_id(std::string(48, 'a')));
  for (const std::string& id :
       {std::string(), std::string(49, 'a'), std::string("A"), std::string("a/b"),
        std::string("-a"), std::string("_a"), std::string(".."), std::string("a b"),
        std::string("ä"), std::string("a\0b", 3)})
    EXPECT_FALSE(is_namespace_id(id)) << id;
}

TEST(NamespaceFile, what_a_namespace_may_be_called) {
  const auto refused = [](void (*spoil)(Namespace&)) {
    Namespace space = some_space();
    spoil(space);
    return check_namespace(space).code() == Code::kInvalidArgument;
  };
  EXPECT_TRUE(check_namespace(some_space()).ok());
  EXPECT_TRUE(refused([](Namespace& space) { space.name = std::string(129, 'a'); }));
  EXPECT_TRUE(refused([](Namespace& space) { space.name = "a\nb"; }));
  EXPECT_TRUE(refused([](Namespace& space) { space.name = "\xff"; }));
  EXPECT_TRUE(refused([](Namespace& space) { space.description = std::string(4'097, 'a'); }));
  EXPECT_TRUE(refused([](Namespace& space) { space.description = "\xff"; }));
  EXPECT_TRUE(refused([](Namespace& space) { space.metadata["a"] = std::string(70'000, 'a'); }));
}

}  // namespace
}  // namespace vecstore
