#include "python/src/values.h"

#include <cmath>
#include <vector>

#include "python/src/errors.h"
#include "python/src/registry.h"
#include "vecstore/limits.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

int depth_of(const Place& place) {
  int depth = 0;
  for (const Place* at = place.parent; at != nullptr; at = at->parent) ++depth;
  return depth;
}

Value from_int(nb::handle object, const Place& place) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (overflow != 0)
    raise_invalid(place.to_string() +
                  ": an integer beyond 64 bits cannot be stored; use a float or a string");
  if (value == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  return Value(static_cast<std::int64_t>(value));
}

Value from_float(nb::handle object, const Place& place) {
  const double value = PyFloat_AsDouble(object.ptr());
  if (!std::isfinite(value)) {
    raise_invalid(place.to_string() + ": " + (std::isnan(value) ? "NaN" : "infinity") +
                  " is not JSON and cannot be stored; None means that there is no value");
  }
  return Value(value);
}

Value text_of(nb::handle object, const Place& place) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (bytes != nullptr) return Value(std::string(bytes, static_cast<std::size_t>(size)));
  PyErr_Clear();
  text_view(object, place.to_string().c_str());  // says so
  return {};
}

List list_of(nb::handle object, const Place& place, Times times) {
  // A copy: a conversion below may run Python code that changes the list.
  const nb::object items = nb::steal(PySequence_List(object.ptr()));
  if (!items.is_valid()) throw nb::python_error();
  List list;
  list.reserve(nb::len(items));
  Py_ssize_t i = 0;
  for (const nb::handle item : nb::borrow<nb::list>(items)) {
    list.push_back(to_value(item, {&place, {}, i++}, times));
  }
  return list;
}

Object object_of(nb::handle object, const Place& place, Times times) {
  std::vector<Object::Member> members;
  members.reserve(static_cast<std::size_t>(PyDict_Size(object.ptr())));
  PyObject *key = nullptr, *value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(object.ptr(), &at, &key, &value) != 0;) {
    if (!PyUnicode_Check(key)) {
      raise_wrong_type(place.to_string() + ": keys are strings, one is of type " +
                       type_in_words(key));
    }
    const nb::object held =
        nb::borrow(value);  // a conversion below may run Python code that changes the dict
    const nb::object held_key = nb::borrow(key);
    const std::string_view name = text_view(held_key, "a key");
    members.push_back({std::string(name), to_value(held, {&place, name}, times)});
  }
  return Object::from_members(std::move(members));
}

// What is none of JSON's own types: the Python layer turns it into one, or refuses it.
Value converted(nb::handle object, const Place& place, Times times) {
  const nb::object plain = registry().plain_value(object);
  if (plain.is(nb::handle(registry().refused))) {
    raise_wrong_type(place.to_string() + ": " + type_in_words(object) +
                     " cannot be stored; metadata is JSON: str, int, float, bool, "
                     "None, list, dict, and dates and times, which are kept as ISO 8601 text");
  }
  if (PyTuple_Check(plain.ptr()) && times == Times::kFilter) {  // a time, marked
    return Object{{"$timestamp", to_value(plain[0], place, times)}};
  }
  return to_value(PyTuple_Check(plain.ptr()) ? nb::object(plain[0]) : plain, place, times);
}

}  // namespace

std::string Place::to_string() const {
  const std::string before = parent != nullptr ? parent->to_string() : "";
  if (item >= 0) return before + "[" + std::to_string(item) + "]";
  return before.empty() ? std::string(key) : before + "." + std::string(key);
}

Value to_value(nb::handle object, const Place& place, Times times) {
  PyObject* const p = object.ptr();
  if (p == Py_None) return Value();
  if (PyUnicode_Check(p)) return text_of(object, place);
  if (PyBool_Check(p)) return Value(p == Py_True);
  if (PyLong_Check(p)) return from_int(object, place);
  if (PyFloat_Check(p)) return from_float(object, place);
  const bool nested = PyDict_Check(p) || PyList_Check(p) || PyTuple_Check(p);
  if (nested && depth_of(place) > static_cast<int>(kMaxMetadataDepth) + 1) {
    raise_invalid("metadata is nested more than " + std::to_string(kMaxMetadataDepth) +
                  " deep, or holds itself");
  }
  if (PyDict_Check(p)) return object_of(object, place, times);
  if (nested) return list_of(object, place, times);
  return converted(object, place, times);
}

Metadata to_metadata(nb::handle object, const Place& place) {
  if (object.is_none()) return {};
  if (!PyDict_Check(object.ptr())) {
    raise_wrong_type(place.to_string() + ": a dict is expected, not " + type_in_words(object));
  }
  return object_of(object, place, Times::kText);
}

nb::object from_value(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return nb::none();
    case Value::Kind::kBool:
      return nb::bool_(*value.as_bool());
    case Value::Kind::kInt:
      return nb::int_(*value.as_int());
    case Value::Kind::kDouble:
      return nb::float_(*value.as_double());
    case Value::Kind::kString:
      return from_text(*value.as_string());
    case Value::Kind::kList: {
      nb::list list;
      for (const Value& item : *value.as_list()) list.append(from_value(item));
      return list;
    }
    case Value::Kind::kObject:
      return from_metadata(*value.as_object());
  }
  return nb::none();
}

nb::object from_metadata(const Metadata& metadata) {
  nb::dict dict;
  for (const auto& [key, value] : metadata) dict[from_text(key)] = from_value(value);
  return dict;
}

nb::object from_text(std::string_view text) {
  PyObject* made =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (made == nullptr) throw nb::python_error();
  return nb::steal(made);
}

std::string_view text_view(nb::handle object, const char* what) {
  if (!PyUnicode_Check(object.ptr())) {
    const char* hint = PyLong_Check(object.ptr()) ? ": str(...) makes a string of a number" : "";
    raise_wrong_type(std::string(what) + " must be a str, not " + type_in_words(object) + hint);
  }
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
  if (bytes != nullptr) return {bytes, static_cast<std::size_t>(size)};
  PyErr_Clear();
  raise_invalid(std::string(what) +
                " is not Unicode text: it has a lone surrogate, which UTF-8 cannot write");
}

std::string to_text(nb::handle object, const char* what) {
  return std::string(text_view(object, what));
}

}  // namespace vecstore::python
