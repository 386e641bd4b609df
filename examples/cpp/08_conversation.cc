// A conversation about documents that goes on tomorrow: answers with checked citations, typed out
// as they come.
//   CHAT_ADDRESS=http://localhost:11434/v1 CHAT_MODEL=llama3.2
//   08_conversation MODEL DATABASE FOLDER NAME
// A line is a question. NAME is the conversation: the same one goes on with what was said, also
// after the program ended. Without a model that writes the passages are shown.
#include <vecstore/rag.h>

#include <iostream>
#include <string>

#include "chat.h"
#include "console.h"

namespace {

using vecstore::Hit;
using vecstore::RagAnswer;
using vecstore::RagAskOptions;
using vecstore::Status;

// What a statement was taken from: the sentence of the passage, and where it is in the file.
void print_citations(const RagAnswer& answer) {
  for (const vecstore::RagCitation& one : answer.citations) {
    const Hit& hit = answer.passages[one.passage];
    const vecstore::Value* start = hit.metadata.find("start");
    if (!hit.text || !start || !start->as_int()) continue;
    const auto at = [&](std::size_t offset) {
      return std::to_string(*start->as_int() + static_cast<std::int64_t>(offset));
    };
    std::printf("  [%zu] %s, bytes %s-%s\n", one.passage + 1,
                console::member(hit.metadata, "source").c_str(), at(one.quote_begin).c_str(),
                at(one.quote_end).c_str());
    const std::string quote = hit.text->substr(one.quote_begin, one.quote_end - one.quote_begin);
    std::printf("      %s\n", console::one_line(quote, 1000).c_str());
  }
}

Status answer(vecstore::Rag& rag, const std::string& question, const RagAskOptions& options) {
  VECSTORE_ASSIGN(const RagAnswer answer, rag.ask(question, options));
  if (!options.writer.write) {
    console::print(answer.passages);
    return {};
  }
  std::printf("\n");
  if (answer.searched_for != question)
    std::printf("  searched for: %s\n", answer.searched_for.c_str());
  if (answer.cached) std::printf("  said before, and its passages are as they were\n");
  print_citations(answer);
  // What the passages do not have: a quotation, a number, a passage that is not there.
  for (const std::string& problem : answer.problems) std::printf("  check: %s\n", problem.c_str());
  return {};
}

Status talk(vecstore::Rag& rag, const RagAskOptions& options) {
  std::string question;
  while (std::printf("\n> "), std::fflush(stdout), std::getline(std::cin, question)) {
    if (question.empty()) continue;
    const Status status = answer(rag, question, options);
    // A server that is away for a moment ends an answer, not the conversation.
    if (!status.ok()) std::printf("  no answer: %s\n", status.message().c_str());
  }
  std::printf("\n");
  return {};
}

Status run(const std::string& model, const std::string& database, const std::string& folder,
           const std::string& name) {
  RagAskOptions options{.conversation = name, .cache = true};
  options.retrieve.passages = chat::is_set() ? 6 : 3;
  if (chat::is_set()) {
    VECSTORE_ASSIGN(options.writer, chat::writer());
  }
  options.on_text = [](std::string_view piece) {
    std::printf("%.*s", static_cast<int>(piece.size()), piece.data());
    std::fflush(stdout);
  };
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::open(database));
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "documents", embedder));
  VECSTORE_TRY(rag.ingest({.paths = {folder}}).status());
  VECSTORE_TRY(talk(rag, options));
  return db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: 08_conversation MODEL DATABASE FOLDER NAME\n");
    return 2;
  }
  return console::end(run(argv[1], argv[2], argv[3], argv[4]));
}
