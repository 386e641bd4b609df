// What a namespace may use. Each quota is held to the unit by whoever is named for it; one that is
// not set is no limit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vecstore/status.h"
#include "vecstore/value.h"

namespace vecstore {

using Quota = std::optional<std::uint64_t>;

struct Quotas {
  Quota max_vectors = {};              // records that are there (WriteRoom)
  Quota max_storage_bytes = {};        // that records take, replaced ones until a merge (WriteRoom)
  Quota max_requests_per_second = {};  // and as many at once; at least 1 (Tenant)
  Quota max_concurrent_queries = {};   // requests that query (Tenant)
  Quota max_dimension = {};            // of vectors, those of collections and queries included
  Quota max_results_per_query = {};    // hits; records in a page of a scan
  Quota max_batch_size = {};           // records, ids or queries in a request

  bool operator==(const Quotas&) const = default;
};

struct QuotaRow {
  std::string_view name;
  Quota Quotas::*member;
  std::uint64_t least;
};
std::span<const QuotaRow> all_quotas();

inline constexpr std::uint64_t kMaxQuota = std::uint64_t{1} << 53;  // exact in every JSON

// A set of quotas by name: free, pro, unlimited.
Result<Quotas> tier_quotas(std::string_view tier);
// Whose quotas these are; "custom" when of none.
std::string_view tier_name(const Quotas& quotas);

// Every quota by its name, null where there is none.
Object quotas_object(const Quotas& quotas);
// Sets those that are given; null takes one away. An error names the quota, what it may be and what
// it is.
Status read_quotas(const Value& json, Quotas& to);

// From 80 % on.
bool is_near(std::uint64_t used, const Quota& quota);

// kInvalidArgument where `is` is above the quota: "10 hits, this namespace allows 5
// (max_results_per_query)".
Status check_quota(std::uint64_t is, const Quota& quota, std::string_view things,
                   std::string_view name);

}  // namespace vecstore
