// What is done to a database that is not open: check, repair, salvage, restore.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/reports.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict check_database(std::string path, bool deep) {
  return from_check(take(
      watched([path = std::move(path), deep] { return Database::check(path, deep); }, nullptr)));
}

nb::dict repair(std::string path) {
  return from_repair(
      take(watched([path = std::move(path)] { return Database::repair(path); }, nullptr)));
}

nb::dict salvage(std::string path, std::string destination, std::size_t findings) {
  auto work = [path = std::move(path), destination = std::move(destination), findings] {
    return Database::salvage(path, destination, {.findings = findings});
  };
  return from_salvage(take(watched(std::move(work), nullptr)));
}

nb::dict restore(std::vector<std::string> backups, std::string path, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto work = [backups = std::move(backups), path = std::move(path), token] {
    return Database::restore(backups, path, token);
  };
  return from_backup(take(watched(std::move(work), &token)));
}

}  // namespace

void bind_care(nb::module_& module) {
  module.def("check", check_database, nb::arg("path"), nb::arg("deep"));
  module.def("repair", repair, nb::arg("path"));
  module.def("salvage", salvage, nb::arg("path"), nb::arg("destination"), nb::arg("findings"));
  module.def("restore", restore, nb::arg("backups"), nb::arg("path"), nb::arg("cancel").none());
}

}  // namespace vecstore::python
