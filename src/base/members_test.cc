#include "base/members.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace vecstore {
namespace {

std::vector<Object::Member> numbered(std::initializer_list<const char*> keys) {
  std::vector<Object::Member> members;
  for (const char* key : keys) members.push_back({key, static_cast<int>(members.size())});
  return members;
}

TEST(Members, are_sorted_by_key_and_then_by_place) {
  const auto members = numbered({"b", "a", "c", "a", ""});
  std::vector<std::int64_t> places;
  for (const auto* member : sorted_members(members)) places.push_back(*member->value.as_int());
  EXPECT_EQ(places, (std::vector<std::int64_t>{4, 1, 3, 0, 2}));
}

TEST(Members, are_found_by_key) {
  const auto members = numbered({"m", "k", "z"});
  const auto sorted = sorted_members(members);
  for (const Object::Member& member : members) EXPECT_EQ(find_member(sorted, member.key), &member);
  for (const char* key : {"", "a", "l", "zz"}) EXPECT_EQ(find_member(sorted, key), nullptr);
}

TEST(Members, the_first_repeated_key_is_found_among_few_and_many) {
  Random random(7);
  for (std::size_t size = 0; size < 60; ++size) {
    std::vector<Object::Member> members;
    std::map<std::string, std::size_t> seen;
    const Object::Member* expected = nullptr;
    for (std::size_t i = 0; i < size; ++i) members.push_back({std::to_string(random.below(90)), 0});
    for (const Object::Member& member : members) {
      if (seen[member.key]++ > 0 && expected == nullptr) expected = &member;
    }
    ASSERT_EQ(find_duplicate(members), expected) << size;
  }
}

}  // namespace
}  // namespace vecstore
