#include <memory>

#include "cli/answer.h"
#include "cli/answer_output.h"
#include "cli/answering_settings.h"
#include "cli/commands.h"
#include "cli/conversation.h"
#include "cli/kept_answers.h"
#include "cli/question_file.h"
#include "cli/rerank.h"
#include "cli/retrieval_flags.h"
#include "cli/retrieval_settings.h"
#include "cli/terminal.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kShown = 5;
constexpr std::size_t kShownToModel = 8;

struct AskArguments {
  std::string text = {};
  bool passages = false, no_cache = false;
  std::optional<std::string> model = {};
  std::optional<std::string> conversation = {};
  std::optional<std::string> filter = {};
  std::optional<std::int64_t> k = {};
  RerankFlags rerank = {};
  RetrievalFlags retrieval = {};
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

// How the k best for a text are found.
struct Search {
  Retrieval how = {};  // flags over settings
  RerankFlags rerank = {};
  RetrievalFlags beyond = {};
  std::size_t k = 0;
  Query query = {};  // of the text
};

// All of it but the query. What the command line and the settings have wrong is told here, before
// anything is opened or asked.
Result<Search> search_options(Session& session, const AskArguments& given, bool for_model) {
  Search search;
  VECSTORE_ASSIGN(search.how, retrieval_options(session.settings));
  search.rerank = given.rerank;
  search.rerank.rerank |= search.how.rerank;
  search.beyond = given.retrieval;
  search.beyond.or_settings = true;
  VECSTORE_TRY(check_retrieval(session, search.beyond));
  const std::size_t usual = search.how.passages.value_or(for_model ? kShownToModel : kShown);
  VECSTORE_ASSIGN(search.k, count_argument("-k", given.k, usual, kMaxK));
  if (given.filter) {
    VECSTORE_ASSIGN(search.how.filter, filter_argument(given.filter));
  }
  VECSTORE_ASSIGN(search.how.common.k, hits_to_find(session, search.rerank, search.k));
  return search;
}

Status plan_search(Session& session, const OpenCollection& open, const std::string& text,
                   Search& search) {
  const Question question{.text = text, .filter = search.how.filter};
  VECSTORE_ASSIGN(std::vector<Query> queries,
                  make_retrieval_queries(session, search.beyond, open.collection, {question},
                                         search.how.common, search.how.mode));
  search.query = std::move(queries.front());
  return {};
}

Result<Hits> find_passages(Session& session, const OpenCollection& open, const Search& search,
                           const std::string& text) {
  VECSTORE_ASSIGN(Hits hits, open.collection.query(search.query));
  VECSTORE_ASSIGN(hits, reranked(session, search.rerank, text, std::move(hits), search.k));
  return with_surroundings(session, search.beyond, open.collection, std::move(hits));
}

// All that decides which passages a question gets, beside its vector, and which server answers.
std::string retrieval_of(const Session& session, const AskArguments& given, const Search& search) {
  Object how{{"collection", session.collection_name()},
             {"k", number(search.k)},
             {"found", number(search.query.k)},
             {"filter", given.filter.value_or("")},
             {"settings", retrieval_text(session.settings)},
             {"flags", search.beyond.text()},
             {"server", session.settings.text("answering.address")}};
  if (search.rerank.asked()) {
    how["reranker"] =
        List{session.settings.text("reranking.provider"), session.settings.text("reranking.model"),
             session.settings.value("reranking.steps"), search.rerank.steps.value_or("")};
  }
  return Value(how).to_json();
}

// An answer that was said before is shown and given; none when the model has to be asked.
Result<std::optional<Answer>> cached_answer(Session& session, const AskArguments& given,
                                            OpenCollection& open, const Answering& who,
                                            const Search& search, KeptAnswers& kept) {
  kept.question = given.text;
  kept.vector = search.query.vector;
  const auto find = [&](const std::string& text, const Vector& vector) {
    Search again = search;
    again.query.vector = vector;
    if (!again.query.text.empty()) again.query.text = text;  // of a hybrid query
    return find_passages(session, open, again, text);
  };
  VECSTORE_TRY(look_for_answer(session, open, *who.model, who.options,
                               retrieval_of(session, given, search), find, kept));
  if (!kept.lookup.hit) return std::optional<Answer>();
  return std::optional(kept.lookup.hit->answer);
}

void show_cached(const Session& session, const AskArguments& given, const Answering& who,
                 const Talk& talk, const CachedAnswer& cached) {
  const OutputFormat format = session.out.format();
  note_cached(session.out, cached);
  if (format == OutputFormat::kTable || format == OutputFormat::kSimple) {
    print_piece(cached.answer.text);
    return print_named_passages(session.out, cached.answer);
  }
  Object object = answer_object(given.text, who.model->name(), cached.answer);
  add_talk(talk, object);
  object["cached"] = Object{{"question", cached.question},
                            {"similarity", cached.similarity},
                            {"said_at", cached.said_at}};
  session.out.print_object(object);
}

Status check_ask(Session& session, const AskArguments& given) {
  VECSTORE_TRY(check_text(given.text));
  if (!given.conversation) return {};
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_TRY(history_options(session.settings).status());
  return check_conversation_name(*given.conversation).with_context("--conversation");
}

Status run_ask(Session& session, const AskArguments& given) {
  VECSTORE_TRY(check_ask(session, given));
  VECSTORE_ASSIGN(Answering who, answering(session, given));
  VECSTORE_ASSIGN(Search search, search_options(session, given, who.model != nullptr));
  VECSTORE_ASSIGN(KeptAnswers kept, kept_answers(session));
  if (session.global.snapshot) kept.on = false;  // the cache is of the present
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  Talk talk{.searched_for = given.text};
  const ChatModel* const model = who.model.get();
  if (given.conversation) {
    VECSTORE_ASSIGN(
        talk, begin_talk(session, open, *given.conversation, given.text, model, who.options.chat));
  }
  VECSTORE_TRY(plan_search(session, open, talk.searched_for, search));
  std::optional<Answer> answer;
  // What was said before is no part of the question's vector.
  kept.on = kept.on && model && !given.no_cache && talk.history.empty();
  // The vector of a question that was expanded is not its own.
  kept.on = kept.on && !expands(session, search.beyond);
  if (kept.on) {
    VECSTORE_ASSIGN(answer, cached_answer(session, given, open, who, search, kept));
  }
  Hits hits;
  if (answer) {
    show_cached(session, given, who, talk, *kept.lookup.hit);
  } else {
    VECSTORE_ASSIGN(hits, find_passages(session, open, search, talk.searched_for));
  }
  if (!model) VECSTORE_TRY(show_passages(session, given, talk, hits));
  if (model && !answer) {
    VECSTORE_ASSIGN(answer, show_answer(session, given, who, talk, hits));
  }
  if (answer) remember(session, kept, *answer);
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
                  {"--no-cache", &to->no_cache, "ask the model, whatever it said before"},
                  {"--model", &to->model, "which of the provider's models answers", "NAME"},
                  {"--filter", &to->filter, "only records that pass", "FILTER"}},
      .run = [to](Session& session) { return run_ask(session, *to); }};
  for (Option& option : rerank_arguments(to->rerank)) command.options.push_back(std::move(option));
  for (Option& option : retrieval_arguments(to->retrieval))
    command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
