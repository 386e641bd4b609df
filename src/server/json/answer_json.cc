#include "server/json/answer_json.h"

#include "base/json.h"

namespace vecstore {
namespace {

Value count(std::uint64_t n) { return static_cast<std::int64_t>(n); }

// A member of an object that is being written.
void begin(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":";
}

void append(std::string& out, std::string_view name, const Value& value) {
  begin(out, name);
  append_json(out, value);
}

Object highlight_object(const Highlight& one) {
  Object object{{"field", one.field}};
  if (one.item > 0) object["item"] = count(one.item);
  object["offset"] = count(one.offset);
  object["length"] = count(one.length);
  return object;
}

// As in a record.
void append_vector(std::string& out, const Vector& vector) {
  begin(out, "vector");
  if (const DenseVector* dense = vector.dense()) {
    out += '[';
    for (const float component : *dense) {
      if (out.back() != '[') out += ',';
      append_json_float(out, component);
    }
    out += ']';
    return;
  }
  const std::string record = Record{.vector = vector}.to_json();
  constexpr std::string_view kBefore = "{\"id\":\"\",\"vector\":";
  out += std::string_view(record).substr(kBefore.size(), record.size() - kBefore.size() - 1);
}

void append_hit(std::string& out, const Hit& hit) {
  out += '{';
  append(out, "id", hit.id);
  append(out, "score", hit.score);
  if (hit.distance) append(out, "distance", *hit.distance);
  if (!hit.arms.empty()) {
    List arms;
    for (const ArmScore& arm : hit.arms)
      arms.emplace_back(
          Object{{"rank", count(arm.rank)}, {"score", arm.score}, {"share", arm.share}});
    append(out, "arms", std::move(arms));
  }
  if (hit.group) append(out, "group", *hit.group);
  if (hit.vector && !hit.vector->empty()) append_vector(out, *hit.vector);
  if (hit.text) append(out, "text", *hit.text);
  if (!hit.highlights.empty()) {
    List highlights;
    for (const Highlight& one : hit.highlights) highlights.emplace_back(highlight_object(one));
    append(out, "highlights", std::move(highlights));
  }
  if (hit.passage) append(out, "passage", highlight_object(*hit.passage));
  if (!hit.metadata.empty()) append(out, "metadata", hit.metadata);
  out += '}';
}

void append_hits(std::string& out, const Hits& hits) {
  out += "{\"hits\":[";
  for (const Hit& hit : hits) {
    if (out.back() != '[') out += ',';
    append_hit(out, hit);
  }
  out += ']';
  append(out, "partial", hits.partial);
  append(out, "took_ms", hits.took_ms);
  append(out, "rows_scanned", count(hits.rows_scanned));
  append(out, "distances", count(hits.distances));
  if (hits.explanation) append(out, "explanation", hits.explanation->to_string());
  out += '}';
}

}  // namespace

std::string hits_json(const Hits& hits) {
  std::string out;
  append_hits(out, hits);
  return out;
}

std::string many_hits_json(std::span<const Hits> answers) {
  std::string out = "{\"answers\":[";
  for (const Hits& hits : answers) {
    if (out.back() != '[') out += ',';
    append_hits(out, hits);
  }
  return out + "]}";
}

std::string write_result_json(const WriteResult& result) {
  return Value(Object{{"sequence", count(result.sequence)},
                      {"inserted", count(result.inserted)},
                      {"replaced", count(result.replaced)}})
      .to_json();
}

std::string scan_page_json(const ScanPage& page) {
  std::string out = "{\"records\":[";
  for (const Record& record : page.records) {
    if (out.back() != '[') out += ',';
    out += record.to_json();
  }
  out += ']';
  if (!page.next.empty()) append(out, "next", page.next);
  return out + '}';
}

Object snapshot_object(const SnapshotInfo& info) {
  return {{"name", info.name},
          {"created_at", info.created_at},
          {"sequence", count(info.sequence)},
          {"collections", count(info.collections)},
          {"records", count(info.records)},
          {"bytes", count(info.bytes)},
          {"pinned_bytes", count(info.pinned_bytes)}};
}

Object slow_query_object(const SlowQuery& query) {
  return {{"at", query.at},
          {"collection", query.collection},
          {"principal", query.principal},
          {"request_id", query.request_id},
          {"query", query.query},
          {"took_ms", query.took_ms},
          {"rows_scanned", count(query.rows_scanned)},
          {"distances", count(query.distances)},
          {"partial", query.partial}};
}

}  // namespace vecstore
