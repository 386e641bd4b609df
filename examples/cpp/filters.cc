// Conditions on metadata: as text, built in code, and what happens when one does not parse.
#include <vecstore/vecstore.h>

#include <cstdio>

using vecstore::field;
using vecstore::List;
using vecstore::Metadata;

namespace {

void show(const char* what, const vecstore::Hits& hits) {
  std::printf("%s:", what);
  for (const auto& hit : hits) std::printf(" %s", hit.id.c_str());
  std::printf("\n");
}

}  // namespace

int main() {
  auto books =
      vecstore::VecStore::in_memory({.dimension = 2, .metric = vecstore::Metric::kEuclidean})
          .value();
  const std::vector<vecstore::Record> records = {
      {.id = "a", .vector = {1, 1}, .metadata = Metadata{{"year", 1999}, {"tags", List{"sea"}}}},
      {.id = "b",
       .vector = {2, 1},
       .metadata = Metadata{{"year", 2021}, {"tags", List{"sea", "ice"}}}},
      {.id = "c", .vector = {3, 1}, .metadata = Metadata{{"year", 2023}}},
  };
  books.upsert_many(records).value();

  const auto recent = books.query({.vector = {0, 0}, .filter = "year >= 2020"}).value();
  show("since 2020", recent);
  const auto icy = books
                       .query({.vector = {0, 0},
                               .filter = field("year") >= 2000 && field("tags").contains("ice")})
                       .value();
  show("since 2000 about ice", icy);
  std::printf("without tags: %llu\n",
              static_cast<unsigned long long>(books.count("tags IS NULL").value()));

  // A mistake is a Status with the column, never a filter that passes everything.
  const auto wrong = books.query({.vector = {0, 0}, .filter = "year >="});
  std::printf("%s\n", wrong.status().to_string().c_str());
  return recent.size() == 2 && icy.size() == 1 && !wrong.ok() ? 0 : 1;
}
