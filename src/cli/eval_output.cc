#include "cli/eval_output.h"

#include <algorithm>

#include "cli/eval_data.h"
#include "cli/out_file.h"
#include "cli/read_file.h"
#include "cli/session.h"
#include "vecstore/evaluation.h"

namespace vecstore {
namespace {

constexpr int kDigits = 4;

// Four decimals for people, all of them for programs.
Value measured(const Output& out, double value) {
  return out.format() == OutputFormat::kTable ? Value(fixed(value, kDigits)) : Value(value);
}

std::string interval_text(const Interval& interval) {
  return fixed(interval.low, kDigits) + " to " + fixed(interval.high, kDigits);
}

Object run_row(const Output& out, const Evaluation& evaluation, const EvaluatedRun& run) {
  Object row{{"mode", run.title()}};
  for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
    row[evaluation.metrics[m]] = measured(out, run.means[m]);
  row["queries"] = number(evaluation.queries.size());
  row["took_ms"] = measured(out, run.took_ms);
  return row;
}

void print_intervals(const Output& out, const Evaluation& evaluation) {
  std::vector<Object> rows;
  for (const EvaluatedRun& run : evaluation.runs) {
    Object row{{fixed(evaluation.resampling.confidence * 100, 0) + " % interval", run.title()}};
    for (std::size_t m = 0; m < evaluation.metrics.size(); ++m)
      row[evaluation.metrics[m]] = interval_text(run.intervals[m]);
    rows.push_back(std::move(row));
  }
  out.print_line("");
  out.print_list("intervals", rows);
}

void print_comparisons(const Output& out, const Evaluation& evaluation) {
  if (evaluation.comparisons.empty()) return;
  std::vector<Object> rows;
  for (const ComparedMetric& one : evaluation.comparisons) {
    rows.push_back({{"metric", evaluation.metrics[one.metric]},
                    {"of", evaluation.runs[one.a].title()},
                    {"over", evaluation.runs[one.b].title()},
                    {"difference", fixed(one.test.difference, kDigits)},
                    {"interval", interval_text(one.test.interval)},
                    {"p", fixed(one.p, kDigits)}});
  }
  out.print_line("");
  out.print_list("comparisons", rows);
  const bool several = evaluation.comparisons.size() > evaluation.metrics.size();
  out.note(std::string("p: by exchanging the two at random, query by query") +
           (several ? "; by Holm's rule for all pairs of one metric" : ""));
}

void note_unjudged_hits(const Output& out, const Evaluation& evaluation) {
  for (const EvaluatedRun& run : evaluation.runs)
    if (run.judged < 1)
      out.note(run.title() + ": " + fixed((1 - run.judged) * 100, 1) + " % of the first " +
               std::to_string(kKeptHits) + " hits are judged by nobody and count as not relevant");
}

bool has_ending(const std::string& path, std::string_view ending) {
  return path.size() > ending.size() && path.ends_with(ending);
}

Result<Evaluation> read_report(const std::string& path) {
  VECSTORE_ASSIGN(const std::string text, read_file(path));
  VECSTORE_ASSIGN(const Value json, Value::parse_json(text));
  return evaluation_of(json);
}

}  // namespace

void print_evaluation(const Output& out, const Evaluation& evaluation) {
  if (out.format() == OutputFormat::kJson) return out.print_object(evaluation_object(evaluation));
  std::vector<Object> rows;
  for (const EvaluatedRun& run : evaluation.runs) rows.push_back(run_row(out, evaluation, run));
  out.print_list("modes", rows);
  if (out.format() == OutputFormat::kTable) {
    print_intervals(out, evaluation);
    print_comparisons(out, evaluation);
  }
  note_unjudged_hits(out, evaluation);
}

Status check_report_name(const std::string& path) {
  if (has_ending(path, ".html") || has_ending(path, ".json")) return {};
  return invalid_argument("--report takes a file that ends in .html or .json, not '" + path + "'");
}

Status write_text(const std::string& path, const std::string& text) {
  OutFile file;
  VECSTORE_TRY(file.open(path));
  VECSTORE_TRY(file.write(text));
  return file.finish();
}

Status write_report(const std::string& path, const Evaluation& evaluation) {
  if (has_ending(path, ".html")) return write_text(path, html_report(evaluation));
  return write_text(path, Value(evaluation_object(evaluation)).to_json() + "\n");
}

Result<std::vector<std::pair<std::string, Evaluation>>> read_reports(
    const std::vector<std::string>& paths) {
  std::vector<std::pair<std::string, Evaluation>> reports;
  for (const std::string& path : paths) {
    Result<Evaluation> read = read_report(path);
    if (!read.ok()) return file_content_error(read.status().with_context(path));
    const auto same = [&](const std::string& other) {
      return report_name(other) == report_name(path);
    };
    const bool alone = std::ranges::count_if(paths, same) == 1 && report_name(path) != "now";
    reports.emplace_back(alone ? report_name(path) : path, *std::move(read));
  }
  return reports;
}

}  // namespace vecstore
