#include "db/search/explain.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/number.h"
#include "base/utf8.h"
#include "db/segment/stored_segment.h"

namespace vecstore {
namespace {

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", value);
  return text;
}

constexpr double kMsPerRow = 0.05;  // far more than comparing or reading a row in memory takes
constexpr double kSlowMs = 1;

// Bytes are verified, and read from the disk where need be, when they are first touched.
std::string first_touch(double ms, std::uint64_t rows) {
  if (ms < kSlowMs + kMsPerRow * static_cast<double>(rows)) return "";
  return " (long for so few: probably read for the first time)";
}

std::string_view in_words(Plan plan) {
  switch (plan) {
    case Plan::kWalk:
      return "walk through the graph";
    case Plan::kSweep:
      return "sweep over the codes";
    default:
      return "exact scan";
  }
}

std::string lines_of(const SegmentExplanation& one, const std::string& indent, bool analyzed,
                     bool candidates) {
  const std::string more = "\n" + indent + "  ";
  std::string text = indent + (one.segment == 0 ? "rows in memory: " : "segment ");
  if (one.segment != 0) text += std::to_string(one.segment) + ": ";
  text += grouped_digits(one.rows) + " rows, " + std::string(in_words(one.plan));
  text += more + "because: " + one.why;
  if (one.matches)
    text += more + (candidates ? "found by the stages: " : "matches: ") +
            grouped_digits(*one.matches) + (candidates ? " rows" : " rows, counted from columns");
  text += more + "distances: about " + grouped_digits(one.expected_distances) + " expected";
  if (!analyzed) return text + "\n";
  text += ", " + grouped_digits(one.distances) + " made";
  if (one.rows_scanned > 0)
    text += "; " + grouped_digits(one.rows_scanned) + " rows looked at one by one";
  if (one.swept) text += more + "the walk found too few: the codes of all that match were compared";
  return text + more + "time: " + milliseconds(one.filter_ms) +
         (one.matches               ? " to filter and plan, "
          : one.plan == Plan::kScan ? " to plan, "
                                    : " to plan and open the graph, ") +
         milliseconds(one.search_ms) + " to search" +
         first_touch(one.search_ms, one.distances + one.rows_scanned) + "\n";
}

std::string lines_of(const TextExplanation& one, const std::string& indent, bool analyzed) {
  std::string text = indent + "text: ";
  const std::string more = "\n" + indent + "  ";
  if (analyzed)
    text += "the best " + grouped_digits(one.candidates) + " of " +
            grouped_digits(one.rows_scored) + " rows scored";
  if (one.windows_skipped > 0)
    text += ", " + grouped_digits(one.windows_skipped) +
            " runs of 4,096 rows skipped that could not reach them";
  if (!analyzed) text += "the postings of its words, best rows first";
  if (one.matches)
    text += more + "matches: " + grouped_digits(*one.matches) + " rows, counted from columns";
  if (!analyzed) return text + "\n";
  text += more + "time: ";
  if (one.filter_ms > 0) text += milliseconds(one.filter_ms) + " to filter, ";
  return text + milliseconds(one.search_ms) + " to search" +
         first_touch(one.search_ms, one.rows_scored) + "\n";
}

std::string line_of(const StepExplanation& one, const std::string& indent, bool analyzed) {
  if (!analyzed) return indent + "then " + one.step + "\n";
  return indent + "then " + one.step + ": " + grouped_digits(one.rows_in) + " rows in, " +
         grouped_digits(one.rows_out) + " out, " + milliseconds(one.ms) + "\n";
}

std::string lines_of(const Explanation& one, const std::string& indent) {
  const bool analyzed = one.mode == Explain::kAnalyze;
  std::string text;
  for (std::size_t i = 0; i < one.stages.size(); ++i) {
    const Explanation& stage = one.stages[i];
    text += indent + "stage " + std::to_string(i + 1) + ": " + stage.query + "\n" +
            lines_of(stage, indent + "  ");
    if (analyzed)
      text += indent + "  found " + grouped_digits(stage.hits) + " in " +
              milliseconds(stage.took_ms) + (stage.partial ? ", stopped early" : "") + "\n";
  }
  for (const SegmentExplanation& segment : one.segments)
    text += lines_of(segment, indent, analyzed, !one.stages.empty());
  if (one.by_text) text += lines_of(*one.by_text, indent, analyzed);
  if (one.stages.empty() && one.segments.empty() && !one.by_text)
    text += indent + "there are no rows\n";
  for (const StepExplanation& step : one.steps) text += line_of(step, indent, analyzed);
  return text;
}

struct Longest {
  double ms = 0;
  std::string what = {};

  void take(double candidate, const std::string& of) {
    if (candidate <= ms) return;
    ms = candidate;
    what = of;
  }
};

// The sum of the times that the lines tell.
double told_ms(const Explanation& one, const std::string& place, Longest& longest) {
  double sum = 0;
  const auto tell = [&](double ms, const std::string& what) {
    sum += ms;
    longest.take(ms, what + place);
  };
  for (std::size_t i = 0; i < one.stages.size(); ++i)
    sum += told_ms(one.stages[i], " of stage " + std::to_string(i + 1) + place, longest);
  double filter = 0, search = 0;
  for (const SegmentExplanation& segment : one.segments) {
    filter += segment.filter_ms;
    search += segment.search_ms;
  }
  tell(filter, "filtering and planning");
  tell(search, "the search by vector");
  if (one.by_text) tell(one.by_text->filter_ms, "the filter for the text");
  if (one.by_text) tell(one.by_text->search_ms, "the search by text");
  for (const StepExplanation& step : one.steps) tell(step.ms, step.step);
  return sum;
}

// What ranks the rows.
std::string ranking_in_words(const Query& query, const db::Schema& schema, std::size_t ef) {
  const std::string count = std::to_string(query.k);
  if (query.vector.empty() && query.text.empty())
    return count + (query.prefetch.empty() ? " first by id" : " best");
  const std::string words = "'" + shorten(query.text) + "'";
  if (query.vector.empty()) return count + " best by text " + words;
  const VectorField& field = schema.fields[*schema.find(query.field)];
  std::string text = count + " nearest in field '" + field.name + "' (" +
                     std::to_string(field.dimension) + " dimensions, " +
                     std::string(metric_name(field.metric)) + ")";
  if (query.prefetch.empty())
    text += ", effort " + std::string(effort_name(query.effort)) + ", ef " + std::to_string(ef);
  return text + (query.text.empty() ? "" : ", and by text " + words);
}

}  // namespace

std::string Explanation::to_string() const {
  std::string text = query + "\n" + lines_of(*this, "  ");
  if (mode != Explain::kAnalyze) return text + "  nothing was searched\n";
  if (partial) text += "  stopped early: the time was over or the query was cancelled\n";
  text += "  " + std::to_string(hits) + " hits read in " + milliseconds(fetch_ms) +
          first_touch(fetch_ms, hits) + "\n";
  Longest longest;
  const double told = told_ms(*this, "", longest) + fetch_ms;
  longest.take(fetch_ms, "reading the hits");
  text += "  all together " + milliseconds(took_ms);
  if (longest.ms > 0) text += ", most of it " + longest.what;
  return text + "; not in the lines above " + milliseconds(std::max(took_ms - told, 0.0)) + "\n";
}

namespace db {

std::string query_in_words(const Query& query, const Schema& schema, std::size_t ef) {
  std::string text = ranking_in_words(query, schema, ef);
  if (query.prefetch.size() == 1) text += " of what a stage finds";
  if (query.prefetch.size() > 1)
    text += " of what " + std::to_string(query.prefetch.size()) + " stages find";
  if (!query.prefetch.empty() && !(query.vector.empty() && query.text.empty()))
    text += ", all of it compared";
  if (query.max_distance) text += ", within distance " + format_double(*query.max_distance);
  if (query.offset > 0) text += ", after the first " + std::to_string(query.offset);
  if (query.filter.empty()) return text;
  return text + ", where " + query.filter.to_string();
}

std::vector<SegmentExplanation> explain_segments(const query::Snapshot& snapshot,
                                                 const query::SearchAnswer& answer) {
  std::vector<SegmentExplanation> segments;
  for (std::size_t i = 0; i < answer.segments.size(); ++i) {
    const query::SegmentWork& work = answer.segments[i];
    SegmentExplanation one;
    one.segment = static_cast<const StoredSegment&>(*snapshot.segments[i].segment).number();
    one.rows = work.rows;
    one.matches = work.matches;
    one.plan = work.arm;
    one.why = work.why;
    one.expected_distances = work.expected_distances;
    one.distances = work.distances;
    one.rows_scanned = work.rows_scanned;
    one.swept = work.swept;
    one.filter_ms = work.plan_ms;
    one.search_ms = work.ms;
    segments.push_back(std::move(one));
  }
  return segments;
}

TextExplanation explain_text(const Query& query, const query::SearchRequest& request,
                             TextExplanation work) {
  if (!query.vector.empty() || !request.filtered()) return work;
  bool all_known = true;
  std::uint64_t matches = 0;
  for (const query::AllowedRows& part : request.allowed) {
    all_known = all_known && part.rows.has_value();
    matches += part.count;
    work.filter_ms += part.ms;
  }
  if (all_known) work.matches = matches;
  return work;
}

std::string fusion_step(const Fusion& fusion) {
  return "fused by " + std::string(fusion_method_name(fusion.method));
}

std::string mmr_step(const Mmr& mmr) {
  return "mmr, lambda " + format_double(mmr.lambda) + " in field '" + mmr.field + "'";
}

std::string group_step(const GroupBy& group_by) {
  return "grouped by " + group_by.field + ", at most " + std::to_string(group_by.max_hits) +
         " of each";
}

}  // namespace db
}  // namespace vecstore
