#include "vecstore/value.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/members.h"

namespace vecstore {
namespace {

int order_of(auto a, auto b) { return a < b ? -1 : b < a ? 1 : 0; }

// NaN, which no JSON text makes, goes after every other number.
int compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return order_of(std::isnan(a), std::isnan(b));
  return order_of(a, b);
}

// Exact: turning the integer into a double would make 2^53 and 2^53 + 1 equal.
int compare_int_double(std::int64_t a, double b) {
  if (std::isnan(b) || b >= 0x1p63) return -1;
  if (b < -0x1p63) return 1;
  const double whole = std::trunc(b);
  const int order = order_of(a, static_cast<std::int64_t>(whole));
  return order != 0 ? order : order_of(whole, b);
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.as_int() && b.as_int()) return order_of(*a.as_int(), *b.as_int());
  if (a.as_int()) return compare_int_double(*a.as_int(), *b.as_double());
  if (b.as_int()) return -compare_int_double(*b.as_int(), *a.as_double());
  return compare_doubles(*a.as_double(), *b.as_double());
}

int compare_lists(const List& a, const List& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (const int order = compare_values(a[i], b[i])) return order;
  }
  return order_of(a.size(), b.size());
}

// As lists of members in key order.
int compare_objects(const Object& a, const Object& b) {
  const auto left = sorted_members({a.begin(), a.end()});
  const auto right = sorted_members({b.begin(), b.end()});
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int order = left[i]->key.compare(right[i]->key)) return order_of(order, 0);
    if (const int order = compare_values(left[i]->value, right[i]->value)) return order;
  }
  return order_of(left.size(), right.size());
}

// Kinds in the order of compare_values: the two kinds of numbers are one.
int rank_of(const Value& value) {
  const auto kind = static_cast<int>(value.kind());
  return value.kind() == Value::Kind::kDouble ? static_cast<int>(Value::Kind::kInt) : kind;
}

// What RFC 7396 makes of one member: `patch` over `old`, which may be absent.
Value patched(const Value* old, const Value& patch) {
  if (patch.as_object() == nullptr) return patch;
  Object merged = old && old->as_object() ? *old->as_object() : Object();
  merge_patch(merged, *patch.as_object());
  return merged;
}

}  // namespace

Object::Object(std::initializer_list<Member> members) : Object(from_members(members)) {}

Object Object::from_members(std::vector<Member> members) {
  Object object;
  if (find_duplicate(members) == nullptr) {
    object.members_ = std::move(members);
    return object;
  }
  const auto sorted = sorted_members(members);
  for (const Member& member : members) {
    const auto same_key =
        std::equal_range(sorted.begin(), sorted.end(), &member,
                         [](const Member* a, const Member* b) { return a->key < b->key; });
    if (*same_key.first == &member) object.members_.push_back(**(same_key.second - 1));
  }
  return object;
}

const Value* Object::find(std::string_view key) const {
  for (const Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Value* Object::find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Object*>(this)->find(key));
}

Value& Object::operator[](std::string_view key) {
  if (Value* value = find(key)) return *value;
  members_.push_back({std::string(key), Value()});
  return members_.back().value;
}

bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [&](const Member& member) { return member.key == key; }) > 0;
}

bool Object::operator==(const Object& other) const {
  if (size() != other.size()) return false;
  const auto left = sorted_members(members_);
  const auto right = sorted_members(other.members_);
  return std::equal(left.begin(), left.end(), right.begin(), [](const Member* a, const Member* b) {
    return a->key == b->key && a->value == b->value;
  });
}

std::string Value::to_json() const {
  std::string out;
  append_json(out, *this);
  return out;
}

Result<Value> Value::parse_json(std::string_view text) { return vecstore::parse_json(text); }

int compare_values(const Value& a, const Value& b) {
  if (const int order = order_of(rank_of(a), rank_of(b))) return order;
  switch (a.kind()) {
    case Value::Kind::kNull:
      return 0;
    case Value::Kind::kBool:
      return order_of(*a.as_bool(), *b.as_bool());
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      return compare_numbers(a, b);
    case Value::Kind::kString:
      return order_of(a.as_string()->compare(*b.as_string()), 0);
    case Value::Kind::kList:
      return compare_lists(*a.as_list(), *b.as_list());
    case Value::Kind::kObject:
      return compare_objects(*a.as_object(), *b.as_object());
  }
  return 0;
}

void merge_patch(Object& target, const Object& patch) {
  const auto old = sorted_members({target.begin(), target.end()});
  const auto changes = sorted_members({patch.begin(), patch.end()});
  std::vector<Object::Member> merged;
  merged.reserve(target.size() + patch.size());
  for (const Object::Member& member : target) {
    const Object::Member* change = find_member(changes, member.key);
    if (change == nullptr) {
      merged.push_back(member);
    } else if (!change->value.is_null()) {
      merged.push_back({member.key, patched(&member.value, change->value)});
    }
  }
  for (const Object::Member& change : patch) {
    if (change.value.is_null() || find_member(old, change.key) != nullptr) continue;
    merged.push_back({change.key, patched(nullptr, change.value)});
  }
  target = Object::from_members(std::move(merged));
}

}  // namespace vecstore
