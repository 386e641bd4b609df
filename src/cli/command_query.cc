#include <memory>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/question_file.h"
#include "cli/rerank.h"
#include "cli/retrieval_flags.h"
#include "vecstore/limits.h"
#include "vecstore/recommend.h"

namespace vecstore {
namespace {

constexpr std::size_t kQueriesAtATime = 256;

struct QueryArguments {
  std::optional<std::string> text = {}, vector = {}, filter = {}, file = {}, json = {}, mode = {};
  std::vector<std::string> like = {}, unlike = {};
  bool discover = false;
  std::optional<std::int64_t> k = {};
  SearchFlags search = {};
  RerankFlags rerank = {};
  RetrievalFlags retrieval = {};
};

// What the queries of a file have in common.
struct FileSearch {
  Query common;
  Mode mode;
  RerankFlags rerank;
  RetrievalFlags retrieval;
  std::size_t k;  // shown of each
};

Status answer_some(Session& session, const Collection& collection, std::vector<FileQuestion>& asked,
                   const FileSearch& search) {
  std::vector<Question> questions;
  for (const FileQuestion& one : asked) questions.push_back(one.question);
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_retrieval_queries(session, search.retrieval, collection, questions,
                                         search.common, search.mode));
  VECSTORE_ASSIGN(std::vector<Hits> answers, collection.query_many(queries));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    VECSTORE_ASSIGN(Hits hits, reranked(session, search.rerank, questions[i].text,
                                        std::move(answers[i]), search.k));
    VECSTORE_ASSIGN(hits,
                    with_surroundings(session, search.retrieval, collection, std::move(hits)));
    Object line{{"id", asked[i].id}, {"hits", hit_list(hits)}};
    if (hits.partial) line["partial"] = true;
    session.out.print_line(Value(line).to_json());
  }
  asked.clear();
  return {};
}

// One JSON line per query whatever the format: that is what --file is for.
Status answer_file(Session& session, const std::string& path, const Filter& also,
                   const FileSearch& search) {
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(QuestionFile file, QuestionFile::open(path));
  std::vector<FileQuestion> asked;
  for (;;) {
    FileQuestion question;
    VECSTORE_ASSIGN(const bool more, file.next(question));
    if (!more) break;
    if (!also.empty()) {
      Filter& filter = question.question.filter;
      filter = filter.empty() ? also : filter && also;
    }
    asked.push_back(std::move(question));
    if (asked.size() == kQueriesAtATime) {
      VECSTORE_TRY(answer_some(session, open.collection, asked, search));
    }
  }
  return answer_some(session, open.collection, asked, search);
}

bool by_examples(const QueryArguments& given) {
  return !given.like.empty() || !given.unlike.empty();
}

// The query says everything; only what is told of it may be asked for beside it.
Status answer_json(Session& session, const QueryArguments& given) {
  const bool more = given.text || given.vector || given.filter || given.file || given.mode ||
                    given.discover || given.k || given.search.any() || given.rerank.any() ||
                    given.retrieval.any() || by_examples(given);
  if (more)
    return invalid_argument("--json is the whole query: --explain and --analyze alone go with it");
  VECSTORE_ASSIGN(Query query, parse_query_argument(*given.json));
  const Explain explains = given.search.explains();
  if (explains != Explain::kNo) query.explain = explains;
  VECSTORE_ASSIGN(const OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const Hits hits, open.collection.query(query));
  print_hits(session.out, hits);
  return {};
}

Status check_discover(const QueryArguments& given) {
  if (!given.discover) return {};
  if (given.like.empty() || given.like.size() != given.unlike.size())
    return invalid_argument("--discover takes pairs, a --unlike for each --like; there are " +
                            std::to_string(given.like.size()) + " and " +
                            std::to_string(given.unlike.size()));
  if (given.file || given.rerank.any() || given.retrieval.any())
    return invalid_argument(
        "--discover has an order of its own: no --file, --rerank, --expand, --window and their "
        "kin");
  if (given.search.explains() != Explain::kNo)
    return invalid_argument("--discover is for answers, not for --explain and --analyze");
  if (given.mode && *given.mode != "vector")
    return invalid_argument("--discover goes by vectors: --mode " + *given.mode);
  return {};
}

Status check_together(const QueryArguments& given) {
  VECSTORE_TRY(check_discover(given));
  if (given.file && (given.text || given.vector))
    return invalid_argument("give one of --file and a query: TEXT, --vector or both");
  if (given.file && given.search.explains() != Explain::kNo)
    return invalid_argument("--explain and --analyze are for one query, not for --file");
  if (by_examples(given) && !given.discover && (given.file || given.vector))
    return invalid_argument("--like and --unlike make a vector: give no --vector and no --file");
  if (!given.file && !given.text && !given.vector && !given.filter && !by_examples(given))
    return invalid_argument("give TEXT, --vector, --like, --filter, --file or --json");
  if (given.rerank.asked() && !given.file && !given.text)
    return invalid_argument("--rerank needs the TEXT of a question");
  if (given.rerank.asked() && given.search.explains() != Explain::kNo)
    return invalid_argument("--rerank is for answers, not for --explain and --analyze");
  return given.text ? check_text(*given.text) : Status();
}

// The text or the vector is the target, where there is one.
Result<Hits> discovered(Session& session, const Collection& collection, const QueryArguments& given,
                        const Question& question, Query query) {
  if (question.text || question.vector) {
    VECSTORE_ASSIGN(std::vector<Query> queries,
                    make_retrieval_queries(session, given.retrieval, collection, {question}, query,
                                           Mode::kVector));
    query = std::move(queries.front());
    query.text.clear();
  }
  query.filter = question.filter;
  Discovery discovery;
  for (std::size_t i = 0; i < given.like.size(); ++i)
    discovery.pairs.push_back({given.like[i], given.unlike[i]});
  return discover(collection, discovery, std::move(query));
}

Status run_query(Session& session, const QueryArguments& given) {
  if (given.json) return answer_json(session, given);
  VECSTORE_ASSIGN(const Mode mode, parse_mode(given.mode.value_or("auto")));
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, 10, kMaxK));
  VECSTORE_TRY(check_together(given));
  VECSTORE_ASSIGN(const std::size_t wanted, hits_to_find(session, given.rerank, k));
  VECSTORE_ASSIGN(const Query common, common_query(wanted, given.search));
  VECSTORE_TRY(check_retrieval(session, given.retrieval));
  Question question;
  VECSTORE_ASSIGN(question.filter, filter_argument(given.filter));
  if (given.file) {
    return answer_file(session, *given.file, question.filter,
                       {common, mode, given.rerank, given.retrieval, k});
  }
  question.text = given.text;
  if (given.vector) {
    VECSTORE_ASSIGN(question.vector, parse_vector_argument(*given.vector));
  }
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  if (given.discover) {
    VECSTORE_ASSIGN(const Hits hits, discovered(session, open.collection, given, question, common));
    print_hits(session.out, hits);
    return {};
  }
  if (by_examples(given)) {
    VECSTORE_ASSIGN(const Query alike,
                    query_by_examples(open.collection, {given.like, given.unlike},
                                      {.filter = question.filter}));
    question.vector = alike.vector;
    question.filter = alike.filter;
  }
  VECSTORE_ASSIGN(
      const std::vector<Query> queries,
      make_retrieval_queries(session, given.retrieval, open.collection, {question}, common, mode));
  VECSTORE_ASSIGN(Hits hits, open.collection.query(queries.front()));
  VECSTORE_ASSIGN(hits, reranked(session, given.rerank, given.text, std::move(hits), k));
  VECSTORE_ASSIGN(hits,
                  with_surroundings(session, given.retrieval, open.collection, std::move(hits)));
  print_hits(session.out, hits);
  if (given.text && mode != Mode::kVector && mode != Mode::kSparse)
    note_spelling(session, open.collection, *given.text);
  return {};
}

// What query and explain have in common.
std::vector<Option> query_options(QueryArguments& to) {
  std::vector<Option> options = {
      {"text", &to.text, "what to look for"},
      {"--mode", &to.mode, "auto, vector, text (words), hybrid or sparse", "MODE"},
      {"--vector", &to.vector, "a vector as JSON, or @FILE", "JSON"},
      {"--like", &to.like, "like the record of this id; may be given several times", "ID"},
      {"--unlike", &to.unlike, "and unlike this one", "ID"},
      {"--discover", &to.discover,
       "take --like and --unlike as pairs: what is more like the one than the other"},
      {"-k", &to.k, "how many hits (10)", "N"},
      {"--filter", &to.filter, "only records that pass", "FILTER"},
      {"--json", &to.json,
       "a whole query as JSON, or the FILE that holds it; '-' is standard input", "JSON"}};
  for (Option& option : search_arguments(to.search)) options.push_back(std::move(option));
  return options;
}

}  // namespace

Command query_command() {
  auto to = std::make_shared<QueryArguments>();
  Command command{
      .name = "query",
      .summary = "the records nearest to a text or a vector",
      .description =
          "A text is embedded with the collection's model, or its words are looked for (--mode "
          "text),\n"
          "or both (--mode hybrid). A collection of sparse or multi-vectors is asked with the "
          "SPLADE "
          "or\nColBERT that embedding.model names. With a filter alone, the records that\n"
          "pass it are listed by id. docs/guide/filters.md is the filter language,\n"
          "docs/guide/query-tree.md the JSON form of queries and the language of formulas.\n\n"
          "Examples:\n"
          "  vecstore query 'how do I open a file' -k 5\n"
          "  vecstore query 'open a file' --filter \"source LIKE '%.md'\" -o json\n"
          "  vecstore query 'open a file' --mode hybrid --alpha 0.7\n"
          "  vecstore query 'open a file' --formula 'score * default(weight, 1)'\n"
          "  vecstore query 'open a file' --group-by source:2 --mmr 0.7\n"
          "  vecstore query 'open a file' --rerank-model ms-marco-MiniLM-L6-v2\n"
          "  vecstore query --like docs/a.md#3 --unlike docs/b.md#0\n"
          "  vecstore query 'backup' --discover --like docs/a.md#3 --unlike docs/b.md#0\n"
          "  vecstore query --vector '[0.1, 0.2, 0.3]'\n"
          "  vecstore query --vector @vector.json\n"
          "  vecstore query --json '{\"text\": \"open\", \"k\": 3}'\n"
          "  vecstore query --file queries.jsonl -o jsonl",
      .options = query_options(*to),
      .run = [to](Session& session) { return run_query(session, *to); }};
  command.options.push_back(
      {"--file", &to->file,
       "a query per line: {\"id\",\"text\"|\"vector\",\"filter\"?}; '-' is standard input",
       "FILE"});
  for (Option& option : explain_arguments(to->search)) command.options.push_back(std::move(option));
  for (Option& option : rerank_arguments(to->rerank)) command.options.push_back(std::move(option));
  for (Option& option : retrieval_arguments(to->retrieval))
    command.options.push_back(std::move(option));
  return command;
}

Command explain_command() {
  auto to = std::make_shared<QueryArguments>();
  Command command{.name = "explain",
                  .summary = "how a query would be answered, without answering it",
                  .description =
                      "Takes what query takes. docs/guide/plans.md explains what is shown.\n\n"
                      "Examples:\n"
                      "  vecstore explain 'open a file' --filter 'year >= 2020'\n"
                      "  vecstore explain 'open a file' --mode hybrid --analyze\n"
                      "  vecstore explain --json query.json -o json",
                  .options = query_options(*to),
                  .run = [to](Session& session) {
                    to->search.explain = true;
                    return run_query(session, *to);
                  }};
  command.options.push_back(
      {"--analyze", &to->search.analyze, "answer it too, and show what that took"});
  return command;
}

}  // namespace vecstore
