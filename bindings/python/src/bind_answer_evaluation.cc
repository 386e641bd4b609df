// How good answers are, as a rule, an embedder or a model judges them.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "python/src/chats.h"
#include "python/src/errors.h"
#include "python/src/evaluations.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"
#include "rag/eval/answer_evaluation.h"
#include "rag/eval/answer_report.h"
#include "rag/eval/chat_judge.h"
#include "rag/eval/offline_judge.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using AnswersHandle = Kept<AnswerEvaluation>;

// Who judges, and what of it is Python's: that may have raised.
struct Judge {
  std::shared_ptr<const AnswerJudge> judge;
  std::shared_ptr<const PythonEmbedder> embedder = {};
  std::shared_ptr<const PythonChat> chat = {};

  void rethrow() const {
    if (embedder != nullptr) embedder->rethrow_and_forget();
    if (chat != nullptr) chat->rethrow();
  }
};

// None: the rule. An embedder as to_loaded() takes it beside the rule; a model as to_chat() does.
Judge to_judge(nb::handle embedder, nb::handle chat) {
  if (!chat.is_none()) {
    auto model = to_chat(chat);
    return {.judge = std::make_shared<const ChatJudge>(model), .chat = model};
  }
  if (embedder.is_none()) return {.judge = std::make_shared<const OfflineJudge>()};
  const Loaded model = to_loaded(embedder);
  return {.judge = std::make_shared<const OfflineJudge>(model.embedder), .embedder = model.python};
}

// (id, question, answer, reference, contexts); "" is none.
std::vector<AnswerRecord> to_answers(const nb::list& given) {
  std::vector<AnswerRecord> records;
  for (const nb::handle one : given) {
    AnswerRecord& record = records.emplace_back();
    record.id = to_text(one[0], "the id of an answer");
    record.question = to_text(one[1], "a question");
    record.answer = to_text(one[2], "an answer");
    record.reference = to_text(one[3], "a reference");
    for (const nb::handle text : nb::cast<nb::list>(one[4]))
      record.contexts.push_back(to_text(text, "a context"));
  }
  return records;
}

AnswersHandle run_evaluate(const nb::list& answers, nb::handle embedder, nb::handle chat,
                           const nb::tuple& resampling, const std::string& model,
                           nb::handle cancel) {
  auto records = std::make_shared<const std::vector<AnswerRecord>>(to_answers(answers));
  Resampling how = to_resampling(resampling);
  const Judge judge = to_judge(embedder, chat);
  CancelToken token = token_of(cancel);
  how.cancel = token;
  auto work = [records, how, judge = judge.judge] {
    return evaluate_answers(*records, *judge, how, [&how](std::size_t done) {
      if (!how.cancelled()) return Status();
      return Status(Code::kCancelled, "called off after " + std::to_string(done) + " answers");
    });
  };
  Result<AnswerEvaluation> made = watched(std::move(work), &token);
  judge.rethrow();
  AnswerEvaluation evaluation = take(std::move(made));
  evaluation.model = model;
  return AnswersHandle(std::move(evaluation));
}

}  // namespace

void bind_answer_evaluation(nb::module_& module) {
  nb::class_<AnswersHandle>(module, "AnswerEvaluation")
      .def("object",
           [](const AnswersHandle& of) {
             const Object object = unlocked([&] { return answer_evaluation_object(*of); });
             return from_metadata(object);
           })
      .def("html", [](const AnswersHandle& of) {
        return from_text(unlocked([&] { return html_report(*of); }));
      });
  module.def("evaluate_answers", run_evaluate, nb::arg("answers"), nb::arg("embedder").none(),
             nb::arg("chat").none(), nb::arg("resampling"), nb::arg("model"),
             nb::arg("cancel").none());
  nb::list metrics;
  for (const std::string_view name : kAnswerMetrics) metrics.append(from_text(name));
  module.attr("ANSWER_METRICS") = metrics;
}

}  // namespace vecstore::python
