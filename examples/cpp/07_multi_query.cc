// One question asked in several ways: a model that writes makes others of it, all are searched, and
// what several of them find comes first.
//   CHAT_ADDRESS=http://localhost:11434/v1 CHAT_MODEL=llama3.2
//   07_multi_query MODEL DATABASE FOLDER QUESTION [WAY]
// WAY is multi_query (other words), decompose (the questions in it) or step_back (the one behind).
#include <vecstore/rag.h>

#include "chat.h"
#include "console.h"

namespace {

using vecstore::Hit;
using vecstore::Status;

struct Asked {
  std::string model, database, folder, question, way;
};

// "the question, 2": who found it, by the ranks that each search gave it. Beyond the twenty best
// nearly everything is found by everyone.
std::string finders(const Hit& hit) {
  std::string names;
  for (std::size_t i = 0; i < hit.arms.size(); ++i) {
    if (hit.arms[i].rank == 0 || hit.arms[i].rank > 20) continue;
    names += (names.empty() ? "" : ", ") + (i == 0 ? "the question" : std::to_string(i)) + " (" +
             std::to_string(hit.arms[i].rank) + ".)";
  }
  return names.empty() ? "none among its best" : names;
}

Status run(const Asked& asked) {
  VECSTORE_ASSIGN(const auto writer, chat::writer());
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(asked.model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(asked.database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "documents", embedder));
  VECSTORE_TRY(rag.ingest({.paths = {asked.folder}}).status());

  vecstore::RagRetrieveOptions options{.passages = 5};
  VECSTORE_ASSIGN(options.others, vecstore::other_questions(writer, asked.question, asked.way));
  std::printf("the question: %s\n", asked.question.c_str());
  for (std::size_t i = 0; i < options.others.size(); ++i)
    std::printf("%zu: %s\n", i + 1, options.others[i].c_str());
  if (options.others.empty()) std::printf("the model had no other way to ask\n");

  VECSTORE_ASSIGN(const auto hits, rag.retrieve(asked.question, options));
  for (const Hit& hit : hits) {
    std::printf("\n%s\n  %s\n", console::heading(hit).c_str(), console::place(hit).c_str());
    std::printf("  %s\n", console::one_line(hit.text.value_or(""), 160).c_str());
    if (!options.others.empty()) std::printf("  found by %s\n", finders(hit).c_str());
  }
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: 07_multi_query MODEL DATABASE FOLDER QUESTION [WAY]\n");
    return 2;
  }
  return console::end(
      run({argv[1], argv[2], argv[3], argv[4], argc == 6 ? argv[5] : "multi_query"}));
}
