#include "server/json/request_json.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "server/json/members.h"
#include "service/limits.h"
#include "vecstore/query_json.h"

namespace vecstore {
namespace {

struct RecordList {
  std::size_t most = 0;
  std::vector<Record> records = {};
};

Status read_records(const Value& json, RecordList& to) {
  if (!json.as_list()) return expected("a list of records");
  VECSTORE_TRY(check_count(json.as_list()->size(), to.most, "records", "max_batch"));
  for (const Value& one : *json.as_list()) {
    Result<Record> record = Record::from_json(one);
    VECSTORE_TRY(record.status().with_context("record " + std::to_string(to.records.size())));
    to.records.push_back(*std::move(record));
  }
  return {};
}

Status read_filter(const Value& json, Filter& to) {
  if (!json.as_string() && !json.as_object()) return expected("a string or an object");
  VECSTORE_ASSIGN(to,
                  json.as_string() ? Filter::parse(*json.as_string()) : Filter::from_json(json));
  return {};
}

// A vector as a record has it; null is none.
Status read_vector(const Value& json, Vector& to) {
  if (json.is_null()) return {};
  VECSTORE_ASSIGN(const Record record, Record::from_json(Object{{"id", "x"}, {"vector", json}}));
  to = record.vector;
  return {};
}

Status read_vectors(const Value& json, Update& to) {
  if (!json.as_object()) return expected("vectors by their fields");
  for (const Object::Member& named : *json.as_object()) {
    NamedVector& vector = to.vectors.emplace_back();
    vector.field = named.key;
    VECSTORE_TRY(read_vector(named.value, vector.vector).with_context(shorten(named.key)));
  }
  return {};
}

template <typename T>
Status read_set(const Value& json, std::optional<T>& to, Status (*read)(const Value&, T&)) {
  return read(json, to.emplace());
}

constexpr JsonMember<Update> kUpdate[] = {
    {"metadata",
     [](const Value& json, Update& to) { return read_set(json, to.metadata, read_object); }},
    {"patch",
     [](const Value& json, Update& to) { return read_set(json, to.metadata_patch, read_object); }},
    {"text", [](const Value& json, Update& to) { return read_set(json, to.text, read_text); }},
    {"remove_text",
     [](const Value& json, Update& to) {
       if (!json.as_bool()) return expected("true or false");
       to.remove_text = *json.as_bool();
       return Status();
     }},
    {"expires_at", [](const Value& json,
                      Update& to) { return read_set(json, to.expires_at, read_number<TimeMs>); }},
    {"vector",
     [](const Value& json, Update& to) {
       NamedVector& vector = to.vectors.emplace_back();
       vector.field = kDefaultField;
       return read_vector(json, vector.vector);
     }},
    {"vectors", read_vectors}};

constexpr JsonMember<RecordList> kRecords[] = {{"records", read_records}};

constexpr JsonMember<Removal> kRemoval[] = {
    {"ids", [](const Value& json, Removal& to) { return read_texts(json, to.ids); }},
    {"filter",
     [](const Value& json, Removal& to) { return read_set(json, to.filter, read_filter); }}};

struct QueryList {
  std::size_t most = 0;
  std::vector<Query> queries = {};
};

Status read_queries(const Value& json, QueryList& to) {
  if (!json.as_list()) return expected("a list of queries");
  VECSTORE_TRY(check_count(json.as_list()->size(), to.most, "queries", "max_queries"));
  for (const Value& one : *json.as_list()) {
    Result<Query> query = query_from_json(one.to_json());
    VECSTORE_TRY(query.status().with_context("query " + std::to_string(to.queries.size())));
    to.queries.push_back(*std::move(query));
  }
  return {};
}
constexpr JsonMember<QueryList> kQueries[] = {{"queries", read_queries}};

constexpr JsonMember<IndexChange> kIndexChange[] = {
    {"field", [](const Value& json, IndexChange& to) { return read_text(json, to.field); }},
    {"ef_search",
     [](const Value& json, IndexChange& to) {
       return read_set(json, to.ef_search, read_number<std::uint32_t>);
     }},
    {"quantization", [](const Value& json, IndexChange& to) {
       return read_name(json, to.quantization.emplace(), parse_quantization);
     }}};

constexpr JsonMember<NewKey> kNewKey[] = {
    {"name", [](const Value& json, NewKey& to) { return read_text(json, to.name); }},
    {"role", [](const Value& json, NewKey& to) { return read_name(json, to.role, role_named); }},
    {"collections", [](const Value& json, NewKey& to) { return read_texts(json, to.collections); }},
    {"namespace", [](const Value& json, NewKey& to) { return read_text(json, to.space); }},
    {"expires_at", [](const Value& json, NewKey& to) { return read_number(json, to.expires_at); }}};

constexpr JsonMember<NamespaceEdit> kNamespaceEdit[] = {
    {"name",
     [](const Value& json, NamespaceEdit& to) { return read_set(json, to.name, read_text); }},
    {"description", [](const Value& json,
                       NamespaceEdit& to) { return read_set(json, to.description, read_text); }},
    {"status",
     [](const Value& json, NamespaceEdit& to) {
       return read_name(json, to.status.emplace(), parse_namespace_status);
     }},
    {"tier",
     [](const Value& json, NamespaceEdit& to) { return read_set(json, to.tier, read_text); }},
    {"quotas",
     [](const Value& json, NamespaceEdit& to) { return read_set(json, to.quotas, read_object); }},
    {"metadata", [](const Value& json, NamespaceEdit& to) {
       return read_set(json, to.metadata, read_object);
     }}};

constexpr JsonMember<std::vector<std::string>> kIds[] = {{"ids", read_texts}};

constexpr JsonMember<std::string> kBackupName[] = {{"backup", read_text}};

template <typename Target>
Status read_body(std::string_view body, std::span<const JsonMember<Target>> members, Target& to) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(body));
  return read_members(json, members, to);
}

}  // namespace

Result<std::vector<Record>> records_from_json(std::string_view body, std::size_t most) {
  RecordList list{.most = most};
  VECSTORE_TRY(read_body<RecordList>(body, kRecords, list));
  return std::move(list.records);
}

Result<std::vector<Record>> records_from_lines(std::string_view body, std::size_t most) {
  std::vector<Record> records;
  for (std::size_t line = 1; !body.empty(); ++line) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view text = body.substr(0, end);
    body.remove_prefix(std::min(end + 1, body.size()));
    if (text.empty() || text == "\r") continue;
    const std::string where = "line " + std::to_string(line);
    const Result<Value> json = Value::parse_json(text);
    VECSTORE_TRY(json.status().with_context(where));
    Result<Record> record = Record::from_json(*json);
    VECSTORE_TRY(record.status().with_context(where));
    VECSTORE_TRY(check_count(records.size() + 1, most, "records", "max_batch"));
    records.push_back(*std::move(record));
  }
  return records;
}

Result<Removal> removal_from_json(std::string_view body) {
  Removal removal;
  VECSTORE_TRY(read_body<Removal>(body, kRemoval, removal));
  if (removal.ids.empty() == !removal.filter)
    return invalid_argument("give either 'ids', at least one, or 'filter'");
  return removal;
}

Result<std::vector<std::string>> ids_from_json(std::string_view body) {
  std::vector<std::string> ids;
  VECSTORE_TRY(read_body<std::vector<std::string>>(body, kIds, ids));
  return ids;
}

Result<Update> update_from_json(std::string_view body, std::string id) {
  Update update;
  update.id = std::move(id);
  VECSTORE_TRY(read_body<Update>(body, kUpdate, update));
  return update;
}

Result<std::vector<Query>> queries_from_json(std::string_view body, std::size_t most) {
  QueryList list{.most = most};
  VECSTORE_TRY(read_body<QueryList>(body, kQueries, list));
  return std::move(list.queries);
}

Result<IndexChange> index_change_from_json(std::string_view body) {
  IndexChange change;
  VECSTORE_TRY(read_body<IndexChange>(body, kIndexChange, change));
  if (!change.ef_search && !change.quantization)
    return invalid_argument("give 'ef_search', 'quantization' or both");
  return change;
}

Result<NewKey> new_key_from_json(std::string_view body) {
  NewKey key;
  VECSTORE_TRY(read_body<NewKey>(body, kNewKey, key));
  return key;
}

Result<NamespaceEdit> namespace_edit_from_json(std::string_view body) {
  NamespaceEdit edit;
  VECSTORE_TRY(read_body<NamespaceEdit>(body, kNamespaceEdit, edit));
  return edit;
}

Result<std::string> backup_name_from_json(std::string_view body) {
  std::string name;
  VECSTORE_TRY(read_body<std::string>(body, kBackupName, name));
  if (name.empty()) return invalid_argument("'backup' is missing");
  return name;
}

Result<std::vector<float>> floats_from_bytes(std::string_view body) {
  static_assert(std::endian::native == std::endian::little);
  if (body.empty() || body.size() % sizeof(float) != 0)
    return invalid_argument("a vector in bytes is components of 4 bytes, these are " +
                            std::to_string(body.size()) + " bytes");
  std::vector<float> components(body.size() / sizeof(float));
  std::memcpy(components.data(), body.data(), body.size());
  return components;
}

}  // namespace vecstore
