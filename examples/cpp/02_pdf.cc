// PDF files that answer with the page: who wrote them, where it stands, and the words that fit.
//   02_pdf MODEL DATABASE FILE_OR_FOLDER QUESTION [FIRST_PAGE LAST_PAGE]
//   02_pdf ~/.cache/vecstore/models/wordllama-256 papers.db ~/papers "how was the sample drawn" 1
//   10
// `vecstore extract FILE --bytes BEGIN-END` prints what is cited.
#include <vecstore/rag.h>

#include "console.h"

namespace {

using vecstore::Filter;
using vecstore::Hit;
using vecstore::Status;

struct Asked {
  std::string model, database, files, question;
  Filter filter = "source ENDSWITH '.pdf'";  // of a folder, what else may lie there
};

// The part of a passage that fits best, with «marks» around the words that were asked for.
std::string marked(const Hit& hit) {
  const std::string& text = *hit.text;
  std::string out;
  std::size_t at = hit.passage->offset;
  const std::size_t end = at + hit.passage->length;
  for (const vecstore::Highlight& word : hit.highlights) {
    if (word.offset < at || word.offset + word.length > end) continue;
    out += text.substr(at, word.offset - at) + "«" + text.substr(word.offset, word.length) + "»";
    at = word.offset + word.length;
  }
  return console::one_line(out + text.substr(at, end - at), 1000);
}

void print(const Hit& hit) {
  const auto& facts = hit.metadata;
  std::printf("\n%s, page %s of %s\n", console::heading(hit).c_str(),
              console::member(facts, "page").c_str(), console::member(facts, "pages").c_str());
  const std::string author = console::member(facts, "author");
  if (!author.empty()) std::printf("by %s\n", author.c_str());
  const auto* start = facts.find("start") ? facts.find("start")->as_int() : nullptr;
  if (!start || !hit.text || !hit.passage) return;
  const auto begin = *start + static_cast<std::int64_t>(hit.passage->offset);
  const auto end = begin + static_cast<std::int64_t>(hit.passage->length);
  std::printf("%s, bytes %lld-%lld\n  %s\n", console::member(facts, "source").c_str(),
              static_cast<long long>(begin), static_cast<long long>(end), marked(hit).c_str());
}

Status run(const Asked& asked) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked.model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked.database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "papers", embedder));
  VECSTORE_ASSIGN(const auto report, rag.ingest({.paths = {asked.files}, .include = {"*.pdf"}}));
  std::printf("%zu files, %llu passages written\n", report.files,
              static_cast<unsigned long long>(report.passages_written));
  for (const auto& [file, why] : report.problems) return why.with_context(file);

  // Rag::retrieve gives whole passages. A query of one's own asks for more: the words, and a part.
  VECSTORE_ASSIGN(auto papers, db.collection("papers"));
  VECSTORE_ASSIGN(const auto vector, embedder->embed_query(asked.question));
  VECSTORE_ASSIGN(const auto hits,
                  papers.query({.vector = vector,
                                .text = asked.question,
                                .k = 3,
                                .filter = asked.filter,
                                .include = {.highlights = true, .passage_bytes = 300}}));
  for (const Hit& hit : hits) print(hit);
  if (hits.empty()) std::printf("nothing was found on these pages\n");
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 7) {
    std::fprintf(stderr,
                 "usage: 02_pdf MODEL DATABASE FILE_OR_FOLDER QUESTION [FIRST_PAGE LAST_PAGE]\n");
    return 2;
  }
  Asked asked{argv[1], argv[2], argv[3], argv[4]};
  if (argc == 7) {  // what is no number is an error of the filter, with its column
    const std::string pages = std::string("page BETWEEN ") + argv[5] + " AND " + argv[6];
    asked.filter = asked.filter && Filter(pages);
  }
  return console::end(run(asked));
}
