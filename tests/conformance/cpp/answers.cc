#include "conformance/cpp/answers.h"

#include <cstdint>

namespace vecstore::conformance {
namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }

// A member of an object that is being written, which a "," or "{" ends.
void append(std::string& out, std::string_view name, const std::string& json) {
  if (out.back() != '{') out += ',';
  out += string_json(name) + ':' + json;
}

std::string arm_json(const ArmScore& arm) {
  std::string out = "{";
  append(out, "rank", number(arm.rank));
  append(out, "score", Value(arm.score).to_json());
  append(out, "share", Value(arm.share).to_json());
  return out + "}";
}

std::string highlight_json(const Highlight& one) {
  std::string out = "{";
  append(out, "field", string_json(one.field));
  if (one.item > 0) append(out, "item", number(one.item));
  append(out, "offset", number(one.offset));
  append(out, "length", number(one.length));
  return out + "}";
}

// As in a record.
std::string vector_json(const Vector& vector) {
  const std::string record = Record{.id = "", .vector = vector}.to_json();
  constexpr std::string_view kBefore = "{\"id\":\"\",\"vector\":";
  return record.substr(kBefore.size(), record.size() - kBefore.size() - 1);
}

std::string hit_json(const Hit& hit) {
  std::string out = "{";
  append(out, "id", string_json(hit.id));
  append(out, "score", Value(hit.score).to_json());
  if (hit.distance) append(out, "distance", Value(*hit.distance).to_json());
  std::vector<std::string> parts;
  for (const ArmScore& arm : hit.arms) parts.push_back(arm_json(arm));
  if (!parts.empty()) append(out, "arms", list_json(parts));
  if (hit.group) append(out, "group", hit.group->to_json());
  if (hit.vector && !hit.vector->empty()) append(out, "vector", vector_json(*hit.vector));
  if (hit.text) append(out, "text", string_json(*hit.text));
  parts.clear();
  for (const Highlight& one : hit.highlights) parts.push_back(highlight_json(one));
  if (!parts.empty()) append(out, "highlights", list_json(parts));
  if (hit.passage) append(out, "passage", highlight_json(*hit.passage));
  if (!hit.metadata.empty()) append(out, "metadata", Value(hit.metadata).to_json());
  return out + "}";
}

}  // namespace

std::string string_json(std::string_view text) { return Value(text).to_json(); }

std::string list_json(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
  return out + "]";
}

std::string names_json(const std::vector<std::string>& names) {
  std::vector<std::string> items;
  for (const std::string& name : names) items.push_back(string_json(name));
  return list_json(items);
}

std::string write_json(const WriteResult& result) {
  std::string out = "{";
  append(out, "inserted", number(result.inserted));
  append(out, "replaced", number(result.replaced));
  return out + "}";
}

std::string batch_json(const BatchResult& result) {
  std::vector<std::string> steps;
  for (const Status& step : result.steps) steps.push_back(string_json(code_name(step.code())));
  std::string out = write_json(result.total);
  out.pop_back();
  append(out, "steps", list_json(steps));
  return out + "}";
}

std::string records_json(std::span<const Record> records) {
  std::vector<std::string> items;
  for (const Record& record : records) items.push_back(record.to_json());
  return list_json(items);
}

std::string hits_json(const Hits& hits) {
  std::vector<std::string> items;
  for (const Hit& hit : hits) items.push_back(hit_json(hit));
  return list_json(items);
}

std::string facet_json(const Facet& facet) {
  std::vector<std::string> values;
  for (const FacetCount& one : facet.values) {
    std::string value = "{";
    append(value, "value", one.value.to_json());
    append(value, "records", number(one.records));
    values.push_back(value + "}");
  }
  std::string out = "{";
  append(out, "values", list_json(values));
  append(out, "different", number(facet.different));
  return out + "}";
}

std::string summary_json(const Summary& summary) {
  std::string out = "{";
  append(out, "count", number(summary.count));
  append(out, "min", summary.min.to_json());
  append(out, "max", summary.max.to_json());
  append(out, "sum", Value(summary.sum).to_json());
  append(out, "mean", Value(summary.mean).to_json());
  return out + "}";
}

std::string error_json(const Status& status) {
  std::string out = "{";
  append(out, "code", string_json(code_name(status.code())));
  append(out, "message", string_json(status.message()));
  return out + "}";
}

}  // namespace vecstore::conformance
