// What is behind the handles.
#pragma once

#include <memory>
#include <string>

#include "db/store.h"
#include "vecstore/collection.h"
#include "vecstore/database.h"

namespace vecstore {
namespace db {

// Ok while the database is open and the collection not dropped.
inline Status usable(const Store& store, const CollectionCore& core) {
  VECSTORE_TRY(store.require_open());
  return core.dropped() ? not_found("the collection was dropped") : Status();
}

}  // namespace db

struct Collection::State {
  std::shared_ptr<db::Store> store;
  std::shared_ptr<db::CollectionCore> core;

  std::string name() const { return store->catalog().name_of(core->number()); }
  Status usable() const { return db::usable(*store, *core); }
};

struct Database::State {
  std::shared_ptr<db::Store> store;
};

// Opens a database on a file system and clock of the caller's: how tests play faults, crashes and
// time.
struct DatabaseInternals {
  static Result<Database> open(const std::string& path, const DatabaseOptions& options,
                               const db::Environment& environment);
  static Result<RepairReport> repair(const std::string& path,
                                     const std::optional<CancelToken>& cancel,
                                     const db::Environment& environment);
};

}  // namespace vecstore
