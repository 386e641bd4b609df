// Collection: older versions of records. Database: what two of its states differ in.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// (sequence, milliseconds, current, deleted, record)
nb::list versions(const CollectionHandle& of, nb::handle given, bool records) {
  const std::string id = to_text(given, "an id");
  nb::list list;
  for (RecordVersion& version :
       take(unlocked(of, [&](auto& engine) { return engine.versions(id, records); })))
    list.append(
        nb::make_tuple(version.sequence, version.written_at, version.current, version.deleted,
                       version.record ? from_record(*std::move(version.record)) : nb::none()));
  return list;
}

nb::object get_version(const CollectionHandle& of, nb::handle given, std::uint64_t sequence) {
  const std::string id = to_text(given, "an id");
  return from_record(
      take(unlocked(of, [&](auto& engine) { return engine.get_version(id, sequence); })));
}

nb::tuple rollback(const CollectionHandle& of, nb::handle given, std::uint64_t sequence,
                   bool if_absent, std::optional<std::uint64_t> if_version) {
  const std::string id = to_text(given, "an id");
  const WriteCondition condition{if_absent, if_version};
  return from_write(
      take(unlocked(of, [&](auto& engine) { return engine.rollback(id, sequence, condition); })));
}

void set_keep_versions(const CollectionHandle& of, std::uint32_t count) {
  check(unlocked(of, [&](auto& engine) { return engine.set_keep_versions(count); }));
}

struct DiffHandle : Walk<Diff> {
  explicit DiffHandle(Diff diff) : Walk(std::move(diff)) {}
};

DiffHandle diff(const DatabaseHandle& database, nb::handle old_state, nb::handle new_state,
                std::string collection, std::string after) {
  const std::string from = to_text(old_state, "the name of a snapshot");
  const std::string to =
      new_state.is_none() ? std::string() : to_text(new_state, "the name of a snapshot");
  const DiffOptions options{.collection = std::move(collection), .after = std::move(after)};
  return DiffHandle(
      take(unlocked(database, [&](auto& engine) { return engine.diff(from, to, options); })));
}

// (name, old_name, dropped, options_changed)
nb::list collections(const DiffHandle& diff) {
  nb::list list;
  for (const CollectionChange& change : diff->collections())
    list.append(nb::make_tuple(from_text(change.name), from_text(change.old_name), change.dropped,
                               change.options_changed));
  return list;
}

// (collection, id, kind, before, after)
nb::list next(const DiffHandle& diff, std::size_t count, nb::handle cancel) {
  nb::list list;
  for (const RecordChange& change : diff.next(count, token_of(cancel)))
    list.append(nb::make_tuple(from_text(change.collection), from_text(change.id),
                               from_text(change_kind_name(change.kind)), change.before,
                               change.after));
  return list;
}

}  // namespace

void bind_history(nb::module_& module, DatabaseClass& database, CollectionClass& collection) {
  nb::class_<DiffHandle>(module, "Diff")
      .def("collections", collections)
      .def("next", next, nb::arg("count"), nb::arg("cancel").none());
  database.def("diff", diff, nb::arg("old").none(), nb::arg("new").none(), nb::arg("collection"),
               nb::arg("after"));
  collection.def("versions", versions, nb::arg("id").none(), nb::arg("records"))
      .def("get_version", get_version, nb::arg("id").none(), nb::arg("sequence"))
      .def("rollback", rollback, nb::arg("id").none(), nb::arg("sequence"), nb::arg("if_absent"),
           nb::arg("if_version").none())
      .def("set_keep_versions", set_keep_versions, nb::arg("count"));
}

}  // namespace vecstore::python
