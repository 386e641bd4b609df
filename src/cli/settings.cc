#include "cli/settings.h"

#include <algorithm>
#include <filesystem>

#include "base/nearest.h"
#include "base/number.h"
#include "cli/answering_settings.h"
#include "cli/config_file.h"
#include "cli/embedding_settings.h"
#include "cli/retrieval_settings.h"
#include "cli/server_settings.h"
#include "embed/cache/cached_embedder.h"
#include "embed/transformer/transformer_embedder.h"
#include "rag/ingest/ingest.h"
#include "rag/splitters/splitter_options.h"
#include "rag/watch/folder_watch.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigName = ".vecstore.toml";
constexpr std::string_view kCollection = "collection.";

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kBool:
      return "true or false";
    case Value::Kind::kInt:
      return "an integer";
    case Value::Kind::kDouble:
      return "a number";
    case Value::Kind::kList:
      return "a list of strings";
    default:
      return "a string";
  }
}

bool all_strings(const List& list) {
  return std::all_of(list.begin(), list.end(), [](const Value& item) { return item.as_string(); });
}

// `given` as a value of the kind of `like`; null when it is of another.
Value converted(const Value& given, const Value& like) {
  if (like.as_double() && given.as_int()) return static_cast<double>(*given.as_int());
  if (given.as_list() && !all_strings(*given.as_list())) return {};
  return given.kind() == like.kind() ? given : Value();
}

List split_commas(std::string_view text) {
  List parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

// The text of an environment variable as a value of that kind; null when it is none.
Value parse_as(const std::string& text, Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kBool:
      return text == "true" || text == "1"    ? Value(true)
             : text == "false" || text == "0" ? Value(false)
                                              : Value();
    case Value::Kind::kInt: {
      const auto number = parse_int64(text);
      return number ? Value(*number) : Value();
    }
    case Value::Kind::kDouble: {
      const auto number = parse_double(text);
      return number ? Value(*number) : Value();
    }
    case Value::Kind::kList:
      return split_commas(text);
    default:
      return text;
  }
}

std::string variable_of(std::string_view key) {
  if (key == "database.path") return "VECSTORE_DB";
  std::string name = "VECSTORE_";
  for (const char c : key) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += lower ? static_cast<char>(c - 'a' + 'A') : plain ? c : '_';
  }
  return name;
}

std::optional<std::string> find_config(const SettingsSources& sources) {
  std::error_code ignored;
  for (fs::path at = sources.folder; !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / kConfigName, ignored)) return (at / kConfigName).string();
    if (at == at.parent_path()) break;
  }
  const fs::path home = fs::path(sources.home) / kConfigName;
  if (!sources.home.empty() && fs::exists(home, ignored)) return home.string();
  return std::nullopt;
}

std::string cache_folder(const SettingsSources& sources) {
  const char* cache = sources.environment("XDG_CACHE_HOME");
  return (cache && *cache ? std::string(cache) : sources.home + "/.cache") + "/vecstore";
}

std::string models_folder(const SettingsSources& sources) {
  if (const char* models = sources.environment("VECSTORE_MODELS"); models && *models) return models;
  return cache_folder(sources) + "/models";
}

}  // namespace

void Settings::add_defaults(const std::string& models, const std::string& grammars) {
  const DatabaseOptions database;
  const auto add = [this](std::string key, Value value) {
    settings_.push_back({std::move(key), std::move(value), "default"});
  };
  add("database.path", "vecstore.db");
  add("database.durability", durability_name(database.durability));
  add("database.sync_interval_ms", database.sync_interval_ms);
  add("database.threads", database.threads);
  add("database.background_share", database.background_share);
  add("database.memory_map", database.memory_map);
  add("database.seal_bytes", static_cast<std::int64_t>(database.seal_bytes));
  add("database.seal_rows", database.seal_rows);
  add("database.merge_fanout", database.merge_fanout);
  add("embedding.model", models + "/wordllama-256");
  add("embedding.models_folder", models);
  add("embedding.runtime", "own");
  add("embedding.onnx_library", "");
  add("embedding.precision", "float");
  add("embedding.threads", TransformerOptions().threads);
  add("embedding.cache", "auto");
  add("embedding.cache_entries", static_cast<std::int64_t>(EmbeddingCacheOptions().max_entries));
  for_each_remote_setting(
      [&](const std::string& name, Value value) { add("embedding." + name, std::move(value)); });
  for_each_reranking_setting(
      [&](const std::string& name, Value value) { add("reranking." + name, std::move(value)); });
  for_each_answering_setting(
      [&](const std::string& name, Value value) { add("answering." + name, std::move(value)); });
  for_each_retrieval_setting(
      [&](const std::string& name, Value value) { add("retrieval." + name, std::move(value)); });
  for_each_server_setting(
      [&](const std::string& name, Value value) { add("server." + name, std::move(value)); });
  add("ingest.paths", List{});
  add("ingest.splitter", "heading");
  for_each_splitter_option([&](const std::string& name, Value value) {
    add("ingest." + name, name == "grammars" ? Value(grammars) : std::move(value));
  });
  add("ingest.chunk_size", 1000);
  add("ingest.chunk_overlap", 150);
  add("ingest.include", List{});
  add("ingest.exclude", List{});
  add("ingest.gitignore", true);
  add("ingest.late_chunking", false);
  add("ingest.max_file_bytes", static_cast<std::int64_t>(IngestOptions().max_file_bytes));
  add("ingest.max_unpacked_bytes", static_cast<std::int64_t>(LoadLimits().unpacked_bytes));
  add("ingest.max_members", static_cast<std::int64_t>(LoadLimits().members));
  add("ingest.max_depth", static_cast<std::int64_t>(LoadLimits().depth));
  add("ingest.password", "");
  add("ingest.watch_by", "notices");
  add("ingest.watch_interval_ms", static_cast<std::int64_t>(WatchMethod().interval.count()));
  add("output.format", "table");
}

void Settings::add_collection(const std::string& name) {
  const std::string prefix = std::string(kCollection) + name + ".";
  if (find(prefix + "dimension")) return;
  const CollectionOptions options;
  const auto add = [&](const char* key, Value value) {
    settings_.push_back({prefix + key, std::move(value), "default"});
  };
  add("dimension", options.dimension);
  add("metric", metric_name(options.metric));
  add("storage", element_type_name(options.storage));
  add("kind", vector_kind_name(options.kind));
  add("index", index_kind_name(options.index));
  add("quantization", quantization_name(options.quantization));
  add("m", options.hnsw.m);
  add("ef_construction", options.hnsw.ef_construction);
  add("ef_search", options.hnsw.ef_search);
  add("min_rows", options.hnsw.min_rows);
  add("analyzer", options.text.analyzer);
  add("metadata_schema", "");
  add("partition_key", options.partition_key);
  add("keep_versions", options.keep_versions);
  add("description", options.description);
}

Result<Settings> Settings::load(const SettingsSources& sources) {
  Settings settings;
  settings.add_defaults(models_folder(sources), cache_folder(sources) + "/grammars");
  settings.add_collection(sources.collection);
  const std::optional<std::string> file =
      sources.config_file ? sources.config_file : find_config(sources);
  if (file) VECSTORE_TRY(settings.read_file(*file));
  VECSTORE_TRY(settings.read_environment(sources.environment));
  return settings;
}

Status Settings::read_file(const std::string& path) {
  VECSTORE_ASSIGN(const Object config, read_config_file(path));
  for (const auto& [section, content] : config) {
    if (section != "collection" || !content.as_object()) {
      VECSTORE_TRY(read_section(section, content, path));
      continue;
    }
    for (const auto& [name, options] : *content.as_object()) {
      add_collection(name);
      VECSTORE_TRY(read_section("collection." + name, options, path));
    }
  }
  const fs::path folder = fs::path(path).parent_path();
  Setting* database = find("database.path");
  if (database->origin == path) {
    database->value = (folder / *database->value.as_string()).string();
  }
  for (const char* key : {"server.certificate", "server.private_key", "server.keys_file",
                          "server.audit_folder", "server.namespaces_file", "server.usage_folder",
                          "server.backups_folder", "server.roles_file", "server.jwt.keys"}) {
    Setting* place = find(key);
    if (place->origin == path && !place->value.as_string()->empty())
      place->value = (folder / *place->value.as_string()).string();
  }
  Setting* sources = find("ingest.paths");
  if (sources->origin == path) {
    for (Value& source : *sources->value.as_list())
      source = (folder / *source.as_string()).lexically_normal().string();
  }
  return {};
}

Status Settings::read_section(const std::string& section, const Value& content,
                              const std::string& path) {
  if (!content.as_object()) return set(section, content, path);
  if (content.as_object()->empty() && !section.starts_with(kCollection)) {
    if (!has_section(section)) return set(section, content, path);
  }
  for (const auto& [key, value] : *content.as_object()) {
    const std::string name = section + "." + key;
    // [server.jwt]: a table within one. Elsewhere it is a value of the wrong type.
    const bool within = value.as_object() && has_section(name);
    VECSTORE_TRY(within ? read_section(name, value, path) : set(name, value, path));
  }
  return {};
}

bool Settings::has_section(const std::string& section) const {
  return std::any_of(settings_.begin(), settings_.end(), [&](const Setting& setting) {
    return setting.key.starts_with(section + ".");
  });
}

Status Settings::set(const std::string& key, const Value& value, const std::string& origin) {
  Setting* setting = find(key);
  if (!setting) {
    std::vector<std::string_view> known;
    for (const Setting& other : settings_) known.push_back(other.key);
    const std::string_view near = nearest_name(key, known);
    return invalid_argument(origin + ": unknown key '" + key + "'" +
                            (near.empty() ? "" : ", did you mean '" + std::string(near) + "'?"));
  }
  Value fitting = converted(value, setting->value);
  if (fitting.is_null()) {
    return invalid_argument(origin + ": '" + key + "' must be " +
                            std::string(kind_name(setting->value.kind())) + ", it is " +
                            shown_value(key, value).to_json());
  }
  setting->value = std::move(fitting);
  setting->origin = origin;
  return {};
}

Status Settings::read_environment(const std::function<const char*(const char*)>& environment) {
  for (Setting& setting : settings_) {
    const std::string variable = variable_of(setting.key);
    const char* text = environment(variable.c_str());
    if (!text || !*text) continue;
    Value value = parse_as(text, setting.value.kind());
    if (value.is_null()) {
      return invalid_argument(variable + " must be " +
                              std::string(kind_name(setting.value.kind())) + ", it is '" + text +
                              "'");
    }
    setting.value = std::move(value);
    setting.origin = variable;
  }
  return {};
}

const Setting* Settings::find(std::string_view key) const {
  const auto at = std::find_if(settings_.begin(), settings_.end(),
                               [key](const Setting& setting) { return setting.key == key; });
  return at == settings_.end() ? nullptr : &*at;
}

Setting* Settings::find(std::string_view key) {
  return const_cast<Setting*>(static_cast<const Settings*>(this)->find(key));
}

const Value& Settings::value(std::string_view key) const { return find(key)->value; }

bool Settings::is_set(std::string_view key) const { return find(key)->origin != "default"; }

std::vector<std::string> Settings::texts(std::string_view key) const {
  std::vector<std::string> texts;
  for (const Value& item : *value(key).as_list()) texts.push_back(*item.as_string());
  return texts;
}

void Settings::set_by_flag(std::string_view key, Value value, std::string flag) {
  Setting* setting = find(key);
  setting->value = std::move(value);
  setting->origin = std::move(flag);
}

Status Settings::set_text_by_flag(const std::string& key, const std::string& text,
                                  const std::string& flag) {
  const Setting* setting = find(key);
  if (!setting) return set(key, text, flag);  // which names the nearest
  if (const List* so_far = setting->value.as_list()) {
    List longer = setting->origin == flag ? *so_far : List{};
    longer.emplace_back(text);
    return set(key, longer, flag);
  }
  const Value value = parse_as(text, setting->value.kind());
  return set(key, value.is_null() ? Value(text) : value, flag);
}

Result<DatabaseOptions> Settings::database_options() const {
  const auto within = [this](const char* key, std::int64_t least,
                             std::int64_t most) -> Result<std::int64_t> {
    const std::int64_t number = integer(key);
    if (number >= least && number <= most) return number;
    return invalid_argument(find(key)->origin + ": '" + key + "' must be from " +
                            std::to_string(least) + " to " + std::to_string(most) + ", it is " +
                            std::to_string(number));
  };
  DatabaseOptions options;
  VECSTORE_ASSIGN(options.durability, parse_durability(text("database.durability")));
  VECSTORE_ASSIGN(const auto interval, within("database.sync_interval_ms", 1, 3'600'000));
  VECSTORE_ASSIGN(const auto threads, within("database.threads", 0, 1024));
  VECSTORE_ASSIGN(const auto seal_bytes, within("database.seal_bytes", 1, INT64_MAX));
  VECSTORE_ASSIGN(const auto seal_rows, within("database.seal_rows", 1, UINT32_MAX));
  VECSTORE_ASSIGN(const auto fanout, within("database.merge_fanout", 2, 1024));
  options.sync_interval_ms = static_cast<int>(interval);
  options.threads = static_cast<int>(threads);
  options.background_share = *value("database.background_share").as_double();
  options.memory_map = *value("database.memory_map").as_bool();
  options.seal_bytes = static_cast<std::uint64_t>(seal_bytes);
  options.seal_rows = static_cast<std::uint32_t>(seal_rows);
  options.merge_fanout = static_cast<int>(fanout);
  return options;
}

Result<CollectionOptions> Settings::collection_options(const std::string& name) const {
  CollectionOptions options;
  const std::string prefix = std::string(kCollection) + name + ".";
  if (!find(prefix + "dimension")) return options;
  const std::int64_t dimension = integer(prefix + "dimension");
  if (dimension < 0 || dimension > UINT32_MAX) {
    return invalid_argument("'" + prefix + "dimension' is " + std::to_string(dimension));
  }
  options.dimension = static_cast<std::uint32_t>(dimension);
  VECSTORE_ASSIGN(options.metric, parse_metric(text(prefix + "metric")));
  VECSTORE_ASSIGN(options.storage, parse_element_type(text(prefix + "storage")));
  VECSTORE_ASSIGN(options.kind, parse_vector_kind(text(prefix + "kind")));
  VECSTORE_ASSIGN(options.index, parse_index_kind(text(prefix + "index")));
  VECSTORE_ASSIGN(options.quantization, parse_quantization(text(prefix + "quantization")));
  const auto count = [&](const char* key, std::uint32_t& to) -> Status {
    const std::int64_t given = integer(prefix + key);
    if (given < 1 || given > UINT32_MAX)
      return invalid_argument("'" + prefix + key + "' is " + std::to_string(given));
    to = static_cast<std::uint32_t>(given);
    return {};
  };
  VECSTORE_TRY(count("m", options.hnsw.m));
  VECSTORE_TRY(count("ef_construction", options.hnsw.ef_construction));
  VECSTORE_TRY(count("ef_search", options.hnsw.ef_search));
  VECSTORE_TRY(count("min_rows", options.hnsw.min_rows));
  options.text.analyzer = text(prefix + "analyzer");
  if (const std::string json = text(prefix + "metadata_schema"); !json.empty()) {
    Result<MetadataSchema> schema = metadata_schema_from_json(json);
    VECSTORE_TRY(schema.status().with_context("'" + prefix + "metadata_schema'"));
    options.metadata = *std::move(schema);
  }
  options.partition_key = text(prefix + "partition_key");
  const std::int64_t versions = integer(prefix + "keep_versions");
  if (versions < 0 || versions > static_cast<std::int64_t>(kMaxKeptVersions))
    return invalid_argument("'" + prefix + "keep_versions' is " + std::to_string(versions));
  options.keep_versions = static_cast<std::uint32_t>(versions);
  options.description = text(prefix + "description");
  return options;
}

}  // namespace vecstore
