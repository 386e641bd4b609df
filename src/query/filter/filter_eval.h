// A filter against one record, over the bytes that its metadata is stored as.
//
// Three-valued logic: a comparison with null (a missing field is null) is unknown, NOT unknown is
// unknown, and a record passes only when the whole is true. Values of different types are unequal
// and without order (unknown); numbers are one type and compare exactly; a string compares with a
// time as the instant that it writes in ISO 8601, or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "meta/encoded_value.h"
#include "query/filter/filter_bind.h"

namespace vecstore::query {

// In the order of the logic: AND is the least, OR the greatest.
enum class Truth : unsigned char { kFalse, kUnknown, kTrue };

inline Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }
inline Truth opposite(Truth truth) {
  return static_cast<Truth>(static_cast<int>(Truth::kTrue) - static_cast<int>(truth));
}

// What of a record filters can see; views that must outlive the call. What no leaf asks for may be
// left out.
struct FilterRow {
  ByteView metadata = {};  // as encode_object writes it; empty for {}
  std::string_view id = {};
  std::optional<std::string_view> text = {};
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
};

// Cost: a walk over the metadata per leaf; allocates nothing. kDataLoss when a leaf meets bytes
// that are no metadata.
Result<Truth> evaluate(const BoundNode& node, const FilterRow& row);

// The leaf's test on one value that is not null and is taken as a whole, before any negation.
Truth test_value(const BoundNode& leaf, const meta::EncodedValue& value);

}  // namespace vecstore::query
