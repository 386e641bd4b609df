// vecstore.Filter and vecstore.field: conditions built by operators.
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/filters.h"
#include "python/src/handles.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {

namespace {

// Times and now() arrive marked, {"$now": "-7 days"}: the first as it stays, the second to be
// brought into its normal form.
Value value_of(nb::handle object) {
  Value value = to_value(object, {nullptr, "a filter's value"}, Times::kFilter);
  const Object* marked = value.as_object();
  const Value* shift = marked != nullptr && marked->size() == 1 ? marked->find("$now") : nullptr;
  return shift != nullptr && shift->as_string() != nullptr ? now(*shift->as_string()) : value;
}

// What is_in and its like take: several arguments, or one list.
List list_of(const nb::args& items) {
  const bool one = items.size() == 1 && !PyUnicode_Check(nb::handle(items[0]).ptr()) &&
                   PySequence_Check(nb::handle(items[0]).ptr());
  List list;
  for (const nb::handle item : one ? nb::object(items[0]) : nb::object(items))
    list.push_back(value_of(item));
  return list;
}

Filter parse(nb::handle condition, const nb::kwargs& parameters) {
  if (condition.is_none())
    raise_wrong_type(
        "a filter: a str or a dict is expected, not None: \"TRUE\" is what every record passes");
  if (PyDict_Check(condition.ptr())) return to_filter(condition);
  if (parameters.size() == 0) return take(Filter::parse(text_view(condition, "a filter")));
  Object values;
  for (const auto& [name, value] : parameters) {
    const Place place{nullptr, text_view(name, "a parameter")};
    values[place.key] = value_of(value);
  }
  return take(Filter::parse(text_view(condition, "a filter"), values));
}

using FieldClass = nb::class_<Field>;

FieldClass bind_comparisons(nb::module_& module) {
  return FieldClass(
             module, "Field",
             "A field of the metadata, from :func:`vecstore.field`; comparing it with ==, !=, <, "
             "<=, >, "
             ">= makes a :class:`Filter`.\n\nA list meets a condition when any of its elements "
             "does. "
             "Records that lack the field meet none, nor the negation of one: ``is_null`` asks for "
             "them.\n\n"
             ">>> docs.count(field(\"year\").between(2019, 2022) & ~field(\"tags\").is_null())\n1")
      .def(
          "__eq__", [](const Field& f, nb::handle v) { return f == value_of(v); },
          nb::arg("value").none())
      .def(
          "__ne__", [](const Field& f, nb::handle v) { return f != value_of(v); },
          nb::arg("value").none())
      .def(
          "__lt__", [](const Field& f, nb::handle v) { return f < value_of(v); }, nb::arg("value"))
      .def(
          "__le__", [](const Field& f, nb::handle v) { return f <= value_of(v); }, nb::arg("value"))
      .def(
          "__gt__", [](const Field& f, nb::handle v) { return f > value_of(v); }, nb::arg("value"))
      .def(
          "__ge__", [](const Field& f, nb::handle v) { return f >= value_of(v); },
          nb::arg("value"));
}

void bind_field(nb::module_& module) {
  bind_comparisons(module)
      .def("any", &Field::any, "That any element of the list meets the condition.")
      .def("all", &Field::all, "That every element of the list meets the condition.")
      .def("len", &Field::len, "The number of elements, or of characters.")
      .def(
          "is_in", [](const Field& f, const nb::args& v) { return f.in(list_of(v)); },
          nb::sig("def is_in(self, *values: object) -> Filter"),
          "One of the ``values``, given one by one or as a list.")
      .def(
          "not_in", [](const Field& f, const nb::args& v) { return f.not_in(list_of(v)); },
          nb::sig("def not_in(self, *values: object) -> Filter"),
          "None of the ``values``, given one by one or as a list.")
      .def(
          "between",
          [](const Field& f, nb::handle low, nb::handle high) {
            return f.between(value_of(low), value_of(high));
          },
          nb::arg("low"), nb::arg("high"), "From ``low`` to ``high``, both included.")
      .def(
          "contains", [](const Field& f, nb::handle v) { return f.contains(value_of(v)); },
          nb::arg("value"),
          "A list that has ``value``, or a text that has it as a part, case-sensitive.")
      .def(
          "contains_any",
          [](const Field& f, const nb::args& v) { return f.contains_any(list_of(v)); },
          nb::sig("def contains_any(self, *values: object) -> Filter"),
          "A list that has any of the ``values``.")
      .def(
          "contains_all",
          [](const Field& f, const nb::args& v) { return f.contains_all(list_of(v)); },
          nb::sig("def contains_all(self, *values: object) -> Filter"),
          "A list that has all of the ``values``.")
      .def("starts_with", &Field::starts_with, nb::arg("text"),
           "A text that begins with ``text``, case-sensitive.")
      .def("ends_with", &Field::ends_with, nb::arg("text"),
           "A text that ends with ``text``, case-sensitive.")
      .def(
          "like", &Field::like, nb::arg("pattern"),
          "A text like ``pattern``, in which % is any run and _ any one character; case-sensitive.")
      .def("matches", &Field::matches, nb::arg("pattern"),
           "A text in which the regular expression ``pattern`` is found anywhere: its language is "
           "in "
           "docs/guide/filters.md.")
      .def("is_null", &Field::is_null, "The field is missing or null.")
      .def("exists", &Field::exists, "The field is there and not null.")
      .def("__hash__", [](const Field&) -> Py_ssize_t {
        raise_wrong_type("a field has no hash: == makes a filter of it");
      });
}

}  // namespace

Filter to_filter(nb::handle object) {
  if (object.is_none()) return {};
  if (PyUnicode_Check(object.ptr())) return Filter(to_text(object, "filter"));
  if (nb::isinstance<Filter>(object)) return nb::cast<Filter>(object);
  if (PyDict_Check(object.ptr()))
    return take(Filter::from_json(to_value(object, {nullptr, "filter"}, Times::kFilter)));
  raise_wrong_type(
      "filter: a str, a dict, or what field(..) and its operators make is expected, not " +
      type_in_words(object));
}

void bind_filter(nb::module_& module) {
  nb::class_<Filter>(
      module, "Filter",
      "A condition on metadata, from text, from a dict, or built with :func:`vecstore.field`. "
      "Combine them with &, | and ~.\n\n"
      ">>> docs.count(Filter(\"year = :year\", year=2024) | Filter({\"year\": {\"$lt\": "
      "2020}}))\n2\n\n"
      ":param condition: text in the language of docs/guide/filters.md, or a dict.\n"
      ":param parameters: what :name stands for in the text: values are never read as part of the "
      "language.\n"
      ":raises InvalidArgument: it does not parse; the message names the column.")
      .def(
          "__init__",
          [](Filter* self, nb::handle condition, const nb::kwargs& parameters) {
            new (self) Filter(parse(condition, parameters));
          },
          nb::arg("condition").none(), nb::arg("parameters"))
      .def(
          "__and__", [](const Filter& a, nb::handle b) { return a && to_filter(b); },
          nb::arg("other"))
      .def(
          "__rand__", [](const Filter& a, nb::handle b) { return to_filter(b) && a; },
          nb::arg("other"))
      .def(
          "__or__", [](const Filter& a, nb::handle b) { return a || to_filter(b); },
          nb::arg("other"))
      .def(
          "__ror__", [](const Filter& a, nb::handle b) { return to_filter(b) || a; },
          nb::arg("other"))
      .def("__invert__", [](const Filter& a) { return !a; })
      .def("__bool__",
           [](const Filter&) -> bool {
             raise_wrong_type(
                 "a filter is neither true nor false before it is asked: combine filters with &, | "
                 "and ~, not with and, or, not");
           })
      .def("__reduce__",
           [](nb::handle self) {
             return nb::make_tuple(self.type(), nb::make_tuple(nb::str(self)));
           })
      .def("__str__", [](const Filter& f) { return from_text(f.to_string()); })
      .def("__repr__", [](const Filter& f) {
        return nb::str("Filter({!r})").format(from_text(f.to_string()));
      });
  bind_field(module);
  module.def(
      "field", [](std::string path) { return field(std::move(path)); }, nb::arg("path"),
      "The field at ``path`` in the metadata, to compare.\n\n"
      ">>> docs.query([1, 0, 0], filter=(field(\"year\") < 2020) | "
      "field(\"tags\").contains(\"drink\")).ids\n['tea', 'sea']\n\n"
      ":param path: keys with points between, such as ``\"author.name\"``; a key that has a point "
      "or a space stands in back-ticks.");
}

}  // namespace vecstore::python
