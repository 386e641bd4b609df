#include "rag/eval/answer_report.h"

#include <algorithm>
#include <numeric>

#include "rag/eval/report_markup.h"
#include "rag/eval/report_page.h"
#include "rag/eval/report_plots.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostAnswers = 200;
constexpr std::size_t kLongestText = 600;

std::string shown(const std::string& text) { return escaped_html(cut_text(text, kLongestText)); }

// "answer relevance": two words, which may stand in two lines.
std::string words_of_name(std::string_view metric) {
  std::string name(metric);
  std::ranges::replace(name, '_', ' ');
  return escaped_html(name);
}

std::string head(const AnswerEvaluation& evaluation) {
  std::string about = std::to_string(evaluation.answers.size()) + " questions, judged by " +
                      escaped_html(evaluation.judge);
  if (!evaluation.model.empty()) about += "; answered by " + escaped_html(evaluation.model);
  about += ". " + resampling_text(evaluation.resampling, "answers");
  if (evaluation.unreadable > 0)
    about += " " + std::to_string(evaluation.unreadable) +
             " verdicts of the judge could not be read: what needs them is left out.";
  return report_tag("h1", "How good the answers are") + "\n" + report_tag("p", about);
}

// A bar for each metric: as if it were a run of its own.
std::string bars(const AnswerEvaluation& evaluation) {
  Evaluation drawn;
  drawn.metrics = {"mean"};
  for (const AnswerMean& one : evaluation.means) {
    drawn.runs.emplace_back();
    drawn.runs.back().name = one.metric;
    drawn.runs.back().means = {one.mean};
    drawn.runs.back().intervals = {one.interval};
  }
  return report_tag("div", report_plot("means", "", bars_plot(drawn, 0)), "plots");
}

std::string means(const AnswerEvaluation& evaluation) {
  std::string rows;
  for (const AnswerMean& one : evaluation.means)
    rows += report_row(report_tag("td", words_of_name(one.metric)) +
                       report_tag("td", shown_decimal(one.mean, 4), "n") +
                       report_tag("td", interval_text(one.interval), "n") +
                       report_tag("td", std::to_string(one.answers), "n"));
  const std::string cells = report_tag("th", "metric") + report_tag("th", "mean", "n") +
                            report_tag("th", "interval", "n") + report_tag("th", "answers", "n");
  return report_tag("h2", "Means") + "\n" + report_table(cells, rows) + bars(evaluation);
}

double mean_score(const JudgedAnswer& one) {
  double sum = 0, count = 0;
  for (const auto& value : one.scores.values)
    if (value) sum += *value, ++count;
  return count == 0 ? 1 : sum / count;
}

std::string answer_cell(const AnswerRecord& record) {
  std::string cell = shown(record.question);
  if (!record.answer.empty()) cell += report_tag("small", "answer: " + shown(record.answer));
  if (!record.reference.empty())
    cell += report_tag("small", "reference: " + shown(record.reference));
  if (record.contexts.empty()) return cell;
  std::string items;
  for (const std::string& text : record.contexts) items += report_tag("li", shown(text));
  return cell + "<details><summary>passages</summary>" + report_tag("ol", items) + "</details>";
}

std::string answers(const AnswerEvaluation& evaluation) {
  std::vector<std::size_t> order(evaluation.answers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) { return mean_score(evaluation.answers[i]); });
  const std::size_t left_out = order.size() - std::min(order.size(), kMostAnswers);
  order.resize(order.size() - left_out);
  std::string cells = report_tag("th", "id") + report_tag("th", "question"), rows;
  for (const std::string_view metric : kAnswerMetrics)
    cells += report_tag("th", words_of_name(metric), "n");
  for (const std::size_t i : order) {
    const JudgedAnswer& one = evaluation.answers[i];
    std::string row =
        report_tag("td", shown(one.record.id)) + report_tag("td", answer_cell(one.record), "text");
    for (const auto& value : one.scores.values)
      row += report_tag("td", value ? shown_decimal(*value, 2) : "–", "n");
    rows += report_row(row);
  }
  const std::string more =
      left_out > 0 ? report_tag("p", std::to_string(left_out) + " better ones are left out.") : "";
  return report_tag("h2", "Answers, worst first") + "\n" + report_table(cells, rows) + more;
}

}  // namespace

std::string html_report(const AnswerEvaluation& evaluation) {
  return report_page(head(evaluation) + means(evaluation) + answers(evaluation));
}

}  // namespace vecstore
