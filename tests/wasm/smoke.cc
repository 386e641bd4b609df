// The engine inside WebAssembly: open in memory, write, query with a filter, read back.
#include <cstdio>
#include <string>

#include "vecstore/vecstore.h"

using vecstore::Metadata;

namespace {

vecstore::Status run() {
  VECSTORE_ASSIGN(auto db, vecstore::Database::in_memory({.threads = 0}));
  VECSTORE_ASSIGN(auto docs, db.get_or_create("docs", {.dimension = 3}));
  VECSTORE_TRY(docs.upsert({.id = "a", .vector = {1, 0, 0}, .metadata = Metadata{{"year", 2019}}}).status());
  VECSTORE_TRY(docs.upsert({.id = "b", .vector = {0, 1, 0}, .metadata = Metadata{{"year", 2021}}}).status());
  VECSTORE_TRY(docs.upsert({.id = "c", .vector = {1, 1, 0}, .metadata = Metadata{{"year", 2024}}}).status());
  VECSTORE_ASSIGN(auto hits, docs.query({.vector = {1, 0, 0}, .k = 2, .filter = "year >= 2020"}));
  for (const vecstore::Hit& hit : hits) std::printf("%s %.3f\n", hit.id.c_str(), hit.score);
  VECSTORE_TRY(docs.flush());
  VECSTORE_ASSIGN(auto count, docs.count());
  std::printf("%d records\n", static_cast<int>(count));
  return db.close();
}

}  // namespace

int main() {
  const vecstore::Status status = run();
  if (status.ok()) return 0;
  std::printf("%s\n", status.to_string().c_str());
  return 1;
}
