#include <algorithm>
#include <numeric>

#include "rag/eval/report_markup.h"
#include "rag/eval/report_page.h"
#include "rag/eval/report_plots.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

constexpr std::size_t kWorst = 20;
constexpr std::size_t kLongestText = 300;
constexpr std::size_t kMostDifferences = 12;  // plots
constexpr double kSure = 0.05;                // a p below it is set bold

std::string swatch(const Evaluation& evaluation, std::size_t run) {
  return "<span class=\"run\"><i class=\"" + colour_class(run) + "\"></i>" +
         escaped_html(evaluation.runs[run].title()) + "</span>";
}

std::string legend(const Evaluation& evaluation) {
  std::string items;
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r)
    items += report_tag("li", swatch(evaluation, r));
  return report_tag("ul", items, "legend") + "\n";
}

std::string head(const Evaluation& evaluation) {
  const Resampling& how = evaluation.resampling;
  std::string about = std::to_string(evaluation.queries.size()) + " judged queries";
  if (evaluation.unjudged_queries > 0)
    about += " (" + std::to_string(evaluation.unjudged_queries) +
             " more are judged by nobody and left out)";
  about += ". " + resampling_text(how, "queries");
  return report_tag("h1", "How good the answers are") + "\n" + report_tag("p", about) +
         legend(evaluation);
}

std::string means_table(const Evaluation& evaluation) {
  std::string cells = report_tag("th", "mode"), rows;
  for (const std::string& metric : evaluation.metrics)
    cells += report_tag("th", escaped_html(metric), "n");
  cells += report_tag("th", "judged", "n") + report_tag("th", "ms a query", "n");
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r) {
    const EvaluatedRun& run = evaluation.runs[r];
    std::string of_run = report_tag("td", swatch(evaluation, r));
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
      of_run += report_tag(
          "td",
          shown_decimal(run.means[m], 4) + report_tag("small", interval_text(run.intervals[m])),
          "n");
    const double queries = static_cast<double>(std::max<std::size_t>(1, run.hits.size()));
    of_run += report_tag("td", percent_text(run.judged), "n") +
              report_tag("td", shown_decimal(run.took_ms / queries, 2), "n");
    rows += report_row(of_run);
  }
  return report_table(cells, rows) +
         report_tag("p", "judged: how many of the first " + std::to_string(kKeptHits) +
                             " hits somebody judged; the others count as not relevant.");
}

std::string bars(const Evaluation& evaluation) {
  std::string plots;
  for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
    plots += report_plot(escaped_html(evaluation.metrics[m]), "", bars_plot(evaluation, m));
  return report_tag("div", plots, "plots");
}

std::string curves(const Evaluation& evaluation) {
  return report_tag("h2", "By how many hits are looked at") + "\n" +
         report_tag(
             "div",
             report_plot("recall", "", curves_plot(evaluation, &EvaluatedRun::recall)) +
                 report_plot("precision", "", curves_plot(evaluation, &EvaluatedRun::precision)),
             "plots");
}

std::string comparisons_table(const Evaluation& evaluation) {
  std::string rows;
  for (const ComparedMetric& one : evaluation.comparisons)
    rows += report_row(report_tag("td", escaped_html(evaluation.metrics[one.metric])) +
                       report_tag("td", swatch(evaluation, one.a)) +
                       report_tag("td", swatch(evaluation, one.b)) +
                       report_tag("td",
                                  signed_decimal(one.test.difference, 4) +
                                      report_tag("small", interval_text(one.test.interval)),
                                  "n") +
                       report_tag("td", shown_decimal(one.p, 4), one.p < kSure ? "n sure" : "n") +
                       report_tag("td", shown_decimal(one.test.p_randomisation, 4), "n") +
                       report_tag("td", shown_decimal(one.test.p_bootstrap, 4), "n"));
  return report_table(
      report_tag("th", "metric") + report_tag("th", "of") + report_tag("th", "over") +
          report_tag("th", "difference", "n") + report_tag("th", "p (Holm)", "n") +
          report_tag("th", "p, randomisation", "n") + report_tag("th", "p, bootstrap", "n"),
      rows);
}

std::string difference_plots(const Evaluation& evaluation) {
  std::string plots;
  std::size_t shown = 0, all = 0;
  for (const ComparedMetric& one : evaluation.comparisons) {
    if (one.metric != 0) break;
    if (++all > kMostDifferences) continue;
    ++shown;
    std::size_t better = 0, worse = 0;
    const auto &a = evaluation.runs[one.a].values[0], &b = evaluation.runs[one.b].values[0];
    for (std::size_t q = 0; q < a.size(); ++q) {
      better += a[q] > b[q];
      worse += a[q] < b[q];
    }
    plots += report_plot(swatch(evaluation, one.a) + " over " + swatch(evaluation, one.b),
                         std::to_string(better) + " queries better, " + std::to_string(worse) +
                             " worse, " + std::to_string(a.size() - better - worse) + " the same",
                         differences_plot(evaluation, one));
  }
  const std::string left_out =
      all > shown ? report_tag("p", std::to_string(all - shown) + " more pairs are not drawn.")
                  : "";
  return report_tag("h2", escaped_html(evaluation.metrics[0]) + ", query by query") + "\n" +
         report_tag("div", plots, "plots") + left_out;
}

std::string comparisons(const Evaluation& evaluation) {
  if (evaluation.comparisons.empty()) return "";
  return report_tag("h2", "What differs") + "\n" +
         report_tag(
             "p",
             "p: how likely chance alone makes a difference as large, by exchanging the two modes "
             "at random, query by "
             "query; by Holm's rule for all pairs of one metric. Below 0.05 it is bold.") +
         comparisons_table(evaluation) + difference_plots(evaluation);
}

// The queries with the smallest mean over all runs of the first metric, worst first.
std::vector<std::size_t> worst_queries(const Evaluation& evaluation) {
  std::vector<double> sums(evaluation.queries.size(), 0.0);
  for (const EvaluatedRun& run : evaluation.runs)
    for (std::size_t q = 0; q < sums.size(); ++q) sums[q] += run.values[0][q];
  std::vector<std::size_t> order(sums.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t q) { return sums[q]; });
  order.resize(std::min(order.size(), kWorst));
  return order;
}

std::string hits_of(const Evaluation& evaluation, std::size_t q) {
  std::string lists;
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r) {
    std::string items;
    for (const EvaluatedHit& hit : evaluation.runs[r].hits[q]) {
      const char* kind = !hit.judged ? "open" : hit.grade > 0 ? "good" : "";
      const std::string grade = hit.judged ? " (" + std::to_string(hit.grade) + ")" : "";
      items += report_tag("li", escaped_html(cut_text(hit.id, kLongestText)) + grade, kind);
    }
    lists +=
        report_tag("div", swatch(evaluation, r) + (items.empty() ? report_tag("small", "no hit")
                                                                 : report_tag("ol", items)));
  }
  return "<details><summary>hits</summary>" + report_tag("div", lists, "hits") + "</details>";
}

std::string worst(const Evaluation& evaluation) {
  std::string cells = report_tag("th", "query") + report_tag("th", "text") +
                      report_tag("th", "relevant", "n"),
              rows;
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r)
    cells += report_tag("th", swatch(evaluation, r), "n");
  for (const std::size_t q : worst_queries(evaluation)) {
    const EvaluatedQuery& query = evaluation.queries[q];
    std::string of_query =
        report_tag("td", escaped_html(cut_text(query.id, kLongestText))) +
        report_tag("td", escaped_html(cut_text(query.text, kLongestText)), "text") +
        report_tag("td", std::to_string(query.relevant), "n");
    for (const EvaluatedRun& run : evaluation.runs)
      of_query += report_tag("td", shown_decimal(run.values[0][q], 4), "n");
    rows +=
        report_tag("tr", of_query, "top") + "\n" +
        report_row("<td class=\"more\" colspan=\"" + std::to_string(evaluation.runs.size() + 3) +
                   "\">" + hits_of(evaluation, q) + "</td>");
  }
  return report_tag("h2", "The queries that fared worst") + "\n" +
         report_tag("p",
                    "By " + escaped_html(evaluation.metrics[0]) +
                        ", over all modes. Of the hits, ✓ is relevant, grey ones are judged by "
                        "nobody, the number is the grade.") +
         report_table(cells, rows);
}

}  // namespace

std::string html_report(const Evaluation& evaluation) {
  std::string body = head(evaluation);
  if (!evaluation.runs.empty() && !evaluation.metrics.empty())
    body += report_tag("h2", "Means") + "\n" + means_table(evaluation) + bars(evaluation) +
            curves(evaluation) + comparisons(evaluation) + worst(evaluation);
  return report_page(body);
}

}  // namespace vecstore
