// `eval --answers`: answers to a set of questions, brought along or asked for here, and judged.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/rerank.h"
#include "cli/session.h"
#include "rag/eval/resampling.h"

namespace vecstore {

struct EvalAnswerFlags {
  std::optional<std::string> answers = {}, judge = {}, judge_model = {};

  bool any() const { return answers || judge || judge_model; }
};
std::vector<Option> eval_answer_arguments(EvalAnswerFlags& to);

// What a question of the file lacks is found here: "contexts" in the collection, the best
// `passages`, and the "answer" by the model of [answering], where one is set.
struct EvalAnswerOptions {
  EvalAnswerFlags flags = {};
  RerankFlags rerank = {};
  std::optional<std::int64_t> passages = {};
  std::vector<std::string> reports = {};  // .html or .json
  Resampling resampling = {};
};
Status run_eval_answers(Session& session, const EvalAnswerOptions& options);

}  // namespace vecstore
