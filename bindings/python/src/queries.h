// Queries as Python gives them: the members of vecstore::Query by name.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "python/src/records.h"
#include "vecstore/query.h"

namespace vecstore::python {

// A question as it will be asked, and what people should be told of that.
struct ExpandedQuery {
  Query query = {};
  std::vector<std::string> notes = {};
};

// The arguments that nearly every query has, beside a dict of all others.
struct QueryArguments {
  nanobind::handle vector, text, k, filter, field, include, cancel, options;
};

Query to_query(const QueryArguments& arguments, const Kinds& kinds);
// A vecstore.Query, an ExpandedQuery or a dict: a stage, or one of many.
Query to_query(nanobind::handle object, const Kinds& kinds);
// Sets the members that the dict has; an unknown name is an error that gives the nearest one.
void set_members(Query& query, nanobind::handle dict, const Kinds& kinds);

}  // namespace vecstore::python
