// Database: opening, collections, closing.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <chrono>

#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/options.h"
#include "python/src/reports.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

// A lock that another process holds is an error of its own kind.
[[noreturn]] void raise_open(const Status& status) {
  if (status.code() == Code::kUnavailable) raise_as("already_open", status.message());
  raise(status);
}

DatabaseHandle opened(Result<Database> database) {
  if (!database.ok()) raise_open(database.status());
  return DatabaseHandle(*std::move(database));
}

DatabaseHandle open(const std::string& path, const nb::dict& given,
                    const std::optional<std::string>& snapshot) {
  DatabaseOptions options = to_database_options(given);
  if (path == ":memory:" && !snapshot)
    return opened(unlocked([&] { return Database::in_memory(options); }));
  if (!options.cancel) options.cancel = CancelToken();
  CancelToken token = *options.cancel;
  return opened(watched(
      [&] {
        return snapshot ? Database::open_snapshot(path, *snapshot, options)
                        : Database::open(path, options);
      },
      &token));
}

std::string name_of(nb::handle label) { return to_text(label, "the name of a collection"); }

CollectionHandle create_collection(const DatabaseHandle& database, nb::handle label,
                                   const nb::dict& given) {
  const std::string name = name_of(label);
  const CollectionOptions options = to_collection_options(given);
  return CollectionHandle(take(
      unlocked(database, [&](auto& engine) { return engine.create_collection(name, options); })));
}

CollectionHandle get_collection(const DatabaseHandle& database, nb::handle label) {
  const std::string name = name_of(label);
  return CollectionHandle(
      take(unlocked(database, [&](auto& engine) { return engine.collection(name); })));
}

CollectionHandle get_or_create(const DatabaseHandle& database, nb::handle label,
                               const nb::dict& given) {
  const std::string name = name_of(label);
  const CollectionOptions options = to_collection_options(given);
  return CollectionHandle(
      take(unlocked(database, [&](auto& engine) { return engine.get_or_create(name, options); })));
}

CollectionHandle copy_collection(const DatabaseHandle& database, std::string from, std::string to,
                                 nb::handle cancel) {
  CancelToken token = token_of(cancel);
  auto copy = [shared = database.shared(), from = std::move(from), to = std::move(to), token] {
    return shared->copy_collection(from, to, token);
  };
  return CollectionHandle(take(watched(std::move(copy), &token)));
}

template <Status (Database::*Method)(std::string_view)>
void by_name(const DatabaseHandle& database, nb::handle label) {
  const std::string name = name_of(label);
  check(unlocked(database, [&](auto& engine) { return (engine.*Method)(name); }));
}

template <Status (Database::*Method)(std::string_view, std::string_view)>
void by_names(const DatabaseHandle& database, const std::string& first, const std::string& second) {
  check(unlocked(database, [&](auto& engine) { return (engine.*Method)(first, second); }));
}

template <Status (Database::*Method)()>
void settle(const DatabaseHandle& database) {
  check(watched([shared = database.shared()] { return ((*shared).*Method)(); }, nullptr));
}

void refresh_to(const DatabaseHandle& database, std::uint64_t sequence, std::int64_t timeout_ms,
                nb::handle cancel) {
  CancelToken token = token_of(cancel);
  const std::chrono::milliseconds timeout(timeout_ms);
  check(watched([&, &engine = *database] { return engine.refresh_to(sequence, timeout, token); },
                &token));
}

void wait_durable(const DatabaseHandle& database, std::uint64_t sequence, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  check(watched([&, &engine = *database] { return engine.wait_durable(sequence, token); }, &token));
}

void wait_for_background(const DatabaseHandle& database, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  check(watched([&, &engine = *database] { return engine.wait_for_background(token); }, &token));
}

nb::dict compact(const DatabaseHandle& database, nb::handle cancel) {
  CancelToken token = token_of(cancel);
  return from_compact(
      take(watched([&, &engine = *database] { return engine.compact(token); }, &token)));
}

nb::dict stats(const DatabaseHandle& database) {
  return from_stats(take(unlocked(database, [&](auto& engine) { return engine.stats(); })));
}

}  // namespace

CancelToken token_of(nb::handle object) {
  if (object.is_none()) return {};
  if (nb::isinstance<CancelToken>(object)) return nb::cast<CancelToken>(object);
  raise_wrong_type("cancel: a vecstore.CancelToken is expected, not " + type_in_words(object));
}

void bind_cancel(nb::module_& module) {
  nb::class_<CancelToken>(module, "CancelToken",
                          "Calls off what was started with it, from any thread: a query returns "
                          "what it has found, flagged ``partial``; "
                          "other calls raise :class:`Cancelled`.")
      .def(nb::init<>())
      .def("cancel", &CancelToken::cancel,
           "Calls off every call that was given this token, and those to come.")
      .def_prop_ro("cancelled", &CancelToken::cancelled, "Whether cancel() was called.");
}

void bind_database(nb::module_& module, DatabaseClass& database) {
  module.def("open", open, nb::arg("path"), nb::arg("options"), nb::arg("snapshot").none());
  database.def("create_collection", create_collection, nb::arg("name").none(), nb::arg("options"))
      .def("get_collection", get_collection, nb::arg("name").none())
      .def("get_or_create", get_or_create, nb::arg("name").none(), nb::arg("options"))
      .def("copy_collection", copy_collection, nb::arg("source"), nb::arg("destination"),
           nb::arg("cancel").none())
      .def("list_collections",
           [](const DatabaseHandle& d) {
             return take(unlocked(d, [&](auto& engine) { return engine.list_collections(); }));
           })
      .def("drop_collection", by_name<&Database::drop_collection>, nb::arg("name").none())
      .def("rename_collection", by_names<&Database::rename_collection>, nb::arg("source"),
           nb::arg("destination"))
      .def("set_alias", by_names<&Database::set_alias>, nb::arg("alias"), nb::arg("collection"))
      .def("drop_alias", by_name<&Database::drop_alias>, nb::arg("alias"))
      .def("list_aliases",
           [](const DatabaseHandle& d) {
             return take(unlocked(d, [&](auto& engine) { return engine.list_aliases(); }));
           })
      .def("refresh", settle<&Database::refresh>)
      .def("refresh_to", refresh_to, nb::arg("sequence"), nb::arg("timeout_ms"),
           nb::arg("cancel").none())
      .def("wait_durable", wait_durable, nb::arg("sequence"), nb::arg("cancel").none())
      .def("compact", compact, nb::arg("cancel").none())
      .def("stats", stats)
      .def("flush", settle<&Database::flush>)
      .def("wait_for_background", wait_for_background, nb::arg("cancel").none())
      .def("close", settle<&Database::close>);
}

}  // namespace vecstore::python
