#include <memory>

#include "cli/answer.h"
#include "cli/answer_output.h"
#include "cli/answering_settings.h"
#include "cli/commands.h"
#include "cli/question_file.h"
#include "cli/rerank.h"
#include "cli/terminal.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kShown = 5;
constexpr std::size_t kShownToModel = 8;

struct AskArguments {
  std::string text = {};
  bool passages = false;
  std::optional<std::string> model = {};
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

Status show_passages(const Session& session, const AskArguments& given, const Hits& hits) {
  if (session.out.format() == OutputFormat::kTable)
    return print_passages(session.out, hits), Status();
  std::vector<Object> rows;
  for (std::size_t i = 0; i < hits.size(); ++i) rows.push_back(passage_object(hits[i], i + 1));
  if (session.out.format() == OutputFormat::kJson) {
    List passages(rows.begin(), rows.end());
    session.out.print_object({{"question", given.text}, {"passages", std::move(passages)}});
  } else {
    session.out.print_list("passages", rows);
  }
  return {};
}

// The model and how it is to answer; none where nobody is to answer but the passages.
struct Answering {
  std::shared_ptr<const ChatModel> model = {};
  AnswerOptions options = {};
};

Result<Answering> answering(Session& session, const AskArguments& given) {
  if (given.model) session.settings.set_by_flag("answering.model", *given.model, "--model");
  if (given.passages && given.model) return invalid_argument("--passages asks no --model");
  if (session.settings.text("answering.provider").empty()) {
    if (!given.model) return Answering();
    return failed_precondition("--model needs answering.provider: who has the model");
  }
  if (given.passages) return Answering();
  Answering out;
  VECSTORE_ASSIGN(out.model, session.chat_model());
  VECSTORE_ASSIGN(out.options, answer_options(session.settings));
  return out;
}

Status show_answer(const Session& session, const AskArguments& given, Answering& who,
                   const Hits& hits) {
  const bool for_people =
      session.out.format() == OutputFormat::kTable || session.out.format() == OutputFormat::kSimple;
  if (for_people) who.options.chat.on_text = print_piece;
  const Result<Answer> answer = answer_question(*who.model, given.text, hits, who.options);
  if (!answer.ok()) return answer.status().with_context("answering");
  if (for_people) return print_named_passages(session.out, *answer), Status();
  return session.out.print_object(answer_object(given.text, who.model->name(), *answer)), Status();
}

Status run_ask(Session& session, const AskArguments& given) {
  VECSTORE_TRY(check_text(given.text));
  VECSTORE_ASSIGN(Answering who, answering(session, given));
  const std::size_t usual = who.model ? kShownToModel : kShown;
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, usual, kMaxK));
  Question question;
  question.text = given.text;
  VECSTORE_ASSIGN(question.filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(const std::size_t wanted, hits_to_find(session, given.rerank, k));
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_queries(session, open.collection, {question}, Query{.k = wanted}));
  VECSTORE_ASSIGN(Hits hits, open.collection.query(queries.front()));
  VECSTORE_ASSIGN(hits, reranked(session, given.rerank, given.text, std::move(hits), k));
  return who.model ? show_answer(session, given, who, hits) : show_passages(session, given, hits);
}

}  // namespace

Command ask_command() {
  auto to = std::make_shared<AskArguments>();
  Command command{
      .name = "ask",
      .summary = "an answer with the passages it is from, or these passages alone",
      .description =
          "With answering.provider set, a model answers from the passages and names\n"
          "them; without, the passages are shown whole with their sources.\n\n"
          "Examples:\n"
          "  vecstore ask 'how do I restore a backup'\n"
          "  vecstore ask 'how do I restore a backup' -k 3 -o json\n"
          "  vecstore ask 'how do I restore a backup' --rerank",
      .options = {{"text", &to->text, "the question", "", {}, true},
                  {"-k", &to->k, "how many passages (5; 8 for a model)", "N"},
                  {"--passages", &to->passages, "passages, whoever could answer"},
                  {"--model", &to->model, "which of the provider's models answers", "NAME"},
                  {"--filter", &to->filter, "only records that pass", "FILTER"}},
      .run = [to](Session& session) { return run_ask(session, *to); }};
  for (Option& option : rerank_arguments(to->rerank)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
