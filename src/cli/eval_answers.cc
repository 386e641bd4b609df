#include "cli/eval_answers.h"

#include <algorithm>
#include <memory>

#include "cli/answering_settings.h"
#include "cli/eval_data.h"
#include "cli/eval_output.h"
#include "cli/interrupt.h"
#include "cli/question.h"
#include "rag/answer/answer_question.h"
#include "rag/eval/answer_evaluation.h"
#include "rag/eval/answer_report.h"
#include "rag/eval/chat_judge.h"
#include "rag/eval/offline_judge.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::size_t kPassages = 8;  // as `ask` shows a model
constexpr std::string_view kJudges[] = {"words", "embedder", "model"};

Result<std::shared_ptr<const AnswerJudge>> make_judge(Session& session,
                                                      const EvalAnswerFlags& flags) {
  using Made = std::shared_ptr<const AnswerJudge>;
  const std::string wanted = flags.judge.value_or(flags.judge_model ? "model" : "words");
  if (flags.judge_model && wanted != "model")
    return invalid_argument("--judge-model is for --judge model");
  if (wanted == "words") return Made(std::make_shared<OfflineJudge>());
  if (wanted == "embedder") {
    VECSTORE_ASSIGN(auto embedder, session.embedder());
    return Made(std::make_shared<OfflineJudge>(std::move(embedder)));
  }
  if (flags.judge_model)
    session.settings.set_by_flag("answering.model", *flags.judge_model, "--judge-model");
  if (session.settings.text("answering.provider").empty())
    return failed_precondition("--judge model needs answering.provider: who has the model");
  VECSTORE_ASSIGN(auto model, session.chat_model());
  VECSTORE_ASSIGN(const AnswerOptions options, answer_options(session.settings));
  return Made(std::make_shared<ChatJudge>(std::move(model), options.chat));
}

// Finds what the questions of the file lack.
class Answerer {
 public:
  Answerer(Session& session, const EvalAnswerOptions& options)
      : session_(session), options_(options) {}

  // Opens what is needed: nothing where the file brings all.
  Status open(const std::vector<EvalQuestion>& questions) {
    const auto lacks = [](const EvalQuestion& one) { return !one.contexts; };
    VECSTORE_ASSIGN(passages_, count_argument("-k", options_.passages, kPassages, kMaxK));
    VECSTORE_ASSIGN(wanted_, hits_to_find(session_, options_.rerank, passages_));
    if (std::ranges::any_of(questions, lacks)) {
      VECSTORE_ASSIGN(OpenCollection opened, read_collection(session_));
      open_ = std::make_unique<OpenCollection>(std::move(opened));
    }
    const auto silent = [](const EvalQuestion& one) { return !one.answer; };
    const bool somebody = !session_.settings.text("answering.provider").empty();
    if (!std::ranges::any_of(questions, silent) || !somebody) return {};
    VECSTORE_ASSIGN(model_, session_.chat_model());
    VECSTORE_ASSIGN(answering_, answer_options(session_.settings));
    return {};
  }

  Result<AnswerRecord> record_of(const EvalQuestion& question) {
    AnswerRecord record{question.id,
                        question.text.value_or(""),
                        question.answer.value_or(""),
                        question.reference.value_or(""),
                        {}};
    VECSTORE_ASSIGN(const Hits hits, passages_of(question));
    for (const Hit& hit : hits)
      if (hit.text) record.contexts.push_back(*hit.text);
    if (question.answer || !model_ || record.contexts.empty()) return record;
    const Result<Answer> answer = answer_question(*model_, record.question, hits, answering_);
    if (!answer.ok()) return answer.status().with_context("answering '" + question.id + "'");
    record.answer = answer->text;
    record.contexts.clear();
    for (const Hit& hit : answer->context.passages) record.contexts.push_back(*hit.text);
    return record;
  }

  // Empty: nobody.
  std::string model() const { return model_ ? model_->name() : ""; }

 private:
  Result<Hits> passages_of(const EvalQuestion& question) {
    Hits hits;
    if (question.contexts) {
      for (std::size_t i = 0; i < question.contexts->size(); ++i)
        hits.hits.push_back({.id = std::to_string(i + 1), .text = (*question.contexts)[i]});
      return hits;
    }
    const Question asked{question.text, question.vector, question.filter};
    VECSTORE_ASSIGN(const std::vector<Query> queries,
                    make_queries(session_, open_->collection, {asked}, Query{.k = wanted_}));
    VECSTORE_ASSIGN(hits, open_->collection.query(queries.front()));
    return reranked(session_, options_.rerank, question.text, std::move(hits), passages_);
  }

  Session& session_;
  const EvalAnswerOptions& options_;
  std::size_t passages_ = 0, wanted_ = 0;
  std::unique_ptr<OpenCollection> open_;
  std::shared_ptr<const ChatModel> model_;
  AnswerOptions answering_;
};

Status check_asked(const std::vector<EvalQuestion>& questions, const std::string& path) {
  for (const EvalQuestion& one : questions)
    if (!one.text) return invalid_argument(path + ": query '" + one.id + "' has no 'question'");
  return {};
}

void print_answers(const Output& out, const AnswerEvaluation& evaluation) {
  if (out.format() == OutputFormat::kJson)
    return out.print_object(answer_evaluation_object(evaluation));
  std::vector<Object> rows;
  const bool table = out.format() == OutputFormat::kTable;
  for (const AnswerMean& one : evaluation.means)
    rows.push_back({{"metric", one.metric},
                    {"mean", table ? Value(fixed(one.mean, 4)) : Value(one.mean)},
                    {"low", table ? Value(fixed(one.interval.low, 4)) : Value(one.interval.low)},
                    {"high", table ? Value(fixed(one.interval.high, 4)) : Value(one.interval.high)},
                    {"answers", number(one.answers)}});
  out.print_list("means", rows);
  out.note("judge: " + evaluation.judge +
           (evaluation.model.empty() ? "" : "; answers: " + evaluation.model));
  if (evaluation.unreadable > 0)
    out.warn(std::to_string(evaluation.unreadable) +
             " verdicts of the judge could not be read: what needs them is left out");
}

}  // namespace

std::vector<Option> eval_answer_arguments(EvalAnswerFlags& to) {
  return {{"--answers", &to.answers,
           "instead of rankings: {\"question\",\"answer\"?,\"reference\"?,\"contexts\"?} per line; "
           "what is missing is asked here",
           "FILE"},
          {"--judge", &to.judge,
           "of answers: words (a rule), embedder (it too), model (of [answering])", "WHO",
           std::vector<std::string>(std::begin(kJudges), std::end(kJudges))},
          {"--judge-model", &to.judge_model, "another of the provider's models", "NAME"}};
}

Status run_eval_answers(Session& session, const EvalAnswerOptions& options) {
  if (!options.flags.answers)
    return invalid_argument("--judge and --judge-model are for --answers");
  for (const std::string& report : options.reports) VECSTORE_TRY(check_report_name(report));
  VECSTORE_ASSIGN(const auto questions, load_questions(*options.flags.answers));
  VECSTORE_TRY(check_asked(questions, *options.flags.answers));
  watch_interrupts();
  Answerer answerer(session, options);
  VECSTORE_TRY(answerer.open(questions));
  VECSTORE_ASSIGN(const auto judge, make_judge(session, options.flags));
  const auto between = [](std::size_t done) {
    if (!interrupted()) return Status();
    return Status(Code::kCancelled, "interrupted after " + std::to_string(done) + " answers");
  };
  std::vector<AnswerRecord> records;
  for (const EvalQuestion& question : questions) {
    VECSTORE_TRY(between(records.size()));
    VECSTORE_ASSIGN(AnswerRecord record, answerer.record_of(question));
    records.push_back(std::move(record));
  }
  VECSTORE_ASSIGN(AnswerEvaluation evaluation,
                  evaluate_answers(records, *judge, options.resampling, between));
  evaluation.model = answerer.model();
  for (const std::string& report : options.reports)
    VECSTORE_TRY(
        write_text(report, report.ends_with(".html")
                               ? html_report(evaluation)
                               : Value(answer_evaluation_object(evaluation)).to_json() + "\n"));
  print_answers(session.out, evaluation);
  return {};
}

}  // namespace vecstore
