// A web site that answers with links: each page once, with the best of what it says.
//   wget --mirror --no-parent https://sqlite.org/docs.html
//   03_web ~/.cache/vecstore/models/wordllama-256 site.db sqlite.org https://sqlite.org "is my data
//   safe"
// After the next wget the pages that changed are read again, and those that are gone leave.
#include <vecstore/rag.h>

#include "console.h"

namespace {

using vecstore::Hit;
using vecstore::Status;

struct Asked {
  std::string model, database, folder, address, question;
};

// Where the page of a passage is on the web: `source` begins with the name of the folder.
std::string link(const std::string& address, const Hit& hit) {
  const std::string source = console::member(hit.metadata, "source");
  const std::string site = address.substr(0, address.find_last_not_of('/') + 1);
  return site + source.substr(source.find('/'));
}

Status read(vecstore::Rag& rag, const std::string& folder) {
  // Menus, headers, footers and scripts of pages are left out by themselves.
  vecstore::RagIngestOptions options{.paths = {folder}, .include = {"*.html", "*.htm"}};
  options.splitter = "html";
  options.progress = [](std::size_t done, std::size_t total) {
    if (done % 100 == 0) std::fprintf(stderr, "\r%zu of %zu pages ", done, total);
  };
  VECSTORE_ASSIGN(const auto report, rag.ingest(options));
  std::fprintf(stderr, "\r");
  std::printf("%zu pages: %zu new, %zu changed, %zu gone, %zu could not be read\n", report.files,
              report.added, report.changed, report.removed, report.failed);
  return {};
}

Status run(const Asked& asked) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked.model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked.database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "site", embedder));
  VECSTORE_TRY(read(rag, asked.folder));

  // The five best pages, not five passages of the best page.
  VECSTORE_ASSIGN(auto site, db.collection("site"));
  VECSTORE_ASSIGN(const auto vector, embedder->embed_query(asked.question));
  VECSTORE_ASSIGN(const auto hits, site.query({.vector = vector,
                                               .text = asked.question,
                                               .k = 5,
                                               .group_by = vecstore::GroupBy{"source", 1}}));
  for (const Hit& hit : hits) {
    std::printf("\n%s\n%s\n  %s\n", console::heading(hit).c_str(), link(asked.address, hit).c_str(),
                console::one_line(hit.text.value_or("")).c_str());
  }
  VECSTORE_ASSIGN(const auto pages, site.facet("source", {}, 3));
  std::printf("\nThe longest pages:");
  for (const auto& page : pages.values)
    std::printf("  %s (%llu passages)", page.value.as_string()->c_str(),
                static_cast<unsigned long long>(page.records));
  std::printf("\n");
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: 03_web MODEL DATABASE FOLDER ADDRESS QUESTION\n");
    return 2;
  }
  return console::end(run({argv[1], argv[2], argv[3], argv[4], argv[5]}));
}
