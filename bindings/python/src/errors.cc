#include "python/src/errors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// Never freed: an exception may be raised while the interpreter ends.
nb::dict& error_classes() {
  static auto* classes = new nb::dict();
  return *classes;
}

nb::object class_of(const char* name) {
  nb::object found = error_classes().get(name, nb::none());
  return found.is_none() ? nb::borrow(PyExc_RuntimeError) : found;
}

// What the engine says when an allocation failed: its one message without a name or a number.
bool is_out_of_memory(const Status& status) {
  return status.code() == Code::kResourceExhausted && status.message() == "not enough memory";
}

// What a file system calls things may be any bytes.
nb::object text_of(const std::string& message) {
  PyObject* text =
      PyUnicode_DecodeUTF8(message.data(), static_cast<Py_ssize_t>(message.size()), "replace");
  if (text == nullptr) throw nb::python_error();
  return nb::steal(text);
}

}  // namespace

void register_errors(const nb::dict& classes) { error_classes().update(classes); }

nb::object exception_of(const Status& status) {
  const std::string name =
      is_out_of_memory(status) ? "out_of_memory" : std::string(code_name(status.code()));
  return class_of(name.c_str())(text_of(status.message()));
}

void raise(const Status& status) {
  const nb::object exception = exception_of(status);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw nb::python_error();
}

void raise_as(const char* name, const std::string& message) {
  PyErr_SetObject(class_of(name).ptr(), text_of(message).ptr());
  throw nb::python_error();
}

void raise_invalid(const std::string& message) { raise_as("invalid_argument", message); }

void raise_wrong_type(const std::string& message) { raise_as("wrong_type", message); }

std::string type_in_words(nb::handle object) {
  const nb::handle type(reinterpret_cast<PyObject*>(Py_TYPE(object.ptr())));
  const std::string module = nb::cast<std::string>(nb::str(type.attr("__module__")));
  const std::string name = nb::cast<std::string>(nb::str(type.attr("__qualname__")));
  return module == "builtins" ? name : module + "." + name;
}

}  // namespace vecstore::python
