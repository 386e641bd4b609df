// How good rankings are: metrics, intervals, comparisons and their reports; questions, judgements
// and runs out of files.
#include <nanobind/stl/string.h>

#include <deque>
#include <limits>
#include <map>
#include <memory>

#include "python/src/errors.h"
#include "python/src/evaluations.h"
#include "python/src/handles.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "rag/eval/question_set.h"
#include "rag/eval/trec_run.h"
#include "vecstore/evaluation.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using EvaluationHandle = Kept<Evaluation>;
using Named = std::vector<std::pair<std::string, Evaluation>>;

// A function of Python's that measures a ranking. What it raises, or gives that is no number, ends
// the call that asked.
class PythonMetric {
 public:
  PythonMetric(std::string name, nb::handle function)
      : name_(std::move(name)), function_(shared_object(function)) {}

  // NaN, which evaluate() refuses, when something was raised.
  double measure(std::span<const std::string> ranking, const Grades& grades) const {
    const nb::gil_scoped_acquire locked;
    try {
      nb::list ids;
      for (const std::string& id : ranking) ids.append(from_text(id));
      nb::dict judged;
      for (const auto& [id, grade] : grades) judged[from_text(id)] = grade;
      const nb::object value = (*function_)(ids, judged);
      const double number = PyFloat_AsDouble(value.ptr());
      if (!PyErr_Occurred()) return number;
      PyErr_Clear();
      raise_wrong_type("the metric '" + name_ + "' gave " + type_in_words(value) +
                       ": a number is expected");
    } catch (nb::python_error& error) {
      raised_.push_back(error);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  void rethrow() const {
    if (raised_.empty()) return;
    nb::python_error error = std::move(raised_.front());
    raised_.clear();
    throw error;
  }

 private:
  std::string name_;
  std::shared_ptr<nb::object> function_;
  mutable std::deque<nb::python_error> raised_;  // under the interpreter lock
};

// What one evaluation is made of; owned by the work, which may outlive the call.
struct Asked {
  std::vector<JudgedQuery> queries = {};
  std::vector<RankedRun> runs = {};
  std::vector<RankingMetric> metrics = {};
  std::vector<std::shared_ptr<const PythonMetric>> own = {};
  Resampling how = {};
};

// A name, or (name, function).
void add_metric(nb::handle given, Asked& to) {
  if (nb::isinstance<nb::str>(given)) {
    to.metrics.push_back(take(ranking_metric(to_text(given, "a metric"))));
  } else {
    std::string name = to_text(given[0], "the name of a metric");
    auto own = std::make_shared<const PythonMetric>(name, given[1]);
    to.own.push_back(own);
    to.metrics.push_back({std::move(name), [own](auto ranking, const Grades& grades) {
                            return own->measure(ranking, grades);
                          }});
  }
  for (std::size_t i = 0; i + 1 < to.metrics.size(); ++i)
    if (to.metrics[i].name == to.metrics.back().name)
      raise_invalid("metric '" + to.metrics.back().name + "' comes a second time");
}

Grades to_grades(nb::handle given) {
  Grades grades;
  for (const auto& [id, grade] : nb::cast<nb::dict>(given))
    grades.emplace(to_text(id, "the id of a judged record"), nb::cast<int>(grade));
  return grades;
}

// (id, score) of each hit of each query.
std::vector<std::vector<RankedHit>> to_rankings(nb::handle given) {
  std::vector<std::vector<RankedHit>> rankings;
  for (const nb::handle ranking : given) {
    std::vector<RankedHit>& hits = rankings.emplace_back();
    for (const nb::handle hit : ranking)
      hits.push_back({to_text(hit[0], "the id of a hit"), nb::cast<double>(hit[1])});
  }
  return rankings;
}

// `queries`: (id, text, grades); `runs`: (name, milliseconds, rankings).
EvaluationHandle run_evaluate(const nb::list& queries, const nb::list& runs,
                              const nb::list& metrics, const nb::tuple& resampling,
                              std::size_t unjudged, nb::handle cancel) {
  auto asked = std::make_shared<Asked>();
  asked->how = to_resampling(resampling);
  for (const nb::handle one : metrics) add_metric(one, *asked);
  for (const nb::handle one : queries)
    asked->queries.push_back({to_text(one[0], "the id of a query"),
                              to_text(one[1], "the text of a query"), to_grades(one[2])});
  for (const nb::handle one : runs)
    asked->runs.push_back(
        {to_text(one[0], "the name of a run"), nb::cast<double>(one[1]), to_rankings(one[2])});
  CancelToken token = token_of(cancel);
  asked->how.cancel = token;
  auto work = [asked] { return evaluate(asked->queries, asked->runs, asked->metrics, asked->how); };
  Result<Evaluation> made = watched(std::move(work), &token);
  for (const auto& own : asked->own) own->rethrow();
  Evaluation evaluation = take(std::move(made));
  evaluation.unjudged_queries = unjudged;
  return EvaluationHandle(std::move(evaluation));
}

EvaluationHandle read_evaluation(const std::string& json) {
  auto work = [json]() -> Result<Evaluation> {
    VECSTORE_ASSIGN(const Value value, Value::parse_json(json));
    return evaluation_of(value);
  };
  return EvaluationHandle(take(watched(std::move(work), nullptr)));
}

// (name, evaluation) of each; drawn as the first one was unless `resampling` says how.
EvaluationHandle join(const nb::list& given, nb::handle resampling, nb::handle cancel) {
  auto named = std::make_shared<Named>();
  for (const nb::handle one : given)
    named->emplace_back(to_text(one[0], "the name of an evaluation"),
                        *nb::cast<EvaluationHandle&>(one[1]));
  CancelToken token = token_of(cancel);
  if (!named->empty()) {
    Resampling& how = named->front().second.resampling;
    if (!resampling.is_none()) how = to_resampling(nb::cast<nb::tuple>(resampling));
    how.cancel = token;
  }
  auto work = [named] { return join_evaluations(*named); };
  Evaluation joined = take(watched(std::move(work), &token));
  if (token.cancelled()) raise(Status(Code::kCancelled, "the evaluation was called off"));
  joined.resampling.cancel.reset();
  return EvaluationHandle(std::move(joined));
}

// The lines of `content`, which outlives it.
NextLine lines_of(std::string_view content) {
  return [content](std::string& line) mutable -> Result<bool> {
    if (content.empty()) return false;
    const std::size_t end = std::min(content.find('\n'), content.size());
    line.assign(content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
    return true;
  };
}

// What `read` makes of a file's bytes; a file that is none is a wrong argument that names it.
template <typename Read>
auto read_file(const nb::bytes& content, const std::string& name, Read read) {
  auto bytes = std::make_shared<const std::string>(content.c_str(), content.size());
  auto made = watched([bytes, read] { return read(lines_of(*bytes)); }, nullptr);
  if (!made.ok()) raise_invalid(name + ": " + made.status().message());
  return *std::move(made);
}

nb::dict from_grades(const Grades& grades) {
  nb::dict dict;
  for (const auto& [id, grade] : std::map(grades.begin(), grades.end()))
    dict[from_text(id)] = grade;
  return dict;
}

nb::dict judgements(const nb::bytes& content, const std::string& name) {
  const Judgements read = read_file(content, name, read_judgements);
  nb::dict dict;
  for (const auto& [query, grades] : std::map(read.begin(), read.end()))
    dict[from_text(query)] = from_grades(grades);
  return dict;
}

nb::dict trec_run(const nb::bytes& content, const std::string& name) {
  TrecRun read = read_file(content, name, read_trec_run);
  nb::dict dict;
  for (const auto& [query, hits] : std::map(read.begin(), read.end())) {
    nb::dict scores;
    for (const RankedHit& hit : hits) scores[from_text(hit.id)] = hit.score;
    dict[from_text(query)] = scores;
  }
  return dict;
}

nb::object optional_text(const std::optional<std::string>& text) {
  return text ? from_text(*text) : nb::none();
}

// The members of vecstore.EvalQuestion, those that it has.
nb::list questions(const nb::bytes& content, const std::string& name) {
  nb::list list;
  for (EvalQuestion& one : read_file(content, name, read_questions)) {
    nb::dict dict;
    dict["id"] = from_text(one.id);
    dict["text"] = optional_text(one.text);
    dict["vector"] = one.vector ? from_vector(*std::move(one.vector)) : nb::none();
    dict["filter"] = one.filter.empty() ? nb::none() : from_text(one.filter.to_string());
    dict["relevant"] = one.relevant ? nb::object(from_grades(*one.relevant)) : nb::none();
    dict["answer"] = optional_text(one.answer);
    dict["reference"] = optional_text(one.reference);
    dict["contexts"] = nb::none();
    if (one.contexts) {
      nb::list texts;
      for (const std::string& text : *one.contexts) texts.append(from_text(text));
      dict["contexts"] = texts;
    }
    list.append(dict);
  }
  return list;
}

}  // namespace

Resampling to_resampling(const nb::tuple& given) {
  const Resampling how{.samples = nb::cast<std::size_t>(given[0]),
                       .seed = nb::cast<std::uint64_t>(given[1]),
                       .confidence = nb::cast<double>(given[2])};
  check(check_resampling(how));
  return how;
}

void bind_evaluation(nb::module_& module) {
  nb::class_<EvaluationHandle>(module, "Evaluation")
      .def("object",
           [](const EvaluationHandle& of) {
             const Object object = unlocked([&] { return evaluation_object(*of); });
             return from_metadata(object);
           })
      .def("json",
           [](const EvaluationHandle& of) {
             return from_text(unlocked([&] { return Value(evaluation_object(*of)).to_json(); }));
           })
      .def("html", [](const EvaluationHandle& of) {
        return from_text(unlocked([&] { return html_report(*of); }));
      });
  module.def("evaluate", run_evaluate, nb::arg("queries"), nb::arg("runs"), nb::arg("metrics"),
             nb::arg("resampling"), nb::arg("unjudged"), nb::arg("cancel").none());
  module.def("read_evaluation", read_evaluation, nb::arg("json"));
  module.def("join_evaluations", join, nb::arg("named"), nb::arg("resampling").none(),
             nb::arg("cancel").none());
  module.def("read_judgements", judgements, nb::arg("content"), nb::arg("name"));
  module.def("read_trec_run", trec_run, nb::arg("content"), nb::arg("name"));
  module.def("read_questions", questions, nb::arg("content"), nb::arg("name"));
  module.attr("USUAL_METRICS") = from_text(kUsualMetrics);
}

}  // namespace vecstore::python
