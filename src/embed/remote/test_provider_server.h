// For tests: the providers, played as they document themselves. A request with a member, a path or
// a key that they do not know is refused, and vectors are made from the texts, so that a vector in
// the wrong place is noticed.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "embed/remote/remote_options.h"
#include "embed/remote/test_http_server.h"

namespace vecstore {

// Not of unit length: that is the reader's work. `role` is the provider's word for it.
inline std::vector<float> played_vector(const std::string& text, std::size_t dimension,
                                        const std::string& role = {}) {
  Random random(hash64(as_bytes(text + "\n" + role)));
  std::vector<float> vector(dimension);
  for (float& x : vector) x = static_cast<float>(random.normal());
  return vector;
}

inline std::vector<float> unit(std::vector<float> vector) {
  double squares = 0;
  for (const float x : vector) squares += double{x} * double{x};
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(squares));
  return vector;
}

inline List as_list(const std::vector<float>& vector) {
  List list;
  for (const float x : vector) list.emplace_back(x);
  return list;
}

inline std::string as_base64(const std::vector<float>& vector) {
  return base64_encode({reinterpret_cast<const std::byte*>(vector.data()), vector.size() * 4});
}

// What one provider wants of a request, and how it answers.
struct PlayedProvider {
  std::string name;
  std::string path;
  std::string texts;              // the member that holds them
  std::set<std::string> members;  // all that may be there
  std::string dimensions = "dimensions";
  std::string encoding = {};
  std::string task = {};
};

inline const std::vector<PlayedProvider> kPlayed = {
    {"openai",
     "/v1/embeddings",
     "input",
     {"model", "input", "encoding_format", "dimensions", "user"},
     "dimensions",
     "encoding_format"},
    {"compatible",
     "/v1/embeddings",
     "input",
     {"model", "input", "encoding_format", "dimensions"},
     "dimensions",
     "encoding_format"},
    {"azure",
     "/openai/deployments/dep/embeddings?api-version=2024-10-21",
     "input",
     {"input", "encoding_format", "dimensions", "user", "input_type"},
     "dimensions",
     "encoding_format"},
    {"voyage",
     "/v1/embeddings",
     "input",
     {"model", "input", "input_type", "truncation", "output_dimension", "output_dtype",
      "encoding_format"},
     "output_dimension",
     "encoding_format",
     "input_type"},
    {"mistral",
     "/v1/embeddings",
     "input",
     {"model", "input", "output_dimension", "output_dtype", "encoding_format", "metadata"},
     "output_dimension",
     "encoding_format"},
    {"jina",
     "/v1/embeddings",
     "input",
     {"model", "input", "task", "dimensions", "embedding_type", "normalized", "late_chunking",
      "truncate"},
     "dimensions",
     "embedding_type",
     "task"},
    {"cohere",
     "/v2/embed",
     "texts",
     {"model", "texts", "input_type", "embedding_types", "output_dimension", "truncate",
      "max_tokens"},
     "output_dimension",
     "embedding_types",
     "input_type"},
    {"vertex",
     "/v1/projects/p/locations/us-central1/publishers/google/models/m:predict",
     "instances",
     {"instances", "parameters"},
     "",
     "",
     "task_type"},
    {"gemini", "/v1beta/models/m:batchEmbedContents", "requests", {"requests"}, "", "", "taskType"},
    {"huggingface",
     "/hf-inference/models/org/m/pipeline/feature-extraction",
     "inputs",
     {"inputs", "normalize", "truncate", "truncation_direction", "prompt_name", "dimensions"},
     "dimensions",
     "",
     "prompt_name"},
    {"tei",
     "/embed",
     "inputs",
     {"inputs", "normalize", "truncate", "truncation_direction", "prompt_name", "dimensions"},
     "dimensions",
     "",
     "prompt_name"},
    {"ollama",
     "/api/embed",
     "input",
     {"model", "input", "truncate", "dimensions", "keep_alive", "options"}},
};

inline const PlayedProvider& played(const std::string& name) {
  return *std::ranges::find(kPlayed, name, &PlayedProvider::name);
}

// Options that reach a server of that kind.
inline RemoteOptions options_for(const std::string& provider, const std::string& address,
                                 const std::string& key = "sk-test-0123456789abcdef") {
  RemoteOptions options;
  options.provider = provider;
  options.model = provider == "huggingface" ? "org/m" : "m";
  options.key = Secret(key);
  options.dimensions = 8;
  options.project = "p";
  options.deployment = "dep";
  options.backoff_ms = 1;
  options.max_backoff_ms = 4;
  const std::string path =
      provider == "azure" || provider == "vertex" || provider == "tei" || provider == "ollama" ? ""
      : provider == "cohere"      ? "/v2"
      : provider == "gemini"      ? "/v1beta"
      : provider == "huggingface" ? "/hf-inference"
                                  : "/v1";
  options.address = address + path;
  return options;
}

class ProviderPlay {
 public:
  ProviderPlay(std::string provider, std::string key = "sk-test-0123456789abcdef")
      : provider_(played(provider)), key_(std::move(key)) {}

  std::size_t default_dimension = 8;
  std::size_t max_texts = 2048;

  TestReply operator()(const TestRequest& request) const {
    const std::string problem = refuse(request);
    if (!problem.empty())
      return error(problem == "key" ? 401 : 400, problem + " in " + request.path);
    const Object body = *parse_json(request.body)->as_object();
    std::vector<std::string> texts;
    std::string task;
    std::size_t dimension = read(body, texts, task);
    if (texts.empty() || texts.size() > max_texts) return error(400, "number of texts");
    for (const std::string& text : texts)
      if (text.empty() || text.find('\0') != text.npos) return error(400, "empty text or NUL");
    return {.body = answer(body, texts, dimension, task).to_json()};
  }

  TestReply error(int status, const std::string& what) const {
    Value body = Object{{"error", Object{{"message", what}, {"type", "invalid_request_error"}}}};
    if (provider_.name == "cohere" || provider_.name == "mistral") body = Object{{"message", what}};
    if (provider_.name == "voyage" || provider_.name == "jina") body = Object{{"detail", what}};
    if (provider_.name == "ollama" || provider_.name == "tei" || provider_.name == "huggingface")
      body = Object{{"error", what}};
    return {.status = status, .body = body.to_json()};
  }

 private:
  std::string refuse(const TestRequest& request) const {
    auto headers = request.headers;
    const std::string key = provider_.name == "azure"    ? headers["api-key"]
                            : provider_.name == "gemini" ? headers["x-goog-api-key"]
                                                         : headers["authorization"];
    const bool bare = provider_.name == "azure" || provider_.name == "gemini";
    if (key != (bare ? key_ : "Bearer " + key_)) return "key";
    if (request.method != "POST" || request.path != provider_.path) return "path";
    const Result<Value> json = parse_json(request.body);
    if (!json.ok() || !json->as_object()) return "json";
    for (const Object::Member& member : *json->as_object())
      if (!provider_.members.contains(member.key)) return "member " + member.key;
    return json->as_object()->find(provider_.texts) ? "" : "texts";
  }

  // The dimension asked for, or the default.
  std::size_t read(const Object& body, std::vector<std::string>& texts, std::string& task) const {
    const Object* asked = &body;
    if (const Value* said = provider_.task.empty() ? nullptr : body.find(provider_.task))
      task = *said->as_string();
    std::string name = provider_.dimensions;
    for (const Value& item : *body.find(provider_.texts)->as_list()) {
      if (provider_.name == "vertex") {
        texts.push_back(*item.as_object()->find("content")->as_string());
        task = *item.as_object()->find("task_type")->as_string();
        asked = body.find("parameters")->as_object();
        name = "outputDimensionality";
      } else if (provider_.name == "gemini") {
        const Object& one = *item.as_object();
        if (*one.find("model")->as_string() != "models/m") texts.push_back("");
        texts.push_back(*one.find("content")
                             ->as_object()
                             ->find("parts")
                             ->as_list()
                             ->front()
                             .as_object()
                             ->find("text")
                             ->as_string());
        task = *one.find("taskType")->as_string();
        asked = &one;
        name = "outputDimensionality";
      } else {
        texts.push_back(*item.as_string());
      }
    }
    const Value* dimension = asked->find(name);
    return dimension ? static_cast<std::size_t>(*dimension->as_int()) : default_dimension;
  }

  Value answer(const Object& body, const std::vector<std::string>& texts, std::size_t dimension,
               const std::string& task) const {
    const Value* encoding = provider_.encoding.empty() ? nullptr : body.find(provider_.encoding);
    const std::string format = !encoding             ? ""
                               : encoding->as_list() ? *encoding->as_list()->front().as_string()
                                                     : *encoding->as_string();
    List vectors;
    for (const std::string& text : texts) {
      const std::vector<float> vector = played_vector(text, dimension, task);
      vectors.push_back(format == "base64" ? Value(as_base64(vector)) : Value(as_list(vector)));
    }
    const auto tokens = static_cast<std::int64_t>(texts.size() * 3);
    if (provider_.name == "cohere")
      return Object{{"id", "x"},
                    {"embeddings", Object{{format, std::move(vectors)}}},
                    {"texts", List{}},
                    {"meta", Object{{"billed_units",
                                     Object{{"input_tokens", static_cast<double>(tokens)}}}}}};
    if (provider_.name == "vertex") {
      List predictions;
      for (Value& vector : vectors)
        predictions.push_back(
            Object{{"embeddings",
                    Object{{"values", std::move(vector)},
                           {"statistics", Object{{"token_count", 3}, {"truncated", false}}}}}});
      return Object{{"predictions", std::move(predictions)},
                    {"metadata", Object{{"billableCharacterCount", 1}}}};
    }
    if (provider_.name == "gemini") {
      List embeddings;
      for (Value& vector : vectors) embeddings.push_back(Object{{"values", std::move(vector)}});
      return Object{{"embeddings", std::move(embeddings)}};
    }
    if (provider_.name == "huggingface" || provider_.name == "tei") return vectors;
    if (provider_.name == "ollama")
      return Object{{"model", "m"},
                    {"embeddings", std::move(vectors)},
                    {"total_duration", 1},
                    {"load_duration", 1},
                    {"prompt_eval_count", tokens}};
    List data;  // last first: readers go by the index
    for (std::size_t i = vectors.size(); i-- > 0;)
      data.push_back(Object{{"object", "embedding"},
                            {"index", static_cast<std::int64_t>(i)},
                            {"embedding", std::move(vectors[i])}});
    return Object{{"object", "list"},
                  {"data", std::move(data)},
                  {"model", "m"},
                  {"usage", Object{{"prompt_tokens", tokens}, {"total_tokens", tokens}}}};
  }

  PlayedProvider provider_;
  std::string key_;
};

}  // namespace vecstore
