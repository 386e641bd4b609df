#include "cli/eval_data.h"

#include <algorithm>

#include "cli/line_reader.h"
#include "cli/terminal.h"
#include "rag/eval/trec_run.h"

namespace vecstore {
namespace {

// What `read` makes of a file's lines; its errors, with the file.
template <typename Read>
auto read_lines(const std::string& path, Read read) -> decltype(read(NextLine())) {
  VECSTORE_ASSIGN(LineReader lines, LineReader::open(path));
  auto made = read([&](std::string& line) { return lines.next(line); });
  if (!made.ok()) return made.status().with_context(path);
  return made;
}

struct Paths {
  std::string queries = {};
  std::optional<std::string> qrels = {};
};

Result<Paths> paths_of(const EvalDataFlags& flags) {
  if (flags.split && !flags.dataset) return invalid_argument("--split is for --dataset");
  if (flags.dataset && (flags.queries || flags.qrels))
    return invalid_argument(
        "--dataset brings the queries and judgements: leave out --queries and --qrels");
  if (flags.dataset)
    return Paths{*flags.dataset + "/queries.jsonl",
                 *flags.dataset + "/qrels/" + flags.split.value_or("test") + ".tsv"};
  if (!flags.queries && !flags.runs.empty() && flags.qrels) return Paths{"", flags.qrels};
  if (!flags.queries) return invalid_argument("eval needs --queries or --dataset");
  return Paths{*flags.queries, flags.qrels};
}

std::string so_many(std::size_t count, const char* one, const char* many) {
  return count == 1 ? std::string("1 ") + one : format_count(count) + " " + many;
}

Result<JudgedSet> judge(std::vector<EvalQuestion> questions, const Paths& paths) {
  if (paths.qrels) {
    VECSTORE_ASSIGN(const Judgements judgements, read_lines(*paths.qrels, read_judgements));
    return judged_by(std::move(questions), judgements);
  }
  JudgedSet set = judged_by_themselves(std::move(questions));
  if (set.questions.empty())
    return invalid_argument("--qrels is needed: no query of " + paths.queries +
                            " says in 'relevant' what answers it");
  return set;
}

}  // namespace

std::vector<Option> eval_data_arguments(EvalDataFlags& to) {
  return {
      {"--queries", &to.queries,
       "a query per line: {\"id\",\"text\"|\"vector\",\"filter\"?,\"relevant\"?}", "FILE"},
      {"--qrels", &to.qrels, "the judgements, where no \"relevant\" has them", "FILE"},
      {"--dataset", &to.dataset, "both in BEIR's form: queries.jsonl and qrels/test.tsv", "FOLDER"},
      {"--split", &to.split, "of the dataset: another than test", "NAME"},
      {"--run", &to.runs,
       "instead of asking the collection: a ranking made elsewhere, in TREC's six columns",
       "FILE"}};
}

Result<std::vector<EvalQuestion>> load_questions(const std::string& path) {
  return read_lines(path, read_questions);
}

namespace {

// Without queries: all that are judged, in the order of their ids.
Result<JudgedSet> all_judged(const std::string& qrels) {
  VECSTORE_ASSIGN(const Judgements judgements, read_lines(qrels, read_judgements));
  JudgedSet set;
  for (const auto& [id, grades] : judgements) {
    set.questions.emplace_back();
    set.questions.back().id = id;
    set.questions.back().relevant = grades;
  }
  std::ranges::sort(set.questions, {}, &EvalQuestion::id);
  return set;
}

}  // namespace

Result<JudgedSet> load_judged(const Session& session, const EvalDataFlags& flags) {
  VECSTORE_ASSIGN(const Paths paths, paths_of(flags));
  if (paths.queries.empty()) return all_judged(*paths.qrels);
  VECSTORE_ASSIGN(std::vector<EvalQuestion> questions, load_questions(paths.queries));
  VECSTORE_ASSIGN(JudgedSet set, judge(std::move(questions), paths));
  if (set.questions.empty())
    return Status(Code::kUnknown, paths.queries + " has no query that is judged");
  if (set.unjudged > 0)
    session.out.note(so_many(set.unjudged, "query is", "queries are") + " not judged and left out");
  if (set.unasked > 0)
    session.out.note(so_many(set.unasked, "judged query is", "judged queries are") +
                     " not among those asked");
  return set;
}

std::vector<JudgedQuery> judged_queries(const std::vector<EvalQuestion>& questions) {
  std::vector<JudgedQuery> queries;
  for (const EvalQuestion& one : questions)
    queries.push_back({one.id, one.text.value_or(""), *one.relevant});
  return queries;
}

std::string report_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string file = slash == path.npos ? path : path.substr(slash + 1);
  return file.substr(0, file.rfind('.'));
}

Result<JudgedRuns> load_runs(const Session& session, const EvalDataFlags& flags) {
  VECSTORE_ASSIGN(const JudgedSet judged, load_judged(session, flags));
  JudgedRuns loaded{judged_queries(judged.questions), {}, judged.unjudged};
  for (const std::string& path : flags.runs) {
    VECSTORE_ASSIGN(TrecRun read, read_lines(path, read_trec_run));
    RankedRun run{report_name(path), 0, {}};
    std::size_t missing = 0;
    for (const JudgedQuery& query : loaded.queries) {
      missing += !read.contains(query.id);
      run.rankings.push_back(std::move(read[query.id]));
    }
    if (missing > 0)
      session.out.note(
          path + " ranks nothing for " +
          so_many(missing, "judged query, which counts", "judged queries, which count") + " as 0");
    const auto same = [&](const RankedRun& other) { return other.name == run.name; };
    if (std::ranges::any_of(loaded.runs, same)) run.name = path;
    loaded.runs.push_back(std::move(run));
  }
  return loaded;
}

}  // namespace vecstore
