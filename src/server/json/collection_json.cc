#include "server/json/collection_json.h"

#include "server/json/members.h"

namespace vecstore {
namespace {

constexpr JsonMember<HnswOptions> kHnsw[] = {
    {"m", [](const Value& json, HnswOptions& to) { return read_number(json, to.m); }},
    {"ef_construction",
     [](const Value& json, HnswOptions& to) { return read_number(json, to.ef_construction); }},
    {"ef_search",
     [](const Value& json, HnswOptions& to) { return read_number(json, to.ef_search); }},
    {"min_rows", [](const Value& json, HnswOptions& to) { return read_number(json, to.min_rows); }},
    {"seed", [](const Value& json, HnswOptions& to) { return read_number(json, to.seed); }}};

// What the field "vector" and the named ones share.
template <typename T>
constexpr JsonMember<T> kField[] = {
    {"dimension", [](const Value& json, T& to) { return read_number(json, to.dimension); }},
    {"metric", [](const Value& json, T& to) { return read_name(json, to.metric, parse_metric); }},
    {"storage",
     [](const Value& json, T& to) { return read_name(json, to.storage, parse_element_type); }},
    {"kind", [](const Value& json, T& to) { return read_name(json, to.kind, parse_vector_kind); }},
    {"index", [](const Value& json, T& to) { return read_name(json, to.index, parse_index_kind); }},
    {"quantization",
     [](const Value& json, T& to) { return read_name(json, to.quantization, parse_quantization); }},
    {"hnsw",
     [](const Value& json, T& to) { return read_members<HnswOptions>(json, kHnsw, to.hnsw); }}};

constexpr JsonMember<TextField> kTextField[] = {
    {"analyzer", [](const Value& json, TextField& to) { return read_text(json, to.analyzer); }},
    {"boost", [](const Value& json, TextField& to) {
       if (!json.is_number()) return expected("a number");
       to.boost = json.as_int() ? static_cast<double>(*json.as_int()) : *json.as_double();
       return Status();
     }}};

Status read_fields(const Value& json, CollectionOptions& to) {
  if (!json.as_object()) return expected("fields by their names");
  for (const Object::Member& named : *json.as_object()) {
    VectorField& field = to.fields.emplace_back();
    field.name = named.key;
    VECSTORE_TRY(read_members<VectorField>(named.value, kField<VectorField>, field)
                     .with_context(shorten(named.key)));
  }
  return {};
}

Status read_text_fields(const Value& json, CollectionOptions& to) {
  if (!json.as_object()) return expected("text fields by their names");
  for (const Object::Member& named : *json.as_object()) {
    TextField& field = to.text.fields.emplace_back();
    field.name = named.key;
    VECSTORE_TRY(
        read_members<TextField>(named.value, kTextField, field).with_context(shorten(named.key)));
  }
  return {};
}

Status read_schema(const Value& json, CollectionOptions& to) {
  VECSTORE_ASSIGN(to.metadata, metadata_schema_from_json(json.to_json()));
  return {};
}

using Options = CollectionOptions;
constexpr JsonMember<Options> kCollection[] = {
    {"fields", read_fields},
    {"text_fields", read_text_fields},
    {"schema", read_schema},
    {"attributes", [](const Value& json, Options& to) { return read_object(json, to.attributes); }},
    {"analyzer", [](const Value& json, Options& to) { return read_text(json, to.text.analyzer); }},
    {"partition_key",
     [](const Value& json, Options& to) { return read_text(json, to.partition_key); }},
    {"keep_versions",
     [](const Value& json, Options& to) { return read_number(json, to.keep_versions); }},
    {"description",
     [](const Value& json, Options& to) { return read_text(json, to.description); }}};

// The members of both tables in one, so that an unknown one is told the nearest of all.
const std::vector<JsonMember<Options>>& all_members() {
  static const std::vector<JsonMember<Options>> all = [] {
    std::vector<JsonMember<Options>> both(std::begin(kField<Options>), std::end(kField<Options>));
    both.insert(both.end(), std::begin(kCollection), std::end(kCollection));
    return both;
  }();
  return all;
}

Object hnsw_object(const HnswOptions& hnsw) {
  return {{"m", hnsw.m},
          {"ef_construction", hnsw.ef_construction},
          {"ef_search", hnsw.ef_search},
          {"min_rows", hnsw.min_rows},
          {"seed", static_cast<std::int64_t>(hnsw.seed)}};
}

template <typename T>
Object field_object(const T& field) {
  return {{"dimension", field.dimension},
          {"metric", metric_name(field.metric)},
          {"storage", element_type_name(field.storage)},
          {"kind", vector_kind_name(field.kind)},
          {"index", index_kind_name(field.index)},
          {"quantization", quantization_name(field.quantization)},
          {"hnsw", hnsw_object(field.hnsw)}};
}

Value count(std::uint64_t n) { return static_cast<std::int64_t>(n); }

}  // namespace

Result<CollectionOptions> collection_options_from_json(const Value& json) {
  CollectionOptions options;
  VECSTORE_TRY(read_members<CollectionOptions>(json, all_members(), options));
  return options;
}

Object collection_options_object(const CollectionOptions& options) {
  Object object = field_object(options);
  Object fields, texts;
  for (const VectorField& field : options.fields) fields[field.name] = field_object(field);
  for (const TextField& field : options.text.fields)
    texts[field.name] = Object{{"analyzer", field.analyzer}, {"boost", field.boost}};
  object["fields"] = std::move(fields);
  object["text_fields"] = std::move(texts);
  object["schema"] = Value::parse_json(metadata_schema_to_json(options.metadata)).value_or({});
  object["attributes"] = options.attributes;
  object["analyzer"] = options.text.analyzer;
  object["partition_key"] = options.partition_key;
  object["keep_versions"] = options.keep_versions;
  object["description"] = options.description;
  return object;
}

Object collection_stats_object(const CollectionStats& stats) {
  return {{"name", stats.name},
          {"records", count(stats.records)},
          {"soft_deleted", count(stats.soft_deleted)},
          {"expired", count(stats.expired)},
          {"dead_rows", count(stats.dead_rows)},
          {"segments", count(stats.segments)},
          {"memory_rows", count(stats.memory_rows)},
          {"vector_bytes", count(stats.vector_bytes)},
          {"metadata_bytes", count(stats.metadata_bytes)},
          {"text_bytes", count(stats.text_bytes)},
          {"id_bytes", count(stats.id_bytes)},
          {"index_bytes", count(stats.index_bytes)},
          {"file_bytes", count(stats.file_bytes)},
          {"sequence", count(stats.sequence)},
          {"index", stats.index},
          {"indexed_rows", count(stats.indexed_rows)},
          {"coded_rows", count(stats.coded_rows)},
          {"options", collection_options_object(stats.options)}};
}

Object compact_result_object(const CompactResult& result) {
  return {{"rows_dropped", count(result.rows_dropped)},
          {"bytes_before", count(result.bytes_before)},
          {"bytes_after", count(result.bytes_after)},
          {"pinned_bytes", count(result.pinned_bytes)},
          {"snapshot_bytes", count(result.snapshot_bytes)},
          {"version_bytes", count(result.version_bytes)}};
}

Object database_stats_object(const DatabaseStats& stats) {
  return {{"collections", count(stats.collections)},
          {"file_bytes", count(stats.file_bytes)},
          {"log_bytes", count(stats.log_bytes)},
          {"segments", count(stats.segments)},
          {"snapshots", count(stats.snapshots)},
          {"snapshot_bytes", count(stats.snapshot_bytes)},
          {"sequence", count(stats.sequence)},
          {"pending_background", count(stats.pending_background)},
          {"writable", stats.writable}};
}

}  // namespace vecstore
