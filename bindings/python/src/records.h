// Records and what writes report, between Python and the engine.
#pragma once

#include <nanobind/nanobind.h>

#include <map>
#include <string>
#include <vector>

#include "vecstore/collection.h"
#include "vecstore/record.h"

namespace vecstore::python {

// What the fields of a collection hold. Fields keep their kind for ever, so this is asked once per
// handle.
using Kinds = std::map<std::string, VectorKind, std::less<>>;
Kinds kinds_of(const CollectionOptions& options);
VectorKind kind_of(
    const Kinds& kinds,
    std::string_view field);  // dense where there is no such field: the engine refuses it

// An object with the members of vecstore.Record; `position` (from 0) says in messages which of many
// it is, -1 of one.
Record to_record(nanobind::handle object, const Kinds& kinds, Py_ssize_t position = -1);
nanobind::object from_record(Record record);
nanobind::list from_records(std::vector<Record> records);

// {field: vector}; None is none.
std::vector<NamedVector> to_named_vectors(nanobind::handle object, const Kinds& kinds);
// A list, tuple or array of str.
std::vector<std::string> to_ids(nanobind::handle object);

// (sequence, inserted, replaced)
nanobind::tuple from_write(const WriteResult& result);

}  // namespace vecstore::python
