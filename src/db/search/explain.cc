#include "db/search/explain.h"

#include <cstdio>
#include <string>

#include "base/number.h"
#include "db/segment/stored_segment.h"

namespace vecstore {
namespace {

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", value);
  return text;
}

std::string lines_of(const SegmentExplanation& one, bool analyzed) {
  std::string text = one.segment == 0 ? "  rows in memory: " : "  segment ";
  if (one.segment != 0) text += std::to_string(one.segment) + ": ";
  text += grouped_digits(one.rows) + " rows, " + std::string(plan_name(one.plan)) + "\n";
  text += "    because: " + one.why + "\n";
  if (one.matches)
    text += "    matches: " + grouped_digits(*one.matches) + " rows, counted from columns\n";
  text += "    distances: about " + grouped_digits(one.expected_distances) + " expected";
  if (!analyzed) return text + "\n";
  text += ", " + grouped_digits(one.distances) + " made; " + grouped_digits(one.rows_scanned) +
          " rows looked at\n";
  if (one.swept) text += "    the walk found too few: the codes of all that match were compared\n";
  return text + "    time: " + milliseconds(one.filter_ms) + " to plan and filter, " +
         milliseconds(one.search_ms) + " to search\n";
}

std::string line_of(const TextExplanation& one) {
  return "  text: " + grouped_digits(one.candidates) + " candidates; " +
         grouped_digits(one.rows_scored) + " rows scored, " + grouped_digits(one.windows_skipped) +
         " windows of 4,096 rows skipped\n" + "    time: " + milliseconds(one.search_ms) +
         " to search\n";
}

std::string in_words(const Query& query, const query::SearchRequest& request) {
  std::string text = std::to_string(request.k) + " first";
  if (request.vector != nullptr) {
    text = std::to_string(request.k) + " nearest in field '" + request.field.name + "' (" +
           std::to_string(request.field.dimension) + " dimensions, " +
           std::string(metric_name(request.field.metric)) + ")";
    text +=
        ", effort " + std::string(effort_name(query.effort)) + ", ef " + std::to_string(request.ef);
  }
  if (request.vector == nullptr && !query.text.empty()) text = std::to_string(request.k) + " best";
  if (!query.text.empty()) text += request.vector ? ", and by its text" : " by text";
  if (!query.text.empty() && !query.vector.empty())
    text += ", fused by " + std::string(fusion_method_name(query.fusion.method));
  if (query.filter.empty()) return text;
  return text + ", where " + query.filter.to_string();
}

}  // namespace

std::string Explanation::to_string() const {
  const bool analyzed = mode == Explain::kAnalyze;
  std::string text = query + "\n";
  for (const SegmentExplanation& one : segments) text += lines_of(one, analyzed);
  if (by_text) text += line_of(*by_text);
  if (segments.empty() && !by_text) text += "  there are no rows\n";
  if (!analyzed) return text + "  nothing was searched\n";
  return text + "  " + std::to_string(hits) + " hits read in " + milliseconds(fetch_ms) +
         "; all together " + milliseconds(took_ms) + "\n";
}

namespace db {

Explanation explain(const Query& query, const query::Snapshot& snapshot,
                    const query::SearchRequest& request, const query::SearchAnswer& answer) {
  Explanation explained;
  explained.mode = query.explain;
  explained.query = in_words(query, request);
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
    explained.segments.push_back(std::move(one));
  }
  return explained;
}

}  // namespace db
}  // namespace vecstore
