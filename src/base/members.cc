#include "base/members.h"

#include <algorithm>

namespace vecstore {

using Member = Object::Member;

namespace {

// Up to here comparing all pairs is faster than sorting.
constexpr std::size_t kFew = 12;

const Member* find_duplicate_of_few(std::span<const Member> members) {
  for (std::size_t i = 1; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (members[i].key == members[j].key) return &members[i];
    }
  }
  return nullptr;
}

}  // namespace

std::vector<const Member*> sorted_members(std::span<const Member> members) {
  std::vector<const Member*> sorted;
  sorted.reserve(members.size());
  for (const Member& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) {
    const int order = a->key.compare(b->key);
    return order != 0 ? order < 0 : a < b;
  });
  return sorted;
}

const Member* find_member(std::span<const Member* const> sorted, std::string_view key) {
  const auto at =
      std::lower_bound(sorted.begin(), sorted.end(), key,
                       [](const Member* member, std::string_view k) { return member->key < k; });
  return at != sorted.end() && (*at)->key == key ? *at : nullptr;
}

const Member* find_duplicate(std::span<const Member> members) {
  if (members.size() <= kFew) return find_duplicate_of_few(members);
  const std::vector<const Member*> sorted = sorted_members(members);
  const Member* first = nullptr;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key != sorted[i - 1]->key) continue;
    if (first == nullptr || sorted[i] < first) first = sorted[i];
  }
  return first;
}

}  // namespace vecstore
