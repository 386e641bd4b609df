#include <memory>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/question_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kQueriesAtATime = 256;

struct QueryArguments {
  std::optional<std::string> text = {}, vector = {}, filter = {}, file = {};
  std::string mode = "auto";
  std::optional<std::int64_t> k = {};
  SearchFlags search = {};
};

Status answer_some(Session& session, const Collection& collection, std::vector<FileQuestion>& asked,
                   const Query& common, Mode mode) {
  std::vector<Question> questions;
  for (const FileQuestion& one : asked) questions.push_back(one.question);
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_queries(session, collection, questions, common, mode));
  VECSTORE_ASSIGN(const std::vector<Hits> answers, collection.query_many(queries));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Object line{{"id", asked[i].id}, {"hits", hit_list(answers[i])}};
    session.out.print_line(Value(line).to_json());
  }
  asked.clear();
  return {};
}

// One JSON line per query whatever the format: that is what --file is for.
Status answer_file(Session& session, const std::string& path, const Filter& also,
                   const Query& common, Mode mode) {
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
      VECSTORE_TRY(answer_some(session, open.collection, asked, common, mode));
    }
  }
  return answer_some(session, open.collection, asked, common, mode);
}

Status run_query(Session& session, const QueryArguments& given) {
  VECSTORE_ASSIGN(const Mode mode, parse_mode(given.mode));
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, 10, kMaxK));
  VECSTORE_ASSIGN(const Query common, common_query(k, given.search));
  Question question;
  VECSTORE_ASSIGN(question.filter, filter_argument(given.filter));
  if (given.file && (given.text || given.vector))
    return invalid_argument("give one of --file and a query: TEXT, --vector or both");
  if (given.file) return answer_file(session, *given.file, question.filter, common, mode);
  if (!given.text && !given.vector && !given.filter) {
    return invalid_argument("give TEXT, --vector, --file or --filter");
  }
  if (given.text) VECSTORE_TRY(check_not_blank(*given.text));
  question.text = given.text;
  if (given.vector) {
    VECSTORE_ASSIGN(question.vector, parse_vector_argument(*given.vector));
  }
  VECSTORE_ASSIGN(OpenCollection open, read_collection(session));
  VECSTORE_ASSIGN(const std::vector<Query> queries,
                  make_queries(session, open.collection, {question}, common, mode));
  VECSTORE_ASSIGN(const Hits hits, open.collection.query(queries.front()));
  print_hits(session.out, hits);
  return {};
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
          "or both (--mode hybrid). With a filter alone, the records that\n"
          "pass it are listed by id. docs/guide/filters.md is the filter language.\n\n"
          "Examples:\n"
          "  vecstore query 'how do I open a file' -k 5\n"
          "  vecstore query 'open a file' --filter \"source LIKE '%.md'\" -o json\n"
          "  vecstore query 'open a file' --mode hybrid --alpha 0.7\n"
          "  vecstore query --vector '[0.1, 0.2, 0.3]'\n"
          "  vecstore query --vector @vector.json\n"
          "  vecstore query --file queries.jsonl -o jsonl",
      .options = {{"text", &to->text, "what to look for"},
                  {"--mode", &to->mode, "auto, vector, text (words) or hybrid", "MODE"},
                  {"--vector", &to->vector, "a vector as JSON, or @FILE", "JSON"},
                  {"-k", &to->k, "how many hits (10)", "N"},
                  {"--filter", &to->filter, "only records that pass", "FILTER"},
                  {"--file", &to->file,
                   "a query per line: {\"id\",\"text\"|\"vector\",\"filter\"?}; '-' is standard "
                   "input",
                   "FILE"}},
      .run = [to](Session& session) { return run_query(session, *to); }};
  for (Option& option : search_arguments(to->search)) command.options.push_back(std::move(option));
  for (Option& option : explain_arguments(to->search)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
