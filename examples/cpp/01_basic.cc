// Documents in a folder that answer questions: ingest, then search by meaning and by words.
//   01_basic MODEL DATABASE FOLDER QUESTION
//   01_basic ~/.cache/vecstore/models/wordllama-256 notes.db ~/notes "when do we meet"
// Run again, it reads what has changed and asks the database that is there.
#include <vecstore/rag.h>

#include "console.h"

namespace {

using vecstore::Status;

void tell(const vecstore::RagIngestReport& report) {
  std::printf("%zu files: %zu new, %zu changed, %zu as before, %zu gone; %llu passages written\n",
              report.files, report.added, report.changed, report.unchanged, report.removed,
              static_cast<unsigned long long>(report.passages_written));
  // One file that cannot be read does not end an ingest.
  for (const auto& [file, why] : report.problems)
    std::fprintf(stderr, "not read: %s: %s\n", file.c_str(), why.message().c_str());
}

Status run(const std::string& model, const std::string& database, const std::string& folder,
           const std::string& question) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "documents", embedder));
  VECSTORE_ASSIGN(const auto report, rag.ingest({.paths = {folder}}));
  tell(report);

  VECSTORE_ASSIGN(const auto hits, rag.retrieve(question, {.passages = 3}));
  console::print(hits);
  return db.close();  // the destructor would do it, too, and could not say what went wrong
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: 01_basic MODEL DATABASE FOLDER QUESTION\n");
    return 2;
  }
  return console::end(run(argv[1], argv[2], argv[3], argv[4]));
}
