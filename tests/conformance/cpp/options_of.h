// The options of databases and collections as scripts write them.
#pragma once

#include <string>

#include "vecstore/vecstore.h"

namespace vecstore::conformance {

// An unknown member is an error, so that no script sets what nothing reads.
Result<DatabaseOptions> database_options_of(const Object& json);
Result<CollectionOptions> collection_options_of(const Object& json);

// What a script can expect of a collection's options.
std::string options_json(const CollectionOptions& options);

}  // namespace vecstore::conformance
