// What a query says of itself, as dicts and lists.
#pragma once

#include <nanobind/nanobind.h>

#include "vecstore/hits.h"

namespace vecstore::python {

nanobind::dict from_explanation(const Explanation& explanation);

}  // namespace vecstore::python
