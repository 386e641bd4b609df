// A conversation about a folder of documents, by the installed toolkit alone: ingest, ask, ask on,
// and an answer that is given again.
//   conversation MODEL_FOLDER DOCUMENTS
// The writer here quotes the first passage; writer_on_server() puts a model in its place.
#include <cstdio>

#include "vecstore/rag.h"
#include "vecstore/vecstore.h"

namespace {

// The first sentence of passage [1]; asked to rewrite a question, what the conversation was about.
vecstore::Result<std::string> quote(std::span<const vecstore::RagMessage> messages,
                                    const std::function<void(std::string_view)>&) {
  const std::string& prompt = messages.back().text;
  if (prompt.find("The question that comes next") != prompt.npos)
    return std::string("what does the filter language do with a missing field");
  const std::size_t begin = prompt.find('\n', prompt.find("[1]")) + 1;
  return prompt.substr(begin, prompt.find_first_of(".\n", begin) - begin) + " [1].";
}

vecstore::Status run(const std::string& model, const std::string& documents) {
  VECSTORE_ASSIGN(const auto embedder, vecstore::embedder_from(model));
  VECSTORE_ASSIGN(auto db, vecstore::Database::in_memory());
  VECSTORE_ASSIGN(auto rag, vecstore::Rag::open(db, "docs", embedder));
  VECSTORE_ASSIGN(const auto report, rag.ingest({.paths = {documents}}));
  std::printf("%zu files, %llu passages\n", report.files,
              static_cast<unsigned long long>(report.passages_written));

  vecstore::RagAskOptions options{.writer = {"quoting", quote}, .conversation = "filters"};
  for (const char* question : {"how are records filtered", "and if one has no such field?"}) {
    VECSTORE_ASSIGN(const auto answer, rag.ask(question, options));
    std::printf("\n%s\n  searched for: %s\n  %s\n", question, answer.searched_for.c_str(),
                answer.text.c_str());
    for (const vecstore::RagCitation& one : answer.citations)
      std::printf("  from %s\n", answer.passages[one.passage].id.c_str());
  }

  options.conversation.clear();
  options.cache = true;
  for (const char* question : {"how is a backup made", "How is a backup made?"}) {
    VECSTORE_ASSIGN(const auto answer, rag.ask(question, options));
    std::printf("\n%s%s\n", question, answer.cached ? "  (said before)" : "");
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: conversation MODEL_FOLDER DOCUMENTS\n");
    return 2;
  }
  const vecstore::Status status = run(argv[1], argv[2]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.code() == vecstore::Code::kNotFound ? 77 : 1;
}
