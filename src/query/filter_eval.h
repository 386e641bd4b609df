// A filter against one record, the plain way: the definition that faster ways are tested against.
//
// Three-valued logic: a comparison with null (a missing field is null) is unknown, NOT unknown is
// unknown, and a record passes only when the whole is true. Values of different types are unequal
// and without order (unknown); numbers are one type and compare exactly.
#pragma once

#include <optional>
#include <string_view>

#include "vecstore/filter.h"
#include "vecstore/record.h"

namespace vecstore::query {

// In the order of the logic: AND is the least, OR the greatest.
enum class Truth : unsigned char { kFalse, kUnknown, kTrue };

// What of a record filters can see; views that must outlive the call.
struct FilterSubject {
  const Object& metadata;
  std::string_view id = {};
  std::optional<std::string_view> text = {};
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
};

// The node must come from Filter::node(). Cost: the values that the paths reach times the literals;
// allocates nothing.
Truth evaluate(const FilterNode& node, const FilterSubject& subject);

inline bool passes(const FilterNode& node, const FilterSubject& subject) {
  return evaluate(node, subject) == Truth::kTrue;
}

}  // namespace vecstore::query
