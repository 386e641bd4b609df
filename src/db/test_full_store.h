// For tests: a small store of everything that files can hold, and its backups.
#pragma once

#include <memory>
#include <string>

#include "db/test_store.h"

namespace vecstore::db {

// In folder "store", as a killed process left it: graphs, masks, a text index, older versions, a
// snapshot and a log with a batch, an update and a removal of what lies in files; in "copies":
// "folder", "file", and "next", which stands on the first.
inline std::shared_ptr<OddFiles> full_store() {
  auto files = std::make_shared<OddFiles>();
  Environment environment;
  environment.files = files;
  environment.leave_log_bytes = 1;  // what is in files is not in the log besides
  DatabaseOptions options = small();
  options.seal_rows = 6;
  Database database = DatabaseInternals::open("store", options, environment).value();
  CollectionOptions of_things{.dimension = 2, .hnsw = {.min_rows = 2}};
  of_things.keep_versions = 2;
  Collection things = database.create_collection("things", of_things).value();
  const auto done = [](const Status& status) {
    if (!status.ok()) std::abort();
  };
  const auto text_of = [](int i) { return "text of " + std::to_string(i); };
  for (const int i : {0, 1, 2, 3, 4, 5, 2, 3, 4, 6})
    done(things
             .upsert({.id = std::to_string(i),
                      .vector = {1, static_cast<float>(i)},
                      .metadata = {{"i", i}},
                      .text = text_of(i)})
             .status());
  done(database.create_snapshot("then").status());
  done(things.remove("1").status());
  done(things.flush());
  done(database.backup("copies/folder").status());
  done(database.backup("copies/file", {.single_file = true}).status());
  done(things.upsert({.id = "late", .vector = {1, 1}}).status());
  done(database.backup("copies/next", {.base = "copies/folder"}).status());
  std::vector<Record> batch;
  for (const int i : {0, 7, 8})
    batch.push_back({.id = std::to_string(i), .vector = {2, 2}, .text = "in a batch"});
  done(things.upsert_many(batch).status());
  Update update{.id = "2"};
  update.text = "edited";
  done(things.update(update).status());
  done(things.remove("3").status());
  return copy_of(*files);
}

inline void flip(OddFiles& files, const std::string& path, std::size_t from_the_end) {
  Bytes bytes = files.content(path).value();
  bytes.at(bytes.size() - from_the_end) ^= std::byte{4};
  if (!files.set_content(path, bytes).ok()) std::abort();
}

// Those of the folder "store".
inline std::vector<std::string> paths_of(OddFiles& files, const std::string& part) {
  std::vector<std::string> found;
  for (const std::string& path : files.files())
    if (path.starts_with("store/") && path.find(part) != std::string::npos) found.push_back(path);
  return found;
}

}  // namespace vecstore::db
