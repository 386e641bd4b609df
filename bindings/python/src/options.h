// Options and reports, as dicts whose keys are the members' names.
#pragma once

#include <nanobind/nanobind.h>

#include "vecstore/options.h"
#include "vecstore/stats.h"

namespace vecstore::python {

// Unknown names are errors that give the nearest one; what is None keeps its default.
DatabaseOptions to_database_options(const nanobind::dict& given);
CollectionOptions to_collection_options(const nanobind::dict& given);
nanobind::dict from_collection_options(const CollectionOptions& options);
nanobind::dict from_stats(const CollectionStats& stats);
nanobind::dict from_stats(const DatabaseStats& stats);

}  // namespace vecstore::python
