#include "python/src/options.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "base/nearest.h"
#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

template <typename T>
T number_of(std::string_view name, nb::handle value) {
  T number{};
  if (PyBool_Check(value.ptr()) || !nb::try_cast<T>(value, number)) {
    if (PyLong_Check(value.ptr()))
      raise_invalid(std::string(name) + " is out of range: " + to_text(nb::str(value), "a number"));
    raise_wrong_type(std::string(name) + ": a number is expected, not " + type_in_words(value));
  }
  return number;
}

bool flag_of(std::string_view name, nb::handle value) {
  if (!PyBool_Check(value.ptr()))
    raise_wrong_type(std::string(name) + ": True or False is expected, not " +
                     type_in_words(value));
  return value.ptr() == Py_True;
}

template <typename Enum, Result<Enum> (*Parse)(std::string_view)>
Enum enum_of(std::string_view name, nb::handle value) {
  if (!PyUnicode_Check(value.ptr()))
    raise_wrong_type(std::string(name) + ": a str is expected, not " + type_in_words(value));
  return take(Parse(text_view(value, "a name")));
}

template <typename Target>
struct Member {
  std::string_view name;
  void (*set)(Target&, std::string_view, nb::handle);
};

template <typename Target>
void set_all(Target& to, const char* what, std::span<const Member<Target>> members,
             const nb::dict& given) {
  for (const auto& [key, value] : given) {
    const std::string_view name = text_view(key, "an option");
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == name; });
    if (found == members.end()) {
      std::vector<std::string_view> names;
      for (const auto& member : members) names.push_back(member.name);
      raise_wrong_type(std::string(what) + " has no option '" + std::string(name) + "', " +
                       nearest_or_known(name, names));
    }
    if (!value.is_none()) found->set(to, name, value);
  }
}

using N = std::string_view;
using H = nb::handle;

constexpr Member<HnswOptions> kHnsw[] = {
    {"m", [](HnswOptions& o, N n, H v) { o.m = number_of<std::uint32_t>(n, v); }},
    {"ef_construction",
     [](HnswOptions& o, N n, H v) { o.ef_construction = number_of<std::uint32_t>(n, v); }},
    {"ef_search", [](HnswOptions& o, N n, H v) { o.ef_search = number_of<std::uint32_t>(n, v); }},
    {"min_rows", [](HnswOptions& o, N n, H v) { o.min_rows = number_of<std::uint32_t>(n, v); }},
    {"seed", [](HnswOptions& o, N n, H v) { o.seed = number_of<std::uint64_t>(n, v); }},
};

nb::dict dict_of(std::string_view name, nb::handle value) {
  if (!PyDict_Check(value.ptr()))
    raise_wrong_type(std::string(name) + ": a dict is expected, not " + type_in_words(value));
  return nb::borrow<nb::dict>(value);
}

// What the default field and the named ones share.
template <typename Options>
struct FieldMembers {
  static constexpr Member<Options> kAll[] = {
      {"dimension", [](Options& o, N n, H v) { o.dimension = number_of<std::uint32_t>(n, v); }},
      {"metric", [](Options& o, N n, H v) { o.metric = enum_of<Metric, parse_metric>(n, v); }},
      {"storage",
       [](Options& o, N n, H v) { o.storage = enum_of<ElementType, parse_element_type>(n, v); }},
      {"kind", [](Options& o, N n, H v) { o.kind = enum_of<VectorKind, parse_vector_kind>(n, v); }},
      {"index", [](Options& o, N n, H v) { o.index = enum_of<IndexKind, parse_index_kind>(n, v); }},
      {"hnsw",
       [](Options& o, N n, H v) { set_all<HnswOptions>(o.hnsw, "hnsw", kHnsw, dict_of(n, v)); }},
      {"quantization",
       [](Options& o, N n, H v) {
         o.quantization = enum_of<Quantization, parse_quantization>(n, v);
       }},
  };
};

void set_fields(CollectionOptions& options, N name, H value) {
  for (const auto& [key, member] : dict_of(name, value)) {
    VectorField field;
    set_all<VectorField>(field, "a field", FieldMembers<VectorField>::kAll,
                         dict_of("a field", member));
    field.name = to_text(key, "the name of a field");
    options.fields.push_back(std::move(field));
  }
}

constexpr Member<TextField> kTextField[] = {
    {"analyzer", [](TextField& o, N, H v) { o.analyzer = to_text(v, "analyzer"); }},
    {"boost", [](TextField& o, N n, H v) { o.boost = number_of<double>(n, v); }},
};

// {"text": {"boost": 2.0}, "title": {"analyzer": "simple"}}
void set_text_fields(CollectionOptions& options, N name, H value) {
  for (const auto& [key, member] : dict_of(name, value)) {
    TextField field;
    set_all<TextField>(field, "a text field", kTextField, dict_of("a text field", member));
    field.name = to_text(key, "the name of a text field");
    options.text.fields.push_back(std::move(field));
  }
}

void set_schema(CollectionOptions& options, N, H value) {
  const Value json = to_value(value, {nullptr, "schema"});
  options.metadata = take(metadata_schema_from_json(json.to_json()));
}

constexpr Member<CollectionOptions> kCollection[] = {
    {"fields", set_fields},
    {"analyzer", [](CollectionOptions& o, N, H v) { o.text.analyzer = to_text(v, "analyzer"); }},
    {"text_fields", set_text_fields},
    {"schema", set_schema},
    {"partition_key",
     [](CollectionOptions& o, N, H v) { o.partition_key = to_text(v, "partition_key"); }},
    {"keep_versions",
     [](CollectionOptions& o, N n, H v) { o.keep_versions = number_of<std::uint32_t>(n, v); }},
    {"description",
     [](CollectionOptions& o, N, H v) { o.description = to_text(v, "description"); }},
    {"attributes",
     [](CollectionOptions& o, N, H v) {
       o.attributes = to_metadata(v, {nullptr, "attributes"});
     }},
};

// Called from any thread of the engine's; what the callable raises is reported as unraisable and
// goes no further.
void call_log(const nb::object& callable, LogLevel level, std::string_view message) {
  if (Py_IsInitialized() == 0) return;
  const nb::gil_scoped_acquire locked;
  try {
    const char* name = level == LogLevel::kInfo      ? "info"
                       : level == LogLevel::kWarning ? "warning"
                                                     : "error";
    callable(name, from_text(message));
  } catch (nb::python_error& error) {
    error.discard_as_unraisable("the log function of a vecstore database");
  }
}

void set_log(DatabaseOptions& options, N, H value) {
  if (PyCallable_Check(value.ptr()) == 0)
    raise_wrong_type("log: a callable (level, message) is expected, not " + type_in_words(value));
  options.log = [held = shared_object(value)](LogLevel level, std::string_view message) {
    call_log(*held, level, message);
  };
}

constexpr Member<DatabaseOptions> kDatabase[] = {
    {"create", [](DatabaseOptions& o, N n, H v) { o.create = flag_of(n, v); }},
    {"read_only", [](DatabaseOptions& o, N n, H v) { o.read_only = flag_of(n, v); }},
    {"refresh_interval_ms",
     [](DatabaseOptions& o, N n, H v) { o.refresh_interval_ms = number_of<int>(n, v); }},
    {"durability", [](DatabaseOptions& o, N n,
                      H v) { o.durability = enum_of<Durability, parse_durability>(n, v); }},
    {"sync_interval_ms",
     [](DatabaseOptions& o, N n, H v) { o.sync_interval_ms = number_of<int>(n, v); }},
    {"threads", [](DatabaseOptions& o, N n, H v) { o.threads = number_of<int>(n, v); }},
    {"background_share",
     [](DatabaseOptions& o, N n, H v) { o.background_share = number_of<double>(n, v); }},
    {"recall_sample",
     [](DatabaseOptions& o, N n, H v) { o.recall_sample = number_of<double>(n, v); }},
    {"memory_map", [](DatabaseOptions& o, N n, H v) { o.memory_map = flag_of(n, v); }},
    {"seal_bytes",
     [](DatabaseOptions& o, N n, H v) { o.seal_bytes = number_of<std::uint64_t>(n, v); }},
    {"seal_rows",
     [](DatabaseOptions& o, N n, H v) { o.seal_rows = number_of<std::uint32_t>(n, v); }},
    {"merge_fanout", [](DatabaseOptions& o, N n, H v) { o.merge_fanout = number_of<int>(n, v); }},
    {"log", set_log},
    {"cancel", [](DatabaseOptions& o, N, H v) { o.cancel = token_of(v); }},
};

template <typename Options>
nb::dict field_dict(const Options& options) {
  nb::dict hnsw;
  hnsw["m"] = options.hnsw.m;
  hnsw["ef_construction"] = options.hnsw.ef_construction;
  hnsw["ef_search"] = options.hnsw.ef_search;
  hnsw["min_rows"] = options.hnsw.min_rows;
  hnsw["seed"] = options.hnsw.seed;
  nb::dict dict;
  dict["dimension"] = options.dimension;
  dict["metric"] = from_text(metric_name(options.metric));
  dict["storage"] = from_text(element_type_name(options.storage));
  dict["kind"] = from_text(vector_kind_name(options.kind));
  dict["index"] = from_text(index_kind_name(options.index));
  dict["hnsw"] = hnsw;
  dict["quantization"] = from_text(quantization_name(options.quantization));
  return dict;
}

}  // namespace

DatabaseOptions to_database_options(const nb::dict& given) {
  DatabaseOptions options;
  set_all<DatabaseOptions>(options, "open", kDatabase, given);
  return options;
}

CollectionOptions to_collection_options(const nb::dict& given) {
  std::vector<Member<CollectionOptions>> members(std::begin(kCollection), std::end(kCollection));
  members.insert(members.begin(), std::begin(FieldMembers<CollectionOptions>::kAll),
                 std::end(FieldMembers<CollectionOptions>::kAll));
  CollectionOptions options;
  set_all<CollectionOptions>(options, "a collection", members, given);
  return options;
}

nb::dict from_collection_options(const CollectionOptions& options) {
  nb::dict dict = field_dict(options), fields, text_fields;
  for (const VectorField& field : options.fields) fields[from_text(field.name)] = field_dict(field);
  for (const TextField& field : options.text.fields) {
    nb::dict one;
    one["analyzer"] = from_text(field.analyzer);
    one["boost"] = field.boost;
    text_fields[from_text(field.name)] = one;
  }
  dict["fields"] = fields;
  dict["analyzer"] = from_text(options.text.analyzer);
  dict["text_fields"] = text_fields;
  dict["schema"] = from_value(take(Value::parse_json(metadata_schema_to_json(options.metadata))));
  dict["partition_key"] = from_text(options.partition_key);
  dict["keep_versions"] = options.keep_versions;
  dict["description"] = from_text(options.description);
  dict["attributes"] = from_metadata(options.attributes);
  return dict;
}

nb::dict from_stats(const CollectionStats& stats) {
  nb::dict recall;
  recall["queries"] = stats.recall.queries;
  recall["mean"] = stats.recall.mean;
  recall["least"] = stats.recall.least;
  nb::dict dict;
  dict["name"] = from_text(stats.name);
  dict["records"] = stats.records;
  dict["soft_deleted"] = stats.soft_deleted;
  dict["expired"] = stats.expired;
  dict["dead_rows"] = stats.dead_rows;
  dict["segments"] = stats.segments;
  dict["memory_rows"] = stats.memory_rows;
  dict["vector_bytes"] = stats.vector_bytes;
  dict["metadata_bytes"] = stats.metadata_bytes;
  dict["text_bytes"] = stats.text_bytes;
  dict["id_bytes"] = stats.id_bytes;
  dict["version_rows"] = stats.version_rows;
  dict["version_bytes"] = stats.version_bytes;
  dict["index_bytes"] = stats.index_bytes;
  dict["file_bytes"] = stats.file_bytes;
  dict["sequence"] = stats.sequence;
  dict["index"] = from_text(stats.index);
  dict["indexed_rows"] = stats.indexed_rows;
  dict["coded_rows"] = stats.coded_rows;
  dict["recall"] = recall;
  dict["options"] = from_collection_options(stats.options);
  return dict;
}

nb::dict from_stats(const DatabaseStats& stats) {
  nb::dict dict;
  dict["collections"] = stats.collections;
  dict["file_bytes"] = stats.file_bytes;
  dict["log_bytes"] = stats.log_bytes;
  dict["segments"] = stats.segments;
  dict["snapshots"] = stats.snapshots;
  dict["snapshot_bytes"] = stats.snapshot_bytes;
  dict["manifest"] = stats.manifest;
  dict["sequence"] = stats.sequence;
  dict["pending_background"] = stats.pending_background;
  dict["writable"] = stats.writable;
  dict["fault"] = from_text(stats.fault);
  return dict;
}

}  // namespace vecstore::python
