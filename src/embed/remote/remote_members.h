// The members of RemoteOptions by name, for programs that read them from settings or arguments: all
// but key, headers, encoding and price, which are no plain values, model, cancel and time.
#pragma once

#include <variant>

#include "embed/remote/remote_options.h"

namespace vecstore {

struct RemoteMember {
  const char* name;
  std::variant<std::string RemoteOptions::*, bool RemoteOptions::*, std::size_t RemoteOptions::*,
               std::int64_t RemoteOptions::*, int RemoteOptions::*, double RemoteOptions::*>
      member;
  bool ranks = false;  // RemoteReranker reads it too
  bool chats = false;  // and so does RemoteChat
};

inline constexpr RemoteMember kRemoteMembers[] = {
    {"provider", &RemoteOptions::provider, true, true},
    {"address", &RemoteOptions::address, true, true},
    {"allow_plain_http", &RemoteOptions::allow_plain_http, true, true},
    {"dimensions", &RemoteOptions::dimensions},
    {"known_dimension", &RemoteOptions::known_dimension},
    {"document_task", &RemoteOptions::document_task},
    {"query_task", &RemoteOptions::query_task},
    {"document_prefix", &RemoteOptions::document_prefix},
    {"query_prefix", &RemoteOptions::query_prefix},
    {"truncate", &RemoteOptions::truncate, true},
    {"project", &RemoteOptions::project},
    {"location", &RemoteOptions::location},
    {"deployment", &RemoteOptions::deployment},
    {"api_version", &RemoteOptions::api_version},
    {"max_batch", &RemoteOptions::max_batch, true},
    {"max_tokens_per_batch", &RemoteOptions::max_tokens_per_batch, true},
    {"concurrency", &RemoteOptions::concurrency, true, true},
    {"requests_per_minute", &RemoteOptions::requests_per_minute, true, true},
    {"tokens_per_minute", &RemoteOptions::tokens_per_minute, true, true},
    {"connect_timeout_ms", &RemoteOptions::connect_timeout_ms, true, true},
    {"request_timeout_ms", &RemoteOptions::request_timeout_ms, true, true},
    {"total_timeout_ms", &RemoteOptions::total_timeout_ms, true, true},
    {"retries", &RemoteOptions::retries, true, true},
    {"backoff_ms", &RemoteOptions::backoff_ms, true, true},
    {"max_backoff_ms", &RemoteOptions::max_backoff_ms, true, true},
    {"max_response_bytes", &RemoteOptions::max_response_bytes, true, true},
    {"proxy", &RemoteOptions::proxy, true, true},
    {"ca_file", &RemoteOptions::ca_file, true, true},
};

}  // namespace vecstore
