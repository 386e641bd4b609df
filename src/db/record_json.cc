// The canonical JSON of one record: what export writes, import reads and the wire speaks.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "db/vector_json.h"
#include "vecstore/record.h"

namespace vecstore {
namespace {

using db::append_vector;
using db::needs;
using db::read_integer;

constexpr std::string_view kRecordMembers[] = {
    "id",         "vector",     "vectors",    "text",       "metadata",
    "expires_at", "created_at", "updated_at", "deleted_at", "version"};

void append_named_vectors(std::string& out, const std::vector<NamedVector>& vectors) {
  bool any = false;
  for (const NamedVector& named : vectors) {
    if (named.vector.empty()) continue;
    out += any ? "," : ",\"vectors\":{";
    any = true;
    append_json_string(out, named.field);
    out += ':';
    append_vector(out, named.vector);
  }
  if (any) out += '}';
}

void append_if_set(std::string& out, const char* name, std::int64_t number) {
  if (number != 0) out += ",\"" + std::string(name) + "\":" + std::to_string(number);
}

Status read_named_vectors(const Value& json, Record& record) {
  if (!json.as_object()) return needs("vectors", "an object of vectors by field name");
  for (const Object::Member& member : *json.as_object()) {
    if (member.value.is_null()) continue;
    Result<Vector> vector = db::read_vector(member.value);
    if (!vector.ok()) return vector.status().with_context("vectors." + shorten(member.key));
    record.vectors.push_back({member.key, *std::move(vector)});
  }
  return {};
}

Status read_time(const Object::Member& member, Record& record) {
  TimeMs& time = member.key == "expires_at"   ? record.expires_at
                 : member.key == "created_at" ? record.created_at
                 : member.key == "updated_at" ? record.updated_at
                                              : record.deleted_at;
  VECSTORE_ASSIGN(time, read_integer(&member.value, member.key, INT64_MAX));
  return {};
}

Status read_member(const Object::Member& member, Record& record) {
  const auto& [key, json] = member;
  if (key == "vectors") return read_named_vectors(json, record);
  if (key == "vector") {
    Result<Vector> vector = db::read_vector(json);
    if (!vector.ok()) return vector.status().with_context("vector");
    record.vector = *std::move(vector);
  } else if (key == "text") {
    if (!json.as_string()) return needs("text", "a string");
    record.text = *json.as_string();
  } else if (key == "metadata") {
    if (!json.as_object()) return needs("metadata", "an object");
    record.metadata = *json.as_object();
  } else if (key == "version") {
    VECSTORE_ASSIGN(const std::int64_t version, read_integer(&json, key, INT64_MAX));
    record.version = static_cast<std::uint64_t>(version);
  } else if (key != "id") {
    return read_time(member, record);
  }
  return {};
}

Result<std::string> read_id(const Object& object) {
  const Value* id = object.find("id");
  if (!id) return invalid_argument("a record has no id");
  if (id->as_string()) return *id->as_string();
  const std::string hint = id->is_number() ? ": write \"" + id->to_json() + "\"" : "";
  return invalid_argument("the id of a record must be a string" + hint);
}

}  // namespace

std::string Record::to_json() const {
  std::string out = "{\"id\":";
  append_json_string(out, id);
  if (!vector.empty()) {
    out += ",\"vector\":";
    append_vector(out, vector);
  }
  append_named_vectors(out, vectors);
  if (text) {
    out += ",\"text\":";
    append_json_string(out, *text);
  }
  if (!metadata.empty()) {
    out += ",\"metadata\":";
    append_json(out, metadata);
  }
  append_if_set(out, "expires_at", expires_at);
  append_if_set(out, "created_at", created_at);
  append_if_set(out, "updated_at", updated_at);
  append_if_set(out, "deleted_at", deleted_at);
  append_if_set(out, "version", static_cast<std::int64_t>(version));
  return out + "}";
}

// A member that is null counts as absent, as other systems export it; the id alone must be there.
Result<Record> Record::from_json(const Value& json) {
  const Object* object = json.as_object();
  if (!object) return invalid_argument("a record must be a JSON object");
  Record record;
  VECSTORE_ASSIGN(record.id, read_id(*object));
  Status status = db::refuse_unknown(*object, kRecordMembers);
  for (const Object::Member& member : *object) {
    if (status.ok() && !member.value.is_null()) status = read_member(member, record);
  }
  if (!status.ok()) return status.with_context("record '" + shorten(record.id) + "'");
  return record;
}

}  // namespace vecstore
