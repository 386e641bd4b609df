// Source code found by what it does, and by the names in it.
//   04_code_search MODEL DATABASE FOLDER QUESTION [LANGUAGE]
//   04_code_search ~/.cache/vecstore/models/wordllama-256 code.db ~/project "retry after a timeout"
//   python
// `where_is_this_name` and `whereIsThisName` are found by each of their words.
#include <vecstore/rag.h>

#include "console.h"

namespace {

using vecstore::Hit;
using vecstore::Status;

struct Asked {
  std::string model, database, folder, question, language;
};

// Made before the ingest, for its analyzer: names are cut into their words, and kept whole besides.
vecstore::Result<vecstore::Collection> collection_of_code(vecstore::Database& db,
                                                          const vecstore::Embedder& embedder) {
  vecstore::CollectionOptions options;
  options.dimension = static_cast<std::uint32_t>(embedder.info().dimension);
  options.text.analyzer = "code";
  return db.get_or_create("code", options);
}

// The first lines of a passage, numbered as in the file.
void print(const Hit& hit) {
  const auto& facts = hit.metadata;
  const auto* line = facts.find("line") ? facts.find("line")->as_int() : nullptr;
  std::int64_t number = line ? *line : 1;
  std::printf("\n%s:%lld  (%s)\n", console::member(facts, "source").c_str(),
              static_cast<long long>(number), console::member(facts, "language").c_str());
  std::string_view rest = *hit.text;
  for (int shown = 0; shown < 8 && !rest.empty(); ++shown) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::printf("%6lld  %.*s\n", static_cast<long long>(number++), static_cast<int>(end),
                rest.data());
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

Status run(const Asked& asked) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked.model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked.database));
  VECSTORE_ASSIGN(auto code, collection_of_code(db, *embedder));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "code", embedder));
  // At functions and classes, which tools/setup grammars does by their syntax.
  VECSTORE_ASSIGN(const auto report,
                  rag.ingest({.paths = {asked.folder}, .splitter = "code", .chunk_size = 1500}));
  std::printf("%zu files, %zu of them read anew\n", report.files, report.added + report.changed);

  VECSTORE_ASSIGN(const auto languages, code.facet("language"));
  for (const auto& one : languages.values) {
    if (one.value.as_string())
      std::printf("  %s: %llu passages\n", one.value.as_string()->c_str(),
                  static_cast<unsigned long long>(one.records));
  }
  vecstore::RagRetrieveOptions options{.passages = 3};
  options.filter = asked.language.empty()
                       ? vecstore::field("language").exists()
                       : vecstore::field("language") == vecstore::Value(asked.language);
  VECSTORE_ASSIGN(const auto hits, rag.retrieve(asked.question, options));
  for (const Hit& hit : hits) print(hit);
  if (hits.empty()) std::printf("\nnothing was found\n");
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: 04_code_search MODEL DATABASE FOLDER QUESTION [LANGUAGE]\n");
    return 2;
  }
  return console::end(run({argv[1], argv[2], argv[3], argv[4], argc == 6 ? argv[5] : ""}));
}
