// For tests of the public interface: a database on a disk in memory whose clock stands still.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/test_folder.h"
#include "db/handle.h"
#include "io/memory_file_system.h"

namespace vecstore {

inline Record record(const std::string& id, std::vector<float> vector, std::int64_t year = 2000) {
  Record made;
  made.id = id;
  made.vector = std::move(vector);
  made.metadata = Metadata{{"year", year}, {"tags", List{"x", "y"}}};
  made.text = "text of " + id;
  return made;
}

inline std::vector<std::string> ids_of(Scan scan) {
  std::vector<std::string> ids;
  const auto records = scan.next(100'000).value();
  for (const Record& one : records) ids.push_back(one.id);
  return ids;
}
inline std::vector<std::string> ids_of(const Collection& in, const ScanOptions& options = {}) {
  return ids_of(in.scan(options).value());
}
using Ids = std::vector<std::string>;

// A database on a disk in memory with a clock that stands still, that can be opened again.
struct TestDatabase {
  std::shared_ptr<io::MemoryFileSystem> files = std::make_shared<io::MemoryFileSystem>();
  ManualClock clock{1'000'000};
  DatabaseOptions options = {.threads = 0};
  std::optional<Database> db;

  TestDatabase() { open(); }
  void open() {
    if (db) static_cast<void>(db->close().ok());  // handles may be about, the lock must go
    db.reset();
    db::Environment environment;
    environment.files = files;
    environment.clock = &clock;
    db = DatabaseInternals::open("store", options, environment).value();
  }
  Collection things(const CollectionOptions& wanted = {.dimension = 2}) {
    return db->get_or_create("things", wanted).value();
  }
};

inline Code code_of(const Status& status) { return status.code(); }
template <typename T>
Code code_of(const Result<T>& result) {
  return result.status().code();
}
template <typename T>
std::string message_of(const Result<T>& result) {
  return result.status().message();
}

}  // namespace vecstore
