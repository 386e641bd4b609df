// For tests of the store: a disk that interferes, small segments, rows and what they came to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/handle.h"
#include "io/memory_file_system.h"

namespace vecstore::db {

// A disk that asks before it opens, creates or removes a file.
class OddFiles : public io::MemoryFileSystem {
 public:
  using Ask = std::function<Status(const std::string&)>;
  Ask on_open, on_create, on_remove;
  static Status ask(const Ask& whom, const std::string& path) {
    return whom ? whom(path) : Status();
  }
  static Status no_segments(const std::string& path) {
    return path.ends_with(".seg") ? resource_exhausted("no segments today") : Status();
  }

  Result<std::unique_ptr<io::WritableFile>> create(const std::string& path,
                                                   io::Create mode) override {
    VECSTORE_TRY(ask(on_create, path));
    return io::MemoryFileSystem::create(path, mode);
  }
  Result<std::unique_ptr<io::ReadableFile>> open(const std::string& path,
                                                 io::Access access) override {
    VECSTORE_TRY(ask(on_open, path));
    return io::MemoryFileSystem::open(path, access);
  }
  Status remove(const std::string& path) override {
    VECSTORE_TRY(ask(on_remove, path));
    return io::MemoryFileSystem::remove(path);
  }
};

// What a power cut now would leave, were everything on the disk. Null: it could not be copied.
inline std::shared_ptr<OddFiles> copy_of(OddFiles& files) {
  auto copy = std::make_shared<OddFiles>();
  for (const std::string& folder : files.folders())
    if (!copy->make_folder(folder).ok()) return nullptr;
  for (const std::string& path : files.files())
    if (!copy->set_content(path, files.content(path).value()).ok()) return nullptr;
  return copy;
}

inline DatabaseOptions small() {
  return {.threads = 0, .memory_map = false, .seal_rows = 4, .merge_fanout = 2};
}

inline Result<Database> try_open(const std::shared_ptr<io::FileSystem>& files,
                                 const DatabaseOptions& options = small()) {
  Environment environment;
  environment.files = files;
  return DatabaseInternals::open("store", options, environment);
}
inline Database open_on(const std::shared_ptr<io::FileSystem>& files,
                        const DatabaseOptions& options = small()) {
  return try_open(files, options).value();
}

inline Status fill(Collection& things, int from, int to) {
  for (int i = from; i < to; ++i)
    VECSTORE_TRY(things
                     .upsert({.id = std::to_string(i),
                              .vector = {1, static_cast<float>(i)},
                              .metadata = {{"i", i}}})
                     .status());
  return {};
}

inline std::string dump(const Collection& things) {
  std::string all;
  Scan scan = things.scan({.include_deleted = true}).value();
  const std::vector<Record> records = scan.next(100'000).value();
  for (const Record& record : records)
    all += record.to_json() + " " + std::to_string(record.version) + "\n";
  return all;
}

}  // namespace vecstore::db
