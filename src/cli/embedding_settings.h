// The settings under [embedding]: a model in a folder, or a provider with every option that
// RemoteOptions has, by the same names; and those under [reranking], which are fewer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/remote_settings.h"
#include "embed/heads/head_options.h"
#include "embed/onnxruntime/onnx_embedder.h"
#include "embed/remote/remote_options.h"
#include "embed/transformer/transformer_embedder.h"
#include "vecstore/value.h"

namespace vecstore {

class Settings;

// Hits that are ranked anew unless a setting or a flag says otherwise.
inline constexpr std::int64_t kRerankedCandidates = 50;

// Names without the "embedding." before them, with their defaults.
void for_each_remote_setting(const std::function<void(std::string name, Value otherwise)>& take);
// The same without "reranking.".
void for_each_reranking_setting(const std::function<void(std::string name, Value otherwise)>& take);

// Keys, and headers that may hold some: shown as "***".
bool is_secret_setting(std::string_view key);
// For whoever looks at it.
Value shown_value(std::string_view key, const Value& value);

// Of the provider that is set. The key is the setting, else that of the variable which the
// provider's users know ("OPENAI_API_KEY").
Result<RemoteOptions> remote_options(const Settings& settings,
                                     const EnvironmentReader& environment);
// Of the provider of rankings, in the same way; `model` is another of its models than the one set.
Result<RemoteOptions> reranking_options(const Settings& settings,
                                        const EnvironmentReader& environment,
                                        const std::string& model = "");

// The folder of embedding.model: itself, or that of its name in embedding.models_folder. kNotFound
// names the models that are there.
Result<std::string> model_folder(const Settings& settings);
// The same for any model: `name` is a folder, or the name of one of the models.
Result<std::string> model_folder(const Settings& settings, const std::string& name);
Result<TransformerOptions> transformer_options(const Settings& settings);
Result<HeadOptions> head_options(const Settings& settings);

// Whether `key`, embedding.runtime or reranking.runtime, is "onnxruntime", not "own".
Result<bool> asks_for_onnxruntime(const Settings& settings, const std::string& key);
// embedding.precision is refused: a graph has its own.
Result<OnnxOptions> onnx_options(const Settings& settings);
// The library and the threads are those of embeddings.
Result<OnnxOptions> onnx_reranking_options(const Settings& settings);

}  // namespace vecstore
