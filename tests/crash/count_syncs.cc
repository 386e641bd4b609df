// Writes to a database and says on standard output, by one write() each, where it is: what a tracer
// of system calls sees between two of them is what the write between them cost.
//
//   count_syncs PATH full|normal|off one|batch TIMES
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "vecstore/vecstore.h"

namespace vecstore {
namespace {

void say(const std::string& text) {
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) std::_Exit(1);
}

std::vector<Record> records(int round, int count) {
  std::vector<Record> all;
  for (int i = 0; i < count; ++i)
    all.push_back({.id = std::to_string(round) + "-" + std::to_string(i), .vector = {1.0f, 2.0f}});
  return all;
}

Status run(const std::string& path, std::string_view mode, std::string_view size, int times) {
  DatabaseOptions options;
  options.durability = mode == "full"     ? Durability::kFull
                       : mode == "normal" ? Durability::kNormal
                                          : Durability::kOff;
  options.sync_interval_ms = 1'000'000;  // what syncs is the write, not the clock
  options.threads = 0;
  options.seal_rows = 1'000'000;
  VECSTORE_ASSIGN(Database database, Database::open(path, options));
  VECSTORE_ASSIGN(Collection things, database.get_or_create("things", {.dimension = 2}));
  const int count = size == "batch" ? 100 : 1;
  VECSTORE_TRY(things.upsert_many(records(0, count)).status());  // the log's file is there now
  for (int round = 1; round <= times; ++round) {
    say("begin write\n");
    VECSTORE_TRY(count == 1 ? things.upsert(records(round, 1)[0]).status()
                            : things.upsert_many(records(round, count)).status());
    say("end write\n");
  }
  say("begin flush\n");
  VECSTORE_TRY(database.flush());
  say("end flush\n");
  return database.close();
}

}  // namespace
}  // namespace vecstore

int main(int count, char** words) {
  if (count != 5) return 2;
  const vecstore::Status status = vecstore::run(words[1], words[2], words[3], std::atoi(words[4]));
  if (!status.ok()) vecstore::say(status.to_string() + "\n");
  return status.ok() ? 0 : 1;
}
