#include "cli/answer.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/terminal.h"
#include "rag/answer/context.h"

namespace vecstore {
namespace {

constexpr std::size_t kTextLines = 3;
constexpr std::size_t kWidestText = 100;

std::string fixed(double number) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.4f", number);
  return text.data();
}

// Characters for private use stand for where bold begins and ends until lines are cut.
constexpr std::string_view kBegin = "\xee\x80\x80", kEnd = "\xee\x80\x81";

// The text, or its passage, with marks where the words are.
std::string marked_text(const Hit& hit) {
  const std::size_t begin = hit.passage ? hit.passage->offset : 0;
  const std::size_t end = hit.passage ? begin + hit.passage->length : hit.text->size();
  std::string marked = begin > 0 ? "… " : "";
  std::size_t at = begin;
  for (const Highlight& word : hit.highlights) {
    const bool inside = word.offset >= at && word.offset + word.length <= end;
    if (word.field != "text" || !inside) continue;
    marked += hit.text->substr(at, word.offset - at) + std::string(kBegin);
    marked += hit.text->substr(word.offset, word.length) + std::string(kEnd);
    at = word.offset + word.length;
  }
  return marked + hit.text->substr(at, end - at) + (end < hit.text->size() ? " …" : "");
}

std::string with_marks_as(std::string text, std::string_view bold, std::string_view plain) {
  for (const auto& [mark, as] : {std::pair(kBegin, bold), std::pair(kEnd, plain)})
    for (std::size_t at = 0; (at = text.find(mark, at)) != text.npos; at += as.size())
      text.replace(at, mark.size(), as);
  return text;
}

void print_passage(const Output& out, const Hit& hit, std::size_t rank) {
  const bool colour = is_terminal(STDOUT_FILENO);
  const std::string bold = colour ? "\x1b[1m" : "", dim = colour ? "\x1b[2m" : "",
                    plain = colour ? "\x1b[0m" : "";
  const std::size_t width = std::min(terminal_width() - 4, kWidestText);
  const std::string number = std::to_string(rank);
  std::string text = bold + number + "." +
                     std::string(3 - std::min<std::size_t>(2, number.size()), ' ') +
                     printable(hit.id) + plain + "  " + dim + fixed(hit.score) + plain + "\n";
  const std::string path = heading_path(hit.metadata);
  if (!path.empty()) text += "    " + dim + fit(path, width) + plain + "\n";
  if (hit.text && hit.highlights.empty()) text += wrap(*hit.text, width, kTextLines, "    ");
  if (hit.text && !hit.highlights.empty())
    text += with_marks_as(wrap(marked_text(hit), width, kTextLines, "    "), bold, plain);
  text.pop_back();
  text += plain;  // a word may have been cut
  out.print_line(text);
}

}  // namespace

std::string citation(const Hit& hit) { return printable(source_line(hit)); }

namespace {

Object arm_object(const ArmScore& arm) {
  return {
      {"rank", static_cast<std::int64_t>(arm.rank)}, {"score", arm.score}, {"share", arm.share}};
}

Object highlight_object(const Highlight& one) {
  const auto number = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  Object object{
      {"field", one.field}, {"offset", number(one.offset)}, {"length", number(one.length)}};
  if (one.item > 0) object["item"] = number(one.item);
  return object;
}

// As in a record.
Value vector_value(const Vector& vector) {
  const Result<Value> record = Value::parse_json(Record{.id = "hit", .vector = vector}.to_json());
  const Value* value = record.ok() ? record->as_object()->find("vector") : nullptr;
  return value ? *value : Value();
}

}  // namespace

Object hit_object(const Hit& hit, std::size_t rank) {
  Object object{{"rank", static_cast<std::int64_t>(rank)},
                {"id", hit.id},
                {"score", hit.score},
                {"distance", hit.distance ? Value(*hit.distance) : Value()}};
  if (!hit.arms.empty()) {
    List arms;
    for (const ArmScore& arm : hit.arms) arms.emplace_back(arm_object(arm));
    object["arms"] = std::move(arms);
  }
  if (hit.group) object["group"] = *hit.group;
  if (hit.vector) object["vector"] = vector_value(*hit.vector);
  if (hit.text) object["text"] = *hit.text;
  if (!hit.highlights.empty()) {
    List highlights;
    for (const Highlight& one : hit.highlights) highlights.emplace_back(highlight_object(one));
    object["highlights"] = std::move(highlights);
  }
  if (hit.passage) object["passage"] = highlight_object(*hit.passage);
  object["metadata"] = hit.metadata;
  return object;
}

List hit_list(const Hits& hits) {
  List list;
  for (std::size_t i = 0; i < hits.size(); ++i) list.emplace_back(hit_object(hits[i], i + 1));
  return list;
}

namespace {

Value count_value(std::uint64_t n) { return static_cast<std::int64_t>(n); }

Value count_value(const std::optional<std::uint64_t>& n) { return n ? count_value(*n) : Value(); }

Object first_reads_object(const FirstReads& reads) {
  return {{"bytes", count_value(reads.bytes)}, {"ms", reads.ms}};
}

Object segment_object(const SegmentExplanation& one) {
  return {{"segment", count_value(one.segment)},
          {"rows", count_value(one.rows)},
          {"matches", count_value(one.matches)},
          {"plan", plan_name(one.plan)},
          {"why", one.why},
          {"ef", count_value(one.ef)},
          {"expected_distances", count_value(one.expected_distances)},
          {"distances", count_value(one.distances)},
          {"codes", count_value(one.codes)},
          {"rows_scanned", count_value(one.rows_scanned)},
          {"swept", one.swept},
          {"filter_ms", one.filter_ms},
          {"search_ms", one.search_ms},
          {"threads", count_value(one.threads)},
          {"filter_first_reads", first_reads_object(one.filter_first_reads)},
          {"first_reads", first_reads_object(one.first_reads)}};
}

Object text_object(const TextExplanation& text) {
  return {{"matches", count_value(text.matches)},
          {"candidates", count_value(text.candidates)},
          {"rows_scored", count_value(text.rows_scored)},
          {"windows_skipped", count_value(text.windows_skipped)},
          {"filter_ms", text.filter_ms},
          {"search_ms", text.search_ms},
          {"first_reads", first_reads_object(text.first_reads)}};
}

Object step_object(const StepExplanation& step) {
  return {{"step", step.step},
          {"rows_in", count_value(step.rows_in)},
          {"rows_out", count_value(step.rows_out)},
          {"ms", step.ms},
          {"first_reads", first_reads_object(step.first_reads)}};
}

Object explanation_object(const Explanation& explained) {
  List stages, segments, steps;
  for (const Explanation& one : explained.stages) stages.emplace_back(explanation_object(one));
  for (const SegmentExplanation& one : explained.segments)
    segments.emplace_back(segment_object(one));
  for (const StepExplanation& one : explained.steps) steps.emplace_back(step_object(one));
  Object object{{"query", explained.query}};
  if (!stages.empty()) object["stages"] = std::move(stages);
  object["segments"] = std::move(segments);
  if (explained.by_text) object["by_text"] = text_object(*explained.by_text);
  if (!steps.empty()) object["steps"] = std::move(steps);
  object["hits"] = count_value(explained.hits);
  if (explained.partial) object["partial"] = true;
  object["fetch_ms"] = explained.fetch_ms;
  object["fetch_first_reads"] = first_reads_object(explained.fetch_first_reads);
  object["took_ms"] = explained.took_ms;
  return object;
}

}  // namespace

void print_hits(const Output& out, const Hits& hits) {
  if (out.format() == OutputFormat::kJson) {
    Object object{{"hits", hit_list(hits)}, {"took_ms", hits.took_ms}};
    if (hits.partial) object["partial"] = true;
    if (hits.explanation) object["explain"] = explanation_object(*hits.explanation);
    return out.print_line(Value(object).to_json());
  }
  if (hits.explanation && out.format() == OutputFormat::kTable) {
    out.print_line(hits.explanation->to_string());
    if (hits.explanation->mode == Explain::kPlan) return;
  }
  if (out.format() == OutputFormat::kTable &&
      std::any_of(hits.begin(), hits.end(), [](const Hit& hit) { return hit.text.has_value(); })) {
    for (std::size_t i = 0; i < hits.size(); ++i) print_passage(out, hits[i], i + 1);
  } else {
    std::vector<Object> rows;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (out.format() == OutputFormat::kJsonl) {
        rows.push_back(hit_object(hits[i], i + 1));
      } else if (out.format() == OutputFormat::kSimple) {
        rows.push_back({{"id", hits[i].id}, {"score", hits[i].score}});
      } else {
        rows.push_back({{"rank", static_cast<std::int64_t>(i + 1)},
                        {"id", hits[i].id},
                        {"score", fixed(hits[i].score)},
                        {"distance", hits[i].distance ? fixed(*hits[i].distance) : ""},
                        {"metadata", hits[i].metadata}});
      }
    }
    out.print_list("hits", rows);
  }
  if (out.format() != OutputFormat::kTable) {
    if (hits.partial) out.note("stopped early: better hits may be missing");
    return;
  }
  out.note(std::to_string(hits.size()) + (hits.size() == 1 ? " hit in " : " hits in ") +
           format_duration(hits.took_ms / 1000) + (hits.partial ? " (stopped early)" : ""));
}

}  // namespace vecstore
