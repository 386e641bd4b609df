// Object members in key order, for what must not be quadratic: input may hold 100,000 keys.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "vecstore/value.h"

namespace vecstore {

// Ordered by key bytes; members of one key keep their order. The pointers live as long as
// `members`.
std::vector<const Object::Member*> sorted_members(std::span<const Object::Member> members);

// The member with that key among `sorted`, or nullptr.
const Object::Member* find_member(std::span<const Object::Member* const> sorted,
                                  std::string_view key);

// The first member whose key another one before it has, or nullptr when all differ.
const Object::Member* find_duplicate(std::span<const Object::Member> members);

}  // namespace vecstore
