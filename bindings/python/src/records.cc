#include "python/src/records.h"

#include <nanobind/stl/optional.h>

#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/registry.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

constexpr std::size_t kIdsBetweenPauses = 1 << 16;  // some milliseconds

std::string label_of(nb::handle id, Py_ssize_t position) {
  std::string label = "metadata";
  if (position < 0) return label;
  label += " of record " + std::to_string(position);
  if (PyUnicode_Check(id.ptr())) label += " ('" + to_text(id, "an id") + "')";
  return label;
}

nb::object from_vectors(std::vector<NamedVector> vectors) {
  nb::dict dict;
  for (NamedVector& named : vectors)
    dict[from_text(named.field)] = from_vector(std::move(named.vector));
  return dict;
}

}  // namespace

Kinds kinds_of(const CollectionOptions& options) {
  Kinds kinds{{kDefaultField, options.kind}};
  for (const VectorField& field : options.fields) kinds[field.name] = field.kind;
  return kinds;
}

VectorKind kind_of(const Kinds& kinds, std::string_view field) {
  const auto found = kinds.find(field);
  return found == kinds.end() ? VectorKind::kDense : found->second;
}

Record to_record(nb::handle object, const Kinds& kinds, Py_ssize_t position) {
  const nb::object id = object.attr("id"), metadata = object.attr("metadata"),
                   text = object.attr("text");
  const std::string label = metadata.is_none() ? std::string() : label_of(id, position);
  Record record;
  record.id = to_text(id, "an id");
  record.vector = to_vector(object.attr("vector"), kind_of(kinds, kDefaultField));
  record.metadata = to_metadata(metadata, {nullptr, label});
  if (!text.is_none()) record.text = to_text(text, "text");
  record.vectors = to_named_vectors(object.attr("vectors"), kinds);
  record.expires_at = nb::cast<TimeMs>(object.attr("expires_ms"));
  return record;
}

nb::object from_record(Record record) {
  const nb::object text = record.text ? from_text(*record.text) : nb::object(nb::none());
  return registry().make_record(
      from_text(record.id), from_vector(std::move(record.vector)), from_metadata(record.metadata),
      text, from_vectors(std::move(record.vectors)), record.expires_at, record.created_at,
      record.updated_at, record.deleted_at, record.version);
}

nb::list from_records(std::vector<Record> records) {
  nb::list list;
  for (Record& record : records) list.append(from_record(std::move(record)));
  return list;
}

std::vector<NamedVector> to_named_vectors(nb::handle object, const Kinds& kinds) {
  std::vector<NamedVector> vectors;
  if (object.is_none()) return vectors;
  if (!PyDict_Check(object.ptr()))
    raise_wrong_type("vectors: a dict of fields is expected, not " + type_in_words(object));
  for (const auto& [key, value] : nb::borrow<nb::dict>(object)) {
    std::string field = to_text(key, "the name of a field");
    const VectorKind kind = kind_of(kinds, field);
    vectors.push_back({std::move(field), to_vector(value, kind)});
  }
  return vectors;
}

std::vector<std::string> to_ids(nb::handle object) {
  const nb::object items = nb::steal(PySequence_List(object.ptr()));
  if (!items.is_valid()) {
    PyErr_Clear();
    raise_wrong_type("ids: a sequence of str is expected, not " + type_in_words(object));
  }
  std::vector<std::string> ids;
  ids.reserve(nb::len(items));
  for (const nb::handle id : nb::borrow<nb::list>(items)) {
    if (!PyUnicode_Check(id.ptr())) {
      text_view(id, ("ids[" + std::to_string(ids.size()) + "]").c_str());  // says so
    }
    ids.emplace_back(text_view(id, "an id"));
    if (ids.size() % kIdsBetweenPauses == 0) let_others_run();  // the list is ours alone
  }
  return ids;
}

nb::tuple from_write(const WriteResult& result) {
  return nb::make_tuple(result.sequence, result.inserted, result.replaced);
}

}  // namespace vecstore::python
