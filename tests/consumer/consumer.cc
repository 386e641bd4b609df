// Uses the library as its users do: open a folder, write, ask, reopen.
#include <vecstore/vecstore.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

vecstore::Status write(const std::string& path) {
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(path));
  VECSTORE_ASSIGN(auto docs, db.get_or_create("docs", {.dimension = 3, .metric = vecstore::Metric::kCosine}));
  const std::vector<vecstore::Record> records = {
      {.id = "a", .vector = {1, 0, 0}, .metadata = vecstore::Metadata{{"year", 2019}}, .text = "first"},
      {.id = "b", .vector = {1, 1, 0}, .metadata = vecstore::Metadata{{"year", 2024}}, .text = "second"}};
  VECSTORE_TRY(docs.upsert_many(records).status());
  return db.close();
}

vecstore::Status read(const std::string& path) {
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(path, {.create = false}));
  VECSTORE_ASSIGN(auto docs, db.collection("docs"));
  VECSTORE_ASSIGN(auto hits, docs.query({.vector = {1, 0, 0}, .k = 5, .filter = vecstore::field("year") >= 2020}));
  if (hits.size() != 1 || hits[0].id != "b" || hits[0].text != "second") {
    return {vecstore::Code::kInternal, "the query did not find record b alone"};
  }
  VECSTORE_ASSIGN(auto both, docs.count());
  return both == 2 ? vecstore::Status() : vecstore::Status(vecstore::Code::kInternal, "not two records");
}

}  // namespace

int main(int, char** argv) {
  vecstore::Status status = write(argv[1]);
  if (status.ok()) status = read(argv[1]);
  std::printf("%s\n", status.to_string().c_str());
  return status.ok() ? 0 : 1;
}
