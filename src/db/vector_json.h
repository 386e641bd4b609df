// Vectors of each kind as JSON: a list of numbers, a list of such lists,
// {"dimension","indices","values"} or {"dimension","bits"}.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "vecstore/status.h"
#include "vecstore/value.h"
#include "vecstore/vector.h"

namespace vecstore::db {

void append_vector(std::string& out, const Vector& vector);

Result<Vector> read_vector(const Value& json);

// "<what> must be <needed>"
Status needs(const std::string& what, const std::string& needed);

Result<std::int64_t> read_integer(const Value* json, const std::string& what, std::int64_t most);

// Ok when every member is known; else the error names the nearest.
Status refuse_unknown(const Object& object, std::span<const std::string_view> known);

}  // namespace vecstore::db
