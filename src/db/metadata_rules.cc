#include "db/metadata_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "meta/instant.h"
#include "query/filter/filter_path.h"
#include "query/filter/filter_pattern.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

using Keys = std::vector<std::string>;

struct Rule {
  MetadataField field;
  Keys keys;
  std::optional<query::Pattern> pattern;
};

bool is_scalar(const Value& value) {
  return value.is_number() || value.as_bool() || value.as_string();
}

std::optional<meta::Instant> instant_of(const Value& value) {
  return value.as_string() ? meta::parse_instant(*value.as_string()) : std::nullopt;
}

bool has_type(const Value& value, MetadataType type) {
  // unreached: there is no other type
  switch (type) {
    case MetadataType::kAny:
      return true;
    case MetadataType::kString:
      return value.as_string() != nullptr;
    case MetadataType::kInteger:
      return value.as_int() != nullptr;
    case MetadataType::kNumber:
      return value.is_number();
    case MetadataType::kBoolean:
      return value.as_bool() != nullptr;
    case MetadataType::kDate:
      return instant_of(value).has_value();
    case MetadataType::kList:
      return value.as_list() != nullptr;
    case MetadataType::kObject:
      return value.as_object() != nullptr;
  }
  return false;
}

// Below, at or above the bound; nothing when the two have no order.
std::optional<int> order(const Value& value, const Value& bound, MetadataType type) {
  if (type == MetadataType::kDate) {
    const auto at = instant_of(value), limit = instant_of(bound);
    if (!at || !limit) return std::nullopt;
    return *at < *limit ? -1 : *limit < *at ? 1 : 0;
  }
  if (!value.is_number() || !bound.is_number()) return std::nullopt;
  return compare_values(value, bound);
}

std::string shown(const Value& value) { return shorten(value.to_json()); }

Status broken(const Rule& rule, const Value& value, const std::string& expected) {
  return invalid_argument("metadata field '" + rule.field.name + "' is " + shown(value) +
                          ", expected " + expected);
}

// A value, or an element of a list.
Status check_each(const Rule& rule, const Value& value) {
  const MetadataField& field = rule.field;
  if (!field.min.is_null() && order(value, field.min, field.type).value_or(-1) < 0)
    return broken(rule, value, "at least " + field.min.to_json());
  if (!field.max.is_null() && order(value, field.max, field.type).value_or(1) > 0)
    return broken(rule, value, "at most " + field.max.to_json());
  if (rule.pattern && (!value.as_string() || !rule.pattern->found_in(*value.as_string())))
    return broken(rule, value, "a string that matches '" + field.pattern + "'");
  const auto same = [&](const Value& one) { return compare_values(one, value) == 0; };
  if (!field.allowed.empty() && std::ranges::none_of(field.allowed, same))
    return broken(rule, value, "one of " + shown(Value(field.allowed)));
  return {};
}

const Value* find(const Object& metadata, const Keys& keys) {
  const Object* object = &metadata;
  for (std::size_t i = 0; object != nullptr; ++i) {
    const Value* value = object->find(keys[i]);
    if (value == nullptr || value->is_null() || i + 1 == keys.size()) return value;
    object = value->as_object();
  }
  return nullptr;
}

Status check_rule(const Rule& rule, const Object& metadata) {
  const Value* value = find(metadata, rule.keys);
  if (value == nullptr || value->is_null()) {
    if (!rule.field.required) return {};
    return invalid_argument("metadata field '" + rule.field.name + "' is missing, it is required");
  }
  if (!has_type(*value, rule.field.type))
    return broken(rule, *value, "the type " + std::string(metadata_type_name(rule.field.type)));
  if (!value->as_list()) return check_each(rule, *value);
  for (const Value& element : *value->as_list()) VECSTORE_TRY(check_each(rule, element));
  return {};
}

// Keys that lead to no field; `depth` keys of the path lie behind.
Status check_keys(const std::vector<const Rule*>& rules, const Object& object, std::size_t depth,
                  const std::string& prefix) {
  for (const auto& [key, value] : object) {
    std::vector<const Rule*> further;
    bool named = false;
    for (const Rule* rule : rules) {
      if (rule->keys[depth] != key) continue;
      named = named || rule->keys.size() == depth + 1;
      if (rule->keys.size() > depth + 1) further.push_back(rule);
    }
    if (named) continue;
    if (further.empty())
      return invalid_argument("metadata field '" + prefix + key +
                              "' is not in the schema, which is strict");
    if (value.is_null()) continue;
    const Object* inner = value.as_object();
    if (inner == nullptr)
      return invalid_argument("metadata field '" + prefix + key + "' is " + shown(value) +
                              ", expected an object: the schema is strict");
    VECSTORE_TRY(check_keys(further, *inner, depth + 1, prefix + key + "."));
  }
  return {};
}

Status check_bounds(const MetadataField& field, const std::string& prefix) {
  for (const Value* bound : {&field.min, &field.max}) {
    if (bound->is_null() || order(*bound, *bound, field.type)) continue;
    const bool date = field.type == MetadataType::kDate;
    return invalid_argument(prefix + " has the bound " + shown(*bound) + ", expected a " +
                            (date ? "date" : "number"));
  }
  if (!field.min.is_null() && !field.max.is_null() && order(field.min, field.max, field.type) == 1)
    return invalid_argument(prefix + " has min " + field.min.to_json() + " above max " +
                            field.max.to_json());
  return {};
}

Result<Rule> compile(const MetadataField& field) {
  const std::string prefix = "metadata field '" + field.name + "'";
  Rule rule{.field = field, .keys = {}, .pattern = {}};
  VECSTORE_ASSIGN(const query::Path path, query::parse_path(field.name));
  for (const auto& step : path) {
    const std::string* key = std::get_if<std::string>(&step);
    if (!key) return invalid_argument(prefix + ": a schema names keys, not positions in lists");
    rule.keys.push_back(*key);
  }
  if (query::record_field(path) != query::RecordField::kNone)
    return invalid_argument(prefix + " is not metadata");
  VECSTORE_TRY(check_bounds(field, prefix));
  for (const Value& value : field.allowed)
    if (!is_scalar(value))
      return invalid_argument(prefix + " allows " + shown(value) +
                              ", expected a number, string or boolean");
  if (field.pattern.empty()) return rule;
  Result<query::Pattern> pattern = query::Pattern::compile(field.pattern);
  VECSTORE_TRY(pattern.status().with_context(prefix));
  rule.pattern = *std::move(pattern);
  return rule;
}

}  // namespace

struct MetadataRules::Compiled {
  MetadataSchema schema;
  std::vector<Rule> rules;
  std::vector<const Rule*> all;
};

Result<MetadataRules> MetadataRules::make(MetadataSchema schema) {
  MetadataRules made;
  if (schema == MetadataSchema()) return made;
  if (schema.fields.size() > kMaxMetadataRules)
    return invalid_argument("a metadata schema has at most " + std::to_string(kMaxMetadataRules) +
                            " fields, not " + std::to_string(schema.fields.size()));
  auto compiled = std::make_shared<Compiled>();
  for (const MetadataField& field : schema.fields) {
    VECSTORE_ASSIGN(Rule rule, compile(field));
    for (const Rule& other : compiled->rules)
      if (other.keys == rule.keys)
        return invalid_argument("metadata field '" + field.name + "' is given twice");
    compiled->rules.push_back(std::move(rule));
  }
  for (const Rule& rule : compiled->rules) compiled->all.push_back(&rule);
  compiled->schema = std::move(schema);
  made.compiled_ = std::move(compiled);
  return made;
}

const MetadataSchema& MetadataRules::schema() const {
  static const MetadataSchema none;
  return compiled_ ? compiled_->schema : none;
}

Status MetadataRules::check(const Object& metadata) const {
  if (!compiled_) return {};
  for (const Rule& rule : compiled_->rules) VECSTORE_TRY(check_rule(rule, metadata));
  return compiled_->schema.strict ? check_keys(compiled_->all, metadata, 0, "") : Status();
}

}  // namespace vecstore::db
