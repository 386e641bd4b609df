#include "db/schema.h"

#include <utility>

#include "db/index_options.h"
#include "db/text_options.h"
#include "db/validate.h"
#include "query/filter/filter_path.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

Status check_metric(const VectorField& field) {
  const bool bits = field.kind == VectorKind::kBinary;
  const bool bit_metric = field.metric == Metric::kHamming || field.metric == Metric::kJaccard;
  if (bits && !bit_metric)
    return invalid_argument("field '" + field.name +
                            "' is binary: its metric must be hamming or jaccard, not " +
                            std::string(metric_name(field.metric)));
  return {};
}

Status check_storage(const VectorField& field) {
  const bool fixed = field.kind == VectorKind::kSparse || field.kind == VectorKind::kBinary;
  if (fixed && field.storage != ElementType::kF32)
    return invalid_argument("field '" + field.name + "' is " +
                            std::string(vector_kind_name(field.kind)) + ": storage " +
                            std::string(element_type_name(field.storage)) +
                            " applies to dense and multi vectors only");
  if (field.kind == VectorKind::kMulti && field.storage == ElementType::kI8)
    return invalid_argument("field '" + field.name +
                            "': multi vectors are stored as f32, f16 or bf16, not i8");
  return {};
}

Status check_field(const VectorField& field) {
  VECSTORE_TRY(check_name("field", field.name));
  if (field.dimension > kMaxDimension)
    return invalid_argument("field '" + field.name + "' has dimension " +
                            std::to_string(field.dimension) + ", the limit is " +
                            std::to_string(kMaxDimension));
  VECSTORE_TRY(check_metric(field));
  VECSTORE_TRY(check_storage(field));
  return check_index(field);
}

Result<VectorField> field_from(const Object& object) {
  VectorField field;
  const auto text = [&](std::string_view key) -> std::string_view {
    const Value* value = object.find(key);
    return value && value->as_string() ? std::string_view(*value->as_string()) : std::string_view();
  };
  field.name = text("name");
  VECSTORE_ASSIGN(field.kind, parse_vector_kind(text("kind")));
  VECSTORE_ASSIGN(field.metric, parse_metric(text("metric")));
  VECSTORE_ASSIGN(field.storage, parse_element_type(text("storage")));
  const Value* dimension = object.find("dimension");
  const std::int64_t* number = dimension ? dimension->as_int() : nullptr;
  if (!number || *number < 0 || *number > static_cast<std::int64_t>(kMaxDimension))
    return data_loss("field '" + field.name + "' has no valid dimension");
  field.dimension = static_cast<std::uint32_t>(*number);
  VECSTORE_TRY(get_index(object, field));
  VECSTORE_TRY(check_field(field));
  return field;
}

Status set_partition_key(std::string_view key, Schema& schema) {
  if (key.empty()) return {};
  Result<query::Path> path = query::parse_path(key);
  VECSTORE_TRY(path.status().with_context("partition_key"));
  if (query::record_field(*path) != query::RecordField::kNone)
    return invalid_argument("partition_key '" + std::string(key) +
                            "' is the record's own, expected a field of the metadata");
  schema.partition_key = key;
  schema.partition_path = *std::move(path);
  return {};
}

std::string describe(std::string_view option, std::string_view stored, std::string_view wanted,
                     std::string_view collection) {
  return "collection '" + std::string(collection) + "' has " + std::string(option) + " " +
         std::string(stored) + ", not " + std::string(wanted);
}

}  // namespace

Status check_keep_versions(std::uint64_t count) {
  if (count <= kMaxKeptVersions) return {};
  return invalid_argument("keep_versions is " + std::to_string(count) + ", expected 0 to " +
                          std::to_string(kMaxKeptVersions));
}

Result<Schema> Schema::from_options(const CollectionOptions& options) {
  Schema schema;
  VECSTORE_TRY(check_keep_versions(options.keep_versions));
  schema.keep_versions = options.keep_versions;
  schema.description = options.description;
  schema.attributes = options.attributes;
  schema.fields.push_back({kDefaultField, options.kind, options.dimension, options.metric,
                           options.storage, options.index, options.hnsw, options.quantization});
  schema.fields.insert(schema.fields.end(), options.fields.begin(), options.fields.end());
  if (schema.fields.size() > kMaxFields)
    return invalid_argument("a collection has at most " + std::to_string(kMaxFields) +
                            " vector fields, not " + std::to_string(schema.fields.size()));
  for (std::size_t i = 0; i < schema.fields.size(); ++i) {
    VECSTORE_TRY(check_field(schema.fields[i]));
    if (schema.find(schema.fields[i].name) != i)
      return invalid_argument("field '" + schema.fields[i].name + "' is given twice");
  }
  schema.text = options.text;
  VECSTORE_ASSIGN(schema.texts, indexed_texts(options.text));
  VECSTORE_TRY(set_analyzers(options.text, schema.texts));
  VECSTORE_ASSIGN(schema.metadata, MetadataRules::make(options.metadata));
  VECSTORE_TRY(set_partition_key(options.partition_key, schema));
  return schema;
}

CollectionOptions Schema::to_options() const {
  CollectionOptions options;
  const VectorField& first = fields.front();
  options.dimension = first.dimension;
  options.metric = first.metric;
  options.storage = first.storage;
  options.kind = first.kind;
  options.index = first.index;
  options.hnsw = first.hnsw;
  options.quantization = first.quantization;
  options.fields.assign(fields.begin() + 1, fields.end());
  options.text = text;
  options.metadata = metadata.schema();
  options.partition_key = partition_key;
  options.keep_versions = keep_versions;
  options.description = description;
  options.attributes = attributes;
  return options;
}

Object Schema::to_object() const {
  List list;
  for (const VectorField& field : fields) {
    Object object{{"name", field.name},
                  {"kind", vector_kind_name(field.kind)},
                  {"dimension", field.dimension},
                  {"metric", metric_name(field.metric)},
                  {"storage", element_type_name(field.storage)}};
    put_index(field, object);
    list.push_back(std::move(object));
  }
  Object object{{"fields", list},
                {"text", text_object(text)},
                {"description", description},
                {"attributes", attributes}};
  if (!metadata.empty()) object["metadata"] = metadata_schema_object(metadata.schema());
  if (!partition_key.empty()) object["partition_key"] = partition_key;
  if (keep_versions != 0) object["keep_versions"] = keep_versions;
  return object;
}

Result<Schema> Schema::from_object(const Object& object) {
  Schema schema;
  const Value* fields = object.find("fields");
  if (!fields || !fields->as_list() || fields->as_list()->empty() ||
      fields->as_list()->size() > kMaxFields)
    return data_loss("collection options hold no list of fields");
  for (const Value& value : *fields->as_list()) {
    if (!value.as_object()) return data_loss("collection options hold a field that is no object");
    VECSTORE_ASSIGN(VectorField field, field_from(*value.as_object()));
    schema.fields.push_back(std::move(field));
  }
  VECSTORE_ASSIGN(schema.text, text_from(object));
  VECSTORE_ASSIGN(schema.texts, indexed_texts(schema.text));
  (void)set_analyzers(schema.text, schema.texts);  // what this build lacks is kept unindexed
  if (const Value* stored = object.find("metadata")) {
    VECSTORE_ASSIGN(const MetadataSchema rules, metadata_schema_from(*stored));
    VECSTORE_ASSIGN(schema.metadata, MetadataRules::make(rules));
  }
  if (const Value* key = object.find("partition_key")) {
    if (!key->as_string()) return data_loss("collection options: partition_key is no string");
    VECSTORE_TRY(set_partition_key(*key->as_string(), schema));
  }
  if (const Value* count = object.find("keep_versions")) {
    if (!count->as_int() || !check_keep_versions(static_cast<std::uint64_t>(*count->as_int())).ok())
      return data_loss("collection options: keep_versions is no count within the limit");
    schema.keep_versions = static_cast<std::uint32_t>(*count->as_int());
  }
  if (const Value* stored = object.find("description"); stored && stored->as_string())
    schema.description = *stored->as_string();
  if (const Value* attributes = object.find("attributes"); attributes && attributes->as_object())
    schema.attributes = *attributes->as_object();
  return schema;
}

std::optional<std::uint32_t> Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return static_cast<std::uint32_t>(i);
  return std::nullopt;
}

namespace {

Status check_same_field(std::string_view collection, const VectorField& stored,
                        const VectorField& wanted) {
  const std::string prefix = wanted.name == kDefaultField ? "" : "field '" + wanted.name + "' ";
  const VectorField defaults;
  if (wanted.dimension != 0 && stored.dimension != 0 && wanted.dimension != stored.dimension)
    return failed_precondition(describe(prefix + "dimension", std::to_string(stored.dimension),
                                        std::to_string(wanted.dimension), collection));
  if (wanted.metric != defaults.metric && wanted.metric != stored.metric)
    return failed_precondition(describe(prefix + "metric", metric_name(stored.metric),
                                        metric_name(wanted.metric), collection));
  if (wanted.storage != defaults.storage && wanted.storage != stored.storage)
    return failed_precondition(describe(prefix + "storage", element_type_name(stored.storage),
                                        element_type_name(wanted.storage), collection));
  if (wanted.kind != defaults.kind && wanted.kind != stored.kind)
    return failed_precondition(describe(prefix + "kind", vector_kind_name(stored.kind),
                                        vector_kind_name(wanted.kind), collection));
  return check_same_index(collection, stored, wanted);
}

}  // namespace

Status check_same_options(std::string_view collection, const Schema& stored,
                          const CollectionOptions& wanted) {
  VECSTORE_ASSIGN(const Schema schema, Schema::from_options(wanted));
  for (const VectorField& field : schema.fields) {
    const auto number = stored.find(field.name);
    if (!number)
      return failed_precondition("collection '" + std::string(collection) + "' has no field '" +
                                 field.name + "'");
    VECSTORE_TRY(check_same_field(collection, stored.fields[*number], field));
  }
  VECSTORE_TRY(check_same_text(collection, stored.text, wanted.text));
  if (wanted.metadata != MetadataSchema() && wanted.metadata != stored.metadata.schema())
    return failed_precondition(describe("metadata schema",
                                        metadata_schema_to_json(stored.metadata.schema()),
                                        metadata_schema_to_json(wanted.metadata), collection));
  if (!wanted.partition_key.empty() && wanted.partition_key != stored.partition_key)
    return failed_precondition(describe("partition_key", "'" + stored.partition_key + "'",
                                        "'" + wanted.partition_key + "'", collection));
  if (wanted.keep_versions != 0 && wanted.keep_versions != stored.keep_versions)
    return failed_precondition(describe("keep_versions", std::to_string(stored.keep_versions),
                                        std::to_string(wanted.keep_versions), collection));
  if (!wanted.description.empty() && wanted.description != stored.description)
    return failed_precondition(describe("description", "'" + stored.description + "'",
                                        "'" + wanted.description + "'", collection));
  for (const auto& [key, value] : wanted.attributes) {
    const Value* kept = stored.attributes.find(key);
    if (!kept || !(*kept == value))
      return failed_precondition(describe("attribute '" + key + "'",
                                          kept ? kept->to_json() : "unset", value.to_json(),
                                          collection));
  }
  return {};
}

Status adopt_options(Schema& schema, const CollectionOptions& wanted) {
  // unreached: check_same_options has made the same before
  VECSTORE_ASSIGN(const Schema asked, Schema::from_options(wanted));
  for (VectorField& field : schema.fields) {
    const auto number = asked.find(field.name);
    if (number && field.dimension == 0) field.dimension = asked.fields[*number].dimension;
    VECSTORE_TRY(check_index(field));
  }
  return {};
}

std::size_t dense_stride(const VectorField& field) {
  static constexpr std::size_t kBytes[] = {4, 2, 2, 1};
  const std::size_t bytes = field.dimension * kBytes[static_cast<std::size_t>(field.storage)];
  return (bytes + 15) / 16 * 16;
}

bool has_factors(const VectorField& field) {
  return field.kind == VectorKind::kDense &&
         (field.metric == Metric::kCosine || field.storage == ElementType::kI8);
}

}  // namespace vecstore::db
