#include "db/search/explain.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/number.h"
#include "base/stopwatch.h"
#include "base/utf8.h"
#include "db/segment/stored_segment.h"
#include "query/plan_segment.h"

namespace vecstore {

using db::StageWidth;

namespace {

std::string milliseconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", value);
  return text;
}

std::string size_of(std::uint64_t bytes) {
  return bytes < 1024 ? grouped_digits(bytes) + " bytes" : grouped_digits(bytes / 1024) + " KB";
}

// A time without what will not be needed again, and that.
std::string took(double ms, const FirstReads& reads) {
  if (reads.bytes == 0) return milliseconds(ms);
  return milliseconds(std::max(ms - reads.ms, 0.0)) + " (and " + milliseconds(reads.ms) +
         " once, to read " + size_of(reads.bytes) + ")";
}

// Behind the reason for a plan: what the other would have compared.
std::string instead_of(const query::SegmentWork& work) {
  if (work.otherwise == 0) return "";
  const std::string count = grouped_digits(work.otherwise);
  if (work.arm == Plan::kWalk) return " (" + count + ")";
  return " (about " + count + ", each " + format_double(query::kWalkCost) + " times as long)";
}

// Behind the reason for a walk: that it is none by itself.
std::string together(const query::SegmentWork& work) {
  if (work.together == 0) return "";
  return "; with " + std::to_string(work.together) + " graphs the nearest " +
         grouped_digits(work.ef) + " are kept of all together, of this one " +
         grouped_digits(work.least) + " at least";
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

std::string passing(std::uint64_t matches) {
  return "pass the filter: " + grouped_digits(matches) + " rows, counted from columns";
}

// Codes or vectors, whichever the plan looks at first.
std::string compared(const SegmentExplanation& one, bool analyzed) {
  const std::string kind = one.plan == Plan::kScan ? " vectors" : " codes";
  const std::string expected = "about " + grouped_digits(one.expected_distances) + kind;
  if (!analyzed) return "to compare: " + expected;
  std::string text = "compared: ";
  if (one.codes > 0) {
    text += grouped_digits(one.codes) + " codes, then the best " + grouped_digits(one.distances) +
            " again by their vectors";
  } else {
    text += grouped_digits(one.distances) + kind;
  }
  text += "; expected " + expected;
  if (one.rows_scanned > one.distances)
    text += "; " + grouped_digits(one.rows_scanned) + " rows looked at one by one";
  return text;
}

std::string times(const SegmentExplanation& one) {
  std::string text = "time to ";
  text += one.matches ? "filter and plan " : "plan ";
  text += took(one.filter_ms, one.filter_first_reads) + ", to search ";
  if (one.threads > 1) text += "with " + std::to_string(one.threads) + " threads ";
  return text + took(one.search_ms, one.first_reads);
}

std::string lines_of(const SegmentExplanation& one, const std::string& indent, bool analyzed,
                     bool candidates) {
  const std::string more = "\n" + indent + "  ";
  std::string text = indent + (one.segment == 0 ? "rows in memory: " : "segment ");
  if (one.segment != 0) text += std::to_string(one.segment) + ": ";
  text += grouped_digits(one.rows) + " rows, " + std::string(in_words(one.plan));
  if (one.ef > 0) text += " that keeps " + grouped_digits(one.ef);
  text += more + "because: " + one.why;
  if (one.matches)
    text += more + (candidates ? "found by the stages: " + grouped_digits(*one.matches) + " rows"
                               : passing(*one.matches));
  text += more + compared(one, analyzed);
  if (!analyzed) return text + "\n";
  if (one.swept) text += more + "the walk found too few: the codes of all that match were compared";
  return text + more + times(one) + "\n";
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
  if (one.matches) text += more + passing(*one.matches);
  if (!analyzed) return text + "\n";
  text += more + (one.filter_ms > 0 ? "time to filter and search " : "time to search ");
  return text + took(one.filter_ms + one.search_ms, one.first_reads) + "\n";
}

std::string line_of(const StepExplanation& one, const std::string& indent, bool analyzed) {
  if (!analyzed) return indent + "then " + one.step + "\n";
  return indent + "then " + one.step + ": " + grouped_digits(one.rows_in) + " rows in, " +
         grouped_digits(one.rows_out) + " out, " + took(one.ms, one.first_reads) + "\n";
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

// What the lines tell, added up.
struct Told {
  double ms = 0;
  FirstReads first_reads = {};
  double longest_ms = 0;
  std::string longest = {};

  // The longest is that of what is done every time.
  void add(double took, const FirstReads& reads, const std::string& what) {
    ms += took;
    first_reads += reads;
    if (took - reads.ms <= longest_ms) return;
    longest_ms = took - reads.ms;
    longest = what;
  }
};

void add(const Explanation& one, const std::string& place, Told& told) {
  for (std::size_t i = 0; i < one.stages.size(); ++i)
    add(one.stages[i], " of stage " + std::to_string(i + 1) + place, told);
  double filter = 0, search = 0;
  FirstReads filter_reads, search_reads;
  for (const SegmentExplanation& segment : one.segments) {
    filter += segment.filter_ms;
    search += segment.search_ms;
    filter_reads += segment.filter_first_reads;
    search_reads += segment.first_reads;
  }
  told.add(filter, filter_reads, "filtering and planning" + place);
  told.add(search, search_reads, "the search by vector" + place);
  if (one.by_text) {
    const double both = one.by_text->filter_ms + one.by_text->search_ms;
    told.add(both, one.by_text->first_reads, "the search by text" + place);
  }
  for (const StepExplanation& step : one.steps)
    told.add(step.ms, step.first_reads, step.step + place);
}

std::string summary(const Explanation& one) {
  Told told;
  add(one, "", told);
  told.add(one.fetch_ms, one.fetch_first_reads, "reading the hits");
  const FirstReads& reads = told.first_reads;
  std::string text = "all together " + milliseconds(one.took_ms);
  if (reads.bytes > 0) {
    text += ": " + milliseconds(reads.ms) + " to read and verify " + size_of(reads.bytes) +
            ", once while the database is open, and " +
            milliseconds(std::max(one.took_ms - reads.ms, 0.0)) + " to answer";
  }
  if (told.longest_ms > 0)
    text += ", most of it " + told.longest + " (" + milliseconds(told.longest_ms) + ")";
  return text + "; in no line above " + milliseconds(std::max(one.took_ms - told.ms, 0.0));
}

std::string how_hard(const Query& query, const StageWidth& width) {
  if (query.target_recall > 0) return ", aimed at recall " + Value(query.target_recall).to_json();
  const std::string effort = ", effort " + std::string(effort_name(query.effort));
  if (query.effort == Effort::kMaxRecall) return effort;
  if (width.candidates > width.ef)
    return effort + ", ef " + std::to_string(width.candidates) + " for so many candidates";
  return effort + ", ef " + std::to_string(width.ef);
}

// What ranks the rows.
std::string ranking_in_words(const Query& query, const db::Schema& schema,
                             const StageWidth& width) {
  const std::string count = std::to_string(query.k);
  if (query.vector.empty() && query.text.empty())
    return count + (query.prefetch.empty() ? " first by id" : " best");
  const std::string words = "'" + shorten(query.text) + "'";
  if (query.vector.empty()) return count + " best by text " + words;
  const VectorField& field = schema.fields[*schema.find(query.field)];
  std::string text = count + " nearest in field '" + field.name + "' (" +
                     std::to_string(field.dimension) + " dimensions, " +
                     std::string(metric_name(field.metric)) + ")";
  if (query.prefetch.empty()) text += how_hard(query, width);
  if (query.text.empty()) return text;
  return text + ", and by text " + words + ": " + grouped_digits(width.candidates) +
         " candidates of each";
}

}  // namespace

std::string Explanation::to_string() const {
  std::string text = query + "\n" + lines_of(*this, "  ");
  if (mode != Explain::kAnalyze) return text + "  nothing was searched\n";
  if (partial) text += "  stopped early: the time was over or the query was cancelled\n";
  text += "  " + std::to_string(hits) + " hits read in " + took(fetch_ms, fetch_first_reads) + "\n";
  return text + "  " + summary(*this) + "\n";
}

namespace db {

std::string query_in_words(const Query& query, const Schema& schema, const StageWidth& width) {
  std::string text = ranking_in_words(query, schema, width);
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
    one.why += instead_of(work) + together(work);
    one.ef = work.ef;
    one.expected_distances = work.expected_distances;
    one.distances = work.distances;
    one.codes = work.codes;
    one.rows_scanned = work.rows_scanned;
    one.swept = work.swept;
    one.filter_ms = work.plan_ms;
    one.search_ms = work.ms;
    one.threads = work.threads;
    one.filter_first_reads = work.plan_first_reads;
    one.first_reads = work.first_reads;
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
    work.first_reads += part.first_reads;
  }
  if (all_known) work.matches = matches;
  return work;
}

std::string fusion_step(const Fusion& fusion) {
  return "fused by " + std::string(fusion_method_name(fusion.method)) + ", each row once";
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
