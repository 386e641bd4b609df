// A store that has some of everything: vectors of every kind, several text fields, columns, rules,
// a partition key, graphs, codes, masks, a snapshot, rows in files and rows in the log.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/memory_file_system.h"
#include "vecstore/vecstore.h"

namespace vecstore::crash {

DatabaseOptions options_of_rich_store();
CollectionOptions rich_options();  // of the collection "things"
std::shared_ptr<io::MemoryFileSystem> rich_store();
std::shared_ptr<io::MemoryFileSystem> copy_of_disk(const io::MemoryFileSystem& disk);
Record rich_record(std::int64_t n);

struct Call {
  std::string name;
  std::function<Status(Database&)> run;
  std::function<Status(Collection&)> on = {};  // what `run` asks of the collection "things"
};
// Every way to read, each of which succeeds on a rich store.
std::vector<Call> reading_calls();
// Every way to change it; each may be done again, also when it had succeeded.
std::vector<Call> changing_calls();

}  // namespace vecstore::crash
