#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/judgements.h"
#include "cli/question_file.h"
#include "cli/terminal.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kDepth = 1000;  // as trec_eval's rankings usually have
constexpr std::size_t kQueriesAtATime = 256;

struct EvalArguments {
  std::string queries = {}, qrels = {};
  std::optional<std::string> mode = {};
  std::optional<std::int64_t> k = {};
  SearchFlags search = {};
};

// A query that somebody judged.
struct Judged {
  Question question;
  const Grades* grades = nullptr;
};

struct JudgedQueries {
  std::vector<Judged> queries = {};
  std::size_t unjudged = 0;
};

Result<std::string> id_text(const Value& id) {
  if (id.as_string()) return *id.as_string();
  if (id.as_int()) return std::to_string(*id.as_int());
  return invalid_argument("a query needs an 'id', a string or an integer");
}

Result<JudgedQueries> load_queries(const std::string& path, const Judgements& judgements) {
  VECSTORE_ASSIGN(QuestionFile file, QuestionFile::open(path));
  JudgedQueries loaded;
  std::set<std::string> seen;
  for (;;) {
    FileQuestion read;
    VECSTORE_ASSIGN(const bool more, file.next(read));
    if (!more) break;
    const Result<std::string> id = id_text(read.id);
    if (!id.ok()) return file.at_line(id.status());
    if (!seen.insert(*id).second)
      return file.at_line(invalid_argument("query '" + shorten(*id) + "' comes a second time"));
    const auto found = judgements.find(*id);
    if (found == judgements.end()) {
      ++loaded.unjudged;
    } else {
      loaded.queries.push_back({std::move(read.question), &found->second});
    }
  }
  if (loaded.queries.empty()) return Status(Code::kUnknown, path + " has no query that is judged");
  return loaded;
}

Result<std::vector<Mode>> modes_of(const std::optional<std::string>& list) {
  std::vector<Mode> modes;
  std::string_view rest = list ? std::string_view(*list) : "vector,text,hybrid";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    VECSTORE_ASSIGN(const Mode mode, parse_mode(std::string(rest.substr(0, end))));
    if (mode == Mode::kAuto)
      return invalid_argument("--mode is a list of vector, text, hybrid and sparse");
    modes.push_back(mode);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (modes.empty()) return invalid_argument("--mode is a list of vector, text, hybrid and sparse");
  return modes;
}

Measures measure_hits(const Hits& hits, const Grades& grades) {
  std::vector<std::string> ranking;
  for (const Hit& hit : hits) ranking.push_back(hit.id);
  return measure(ranking, grades);
}

// The sum over the queries, and the milliseconds that answering took.
Result<std::pair<Measures, double>> run_mode(Session& session, const Collection& collection,
                                             const std::vector<Judged>& asked, const Query& common,
                                             Mode mode) {
  Measures sum;
  double took_ms = 0;
  for (std::size_t begin = 0; begin < asked.size(); begin += kQueriesAtATime) {
    const auto some =
        std::span(asked).subspan(begin).first(std::min(kQueriesAtATime, asked.size() - begin));
    std::vector<Question> questions;
    for (const Judged& one : some) {
      questions.push_back(one.question);
      if (mode == Mode::kText) questions.back().vector.reset();
    }
    VECSTORE_ASSIGN(const std::vector<Query> queries,
                    make_queries(session, collection, questions, common, mode));
    const double start = monotonic_ms();
    VECSTORE_ASSIGN(const std::vector<Hits> answers, collection.query_many(queries));
    took_ms += monotonic_ms() - start;
    for (std::size_t i = 0; i < answers.size(); ++i)
      sum += measure_hits(answers[i], *some[i].grades);
  }
  return std::pair(sum, took_ms);
}

// Four decimals for people, all of them for programs.
Value measured(const Output& out, double value) {
  if (out.format() != OutputFormat::kTable) return value;
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

Object mode_row(const Output& out, Mode mode, const Measures& sum, std::size_t queries,
                double took_ms) {
  const auto mean = [&](double total) {
    return measured(out, total / static_cast<double>(queries));
  };
  return {{"mode", mode_name(mode)},
          {"ndcg@10", mean(sum.ndcg_at_10)},
          {"mrr@10", mean(sum.mrr_at_10)},
          {"map", mean(sum.map)},
          {"recall@100", mean(sum.recall_at_100)},
          {"queries", static_cast<std::int64_t>(queries)},
          {"took_ms", measured(out, took_ms)}};
}

Status run_eval(Session& session, const EvalArguments& given) {
  VECSTORE_ASSIGN(const std::vector<Mode> modes, modes_of(given.mode));
  VECSTORE_ASSIGN(const std::size_t k, count_argument("-k", given.k, kDepth, kMaxK));
  VECSTORE_ASSIGN(Query common, common_query(k, given.search));
  common.include = {.metadata = false, .text = false};
  VECSTORE_ASSIGN(const Judgements judgements, read_judgements(given.qrels));
  VECSTORE_ASSIGN(const JudgedQueries loaded, load_queries(given.queries, judgements));
  VECSTORE_ASSIGN(const OpenCollection open, read_collection(session));
  if (loaded.unjudged > 0)
    session.out.note(
        (loaded.unjudged == 1 ? "1 query is" : format_count(loaded.unjudged) + " queries are") +
        " not judged and left out");
  std::vector<Object> rows;
  for (const Mode mode : modes) {
    VECSTORE_ASSIGN(const auto result,
                    run_mode(session, open.collection, loaded.queries, common, mode));
    rows.push_back(mode_row(session.out, mode, result.first, loaded.queries.size(), result.second));
  }
  session.out.print_list("modes", rows);
  return {};
}

}  // namespace

Command eval_command() {
  auto to = std::make_shared<EvalArguments>();
  Command command{
      .name = "eval",
      .summary = "how good the answers are, by queries and judgements of your own",
      .description =
          "nDCG@10, MRR@10, MAP and recall@100 as trec_eval defines them, averaged over the\n"
          "queries that are judged; a query without hits counts as 0. Judgements are TREC's four\n"
          "columns (query, 0, document, grade) or BEIR's three (query, document, grade).\n\n"
          "Examples:\n"
          "  vecstore eval --queries queries.jsonl --qrels qrels.tsv\n"
          "  vecstore eval --queries queries.jsonl --qrels qrels.txt --mode hybrid --alpha 0.3\n"
          "  vecstore eval --queries queries.jsonl --qrels qrels.txt --mode text -o json",
      .options = {{"--queries",
                   &to->queries,
                   "a query per line: {\"id\",\"text\"|\"vector\",\"filter\"?}",
                   "FILE",
                   {},
                   true},
                  {"--qrels", &to->qrels, "the judgements", "FILE", {}, true},
                  {"--mode", &to->mode, "some of vector,text,hybrid (all)", "MODES"},
                  {"-k", &to->k, "how many hits of each query are looked at (1000)", "N"}},
      .run = [to](Session& session) { return run_eval(session, *to); }};
  for (Option& option : search_arguments(to->search)) command.options.push_back(std::move(option));
  return command;
}

}  // namespace vecstore
