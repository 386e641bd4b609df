#include "rag/eval/html_report.h"

#include <algorithm>
#include <numeric>

#include "rag/eval/report_markup.h"
#include "rag/eval/report_plots.h"
#include "rag/eval/report_style.h"

namespace vecstore {
namespace {

constexpr std::size_t kWorst = 20;
constexpr std::size_t kLongestText = 300;
constexpr std::size_t kMostDifferences = 12;  // plots
constexpr double kSure = 0.05;                // a p below it is set bold

std::string tag(const char* name, const std::string& inside, const char* kind = "") {
  const std::string with = *kind ? std::string(" class=\"") + kind + "\"" : "";
  return std::string("<") + name + with + ">" + inside + "</" + name + ">";
}

std::string row(const std::string& cells) { return tag("tr", cells) + "\n"; }

std::string table(const std::string& head, const std::string& rows) {
  return "<div class=\"wide\"><table><thead>" + row(head) + "</thead><tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::string swatch(const Evaluation& evaluation, std::size_t run) {
  return "<span class=\"run\"><i class=\"" + colour_class(run) + "\"></i>" +
         escaped_html(evaluation.runs[run].title()) + "</span>";
}

std::string interval_text(const Interval& interval) {
  return shown_decimal(interval.low, 4) + " to " + shown_decimal(interval.high, 4);
}

// "31.6 %", "95 %".
std::string percent(double share) {
  const std::string text = decimal(share * 100, 1);
  return (text.ends_with(".0") ? text.substr(0, text.size() - 2) : text) + " %";
}

std::string legend(const Evaluation& evaluation) {
  std::string items;
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r)
    items += tag("li", swatch(evaluation, r));
  return tag("ul", items, "legend") + "\n";
}

std::string head(const Evaluation& evaluation) {
  const Resampling& how = evaluation.resampling;
  std::string about = std::to_string(evaluation.queries.size()) + " judged queries";
  if (evaluation.unjudged_queries > 0)
    about += " (" + std::to_string(evaluation.unjudged_queries) +
             " more are judged by nobody and left out)";
  about += ". Intervals: " + percent(how.confidence) + ", bootstrap over queries; " +
           std::to_string(how.samples) + " draws, seed " + std::to_string(how.seed) + ".";
  return tag("h1", "How good the answers are") + "\n" + tag("p", about) + legend(evaluation);
}

std::string means_table(const Evaluation& evaluation) {
  std::string cells = tag("th", "mode"), rows;
  for (const std::string& metric : evaluation.metrics)
    cells += tag("th", escaped_html(metric), "n");
  cells += tag("th", "judged", "n") + tag("th", "ms a query", "n");
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r) {
    const EvaluatedRun& run = evaluation.runs[r];
    std::string of_run = tag("td", swatch(evaluation, r));
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
      of_run +=
          tag("td", shown_decimal(run.means[m], 4) + tag("small", interval_text(run.intervals[m])),
              "n");
    const double queries = static_cast<double>(std::max<std::size_t>(1, run.hits.size()));
    of_run += tag("td", percent(run.judged), "n") +
              tag("td", shown_decimal(run.took_ms / queries, 2), "n");
    rows += row(of_run);
  }
  return table(cells, rows) +
         tag("p", "judged: how many of the first " + std::to_string(kKeptHits) +
                      " hits somebody judged; the others count as not relevant.");
}

std::string plot(const std::string& heading, const std::string& about, const std::string& svg) {
  return tag("div", tag("h3", heading) + (about.empty() ? "" : tag("p", about)) + svg);
}

std::string bars(const Evaluation& evaluation) {
  std::string plots;
  for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
    plots += plot(escaped_html(evaluation.metrics[m]), "", bars_plot(evaluation, m));
  return tag("div", plots, "plots");
}

std::string curves(const Evaluation& evaluation) {
  return tag("h2", "By how many hits are looked at") + "\n" +
         tag("div",
             plot("recall", "", curves_plot(evaluation, &EvaluatedRun::recall)) +
                 plot("precision", "", curves_plot(evaluation, &EvaluatedRun::precision)),
             "plots");
}

std::string comparisons_table(const Evaluation& evaluation) {
  std::string rows;
  for (const ComparedMetric& one : evaluation.comparisons)
    rows += row(
        tag("td", escaped_html(evaluation.metrics[one.metric])) +
        tag("td", swatch(evaluation, one.a)) + tag("td", swatch(evaluation, one.b)) +
        tag("td",
            signed_decimal(one.test.difference, 4) + tag("small", interval_text(one.test.interval)),
            "n") +
        tag("td", shown_decimal(one.p, 4), one.p < kSure ? "n sure" : "n") +
        tag("td", shown_decimal(one.test.p_randomisation, 4), "n") +
        tag("td", shown_decimal(one.test.p_bootstrap, 4), "n"));
  return table(tag("th", "metric") + tag("th", "of") + tag("th", "over") +
                   tag("th", "difference", "n") + tag("th", "p (Holm)", "n") +
                   tag("th", "p, randomisation", "n") + tag("th", "p, bootstrap", "n"),
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
    plots += plot(swatch(evaluation, one.a) + " over " + swatch(evaluation, one.b),
                  std::to_string(better) + " queries better, " + std::to_string(worse) +
                      " worse, " + std::to_string(a.size() - better - worse) + " the same",
                  differences_plot(evaluation, one));
  }
  const std::string left_out =
      all > shown ? tag("p", std::to_string(all - shown) + " more pairs are not drawn.") : "";
  return tag("h2", escaped_html(evaluation.metrics[0]) + ", query by query") + "\n" +
         tag("div", plots, "plots") + left_out;
}

std::string comparisons(const Evaluation& evaluation) {
  if (evaluation.comparisons.empty()) return "";
  return tag("h2", "What differs") + "\n" +
         tag("p",
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
      items += tag("li", escaped_html(cut_text(hit.id, kLongestText)) + grade, kind);
    }
    lists += tag(
        "div", swatch(evaluation, r) + (items.empty() ? tag("small", "no hit") : tag("ol", items)));
  }
  return "<details><summary>hits</summary>" + tag("div", lists, "hits") + "</details>";
}

std::string worst(const Evaluation& evaluation) {
  std::string cells = tag("th", "query") + tag("th", "text") + tag("th", "relevant", "n"), rows;
  for (std::size_t r = 0; r < evaluation.runs.size(); ++r)
    cells += tag("th", swatch(evaluation, r), "n");
  cells += tag("th", "");
  for (const std::size_t q : worst_queries(evaluation)) {
    const EvaluatedQuery& query = evaluation.queries[q];
    std::string of_query = tag("td", escaped_html(cut_text(query.id, kLongestText))) +
                           tag("td", escaped_html(cut_text(query.text, kLongestText)), "text") +
                           tag("td", std::to_string(query.relevant), "n");
    for (const EvaluatedRun& run : evaluation.runs)
      of_query += tag("td", shown_decimal(run.values[0][q], 4), "n");
    rows += row(of_query + tag("td", hits_of(evaluation, q)));
  }
  return tag("h2", "The queries that fared worst") + "\n" +
         tag("p", "By " + escaped_html(evaluation.metrics[0]) +
                      ", over all modes. Of the hits, ✓ is relevant, grey ones are judged by "
                      "nobody, the number is the grade.") +
         table(cells, rows);
}

}  // namespace

std::string html_report(const Evaluation& evaluation) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>VecStore: how good the answers are</title>\n<style>" +
      std::string(kReportStyle) + "</style></head>\n<body>\n";
  page += head(evaluation);
  if (!evaluation.runs.empty() && !evaluation.metrics.empty())
    page += tag("h2", "Means") + "\n" + means_table(evaluation) + bars(evaluation) +
            curves(evaluation) + comparisons(evaluation) + worst(evaluation);
  return page + "</body></html>\n";
}

}  // namespace vecstore
