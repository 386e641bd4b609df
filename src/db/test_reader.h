// For tests of readers beside a writer: both on one disk in memory, with what the reader does to it
// watched, and the writer let loose in the middle of that.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/test_database.h"
#include "db/test_store.h"
#include "io/fault_file_system.h"

namespace vecstore::db {

class WatchedFiles : public io::FaultFileSystem {
 public:
  explicit WatchedFiles(io::FileSystem& disk) : FaultFileSystem(disk) {}
  // Called before a file is opened; not from within itself.
  std::function<void(const std::string& path)> before_open;

  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    if (const auto call = std::exchange(before_open, {})) {
      call(path);
      if (!before_open) before_open = call;
    }
    return FaultFileSystem::open(path, access);
  }

  // The first operation that was not reading; empty when there was none.
  std::string first_change() const {
    using enum io::OperationKind;
    for (const io::Operation& one : record())
      if (one.kind != kOpen && one.kind != kRead && one.kind != kFileSize && one.kind != kExists &&
          one.kind != kList)
        return one.to_string();
    return {};
  }
};

// What writes made of the records "0" to "29", of which removed ones are in no scan. Without the
// removals: a manifest may ask for versions before the part of the log that is read with it did,
// and then shows some that the writer did not keep.
inline std::string dump_versions(const Collection& collection) {
  std::string all;
  for (int i = 0; i < 30; ++i)
    for (const RecordVersion& one : collection.versions(std::to_string(i), true).value())
      if (one.record)
        all += std::to_string(i) + " at " + std::to_string(one.sequence) +
               (one.current ? " now " : " ") + one.record->to_json() + "\n";
  return all;
}

// All that a user sees of a database.
inline std::string dump_all(const Database& database) {
  std::string all;
  for (const std::string& name : database.list_collections().value()) {
    const Collection one = database.collection(name).value();
    all += name + " " + one.options().description + "\n" + dump(one) + dump_versions(one);
  }
  for (const auto& [alias, name] : database.list_aliases().value())
    all += alias + " -> " + name + "\n";
  return all;
}

struct WriterAndReader {
  std::shared_ptr<OddFiles> disk = std::make_shared<OddFiles>();
  std::shared_ptr<WatchedFiles> watched = std::make_shared<WatchedFiles>(*disk);
  ManualClock clock{1'000'000};
  DatabaseOptions options = small();
  // By default log files are left at every seal, so that they go as soon as they may.
  std::uint64_t leave_log_bytes;
  std::optional<Database> writer, reader;

  explicit WriterAndReader(std::uint64_t leave = 1) : leave_log_bytes(leave) {
    open_writer();
    EXPECT_TRUE(things().upsert({.id = "first", .vector = {1, 2}}).ok());
    open_reader();
  }
  Environment environment(std::shared_ptr<io::FileSystem> files) {
    Environment made;
    made.files = std::move(files);
    made.clock = &clock;
    made.leave_log_bytes = leave_log_bytes;
    return made;
  }
  void open_writer() {
    if (writer) static_cast<void>(writer->close().ok());
    writer = DatabaseInternals::open("store", options, environment(disk)).value();
  }
  void open_reader() {
    DatabaseOptions reading = options;
    reading.read_only = true;
    reader = DatabaseInternals::open("store", reading, environment(watched)).value();
  }
  Collection things() { return writer->get_or_create("things", {.dimension = 2}).value(); }
  Collection seen() { return reader->collection("things").value(); }
  testing::AssertionResult same() {
    const std::string wanted = dump_all(*writer), found = dump_all(*reader);
    if (wanted == found) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "the writer has\n" << wanted << "the reader\n" << found;
  }
};

}  // namespace vecstore::db
