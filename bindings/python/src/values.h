// Metadata between Python and the engine: JSON's types, with int64 and double kept apart.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>

#include "vecstore/value.h"

namespace vecstore::python {

// Where a value stands, for messages: metadata.tags[2].
struct Place {
  const Place* parent = nullptr;
  std::string_view key = {};
  Py_ssize_t item = -1;  // of a list; then there is no key
  std::string to_string() const;
};

// How dates and times are written: as text in ISO 8601, or as a filter's time.
enum class Times { kText, kFilter };

// None, bool, int, float, str, list, tuple, dict, dates, times, NumPy's scalars and one-dimensional
// arrays. Raises, naming the place, for what JSON cannot hold: sets, bytes, NaN, infinities,
// integers beyond 64 bits, keys that are not strings, too deep nesting.
Value to_value(nanobind::handle object, const Place& place, Times times = Times::kText);
// A dict; None is an empty object.
Metadata to_metadata(nanobind::handle object, const Place& place);

nanobind::object from_value(const Value& value);
nanobind::object from_metadata(const Metadata& metadata);
// Bytes that are not UTF-8 come back as U+FFFD: the engine admits none into a record, but file
// names may have them.
nanobind::object from_text(std::string_view text);

// The bytes of a str; raises, naming `what`, for anything else and for lone surrogates.
std::string to_text(nanobind::handle object, const char* what);
// Views the object's own bytes: valid while it lives.
std::string_view text_view(nanobind::handle object, const char* what);

}  // namespace vecstore::python
