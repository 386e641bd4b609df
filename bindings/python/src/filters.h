// Filters as Python gives them: text, an object of the builder, or a dict.
#pragma once

#include <nanobind/nanobind.h>

#include "vecstore/filter.h"

namespace vecstore::python {

// None passes everything. A text that does not parse is an error when the filter is used.
Filter to_filter(nanobind::handle object);

}  // namespace vecstore::python
