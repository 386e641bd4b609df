// The providers of embeddings, as data and two functions each: a call into a request, an answer
// into vectors.
//
// A new provider is a row in the table of provider.cc and a file with its two functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "embed/remote/embed_answer.h"
#include "embed/remote/http_client.h"
#include "embed/remote/remote_options.h"
#include "embed/remote/tokens.h"

namespace vecstore {

struct Provider {
  std::string_view name;
  std::string_view address = {};  // empty: the user has to say
  std::string_view key_variable =
      {};  // where a program may look for the key; the library reads no environment
  bool needs_key = true;
  BatchLimits limits = {};  // documented; where no count of tokens is, one that has proved itself
  HttpRequest (*make_request)(const RemoteOptions& options, TextRole role,
                              std::span<const std::string> texts) = nullptr;
  Result<EmbedAnswer> (*read_answer)(const Value& answer, std::size_t texts,
                                     std::size_t dimension) = nullptr;
};

// In the order of the table.
std::span<const Provider> embedding_providers();
// An error that names those there are.
Result<const Provider*> embedding_provider(std::string_view name);

// What make_request() will rely on: a model, a key where one is needed, an address that it may be
// sent to, settings in their ranges.
Status check_remote_options(const RemoteOptions& options, const Provider& provider);

// The address that requests go to: the user's or the provider's, without a slash at the end.
std::string base_address(const RemoteOptions& options, std::string_view provided);
// The limits of a request: the provider's, and the user's where they are lower.
BatchLimits batch_limits(const RemoteOptions& options, const Provider& provider, TextRole role);

// Shared by the families.
HttpHeader bearer(const RemoteOptions& options);
void add_headers(HttpRequest& request, const RemoteOptions& options);
// The user's word for the role, else one of these two.
std::string task_of(const RemoteOptions& options, TextRole role, std::string_view document,
                    std::string_view query);
List list_of(std::span<const std::string> texts);
bool wants_base64(const RemoteOptions& options, bool documented);

}  // namespace vecstore
