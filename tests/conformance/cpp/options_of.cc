#include "conformance/cpp/options_of.h"

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "conformance/cpp/arguments.h"

namespace vecstore::conformance {
namespace {

template <typename Number>
Status read_number(const Value& json, Number& to) {
  const std::int64_t* number = json.as_int();
  const bool fits = number && *number >= 0 &&
                    static_cast<std::uint64_t>(*number) <= std::numeric_limits<Number>::max();
  if (!fits) return invalid_argument("expected an integer, not " + json.to_json());
  to = static_cast<Number>(*number);
  return {};
}

template <typename Enum>
Status read_name(const Value& json, Enum& to, Result<Enum> (*parse)(std::string_view)) {
  VECSTORE_ASSIGN(const std::string name, text_of(json));
  VECSTORE_ASSIGN(to, parse(name));
  return {};
}

Status read_text(const Value& json, std::string& to) {
  VECSTORE_ASSIGN(to, text_of(json));
  return {};
}

template <typename Target>
struct Member {
  std::string_view name;
  Status (*read)(const Value& json, Target& to);
};

template <typename Target>
Status read_members(const Value& json, std::span<const Member<Target>> members, Target& to) {
  if (!json.as_object()) return invalid_argument("expected an object, not " + json.to_json());
  for (const Object::Member& given : *json.as_object()) {
    const Member<Target>* known = nullptr;
    for (const Member<Target>& one : members)
      if (one.name == given.key) known = &one;
    if (!known) return invalid_argument("there is no option '" + given.key + "'");
    VECSTORE_TRY(known->read(given.value, to).with_context(given.key));
  }
  return {};
}

constexpr Member<HnswOptions> kHnsw[] = {
    {"m", [](const Value& json, HnswOptions& to) { return read_number(json, to.m); }},
    {"ef_construction",
     [](const Value& json, HnswOptions& to) { return read_number(json, to.ef_construction); }},
    {"ef_search",
     [](const Value& json, HnswOptions& to) { return read_number(json, to.ef_search); }},
    {"min_rows", [](const Value& json, HnswOptions& to) { return read_number(json, to.min_rows); }},
    {"seed", [](const Value& json, HnswOptions& to) { return read_number(json, to.seed); }}};

// What the field "vector" and the named ones share. False where there is no such member.
template <typename Target>
Result<bool> read_field_member(const Object::Member& given, Target& to) {
  const auto& [key, json] = given;
  Status status;
  if (key == "dimension") {
    status = read_number(json, to.dimension);
  } else if (key == "metric") {
    status = read_name(json, to.metric, parse_metric);
  } else if (key == "storage") {
    status = read_name(json, to.storage, parse_element_type);
  } else if (key == "kind") {
    status = read_name(json, to.kind, parse_vector_kind);
  } else if (key == "index") {
    status = read_name(json, to.index, parse_index_kind);
  } else if (key == "quantization") {
    status = read_name(json, to.quantization, parse_quantization);
  } else if (key == "hnsw") {
    status = read_members<HnswOptions>(json, kHnsw, to.hnsw);
  } else {
    return false;
  }
  VECSTORE_TRY(status.with_context(key));
  return true;
}

Status read_fields(const Value& json, CollectionOptions& to) {
  if (!json.as_object()) return invalid_argument("expected fields by their names");
  for (const Object::Member& named : *json.as_object()) {
    VectorField& field = to.fields.emplace_back();
    field.name = named.key;
    if (!named.value.as_object()) return invalid_argument("expected the options of a field");
    for (const Object::Member& given : *named.value.as_object()) {
      VECSTORE_ASSIGN(const bool known, read_field_member(given, field));
      if (!known) return invalid_argument("a field has no option '" + given.key + "'");
    }
  }
  return {};
}

constexpr Member<TextField> kTextField[] = {
    {"analyzer", [](const Value& json, TextField& to) { return read_text(json, to.analyzer); }},
    {"boost", [](const Value& json, TextField& to) {
       if (!json.is_number()) return invalid_argument("expected a number");
       to.boost = json.as_int() ? static_cast<double>(*json.as_int()) : *json.as_double();
       return Status();
     }}};

Status read_text_fields(const Value& json, CollectionOptions& to) {
  if (!json.as_object()) return invalid_argument("expected text fields by their names");
  for (const Object::Member& named : *json.as_object()) {
    TextField& field = to.text.fields.emplace_back();
    field.name = named.key;
    VECSTORE_TRY(read_members<TextField>(named.value, kTextField, field));
  }
  return {};
}

Status read_schema(const Value& json, CollectionOptions& to) {
  VECSTORE_ASSIGN(to.metadata, metadata_schema_from_json(json.to_json()));
  return {};
}

Status read_attributes(const Value& json, CollectionOptions& to) {
  if (!json.as_object()) return invalid_argument("expected an object");
  to.attributes = *json.as_object();
  return {};
}

using Options = CollectionOptions;
constexpr Member<Options> kCollection[] = {
    {"fields", read_fields},
    {"text_fields", read_text_fields},
    {"schema", read_schema},
    {"attributes", read_attributes},
    {"analyzer", [](const Value& json, Options& to) { return read_text(json, to.text.analyzer); }},
    {"partition_key",
     [](const Value& json, Options& to) { return read_text(json, to.partition_key); }},
    {"description",
     [](const Value& json, Options& to) { return read_text(json, to.description); }}};

Status read_flag(const Value& json, bool& to) {
  if (!json.as_bool()) return invalid_argument("expected true or false");
  to = *json.as_bool();
  return {};
}

using Base = DatabaseOptions;
constexpr Member<Base> kDatabase[] = {
    {"durability",
     [](const Value& json, Base& to) { return read_name(json, to.durability, parse_durability); }},
    {"threads", [](const Value& json, Base& to) { return read_number(json, to.threads); }},
    {"memory_map", [](const Value& json, Base& to) { return read_flag(json, to.memory_map); }},
    {"seal_rows", [](const Value& json, Base& to) { return read_number(json, to.seal_rows); }},
    {"seal_bytes", [](const Value& json, Base& to) { return read_number(json, to.seal_bytes); }},
    {"merge_fanout",
     [](const Value& json, Base& to) { return read_number(json, to.merge_fanout); }}};

}  // namespace

Result<DatabaseOptions> database_options_of(const Object& json) {
  DatabaseOptions options;
  VECSTORE_TRY(read_members<DatabaseOptions>(json, kDatabase, options));
  return options;
}

Result<CollectionOptions> collection_options_of(const Object& json) {
  CollectionOptions options;
  Object others;
  for (const Object::Member& given : json) {
    VECSTORE_ASSIGN(const bool known, read_field_member(given, options));
    if (!known) others[given.key] = given.value;
  }
  VECSTORE_TRY(read_members<CollectionOptions>(others, kCollection, options));
  return options;
}

std::string options_json(const CollectionOptions& options) {
  const Object json{{"dimension", options.dimension},
                    {"metric", metric_name(options.metric)},
                    {"kind", vector_kind_name(options.kind)},
                    {"storage", element_type_name(options.storage)},
                    {"quantization", quantization_name(options.quantization)},
                    {"ef_search", options.hnsw.ef_search},
                    {"analyzer", options.text.analyzer},
                    {"partition_key", options.partition_key},
                    {"description", options.description}};
  return Value(json).to_json();
}

}  // namespace vecstore::conformance
