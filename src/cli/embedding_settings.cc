#include "cli/embedding_settings.h"

#include <algorithm>
#include <filesystem>
#include <type_traits>
#include <variant>

#include "cli/settings.h"
#include "embed/remote/provider.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;

using Member =
    std::variant<std::string RemoteOptions::*, bool RemoteOptions::*, std::size_t RemoteOptions::*,
                 std::int64_t RemoteOptions::*, int RemoteOptions::*, double RemoteOptions::*>;

struct Row {
  const char* name;
  Member member;
};

// What reads as it stands; the rest is below.
constexpr Row kRows[] = {
    {"provider", &RemoteOptions::provider},
    {"address", &RemoteOptions::address},
    {"allow_plain_http", &RemoteOptions::allow_plain_http},
    {"dimensions", &RemoteOptions::dimensions},
    {"document_task", &RemoteOptions::document_task},
    {"query_task", &RemoteOptions::query_task},
    {"document_prefix", &RemoteOptions::document_prefix},
    {"query_prefix", &RemoteOptions::query_prefix},
    {"truncate", &RemoteOptions::truncate},
    {"project", &RemoteOptions::project},
    {"location", &RemoteOptions::location},
    {"deployment", &RemoteOptions::deployment},
    {"api_version", &RemoteOptions::api_version},
    {"max_batch", &RemoteOptions::max_batch},
    {"max_tokens_per_batch", &RemoteOptions::max_tokens_per_batch},
    {"concurrency", &RemoteOptions::concurrency},
    {"requests_per_minute", &RemoteOptions::requests_per_minute},
    {"tokens_per_minute", &RemoteOptions::tokens_per_minute},
    {"connect_timeout_ms", &RemoteOptions::connect_timeout_ms},
    {"request_timeout_ms", &RemoteOptions::request_timeout_ms},
    {"total_timeout_ms", &RemoteOptions::total_timeout_ms},
    {"retries", &RemoteOptions::retries},
    {"backoff_ms", &RemoteOptions::backoff_ms},
    {"max_backoff_ms", &RemoteOptions::max_backoff_ms},
    {"max_response_bytes", &RemoteOptions::max_response_bytes},
    {"proxy", &RemoteOptions::proxy},
    {"ca_file", &RemoteOptions::ca_file},
};

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
Status read_headers(const std::vector<std::string>& lines, RemoteOptions& options) {
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon == 0) {
      return invalid_argument("a line of 'embedding.headers' must be \"Name: value\"");
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

}  // namespace

void for_each_remote_setting(const std::function<void(std::string, Value)>& take) {
  const RemoteOptions otherwise;
  for (const Row& row : kRows) {
    std::visit([&](auto member) { take(row.name, as_value(otherwise.*member)); }, row.member);
  }
  take("key", "");
  take("headers", List{});
  take("encoding", "auto");
  take("usd_per_million_tokens", 0.0);
}

bool is_secret_setting(std::string_view key) {
  return key == "embedding.key" || key == "embedding.headers";
}

Value shown_value(std::string_view key, const Value& value) {
  const bool empty = value == Value("") || (value.as_list() && value.as_list()->empty());
  return is_secret_setting(key) && !empty ? Value("***") : value;
}

Result<RemoteOptions> remote_options(const Settings& settings,
                                     const std::function<const char*(const char*)>& environment) {
  RemoteOptions options;
  const std::string prefix = "embedding.";
  for (const Row& row : kRows) {
    const std::string key = prefix + row.name;
    VECSTORE_TRY(std::visit(
        [&](auto member) { return read_member(key, settings.value(key), options.*member); },
        row.member));
  }
  VECSTORE_ASSIGN(const Provider* const provider, embedding_provider(options.provider));
  if (settings.is_set("embedding.model")) options.model = settings.text("embedding.model");
  VECSTORE_TRY(read_headers(settings.texts("embedding.headers"), options));
  VECSTORE_ASSIGN(options.encoding, parse_encoding(settings.text("embedding.encoding")));
  if (settings.is_set("embedding.usd_per_million_tokens")) {
    options.usd_per_million_tokens =
        *settings.value("embedding.usd_per_million_tokens").as_double();
  }
  options.key = Secret(settings.text("embedding.key"));
  if (options.key.empty() && !provider->key_variable.empty()) {
    const char* key = environment(std::string(provider->key_variable).c_str());
    if (key) options.key = Secret(key);
  }
  if (options.key.empty() && provider->needs_key) {
    return failed_precondition(options.provider + " needs a key: set " +
                               std::string(provider->key_variable) + " or embedding.key");
  }
  return options;
}

Result<std::string> model_folder(const Settings& settings) {
  std::error_code ignored;
  const std::string& name = settings.text("embedding.model");
  if (name.empty()) return invalid_argument("embedding.model is empty");
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

Result<TransformerOptions> transformer_options(const Settings& settings) {
  TransformerOptions options;
  const std::string& precision = settings.text("embedding.precision");
  if (precision != "float" && precision != "int8") {
    return invalid_argument("'embedding.precision' must be float or int8, it is '" + precision +
                            "'");
  }
  options.precision = precision == "int8" ? Precision::kInt8 : Precision::kFloat;
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

}  // namespace vecstore
