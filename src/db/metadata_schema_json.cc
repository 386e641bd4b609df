#include <array>
#include <span>
#include <string>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"
#include "db/metadata_rules.h"

namespace vecstore {
namespace {

constexpr std::array<std::string_view, 8> kTypeNames = {"any",     "string", "integer", "number",
                                                        "boolean", "date",   "list",    "object"};
constexpr std::array<std::string_view, 7> kMembers = {"name", "type",    "required", "min",
                                                      "max",  "pattern", "allowed"};

std::string hint(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view near = nearest_name(name, known);
  return near.empty() ? "" : ", did you mean '" + std::string(near) + "'?";
}

Status not_of_kind(std::string_view member, const Value& value, std::string_view expected) {
  return invalid_argument("'" + std::string(member) + "' of a metadata field is " +
                          shorten(value.to_json()) + ", expected a " + std::string(expected));
}

Status set_text(std::string_view member, const Value& value, std::string& to) {
  if (!value.as_string()) return not_of_kind(member, value, "string");
  to = *value.as_string();
  return {};
}

Status set_flag(std::string_view member, const Value& value, bool& to) {
  if (!value.as_bool()) return not_of_kind(member, value, "boolean");
  to = *value.as_bool();
  return {};
}

Status set_member(std::string_view member, const Value& value, MetadataField& field) {
  if (member == "name") return set_text(member, value, field.name);
  if (member == "pattern") return set_text(member, value, field.pattern);
  if (member == "required") return set_flag(member, value, field.required);
  if (member == "min") return field.min = value, Status();
  if (member == "max") return field.max = value, Status();
  if (member == "allowed") {
    if (!value.as_list()) return not_of_kind(member, value, "list");
    field.allowed = *value.as_list();
    return {};
  }
  if (member == "type") {
    std::string name;
    VECSTORE_TRY(set_text(member, value, name));
    VECSTORE_ASSIGN(field.type, parse_metadata_type(name));
    return {};
  }
  return invalid_argument("a metadata field has no '" + shorten(member) + "'" +
                          hint(member, kMembers));
}

Result<MetadataField> field_from(const Value& value) {
  MetadataField field;
  if (!value.as_object()) return not_of_kind("fields", value, "list of objects");
  for (const auto& [member, content] : *value.as_object())
    VECSTORE_TRY(set_member(member, content, field));
  if (field.name.empty()) return invalid_argument("a metadata field has no name");
  return field;
}

Object field_object(const MetadataField& field) {
  Object object{{"name", field.name}, {"type", metadata_type_name(field.type)}};
  if (field.required) object["required"] = true;
  if (!field.min.is_null()) object["min"] = field.min;
  if (!field.max.is_null()) object["max"] = field.max;
  if (!field.pattern.empty()) object["pattern"] = field.pattern;
  if (!field.allowed.empty()) object["allowed"] = field.allowed;
  return object;
}

}  // namespace

std::string_view metadata_type_name(MetadataType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

Result<MetadataType> parse_metadata_type(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i)
    if (name == kTypeNames[i]) return static_cast<MetadataType>(i);
  return invalid_argument("unknown metadata type '" + shorten(name) + "'" + hint(name, kTypeNames));
}

Result<MetadataSchema> metadata_schema_from_json(std::string_view json) {
  VECSTORE_ASSIGN(const Value value, Value::parse_json(json));
  VECSTORE_ASSIGN(MetadataSchema schema, db::metadata_schema_from(value));
  VECSTORE_TRY(db::MetadataRules::make(schema).status());
  return schema;
}

std::string metadata_schema_to_json(const MetadataSchema& schema) {
  return Value(db::metadata_schema_object(schema)).to_json();
}

namespace db {

Object metadata_schema_object(const MetadataSchema& schema) {
  List fields;
  for (const MetadataField& field : schema.fields) fields.emplace_back(field_object(field));
  return {{"strict", schema.strict}, {"fields", std::move(fields)}};
}

Result<MetadataSchema> metadata_schema_from(const Value& value) {
  MetadataSchema schema;
  if (!value.as_object()) return invalid_argument("a metadata schema is an object");
  for (const auto& [member, content] : *value.as_object()) {
    if (member == "strict") {
      VECSTORE_TRY(set_flag(member, content, schema.strict));
    } else if (member == "fields" && content.as_list()) {
      for (const Value& one : *content.as_list()) {
        VECSTORE_ASSIGN(MetadataField field, field_from(one));
        schema.fields.push_back(std::move(field));
      }
    } else {
      return invalid_argument("a metadata schema has \"strict\" and a list of \"fields\", not '" +
                              shorten(member) + "'");
    }
  }
  return schema;
}

}  // namespace db
}  // namespace vecstore
