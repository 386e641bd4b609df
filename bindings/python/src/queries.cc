#include "python/src/queries.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cmath>
#include <string_view>

#include "base/nearest.h"
#include "python/src/errors.h"
#include "python/src/filters.h"
#include "python/src/handles.h"
#include "python/src/registry.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

[[noreturn]] void expected(std::string_view name, const char* what, nb::handle found) {
  raise_wrong_type(std::string(name) + ": " + what + " is expected, not " + type_in_words(found));
}

std::size_t size_of(std::string_view name, nb::handle value) {
  if (PyBool_Check(value.ptr()) || !PyIndex_Check(value.ptr())) expected(name, "an int", value);
  const Py_ssize_t size = PyNumber_AsSsize_t(
      value.ptr(), nullptr);  // beyond the range: its end, which is above every limit
  if (size == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
  if (size < 0)
    raise_invalid(std::string(name) + " must not be negative, it is " + std::to_string(size));
  return static_cast<std::size_t>(size);
}

double number_of(std::string_view name, nb::handle value) {
  const double number = PyFloat_AsDouble(value.ptr());
  if (number != -1 || PyErr_Occurred() == nullptr) return number;
  PyErr_Clear();
  expected(name, "a number", value);
}

template <typename Enum, Result<Enum> (*Parse)(std::string_view)>
Enum enum_of(std::string_view name, nb::handle value) {
  if (!PyUnicode_Check(value.ptr())) expected(name, "a str", value);
  return take(Parse(text_view(value, "a name")));
}

std::chrono::milliseconds timeout_of(nb::handle value) {
  const double seconds = number_of("timeout", value);
  if (!(seconds > 0 && seconds < 1e9))
    raise_invalid("timeout: seconds above 0 are expected, None for no limit");
  return std::chrono::milliseconds(std::max<std::int64_t>(1, std::llround(seconds * 1000)));
}

Explain explain_of(nb::handle value) {
  if (PyBool_Check(value.ptr())) return value.ptr() == Py_True ? Explain::kAnalyze : Explain::kNo;
  const std::string_view name = text_view(value, "explain");
  if (name == "plan") return Explain::kPlan;
  if (name == "analyze") return Explain::kAnalyze;
  raise_invalid("explain is True, \"analyze\" (the same), \"plan\" or False, not '" +
                std::string(name) + "'");
}

void set_fusion(Fusion& fusion, nb::handle value) {
  if (PyUnicode_Check(value.ptr())) {
    fusion.method = take(parse_fusion_method(text_view(value, "fusion")));
    return;
  }
  if (!PyDict_Check(value.ptr())) expected("fusion", "a str or a dict", value);
  for (const auto& [key, member] : nb::borrow<nb::dict>(value)) {
    const std::string name = to_text(key, "a member of fusion");
    if (name == "method") {
      fusion.method = take(parse_fusion_method(text_view(member, "method")));
    } else if (name == "alpha") {
      fusion.alpha = number_of(name, member);
    } else if (name == "weights") {
      fusion.weights = nb::cast<std::vector<double>>(member);
    } else if (name == "rrf_k") {
      fusion.rrf_k = number_of(name, member);
    } else if (name == "normalization") {
      fusion.normalization = take(parse_normalization(text_view(member, "normalization")));
    } else {
      raise_wrong_type("fusion has no member '" + name +
                       "': method, alpha, weights, rrf_k, normalization");
    }
  }
}

void set_mmr(Query& query, nb::handle value) {
  Mmr mmr;
  if (PyTuple_Check(value.ptr()) && nb::len(value) == 2) {
    mmr.lambda = number_of("mmr[0]", value[0]);
    mmr.field = to_text(value[1], "mmr[1]");
  } else {
    mmr.lambda = number_of("mmr", value);
  }
  query.mmr = std::move(mmr);
}

void set_group_by(Query& query, nb::handle value) {
  GroupBy group;
  if (PyTuple_Check(value.ptr()) && nb::len(value) == 2) {
    group.field = to_text(value[0], "group_by[0]");
    group.max_hits = size_of("group_by[1]", value[1]);
  } else {
    group.field = to_text(value, "group_by");
  }
  query.group_by = std::move(group);
}

void set_include(Query& query, nb::handle value) {
  Include& include = query.include;
  include.metadata = include.text = false;
  if (PyUnicode_Check(value.ptr())) expected("include", "a sequence of str", value);
  for (const nb::handle one : value) {
    const std::string_view name = text_view(one, "include");
    bool* const wanted = name == "metadata"     ? &include.metadata
                         : name == "text"       ? &include.text
                         : name == "vector"     ? &include.vector
                         : name == "highlights" ? &include.highlights
                                                : nullptr;
    if (wanted == nullptr)
      raise_invalid("include has 'metadata', 'text', 'vector' and 'highlights', not '" +
                    std::string(name) + "'");
    *wanted = true;
  }
}

struct Context {
  Query& query;
  const Kinds& kinds;
};

using Setter = void (*)(const Context&, std::string_view, nb::handle);
struct Member {
  std::string_view name;
  Setter set;
};

// One line a member; those that a vector depends on come before it wherever they stand in the dict:
// see set_members.
constexpr Member kMembers[] = {
    {"field",
     [](const Context& c, std::string_view, nb::handle v) { c.query.field = to_text(v, "field"); }},
    {"vector",
     [](const Context& c, std::string_view, nb::handle v) {
       c.query.vector = to_vector(v, kind_of(c.kinds, c.query.field));
     }},
    {"text",
     [](const Context& c, std::string_view, nb::handle v) { c.query.text = to_text(v, "text"); }},
    {"k", [](const Context& c, std::string_view n, nb::handle v) { c.query.k = size_of(n, v); }},
    {"filter",
     [](const Context& c, std::string_view, nb::handle v) { c.query.filter = to_filter(v); }},
    {"include", [](const Context& c, std::string_view, nb::handle v) { set_include(c.query, v); }},
    {"cancel",
     [](const Context& c, std::string_view, nb::handle v) { c.query.cancel = token_of(v); }},
    {"text_syntax",
     [](const Context& c, std::string_view n, nb::handle v) {
       c.query.text_syntax = enum_of<TextSyntax, parse_text_syntax>(n, v);
     }},
    {"text_fields",
     [](const Context& c, std::string_view, nb::handle v) {
       c.query.text_fields = nb::cast<std::vector<std::string>>(v);
     }},
    {"offset",
     [](const Context& c, std::string_view n, nb::handle v) { c.query.offset = size_of(n, v); }},
    {"effort", [](const Context& c, std::string_view n,
                  nb::handle v) { c.query.effort = enum_of<Effort, parse_effort>(n, v); }},
    {"ef", [](const Context& c, std::string_view n, nb::handle v) { c.query.ef = size_of(n, v); }},
    {"target_recall", [](const Context& c, std::string_view n,
                         nb::handle v) { c.query.target_recall = number_of(n, v); }},
    {"plan", [](const Context& c, std::string_view n,
                nb::handle v) { c.query.plan = enum_of<Plan, parse_plan>(n, v); }},
    {"fusion",
     [](const Context& c, std::string_view, nb::handle v) { set_fusion(c.query.fusion, v); }},
    {"alpha", [](const Context& c, std::string_view n,
                 nb::handle v) { c.query.fusion.alpha = number_of(n, v); }},
    {"max_distance", [](const Context& c, std::string_view n,
                        nb::handle v) { c.query.max_distance = number_of(n, v); }},
    {"min_score", [](const Context& c, std::string_view n,
                     nb::handle v) { c.query.min_score = number_of(n, v); }},
    {"autocut",
     [](const Context& c, std::string_view n, nb::handle v) { c.query.autocut = size_of(n, v); }},
    {"prefetch",
     [](const Context& c, std::string_view, nb::handle v) {
       for (const nb::handle s : v) c.query.prefetch.push_back(to_query(s, c.kinds));
     }},
    {"formula", [](const Context& c, std::string_view,
                   nb::handle v) { c.query.formula = to_text(v, "formula"); }},
    {"mmr", [](const Context& c, std::string_view, nb::handle v) { set_mmr(c.query, v); }},
    {"group_by",
     [](const Context& c, std::string_view, nb::handle v) { set_group_by(c.query, v); }},
    {"candidates", [](const Context& c, std::string_view n,
                      nb::handle v) { c.query.candidates = size_of(n, v); }},
    {"passage_bytes", [](const Context& c, std::string_view n,
                         nb::handle v) { c.query.include.passage_bytes = size_of(n, v); }},
    {"explain",
     [](const Context& c, std::string_view, nb::handle v) { c.query.explain = explain_of(v); }},
    {"timeout",
     [](const Context& c, std::string_view, nb::handle v) { c.query.timeout = timeout_of(v); }},
};

const Member& member_of(std::string_view name) {
  for (const Member& member : kMembers) {
    if (member.name == name) return member;
  }
  std::vector<std::string_view> names;
  for (const Member& member : kMembers) names.push_back(member.name);
  raise_wrong_type("a query has no argument '" + std::string(name) + "', " +
                   nearest_or_known(name, names));
}

void set(const Context& context, std::string_view name, nb::handle value) {
  if (!value.is_none()) member_of(name).set(context, name, value);
}

}  // namespace

Query to_query(const QueryArguments& a, const Kinds& kinds) {
  Query query;
  const Context context{query, kinds};
  if (a.field.is_none()) expected("field", "a str", a.field);
  if (a.k.is_none()) expected("k", "an int", a.k);
  set(context, "field", a.field);
  set(context, "vector", a.vector);
  set(context, "text", a.text);
  set(context, "k", a.k);
  set(context, "filter", a.filter);
  set(context, "include", a.include);
  set(context, "cancel", a.cancel);
  if (!a.options.is_none()) set_members(query, a.options, kinds);
  return query;
}

Query to_query(nb::handle object, const Kinds& kinds) {
  if (nb::isinstance<ExpandedQuery>(object)) return nb::cast<ExpandedQuery&>(object).query;
  nb::object members = nb::borrow(object);
  if (nb::isinstance(object, registry().query)) members = object.attr("members");
  if (!PyDict_Check(members.ptr()))
    raise_wrong_type("a vecstore.Query or a dict of its arguments is expected, not " +
                     type_in_words(object));
  Query query;
  set_members(query, members, kinds);
  return query;
}

void set_members(Query& query, nb::handle dict, const Kinds& kinds) {
  const Context context{query, kinds};
  const nb::dict members = nb::borrow<nb::dict>(dict);
  if (members.size() == 0) return;
  if (members.contains("field"))
    set(context, "field", members["field"]);  // says how the vector is meant
  for (const auto& [key, value] : members) {
    const std::string_view name = text_view(key, "an argument");
    (void)member_of(name);
    set(context, name, value);
  }
}

}  // namespace vecstore::python
