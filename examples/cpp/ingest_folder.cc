// A folder of documents into passages, with the toolkit: load, split, embed, write; then ask.
//   ingest_folder MODELS_FOLDER DOCUMENTS QUESTION
#include <cstdio>

#include "embed/model_files.h"
#include "rag/ingest/ingest.h"
#include "vecstore/vecstore.h"

namespace {

vecstore::Status run(const std::string& models, const std::string& documents,
                     const std::string& question) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::load_builtin_embedder(models));
  VECSTORE_ASSIGN(auto db, vecstore::Database::in_memory());
  vecstore::IngestOptions options;
  options.paths = {documents};
  VECSTORE_ASSIGN(const auto report, vecstore::ingest(db, "docs", *embedder, options));
  std::printf("%zu files, %llu passages\n", report.files,
              static_cast<unsigned long long>(report.chunks_written));

  VECSTORE_ASSIGN(const auto docs, db.collection("docs"));
  VECSTORE_ASSIGN(const auto vector, embedder->embed_query(question));
  VECSTORE_ASSIGN(const auto hits, docs.query({.vector = vector, .k = 3}));
  for (const vecstore::Hit& hit : hits) std::printf("%.3f  %s\n", hit.score, hit.id.c_str());
  return hits.empty() ? vecstore::not_found("no passage") : vecstore::Status();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: ingest_folder MODELS_FOLDER DOCUMENTS QUESTION\n");
    return 2;
  }
  const vecstore::Status status = run(argv[1], argv[2], argv[3]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.code() == vecstore::Code::kNotFound ? 77 : 1;
}
