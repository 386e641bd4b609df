// What a user says of a provider of embeddings or rankings. Nothing is read from the environment or
// from files but `ca_file`.
//
// Zero and empty mean what the comment says; defaults are chosen for a paid account on a good
// connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "embed/remote/remote_time.h"
#include "embed/remote/secret.h"
#include "embed/text_role.h"
#include "vecstore/query.h"

namespace vecstore {

// How the numbers of an answer travel. Either is understood whatever was asked for.
enum class RemoteEncoding : unsigned char {
  kProviders,
  kFloat,
  kBase64
};  // kProviders: base64 where the provider documents it

struct RemoteOptions {
  std::string provider;  // one of embedding_providers() or reranking_providers()
  std::string model;
  Secret key;
  std::string address = {};  // "https://host/path" in place of the provider's own; plain http only
                             // to this computer, without a proxy
  bool allow_plain_http =
      false;  // ... unless this says that the network in between may read texts and key
  std::vector<std::pair<std::string, Secret>> headers =
      {};  // sent too, such as OpenAI-Organization

  // Of vectors. 0: what the model gives, known for common models and otherwise asked with one word.
  // Else it is asked for.
  std::size_t dimensions = 0;
  // What the model gives, where the caller remembers it: the provider is then neither asked for it
  // nor asked to cut. Another one in an answer is an error. 0: not known.
  std::size_t known_dimension = 0;
  // What a text is for, in the provider's words ("search_query", "RETRIEVAL_QUERY", a prompt's
  // name). Empty: its usual words for search.
  std::string document_task = {};
  std::string query_task = {};
  // Written before each text, for models that want it ("passage: ", "query: ") and providers that
  // do not do it.
  std::string document_prefix = {};
  std::string query_prefix = {};
  bool truncate =
      false;  // a text beyond the model's length is cut by the provider; false: that is an error
  RemoteEncoding encoding = RemoteEncoding::kProviders;

  std::string project = {};     // Vertex: needed
  std::string location = {};    // Vertex: "us-central1" unless given
  std::string deployment = {};  // Azure: the model's name unless given
  std::string api_version =
      {};  // Azure: "2024-10-21" unless given; "v1" for addresses without deployments

  std::size_t max_batch =
      0;  // texts in a request; 0: the provider's limit, which is never exceeded
  std::size_t max_tokens_per_batch = 0;  // by the upper bound of tokens.h; 0: the provider's limit
  int concurrency = 4;                   // requests under way at once, for all who call
  double requests_per_minute = 0;        // 0: no limit but what answers tell
  double tokens_per_minute = 0;

  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t request_timeout_ms = 60'000;  // one request, to the last byte of its answer
  std::int64_t total_timeout_ms = 600'000;   // one call with all its requests and waits
  int retries = 5;                           // of each request, beyond the first attempt
  std::int64_t backoff_ms = 500;             // the longest first wait; doubled with each
  std::int64_t max_backoff_ms = 30'000;
  std::size_t max_response_bytes = 64u << 20;  // decompressed; 2,048 vectors of 4,096 in base64

  std::string proxy = {};    // "http://host:port"; empty: none, whatever the environment says
  std::string ca_file = {};  // PEM certificates to trust in place of the system's
  std::optional<double> usd_per_million_tokens = {};  // in place of the table's, for estimates
  CancelToken cancel = {};                            // ends calls under way within a second or so
  RemoteTime time = computer_time();
};

// What was sent and what came, over the life of an embedder or reranker.
struct RemoteUsage {
  std::uint64_t requests = 0;  // attempts that were sent
  std::uint64_t retries = 0;   // of them, those after the first
  std::uint64_t texts = 0;     // answered
  std::uint64_t tokens = 0;    // as the provider counted; 0 from one that does not
};

}  // namespace vecstore
