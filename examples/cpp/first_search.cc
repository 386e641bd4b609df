// Five lines to a search: open, upsert, query.
#include <vecstore/vecstore.h>

#include <cstdio>

int main(int argc, char** argv) {
  auto db = vecstore::Database::open(argc > 1 ? argv[1] : "first_search.db").value();
  auto notes = db.get_or_create("notes", {.dimension = 3}).value();

  notes.upsert({.id = "tea", .vector = {0.9f, 0.1f, 0.0f}, .text = "how to brew green tea"})
      .value();
  notes.upsert({.id = "sea", .vector = {0.0f, 0.2f, 0.9f}, .text = "the tides of the sea"}).value();

  const auto hits = notes.query({.vector = {1.0f, 0.0f, 0.1f}, .k = 2}).value();
  for (const vecstore::Hit& hit : hits) {
    std::printf("%s  %.3f  %s\n", hit.id.c_str(), hit.score, hit.text->c_str());
  }
  return hits[0].id == "tea" ? 0 : 1;
}
