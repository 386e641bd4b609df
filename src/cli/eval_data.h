// What `eval` asks: questions and judgements out of files.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"
#include "rag/eval/question_set.h"
#include "vecstore/evaluation.h"

namespace vecstore {

struct EvalDataFlags {
  std::optional<std::string> queries = {}, qrels = {}, dataset = {}, split = {};

  std::vector<std::string> runs = {};

  bool any() const { return queries || qrels || dataset || split || !runs.empty(); }
};
std::vector<Option> eval_data_arguments(EvalDataFlags& to);

// The questions that somebody judged, at least one; notes what was left out. Errors name file and
// line.
Result<JudgedSet> load_judged(const Session& session, const EvalDataFlags& flags);

// Of --run: rankings that were made elsewhere, by the names of their files. Where no queries are
// given all that are judged count.
struct JudgedRuns {
  std::vector<JudgedQuery> queries = {};
  std::vector<RankedRun> runs = {};
  std::size_t unjudged = 0;
};
Result<JudgedRuns> load_runs(const Session& session, const EvalDataFlags& flags);

std::vector<JudgedQuery> judged_queries(const std::vector<EvalQuestion>& questions);

// "before" of "reports/before.json".
std::string report_name(const std::string& path);

// The questions of a file, judged or not.
Result<std::vector<EvalQuestion>> load_questions(const std::string& path);

}  // namespace vecstore
