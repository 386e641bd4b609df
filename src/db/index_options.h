// The options of a field's index: what goes together, and how they are stored.
#pragma once

#include <string_view>
#include <vector>

#include "vecstore/options.h"
#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore::db {

// Whether the field's vectors can have a graph at all.
bool can_have_graph(const VectorField& field);
// Whether its segments get one.
bool has_graph(const VectorField& field);

// Whether its graphs can have such codes.
Status check_quantization(const VectorField& field);
// All that they can have, were the index not flat, most bits first; the reason when they can have
// none.
Result<std::vector<Quantization>> quantizations_of(const VectorField& field);
Status check_index(const VectorField& field);
// Ok when what `wanted` sets is what is stored; the error names the option and both values.
Status check_same_index(std::string_view collection, const VectorField& stored,
                        const VectorField& wanted);

// Adds the options to a field's object, and reads them again; what is missing has its default.
void put_index(const VectorField& field, Object& object);
Status get_index(const Object& object, VectorField& field);

}  // namespace vecstore::db
