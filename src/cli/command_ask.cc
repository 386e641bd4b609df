#include <memory>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/question_file.h"
#include "cli/rerank.h"
#include "cli/terminal.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

struct AskArguments {
  std::string text = {};
  std::optional<std::string> filter = {};
  std::optional<std::int64_t> k = {};
  RerankFlags rerank = {};
};

// "[1] docs/a.md › Section", then the passage in full.
void print_passages(const Output& out, const Hits& hits) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const Hit& hit = hits[i];
    out.print_line("[" + std::to_string(i + 1) + "] " + citation(hit));
    std::string text = hit.text.value_or("");
    out.print_line(wrap(text, 96, SIZE_MAX, "    "));
  }
}

Status run_ask(Session& session, const AskArguments& given) {
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, 5, kMaxK));
  VECSTORE_TRY(check_text(given.text));
  Question question;
  question.text = given.text;
  VECSTORE_ASSIGN(question.filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(const std::size_t wanted, hits_to_find(session, given.rerank, k));
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_queries(session, open.collection, {question}, Query{.k = wanted}));
  VECSTORE_ASSIGN(Hits hits, open.collection.query(queries.front()));
  VECSTORE_ASSIGN(hits, reranked(session, given.rerank, given.text, std::move(hits), k));
  if (session.out.format() == OutputFormat::kTable) {
    print_passages(session.out, hits);
    return {};
  }
  List passages;
  std::vector<Object> rows;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto number = static_cast<std::int64_t>(i + 1);
    rows.push_back({{"number", number},
                    {"citation", citation(hits[i])},
                    {"id", hits[i].id},
                    {"score", hits[i].score},
                    {"text", hits[i].text.value_or("")}});
    passages.emplace_back(rows.back());
  }
  if (session.out.format() == OutputFormat::kJson) {
    session.out.print_object({{"question", given.text}, {"passages", std::move(passages)}});
  } else {
    session.out.print_list("passages", rows);
  }
  return {};
}

}  // namespace

Command ask_command() {
  auto to = std::make_shared<AskArguments>();
  Command command{.name = "ask",
                  .summary = "the passages that answer a question, whole and with their sources",
                  .description =
                      "Examples:\n"
                      "  vecstore ask 'how do I restore a backup'\n"
                      "  vecstore ask 'how do I restore a backup' -k 3 -o json\n"
                      "  vecstore ask 'how do I restore a backup' --rerank",
                  .options = {{"text", &to->text, "the question", "", {}, true},
                              {"-k", &to->k, "how many passages (5)", "N"},
                              {"--filter", &to->filter, "only records that pass", "FILTER"}},
                  .run = [to](Session& session) { return run_ask(session, *to); }};
  for (Option& option : rerank_arguments(to->rerank)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
