// Collection: everything that changes records. Arguments are read under the interpreter lock, the
// engine is called without it.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <chrono>

#include "python/src/errors.h"
#include "python/src/filters.h"
#include "python/src/handles.h"
#include "python/src/values.h"
#include "python/src/vectors.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

WriteCondition condition_of(bool if_absent, std::optional<std::uint64_t> if_version) {
  return {if_absent, if_version};
}

nb::tuple upsert_one(const CollectionHandle& to, nb::handle object, bool if_absent,
                     std::optional<std::uint64_t> if_version, std::optional<std::int64_t> ttl_ms) {
  Record record = to_record(object, to.kinds);
  if (ttl_ms) {
    const std::chrono::milliseconds ttl(*ttl_ms);
    return from_write(take(unlocked(
        to, [&](auto& engine) { return engine.upsert_with_ttl(std::move(record), ttl); })));
  }
  const WriteCondition condition = condition_of(if_absent, if_version);
  return from_write(
      take(unlocked(to, [&](auto& engine) { return engine.upsert(record, condition); })));
}

// Of fewer records a thread and its end would add to what writing them takes.
constexpr std::size_t kManyRecords = 1000;

// For whoever catches what a handler raised: the write had come so far that it could not be ended.
void note_stored(const nb::python_error& interrupted) {
  nb::list notes;
  notes.append("the write is stored");
  interrupted.value().attr("__notes__") = notes;
}

// A write of many records, which Ctrl-C ends by the token that `work` has until it is logged.
template <typename Work>
nb::tuple write_many(const CollectionHandle& to, std::size_t records, CancelToken& token,
                     const Work& work) {
  if (records < kManyRecords) return from_write(take(unlocked(to, work)));
  bool stored = false;
  try {
    return from_write(take(watched(
        [&engine = *to, &work, &stored] {
          Result<WriteResult> result = work(engine);
          stored = result.ok();
          return result;
        },
        &token)));
  } catch (const nb::python_error& interrupted) {
    if (stored) note_stored(interrupted);
    throw;
  }
}

nb::tuple upsert_records(const CollectionHandle& to, const nb::list& objects, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  std::vector<Record> records;
  records.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i)
    records.push_back(to_record(objects[i], to.kinds, static_cast<Py_ssize_t>(i)));
  return write_many(to, records.size(), token,
                    [&](auto& engine) { return engine.upsert_many(records, token); });
}

// The engine reads the matrix where it lies.
nb::tuple upsert_matrix(const CollectionHandle& to, nb::handle given_ids, nb::handle matrix,
                        nb::handle metadata, nb::handle texts, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const std::vector<std::string> ids = to_ids(given_ids);
  const auto view = FloatView::of(matrix, 2);
  if (!view) raise_wrong_type("a float32 matrix in C order is expected");
  std::vector<Metadata> objects;
  if (!metadata.is_none()) {
    for (const nb::handle one : metadata) {
      const std::string label = "metadata[" + std::to_string(objects.size()) + "]";
      objects.push_back(to_metadata(one, {nullptr, label}));
    }
  }
  std::vector<std::string> strings;
  if (!texts.is_none()) {
    for (const nb::handle one : texts) strings.push_back(to_text(one, "text"));
  }
  return write_many(to, ids.size(), token, [&](auto& engine) {
    return engine.upsert_many(ids, view->values(), objects, strings, token);
  });
}

// (metadata, patch, vectors, text, expires_ms, remove_text); what is None stays.
Update to_update(const CollectionHandle& to, std::string id, const nb::tuple& parts) {
  Update update;
  update.id = std::move(id);
  if (!parts[0].is_none()) update.metadata = to_metadata(parts[0], {nullptr, "metadata"});
  if (!parts[1].is_none()) update.metadata_patch = to_metadata(parts[1], {nullptr, "patch"});
  update.vectors = to_named_vectors(parts[2], to.kinds);
  if (!parts[3].is_none()) update.text = to_text(parts[3], "text");
  if (!parts[4].is_none()) update.expires_at = nb::cast<TimeMs>(parts[4]);
  update.remove_text = nb::cast<bool>(parts[5]);
  return update;
}

nb::tuple update(const CollectionHandle& to, nb::handle id, const nb::tuple& parts,
                 std::optional<std::uint64_t> if_version) {
  const Update change = to_update(to, to_text(id, "an id"), parts);
  return from_write(take(unlocked(
      to, [&](auto& engine) { return engine.update(change, condition_of(false, if_version)); })));
}

std::size_t records_of(const CollectionHandle& in) {
  const Result<std::uint64_t> records = in->count();  // known, not counted
  return records.ok() ? static_cast<std::size_t>(*records) : 0;
}

nb::tuple update_where(const CollectionHandle& to, nb::handle filter, const nb::tuple& parts,
                       nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const Filter which = to_filter(filter);
  const Update change = to_update(to, {}, parts);
  return write_many(to, records_of(to), token,
                    [&](auto& engine) { return engine.update_where(which, change, token); });
}

nb::tuple remove(const CollectionHandle& to, nb::handle given,
                 std::optional<std::uint64_t> if_version) {
  const std::string id = to_text(given, "an id");
  return from_write(take(unlocked(
      to, [&](auto& engine) { return engine.remove(id, condition_of(false, if_version)); })));
}

nb::tuple remove_many(const CollectionHandle& to, nb::handle given) {
  const std::vector<std::string> ids = to_ids(given);
  return from_write(take(unlocked(to, [&](auto& engine) { return engine.remove_many(ids); })));
}

nb::tuple remove_where(const CollectionHandle& to, nb::handle filter, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const Filter which = to_filter(filter);
  return write_many(to, records_of(to), token,
                    [&](auto& engine) { return engine.remove_where(which, token); });
}

// (kind, record or id, update's parts, if_absent, if_version)
BatchOperation to_operation(const CollectionHandle& to, const nb::tuple& parts,
                            Py_ssize_t position) {
  const std::string kind = nb::cast<std::string>(parts[0]);
  BatchOperation operation;
  if (kind == "upsert") {
    operation = BatchOperation::upsert(to_record(parts[1], to.kinds, position));
  } else {
    std::string id = to_text(parts[1], "an id");
    if (kind == "update")
      operation =
          BatchOperation::change(to_update(to, std::move(id), nb::cast<nb::tuple>(parts[2])));
    if (kind == "remove") operation = BatchOperation::remove(std::move(id));
    if (kind == "soft_delete") operation = BatchOperation::soft_delete(std::move(id));
    if (kind == "restore") operation = BatchOperation::restore(std::move(id));
  }
  operation.condition =
      condition_of(nb::cast<bool>(parts[3]), nb::cast<std::optional<std::uint64_t>>(parts[4]));
  return operation;
}

// (write result, [None or exception])
nb::tuple apply(const CollectionHandle& to, const nb::list& given, bool atomic) {
  std::vector<BatchOperation> operations;
  for (std::size_t i = 0; i < given.size(); ++i) {
    operations.push_back(
        to_operation(to, nb::cast<nb::tuple>(given[i]), static_cast<Py_ssize_t>(i)));
  }
  const BatchMode mode = atomic ? BatchMode::kAtomic : BatchMode::kEach;
  const BatchResult result =
      take(unlocked(to, [&](auto& engine) { return engine.apply(operations, mode); }));
  nb::list steps;
  for (const Status& step : result.steps)
    steps.append(step.ok() ? nb::object(nb::none()) : exception_of(step));
  return nb::make_tuple(from_write(result.total), steps);
}

nb::tuple set_ttl(const CollectionHandle& to, nb::handle given,
                  std::optional<std::int64_t> ttl_ms) {
  const std::string id = to_text(given, "an id");
  if (!ttl_ms)
    return from_write(take(unlocked(to, [&](auto& engine) { return engine.clear_ttl(id); })));
  const std::chrono::milliseconds ttl(*ttl_ms);
  return from_write(take(unlocked(to, [&](auto& engine) { return engine.set_ttl(id, ttl); })));
}

template <Result<WriteResult> (Collection::*Method)(std::string_view)>
nb::tuple by_id(const CollectionHandle& to, nb::handle given) {
  const std::string id = to_text(given, "an id");
  return from_write(take(unlocked(to, [&](auto& engine) { return (engine.*Method)(id); })));
}

nb::tuple purge(const CollectionHandle& to) {
  return from_write(take(unlocked(to, [&](auto& engine) { return engine.purge(); })));
}

}  // namespace

void bind_writes(CollectionClass& collection) {
  collection
      .def("upsert_one", upsert_one, nb::arg("record"), nb::arg("if_absent"),
           nb::arg("if_version").none(), nb::arg("ttl_ms").none())
      .def("upsert_records", upsert_records, nb::arg("records"), nb::arg("cancel").none())
      .def("upsert_matrix", upsert_matrix, nb::arg("ids").none(), nb::arg("matrix"),
           nb::arg("metadata").none(), nb::arg("texts").none(), nb::arg("cancel").none())
      .def("update", update, nb::arg("id").none(), nb::arg("parts"), nb::arg("if_version").none())
      .def("update_where", update_where, nb::arg("filter").none(), nb::arg("parts"),
           nb::arg("cancel").none())
      .def("remove", remove, nb::arg("id").none(), nb::arg("if_version").none())
      .def("remove_many", remove_many, nb::arg("ids").none())
      .def("remove_where", remove_where, nb::arg("filter").none(), nb::arg("cancel").none())
      .def("apply", apply, nb::arg("operations"), nb::arg("atomic"))
      .def("soft_delete", by_id<&Collection::soft_delete>, nb::arg("id").none())
      .def("restore", by_id<&Collection::restore>, nb::arg("id").none())
      .def("set_ttl", set_ttl, nb::arg("id").none(), nb::arg("ttl_ms").none())
      .def("purge", purge);
}

}  // namespace vecstore::python
