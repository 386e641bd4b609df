// JSON schemas (2020-12) of what goes over the wire, by name.
#pragma once

#include "vecstore/value.h"

namespace vecstore {

Object wire_schemas();

}  // namespace vecstore
