// What the compiled part takes from the Python part: its classes, and conversions that need no
// speed. Filled once, by vecstore/__init__.py.
#pragma once

#include <nanobind/nanobind.h>

namespace vecstore::python {

struct Registry {
  nanobind::object make_record;  // (id, vector, metadata, text, vectors, expires, created, updated,
                                 // deleted, version): a Record
  nanobind::object make_hit;     // (id, score, distance, metadata, text, vector, arms, highlights,
                                 // passage, group): a Hit
  nanobind::object sparse_vector;  // the classes
  nanobind::object binary_vector;
  nanobind::object ndarray;
  nanobind::object canonical_vector;  // (object, kind): a float32 array, SparseVector or
                                      // BinaryVector; raises when it is none
  nanobind::object
      plain_value;  // (object): a value of JSON's types, (text,) for a time, or `refused`
  nanobind::object refused;
  nanobind::object query;  // the class Query, whose `members` are a dict
};

// Never freed: handles may outlive the interpreter's modules.
Registry& registry();
void bind_registry(nanobind::module_& module);

}  // namespace vecstore::python
