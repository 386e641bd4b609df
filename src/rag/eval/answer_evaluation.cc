#include "rag/eval/answer_evaluation.h"

#include <numeric>

namespace vecstore {
namespace {

Value size_value(std::size_t n) { return static_cast<std::int64_t>(n); }

AnswerMean mean_of(const AnswerEvaluation& evaluation, std::size_t metric) {
  std::vector<double> values;
  for (const JudgedAnswer& one : evaluation.answers)
    if (one.scores.values[metric]) values.push_back(*one.scores.values[metric]);
  AnswerMean made{std::string(kAnswerMetrics[metric]), values.size(), 0, {}};
  if (values.empty()) return made;
  made.mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  made.interval = mean_interval(values, evaluation.resampling);
  return made;
}

Object answer_object_of(const JudgedAnswer& one) {
  const AnswerRecord& record = one.record;
  Object object{{"id", record.id},
                {"question", record.question},
                {"answer", record.answer},
                {"reference", record.reference},
                {"contexts", List(record.contexts.begin(), record.contexts.end())}};
  for (std::size_t m = 0; m < kAnswerMetrics.size(); ++m) {
    const std::optional<double>& value = one.scores.values[m];
    object[kAnswerMetrics[m]] = value ? Value(*value) : Value();
  }
  object["unreadable"] = size_value(one.scores.unreadable);
  return object;
}

}  // namespace

Result<AnswerEvaluation> evaluate_answers(const std::vector<AnswerRecord>& records,
                                          const AnswerJudge& judge, const Resampling& how,
                                          const std::function<Status(std::size_t)>& between) {
  AnswerEvaluation evaluation;
  evaluation.judge = judge.name();
  evaluation.resampling = how;
  for (const AnswerRecord& record : records) {
    if (between) VECSTORE_TRY(between(evaluation.answers.size()));
    Result<AnswerScores> scores = judge_answer(record, judge);
    if (!scores.ok()) return scores.status().with_context("judging answer '" + record.id + "'");
    evaluation.unreadable += scores->unreadable;
    evaluation.answers.push_back({record, *std::move(scores)});
  }
  for (std::size_t metric = 0; metric < kAnswerMetrics.size(); ++metric) {
    AnswerMean mean = mean_of(evaluation, metric);
    if (mean.answers > 0) evaluation.means.push_back(std::move(mean));
  }
  if (how.cancelled()) return Status(Code::kCancelled, "the evaluation was called off");
  evaluation.resampling.cancel.reset();
  return evaluation;
}

Object answer_evaluation_object(const AnswerEvaluation& evaluation) {
  List means, answers;
  for (const AnswerMean& one : evaluation.means)
    means.emplace_back(Object{{"metric", one.metric},
                              {"mean", one.mean},
                              {"interval", List{one.interval.low, one.interval.high}},
                              {"answers", size_value(one.answers)}});
  for (const JudgedAnswer& one : evaluation.answers) answers.emplace_back(answer_object_of(one));
  Object object{{"format", "vecstore answers 1"}, {"judge", evaluation.judge}};
  if (!evaluation.model.empty()) object["model"] = evaluation.model;
  object["means"] = std::move(means);
  object["unreadable"] = size_value(evaluation.unreadable);
  const Resampling& how = evaluation.resampling;
  object["resampling"] = Object{{"samples", size_value(how.samples)},
                                {"seed", static_cast<std::int64_t>(how.seed)},
                                {"confidence", how.confidence}};
  object["answers"] = std::move(answers);
  return object;
}

}  // namespace vecstore
