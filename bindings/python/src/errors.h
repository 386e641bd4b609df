// A Status becomes a Python exception: the classes are those of vecstore/errors.py, one per code.
//
// All of this needs the interpreter lock.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <utility>

#include "vecstore/status.h"

namespace vecstore::python {

// `classes` maps names of codes, as code_name() gives them, to exception classes; beside them
// "wrong_type" (the argument is of a type that cannot be taken), "out_of_memory" and
// "already_open".
void register_errors(const nanobind::dict& classes);

// The exception that stands for the status, which is not ok: for errors that are reported, not
// raised.
nanobind::object exception_of(const Status& status);

[[noreturn]] void raise(const Status& status);
// The class of that name, where a code is not all there is to say.
[[noreturn]] void raise_as(const char* name, const std::string& message);
[[noreturn]] void raise_invalid(const std::string& message);
[[noreturn]] void raise_wrong_type(const std::string& message);

inline void check(const Status& status) {
  if (!status.ok()) raise(status);
}

// The value, or the exception.
template <typename T>
T take(Result<T> result) {
  if (!result.ok()) raise(result.status());
  return *std::move(result);
}

// The type's name, for messages: "numpy.ndarray", "set".
std::string type_in_words(nanobind::handle object);

}  // namespace vecstore::python
