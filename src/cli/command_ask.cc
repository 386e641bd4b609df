#include <memory>

#include "cli/answer.h"
#include "cli/answer_output.h"
#include "cli/answering_settings.h"
#include "cli/commands.h"
#include "cli/conversation.h"
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
  std::optional<std::string> conversation = {};
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

// What JSON says of a conversation besides.
void add_talk(const Talk& talk, Object& object) {
  if (talk.name.empty()) return;
  object["conversation"] = talk.name;
  object["searched_for"] = talk.searched_for;
}

Status show_passages(const Session& session, const AskArguments& given, const Talk& talk,
                     const Hits& hits) {
  if (session.out.format() == OutputFormat::kTable)
    return print_passages(session.out, hits), Status();
  std::vector<Object> rows;
  for (std::size_t i = 0; i < hits.size(); ++i) rows.push_back(passage_object(hits[i], i + 1));
  if (session.out.format() == OutputFormat::kJson) {
    List passages(rows.begin(), rows.end());
    Object object{{"question", given.text}, {"passages", std::move(passages)}};
    add_talk(talk, object);
    session.out.print_object(object);
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

Result<Answer> show_answer(const Session& session, const AskArguments& given, Answering& who,
                           const Talk& talk, const Hits& hits) {
  const bool for_people =
      session.out.format() == OutputFormat::kTable || session.out.format() == OutputFormat::kSimple;
  if (for_people) who.options.chat.on_text = print_piece;
  who.options.history = talk.history.messages();
  Result<Answer> answer = answer_question(*who.model, given.text, hits, who.options);
  if (!answer.ok()) return answer.status().with_context("answering");
  if (for_people) return print_named_passages(session.out, *answer), std::move(answer);
  Object object = answer_object(given.text, who.model->name(), *answer);
  add_talk(talk, object);
  return session.out.print_object(object), std::move(answer);
}

// The k best for `text`.
Result<Hits> find_passages(Session& session, const AskArguments& given, const OpenCollection& open,
                           const std::string& text, std::size_t k) {
  Question question;
  question.text = text;
  VECSTORE_ASSIGN(question.filter, filter_argument(given.filter));
  VECSTORE_ASSIGN(const std::size_t wanted, hits_to_find(session, given.rerank, k));
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_queries(session, open.collection, {question}, Query{.k = wanted}));
  VECSTORE_ASSIGN(Hits hits, open.collection.query(queries.front()));
  return reranked(session, given.rerank, text, std::move(hits), k);
}

// What the command line and the settings have wrong is told before anything is opened or asked.
Status check_ask(Session& session, const AskArguments& given, std::size_t k) {
  VECSTORE_TRY(check_text(given.text));
  VECSTORE_TRY(filter_argument(given.filter).status());
  VECSTORE_TRY(hits_to_find(session, given.rerank, k).status());
  if (!given.conversation) return {};
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_TRY(history_options(session.settings).status());
  return check_conversation_name(*given.conversation).with_context("--conversation");
}

Status run_ask(Session& session, const AskArguments& given) {
  VECSTORE_ASSIGN(Answering who, answering(session, given));
  const std::size_t usual = who.model ? kShownToModel : kShown;
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, usual, kMaxK));
  VECSTORE_TRY(check_ask(session, given, k));
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  Talk talk{.searched_for = given.text};
  const ChatModel* const model = who.model.get();
  if (given.conversation) {
    VECSTORE_ASSIGN(
        talk, begin_talk(session, open, *given.conversation, given.text, model, who.options.chat));
  }
  VECSTORE_ASSIGN(const Hits hits, find_passages(session, given, open, talk.searched_for, k));
  std::optional<Answer> answer;
  if (model) {
    VECSTORE_ASSIGN(answer, show_answer(session, given, who, talk, hits));
  } else {
    VECSTORE_TRY(show_passages(session, given, talk, hits));
  }
  if (!given.conversation) return {};
  return keep_turn(session, talk, given.text, answer ? &*answer : nullptr, hits, model,
                   who.options.chat);
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
          "  vecstore ask 'how do I restore a backup' --rerank\n"
          "  vecstore ask 'and of a single collection?' --conversation backups",
      .options = {{"text", &to->text, "the question", "", {}, true},
                  {"-k", &to->k, "how many passages (5; 8 for a model)", "N"},
                  {"--passages", &to->passages, "passages, whoever could answer"},
                  {"--conversation", &to->conversation,
                   "go on with what was said under this name, and keep what is said", "NAME"},
                  {"--model", &to->model, "which of the provider's models answers", "NAME"},
                  {"--filter", &to->filter, "only records that pass", "FILTER"}},
      .run = [to](Session& session) { return run_ask(session, *to); }};
  for (Option& option : rerank_arguments(to->rerank)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
