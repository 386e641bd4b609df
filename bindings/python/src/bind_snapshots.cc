// Database: named snapshots and backups.
#include <nanobind/stl/string.h>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/reports.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict create_snapshot(const DatabaseHandle& database, nb::handle label) {
  const std::string name = to_text(label, "the name of a snapshot");
  return from_snapshot(take(watched(
      [shared = database.shared(), name] { return shared->create_snapshot(name); }, nullptr)));
}

nb::list list_snapshots(const DatabaseHandle& database) {
  nb::list list;
  for (const SnapshotInfo& info :
       take(unlocked(database, [&](auto& engine) { return engine.list_snapshots(); })))
    list.append(from_snapshot(info));
  return list;
}

void drop_snapshot(const DatabaseHandle& database, nb::handle label) {
  const std::string name = to_text(label, "the name of a snapshot");
  check(unlocked(database, [&](auto& engine) { return engine.drop_snapshot(name); }));
}

void restore_snapshot(const DatabaseHandle& database, nb::handle label) {
  const std::string name = to_text(label, "the name of a snapshot");
  check(watched([shared = database.shared(), name] { return shared->restore_snapshot(name); },
                nullptr));
}

DatabaseHandle snapshot(const DatabaseHandle& database, nb::handle label) {
  const std::string name = to_text(label, "the name of a snapshot");
  return DatabaseHandle(
      take(unlocked(database, [&](auto& engine) { return engine.snapshot(name); })));
}

nb::dict backup(const DatabaseHandle& database, std::string destination, bool single_file,
                std::string base, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  BackupOptions options{.single_file = single_file, .base = std::move(base), .cancel = token};
  auto copy = [shared = database.shared(), destination = std::move(destination),
               options = std::move(options)] { return shared->backup(destination, options); };
  return from_backup(take(watched(std::move(copy), &token)));
}

}  // namespace

void bind_snapshots(DatabaseClass& database) {
  database.def("create_snapshot", create_snapshot, nb::arg("name").none())
      .def("list_snapshots", list_snapshots)
      .def("drop_snapshot", drop_snapshot, nb::arg("name").none())
      .def("restore_snapshot", restore_snapshot, nb::arg("name").none())
      .def("snapshot", snapshot, nb::arg("name").none())
      .def("backup", backup, nb::arg("destination"), nb::arg("single_file"), nb::arg("base"),
           nb::arg("cancel").none());
}

}  // namespace vecstore::python
