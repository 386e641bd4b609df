// Bytes of files that `eval` reads, as each of its forms: what is refused names a line or a member,
// and what is taken can be measured and written down.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "rag/eval/question_set.h"
#include "rag/eval/test_lines.h"
#include "rag/eval/trec_run.h"
#include "vecstore/evaluation.h"

namespace {

using namespace vecstore;

void check(bool holds) {
  if (!holds) std::abort();
}

void measure(const TrecRun& run) {
  std::vector<JudgedQuery> queries;
  RankedRun ranked{"run", 0, {}};
  for (const auto& [query, hits] : run) {
    queries.push_back({query, query, {{hits.front().id, 1}}});
    ranked.rankings.push_back(hits);
  }
  const auto metrics = ranking_metrics(kUsualMetrics).value();
  const auto made = evaluate(queries, {ranked}, metrics, {.samples = 100});
  check(made.ok());
  const std::string json = Value(evaluation_object(*made)).to_json();
  check(evaluation_of(Value::parse_json(json).value()).ok());
  check(html_report(*made).find("<script") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto judgements = read_judgements(lines_of(text));
  check(judgements.ok() ||
        judgements.status().message().find_first_not_of(' ') != std::string::npos);
  if (auto questions = read_questions(lines_of(text)); questions.ok()) {
    const std::size_t count = questions->size();
    const JudgedSet set = judged_by_themselves(*std::move(questions));
    check(set.questions.size() + set.unjudged == count);
  }
  if (const auto run = read_trec_run(lines_of(text)); run.ok()) measure(*run);
  if (const auto json = Value::parse_json(text); json.ok()) (void)evaluation_of(*json);
  return 0;
}
