// What a query, and every stage of it, must be before anything is searched.
#pragma once

#include <string_view>

#include "db/schema.h"
#include "vecstore/query.h"
#include "vecstore/status.h"

namespace vecstore::db {

// Messages about a stage begin with where it stands: "prefetch[1].prefetch[0]: k is 0, ...".
// Filters are read later, when their turn comes.
Status check_query(const Query& query, const Schema& schema, std::string_view collection);

// "prefetch[1]", within another "prefetch[1].prefetch[0]".
std::string stage_place(std::string_view above, std::size_t position);
// The status about the stage at `place`; the outermost query's is empty.
Status at_place(Status status, std::string_view place);

}  // namespace vecstore::db
