// Answers of a whole set as one judge sees them: each metric's mean with its interval, and what
// could not be read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rag/eval/answer_metrics.h"
#include "rag/eval/resampling.h"
#include "vecstore/value.h"

namespace vecstore {

struct JudgedAnswer {
  AnswerRecord record = {};
  AnswerScores scores = {};
};

// Of one of kAnswerMetrics, over the answers that have it.
struct AnswerMean {
  std::string metric = {};
  std::size_t answers = 0;
  double mean = 0;
  Interval interval = {};
};

struct AnswerEvaluation {
  std::string judge = {};
  std::string model = {};  // that answered; empty: the answers were brought
  std::vector<JudgedAnswer> answers = {};
  std::vector<AnswerMean> means = {};  // without those that no answer has
  std::size_t unreadable = 0;          // verdicts of the judge
  Resampling resampling = {};
};

// `between` is called before each answer with how many are done; its error ends the work.
Result<AnswerEvaluation> evaluate_answers(const std::vector<AnswerRecord>& records,
                                          const AnswerJudge& judge, const Resampling& how,
                                          const std::function<Status(std::size_t)>& between = {});

// {"format", "judge", "model"?, "means": [{"metric", "mean", "interval", "answers"}], "unreadable",
// "resampling", "answers": [{"id", "question", "answer", "reference", "contexts", METRIC: value or
// null…, "unreadable"}]}.
Object answer_evaluation_object(const AnswerEvaluation& evaluation);

}  // namespace vecstore
