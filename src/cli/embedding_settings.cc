#include "cli/embedding_settings.h"

#include <algorithm>
#include <filesystem>
#include <type_traits>
#include <variant>

#include "cli/settings.h"
#include "embed/remote/provider.h"
#include "embed/remote/remote_members.h"
#include "embed/remote/remote_reranker.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

template <typename T>
Value as_value(const T& value) {
  if constexpr (std::is_same_v<T, std::size_t>) {
    return static_cast<std::int64_t>(value);
  } else {
    return value;
  }
}

Status wrong_range(const std::string& key, std::int64_t given) {
  return invalid_argument("'" + key + "' is " + std::to_string(given) + ", which is too " +
                          (given < 0 ? "small" : "large"));
}

// `given` has the kind of the default.
template <typename T>
Status read_member(const std::string& key, const Value& given, T& to) {
  if constexpr (std::is_same_v<T, std::string>) {
    to = *given.as_string();
  } else if constexpr (std::is_same_v<T, bool>) {
    to = *given.as_bool();
  } else if constexpr (std::is_same_v<T, double>) {
    to = *given.as_double();
  } else {
    const std::int64_t number = *given.as_int();
    if (!std::in_range<T>(number)) return wrong_range(key, number);
    to = static_cast<T>(number);
  }
  return {};
}

// "Name: value".
Status read_headers(const Settings& settings, const std::string& key, RemoteOptions& options) {
  for (const std::string& line : settings.texts(key)) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return invalid_argument("a line of '" + key + "' must be \"Name: value\"");
    }
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    options.headers.emplace_back(line.substr(0, colon),
                                 Secret(value == line.npos ? "" : line.substr(value)));
  }
  return {};
}

Result<RemoteEncoding> parse_encoding(const std::string& name) {
  if (name == "auto") return RemoteEncoding::kProviders;
  if (name == "float") return RemoteEncoding::kFloat;
  if (name == "base64") return RemoteEncoding::kBase64;
  return invalid_argument("'embedding.encoding' must be auto, float or base64, it is '" + name +
                          "'");
}

// What embeddings and rankings have in common: the rows, key and headers, under `prefix`.
Status read_common(const Settings& settings, const std::string& prefix, bool ranks,
                   RemoteOptions& options) {
  for (const RemoteMember& row : kRemoteMembers) {
    if (ranks && !row.ranks) continue;
    const std::string key = prefix + row.name;
    VECSTORE_TRY(std::visit(
        [&](auto member) { return read_member(key, settings.value(key), options.*member); },
        row.member));
  }
  options.key = Secret(settings.text(prefix + "key"));
  return read_headers(settings, prefix + "headers", options);
}

// The variable which the provider's users know, where no setting has the key.
void look_for_key(std::string_view variable, const EnvironmentReader& environment,
                  RemoteOptions& options) {
  if (!options.key.empty() || variable.empty()) return;
  if (const char* key = environment(std::string(variable).c_str())) options.key = Secret(key);
}

Status no_key(const std::string& provider, std::string_view variable, const char* setting) {
  return failed_precondition(provider + " needs a key: set " + std::string(variable) + " or " +
                             setting);
}

void for_each_row(bool ranks, const std::function<void(std::string, Value)>& take) {
  const RemoteOptions otherwise;
  for (const RemoteMember& row : kRemoteMembers) {
    if (ranks && !row.ranks) continue;
    std::visit([&](auto member) { take(row.name, as_value(otherwise.*member)); }, row.member);
  }
  take("key", "");
  take("headers", List{});
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
  VECSTORE_TRY(read_member("embedding.dimensions", settings.value("embedding.dimensions"),
                           options.dimension));
  return options;
}

}  // namespace

void for_each_remote_setting(const std::function<void(std::string, Value)>& take) {
  for_each_row(false, take);
  take("encoding", "auto");
  take("usd_per_million_tokens", 0.0);
}

void for_each_reranking_setting(const std::function<void(std::string, Value)>& take) {
  take("model", "");
  take("candidates", kRerankedCandidates);
  for_each_row(true, take);
}

bool is_secret_setting(std::string_view key) {
  return key == "embedding.key" || key == "embedding.headers" || key == "reranking.key" ||
         key == "reranking.headers";
}

Value shown_value(std::string_view key, const Value& value) {
  const bool empty = value == Value("") || (value.as_list() && value.as_list()->empty());
  return is_secret_setting(key) && !empty ? Value("***") : value;
}

Result<RemoteOptions> remote_options(const Settings& settings,
                                     const EnvironmentReader& environment) {
  RemoteOptions options;
  VECSTORE_TRY(read_common(settings, "embedding.", false, options));
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
                                        const EnvironmentReader& environment) {
  RemoteOptions options;
  VECSTORE_TRY(read_common(settings, "reranking.", true, options));
  if (options.provider.empty())
    return failed_precondition("reranking.provider is not set: cohere, voyage or jina");
  VECSTORE_ASSIGN(const RerankProvider* const provider, reranking_provider(options.provider));
  options.model = settings.text("reranking.model");
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

Result<bool> asks_for_onnxruntime(const Settings& settings) {
  const std::string& runtime = settings.text("embedding.runtime");
  if (runtime == "own" || runtime == "onnxruntime") return runtime == "onnxruntime";
  return invalid_argument("'embedding.runtime' must be own or onnxruntime, it is '" + runtime +
                          "'");
}

Result<OnnxOptions> onnx_options(const Settings& settings) {
  OnnxOptions options;
  if (settings.is_set("embedding.precision")) {
    return invalid_argument(
        "'embedding.precision' is for the runtime own: a model that ONNX Runtime runs has its own");
  }
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
