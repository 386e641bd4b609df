// The vectors of records that a question names by id.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vecstore/collection.h"

namespace vecstore {

// Of unit length; all zeros where the record's is. kNotFound names an id that is not there, or has
// no vector in the field; kInvalidArgument where the vector is not dense.
Result<std::vector<double>> example_vector(const Collection& collection, const std::string& id,
                                           const std::string& field);

// Zeros stay zeros.
std::vector<double> unit_length(std::span<const float> vector);

// Records but those of `ids`, which pass `also`.
Filter without_ids(const std::vector<std::string>& ids, const Filter& also);

}  // namespace vecstore
