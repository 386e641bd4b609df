// Embedders and rerankers that ask providers on the network. Keys go in and never come out.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <type_traits>

#include "base/nearest.h"
#include "embed/remote/model_facts.h"
#include "embed/remote/remote_members.h"
#include "embed/remote/remote_reranker.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/models.h"
#include "python/src/values.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using Texts = std::vector<std::string>;

template <typename T>
T number_of(const std::string& name, nb::handle value) {
  T number{};
  if (!PyBool_Check(value.ptr()) && nb::try_cast<T>(value, number)) return number;
  if (PyLong_Check(value.ptr())) raise_invalid(name + " is out of range");
  raise_wrong_type(name + ": a number is expected, not " + type_in_words(value));
}

template <typename T>
void set(const std::string& name, nb::handle value, T& to) {
  if constexpr (std::is_same_v<T, std::string>) {
    to = to_text(value, name.c_str());
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!PyBool_Check(value.ptr()))
      raise_wrong_type(name + ": True or False is expected, not " + type_in_words(value));
    to = value.ptr() == Py_True;
  } else {
    to = number_of<T>(name, value);
  }
}

RemoteEncoding parse_encoding(const std::string& name) {
  if (name == "auto") return RemoteEncoding::kProviders;
  if (name == "float") return RemoteEncoding::kFloat;
  if (name == "base64") return RemoteEncoding::kBase64;
  raise_invalid("encoding is 'auto', 'float' or 'base64', not '" + name + "'");
}

void set_headers(nb::handle headers, RemoteOptions& options) {
  for (const auto& [name, value] : nb::cast<nb::dict>(headers))
    options.headers.emplace_back(to_text(name, "the name of a header"),
                                 Secret(to_text(value, "the value of a header")));
}

// What is no plain value. False when there is no such option.
bool set_special(const std::string& name, nb::handle value, RemoteUse use, RemoteOptions& options) {
  if (name == "model") {
    options.model = to_text(value, "model");
  } else if (name == "key") {
    options.key = Secret(to_text(value, "key"));
  } else if (name == "headers") {
    set_headers(value, options);
  } else if (name == "encoding" && use == RemoteUse::kEmbeds) {
    options.encoding = parse_encoding(to_text(value, "encoding"));
  } else if (name == "usd_per_million_tokens" && use == RemoteUse::kEmbeds) {
    options.usd_per_million_tokens = number_of<double>(name, value);
  } else {
    return false;
  }
  return true;
}

bool is_for(const RemoteMember& row, RemoteUse use) {
  return use == RemoteUse::kEmbeds || (use == RemoteUse::kRanks ? row.ranks : row.chats);
}

[[noreturn]] void raise_unknown(const std::string& name, RemoteUse use) {
  std::vector<std::string_view> names{"key", "headers"};
  for (const RemoteMember& row : kRemoteMembers)
    if (is_for(row, use)) names.push_back(row.name);
  if (use == RemoteUse::kEmbeds) names.insert(names.end(), {"encoding", "usd_per_million_tokens"});
  const char* const who = use == RemoteUse::kEmbeds  ? "an embedder"
                          : use == RemoteUse::kRanks ? "a reranker"
                                                     : "a chat model";
  raise_wrong_type(who + (" has no option '" + name) + "', " + nearest_or_known(name, names));
}

// Ctrl-C while it asks for the dimension ends that by the token, which is the model's for its life:
// there is no model then.
Model remote_model(const nb::dict& given) {
  RemoteOptions options = to_remote_options(given, RemoteUse::kEmbeds);
  CancelToken token = options.cancel;
  auto work = [options] { return RemoteEmbedder::make(options); };
  Loaded loaded;
  loaded.remote = take(watched(std::move(work), &token));
  loaded.embedder = loaded.remote;
  loaded.remote_options = std::move(options);
  return Model(std::move(loaded));
}

RerankerHandle remote_reranker(const nb::dict& given) {
  auto remote = take(RemoteReranker::make(to_remote_options(given, RemoteUse::kRanks)));
  const auto rank = [remote](auto&&... arguments) { return remote->rerank(arguments...); };
  return RerankerHandle(Ranker{remote->name(), rank, remote});
}

nb::list providers() {
  nb::list list;
  for (const Provider& one : embedding_providers())
    list.append(nb::make_tuple(from_text(one.name), from_text(one.key_variable), one.needs_key));
  return list;
}

nb::list rerankers() {
  nb::list list;
  for (const RerankProvider& one : reranking_providers())
    list.append(nb::make_tuple(from_text(one.name), from_text(one.key_variable), true));
  return list;
}

}  // namespace

RemoteOptions to_remote_options(const nb::dict& given, RemoteUse use, RemoteOptions options) {
  for (const auto& item : given) {
    const nb::handle value = item.second;
    const std::string name = to_text(item.first, "an option");
    if (value.is_none() || set_special(name, value, use, options)) continue;
    bool found = false;
    for (const RemoteMember& row : kRemoteMembers) {
      if (name != row.name || !is_for(row, use)) continue;
      std::visit([&](auto member) { set(name, value, options.*member); }, row.member);
      found = true;
    }
    if (!found) raise_unknown(name, use);
  }
  return options;
}

nb::tuple from_usage(const RemoteUsage& usage) {
  return nb::make_tuple(usage.requests, usage.retries, usage.texts, usage.tokens);
}

nb::tuple usage_of(const Model& model) { return from_usage(model->remote->usage()); }
nb::tuple usage_of(const RerankerHandle& reranker) { return from_usage(reranker->remote->usage()); }

nb::tuple estimate_of(const Model& model, const Texts& texts, bool questions) {
  const TextRole role = questions ? TextRole::kQuery : TextRole::kDocument;
  const RemoteEstimate made =
      take(unlocked([&] { return estimate(model->remote_options, texts, role); }));
  return nb::make_tuple(made.texts, made.requests, made.likely_tokens, made.most_tokens,
                        made.likely_usd ? nb::cast(*made.likely_usd) : nb::none(),
                        made.most_usd ? nb::cast(*made.most_usd) : nb::none());
}

void bind_remote(nb::module_& module) {
  module.def("remote_model", remote_model, nb::arg("options"));
  module.def("remote_reranker", remote_reranker, nb::arg("options"));
  module.def("embedding_providers", providers);
  module.def("reranking_providers", rerankers);
}

}  // namespace vecstore::python
