#include "python/src/explanations.h"

#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

nb::dict from_reads(const FirstReads& reads) {
  nb::dict dict;
  dict["bytes"] = reads.bytes;
  dict["ms"] = reads.ms;
  return dict;
}

nb::object optional_count(const std::optional<std::uint64_t>& count) {
  return count ? nb::object(nb::int_(*count)) : nb::object(nb::none());
}

nb::dict from_segment(const SegmentExplanation& segment) {
  nb::dict dict;
  dict["segment"] = segment.segment;
  dict["rows"] = segment.rows;
  dict["matches"] = optional_count(segment.matches);
  dict["plan"] = from_text(plan_name(segment.plan));
  dict["why"] = from_text(segment.why);
  dict["ef"] = segment.ef;
  dict["expected_distances"] = segment.expected_distances;
  dict["distances"] = segment.distances;
  dict["codes"] = segment.codes;
  dict["rows_scanned"] = segment.rows_scanned;
  dict["swept"] = segment.swept;
  dict["filter_ms"] = segment.filter_ms;
  dict["search_ms"] = segment.search_ms;
  dict["threads"] = segment.threads;
  dict["filter_first_reads"] = from_reads(segment.filter_first_reads);
  dict["first_reads"] = from_reads(segment.first_reads);
  return dict;
}

nb::dict from_text_part(const TextExplanation& text) {
  nb::dict dict;
  dict["matches"] = optional_count(text.matches);
  dict["candidates"] = text.candidates;
  dict["rows_scored"] = text.rows_scored;
  dict["windows_skipped"] = text.windows_skipped;
  dict["filter_ms"] = text.filter_ms;
  dict["search_ms"] = text.search_ms;
  dict["first_reads"] = from_reads(text.first_reads);
  return dict;
}

nb::dict from_step(const StepExplanation& step) {
  nb::dict dict;
  dict["step"] = from_text(step.step);
  dict["rows_in"] = step.rows_in;
  dict["rows_out"] = step.rows_out;
  dict["ms"] = step.ms;
  dict["first_reads"] = from_reads(step.first_reads);
  return dict;
}

}  // namespace

nb::dict from_explanation(const Explanation& explanation) {
  nb::list stages, segments, steps;
  for (const Explanation& stage : explanation.stages) stages.append(from_explanation(stage));
  for (const SegmentExplanation& segment : explanation.segments)
    segments.append(from_segment(segment));
  for (const StepExplanation& step : explanation.steps) steps.append(from_step(step));
  nb::dict dict;
  dict["mode"] = explanation.mode == Explain::kPlan ? "plan" : "analyze";
  dict["query"] = from_text(explanation.query);
  dict["stages"] = stages;
  dict["segments"] = segments;
  dict["by_text"] = explanation.by_text ? nb::object(from_text_part(*explanation.by_text))
                                        : nb::object(nb::none());
  dict["steps"] = steps;
  dict["hits"] = explanation.hits;
  dict["partial"] = explanation.partial;
  dict["fetch_ms"] = explanation.fetch_ms;
  dict["fetch_first_reads"] = from_reads(explanation.fetch_first_reads);
  dict["took_ms"] = explanation.took_ms;
  return dict;
}

}  // namespace vecstore::python
