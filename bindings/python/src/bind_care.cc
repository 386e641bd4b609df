// What is done to a database that is not open: check, repair, salvage, restore.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/reports.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict check_database(const std::string& path, bool deep, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  return from_check(take(watched([&] { return Database::check(path, deep, token); }, &token)));
}

nb::dict repair(const std::string& path, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  return from_repair(take(watched([&] { return Database::repair(path, token); }, &token)));
}

nb::dict salvage(const std::string& path, const std::string& destination, std::size_t findings,
                 nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const SalvageOptions options{.findings = findings, .cancel = token};
  return from_salvage(
      take(watched([&] { return Database::salvage(path, destination, options); }, &token)));
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
  module.def("check", check_database, nb::arg("path"), nb::arg("deep"), nb::arg("cancel").none());
  module.def("repair", repair, nb::arg("path"), nb::arg("cancel").none());
  module.def("salvage", salvage, nb::arg("path"), nb::arg("destination"), nb::arg("findings"),
             nb::arg("cancel").none());
  module.def("restore", restore, nb::arg("backups"), nb::arg("path"), nb::arg("cancel").none());
}

}  // namespace vecstore::python
