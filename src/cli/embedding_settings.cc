#include "cli/embedding_settings.h"

#include <algorithm>
#include <filesystem>

#include "cli/remote_settings.h"
#include "cli/settings.h"
#include "embed/remote/provider.h"
#include "embed/remote/remote_reranker.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

Result<RemoteEncoding> parse_encoding(const std::string& name) {
  if (name == "auto") return RemoteEncoding::kProviders;
  if (name == "float") return RemoteEncoding::kFloat;
  if (name == "base64") return RemoteEncoding::kBase64;
  return invalid_argument("'embedding.encoding' must be auto, float or base64, it is '" + name +
                          "'");
}

// threads and dimensions, of either runtime.
template <typename Options>
Result<Options> read_work(const Settings& settings, Options options) {
  const std::int64_t threads = settings.integer("embedding.threads");
  if (threads < 1 || threads > 1024) {
    return invalid_argument("'embedding.threads' must be from 1 to 1024, it is " +
                            std::to_string(threads));
  }
  options.threads = static_cast<int>(threads);
  VECSTORE_TRY(read_count(settings, "embedding.dimensions", options.dimension));
  return options;
}

}  // namespace

void for_each_remote_setting(const std::function<void(std::string, Value)>& take) {
  for_each_remote_row(RemoteUse::kEmbeds, RemoteOptions(), take);
  take("encoding", "auto");
  take("usd_per_million_tokens", 0.0);
}

void for_each_reranking_setting(const std::function<void(std::string, Value)>& take) {
  take("model", "");
  take("steps", List{"model"});
  take("candidates", kRerankedCandidates);
  take("runtime", "own");
  for_each_remote_row(RemoteUse::kRanks, RemoteOptions(), take);
}

bool is_secret_setting(std::string_view key) {
  for (const char* section : {"embedding.", "reranking.", "answering."}) {
    if (key.starts_with(section) && (key.ends_with(".key") || key.ends_with(".headers")))
      return true;
  }
  return key == "ingest.password";
}

Value shown_value(std::string_view key, const Value& value) {
  const bool empty = value == Value("") || (value.as_list() && value.as_list()->empty());
  return is_secret_setting(key) && !empty ? Value("***") : value;
}

Result<RemoteOptions> remote_options(const Settings& settings,
                                     const EnvironmentReader& environment) {
  RemoteOptions options;
  VECSTORE_TRY(read_remote_rows(settings, "embedding.", RemoteUse::kEmbeds, options));
  VECSTORE_ASSIGN(const Provider* const provider, embedding_provider(options.provider));
  if (settings.is_set("embedding.model")) options.model = settings.text("embedding.model");
  VECSTORE_ASSIGN(options.encoding, parse_encoding(settings.text("embedding.encoding")));
  if (settings.is_set("embedding.usd_per_million_tokens")) {
    options.usd_per_million_tokens =
        *settings.value("embedding.usd_per_million_tokens").as_double();
  }
  look_for_key(provider->key_variable, environment, options);
  if (options.key.empty() && provider->needs_key)
    return no_key(options.provider, provider->key_variable, "embedding.key");
  return options;
}

Result<RemoteOptions> reranking_options(const Settings& settings,
                                        const EnvironmentReader& environment,
                                        const std::string& model) {
  RemoteOptions options;
  VECSTORE_TRY(read_remote_rows(settings, "reranking.", RemoteUse::kRanks, options));
  if (options.provider.empty())
    return failed_precondition("reranking.provider is not set: cohere, voyage or jina");
  VECSTORE_ASSIGN(const RerankProvider* const provider, reranking_provider(options.provider));
  options.model = model.empty() ? settings.text("reranking.model") : model;
  if (options.model.empty())
    return failed_precondition("reranking.model is not set: which of " + options.provider +
                               "'s models ranks");
  look_for_key(provider->key_variable, environment, options);
  if (options.key.empty()) return no_key(options.provider, provider->key_variable, "reranking.key");
  return options;
}

Result<std::string> model_folder(const Settings& settings) {
  const std::string& name = settings.text("embedding.model");
  if (name.empty()) return invalid_argument("embedding.model is empty");
  return model_folder(settings, name);
}

Result<std::string> model_folder(const Settings& settings, const std::string& name) {
  std::error_code ignored;
  fs::path folder = fs::path(name).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "models/mine/" is named "mine"
  if (name.find('/') != name.npos || fs::exists(folder, ignored)) return folder.string();
  const fs::path models(settings.text("embedding.models_folder"));
  if (fs::exists(models / name, ignored)) return (models / name).string();
  std::vector<std::string> there;
  for (const auto& entry : fs::directory_iterator(models, ignored)) {
    const std::string known = entry.path().filename().string();
    if (!known.starts_with('.')) there.push_back(known);
  }
  std::ranges::sort(there);
  std::string listed;
  for (const std::string& known : there) listed += (listed.empty() ? "" : ", ") + known;
  return not_found("there is no model '" + name + "' in " + models.string() +
                   (listed.empty() ? ", which has none" : ", which has " + listed));
}

Result<bool> asks_for_onnxruntime(const Settings& settings, const std::string& key) {
  const std::string& runtime = settings.text(key);
  if (runtime == "own" || runtime == "onnxruntime") return runtime == "onnxruntime";
  return invalid_argument("'" + key + "' must be own or onnxruntime, it is '" + runtime + "'");
}

Result<OnnxOptions> onnx_options(const Settings& settings) {
  if (settings.is_set("embedding.precision")) {
    return invalid_argument(
        "'embedding.precision' is for the runtime own: a model that ONNX Runtime runs has its own");
  }
  return onnx_reranking_options(settings);
}

Result<OnnxOptions> onnx_reranking_options(const Settings& settings) {
  OnnxOptions options;
  options.library = settings.text("embedding.onnx_library");
  return read_work(settings, options);
}

Result<TransformerOptions> transformer_options(const Settings& settings) {
  TransformerOptions options;
  const std::string& precision = settings.text("embedding.precision");
  if (precision != "float" && precision != "int8") {
    return invalid_argument("'embedding.precision' must be float or int8, it is '" + precision +
                            "'");
  }
  options.precision = precision == "int8" ? Precision::kInt8 : Precision::kFloat;
  return read_work(settings, options);
}

Result<HeadOptions> head_options(const Settings& settings) {
  VECSTORE_ASSIGN(const TransformerOptions given, transformer_options(settings));
  return HeadOptions{.precision = given.precision, .threads = given.threads};
}

}  // namespace vecstore
