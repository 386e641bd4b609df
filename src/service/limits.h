// What one request may ask for, beyond what the engine refuses by itself (vecstore/limits.h).
#pragma once

#include <chrono>
#include <cstddef>

#include "vecstore/limits.h"
#include "vecstore/options.h"
#include "vecstore/query.h"

namespace vecstore {

struct ServiceLimits {
  std::size_t max_body_bytes = 32u << 20;
  std::size_t max_k = kMaxK;  // offset + k, and records in a page of a scan
  std::size_t max_ef = 4'096;
  std::size_t max_batch = 10'000;   // records in an upsert or a removal
  std::size_t max_queries = 1'000;  // in one request
  std::size_t max_dimension = kMaxDimension;
  std::size_t max_concurrent_per_key = 64;          // requests of one key at a time
  std::chrono::milliseconds query_timeout{30'000};  // a query that asks for longer, or for none
};

// kInvalidArgument names the limit, for the query and each of its stages.
Status check_query(const Query& query, const ServiceLimits& limits);
Status check_collection(const CollectionOptions& options, const ServiceLimits& limits);
// `what`: "records". `max`: one of the limits above, which the message calls `name`.
Status check_count(std::size_t count, std::size_t max, const char* what, const char* name);

}  // namespace vecstore
