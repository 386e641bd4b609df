// What may enter a store: every id, name and vector passes here before anything else sees it.
#pragma once

#include <cstddef>
#include <string_view>

#include "vecstore/options.h"
#include "vecstore/status.h"
#include "vecstore/value.h"
#include "vecstore/vector.h"

namespace vecstore::db {

// Kind, dimension, finite components, bounds; under cosine not zero. Messages name the field, the
// collection and the numbers.
Status check_vector(const VectorField& field, std::string_view collection, const Vector& vector);

// 1 to kMaxNameBytes bytes of valid UTF-8 without control characters.
Status check_name(std::string_view what, std::string_view name);
Status check_id(std::string_view id);

// A number that an option gives: "k is 0, expected 1 to 10000".
Status check_within(std::string_view option, std::size_t value, std::size_t least,
                    std::size_t most);

// Depth, finite numbers, valid UTF-8, size as stored.
Status check_metadata(const Object& metadata);
Status check_text(std::string_view text);

}  // namespace vecstore::db
