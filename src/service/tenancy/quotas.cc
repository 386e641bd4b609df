#include "service/tenancy/quotas.h"

#include <array>
#include <vector>

#include "base/nearest.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::array kRows = {
    QuotaRow{"max_vectors", &Quotas::max_vectors, 0},
    QuotaRow{"max_storage_bytes", &Quotas::max_storage_bytes, 0},
    QuotaRow{"max_requests_per_second", &Quotas::max_requests_per_second, 1},
    QuotaRow{"max_concurrent_queries", &Quotas::max_concurrent_queries, 0},
    QuotaRow{"max_dimension", &Quotas::max_dimension, 1},
    QuotaRow{"max_results_per_query", &Quotas::max_results_per_query, 1},
    QuotaRow{"max_batch_size", &Quotas::max_batch_size, 1}};

constexpr std::uint64_t kMiB = 1u << 20;

struct Tier {
  std::string_view name;
  Quotas quotas;
};
constexpr std::array kTiers = {
    Tier{"free", {10'000, 100 * kMiB, 10, 2, 1'536, 100, 100}},
    Tier{"pro", {1'000'000, 10'240 * kMiB, 100, 20, 4'096, 1'000, 1'000}}, Tier{"unlimited", {}}};

Status read_one(const QuotaRow& row, const Value& json, Quotas& to) {
  if (json.is_null()) {
    to.*row.member = std::nullopt;
    return {};
  }
  const std::int64_t* is = json.as_int();
  if (!is || *is < static_cast<std::int64_t>(row.least) ||
      static_cast<std::uint64_t>(*is) > kMaxQuota)
    return invalid_argument(std::string(row.name) + " must be from " + std::to_string(row.least) +
                            " to " + std::to_string(kMaxQuota) + ", or null for no limit, it is " +
                            shorten(json.to_json()));
  to.*row.member = static_cast<std::uint64_t>(*is);
  return {};
}

}  // namespace

std::span<const QuotaRow> all_quotas() { return kRows; }

Result<Quotas> tier_quotas(std::string_view tier) {
  std::vector<std::string_view> names;
  for (const Tier& one : kTiers) {
    if (one.name == tier) return one.quotas;
    names.push_back(one.name);
  }
  return invalid_argument("unknown tier '" + shorten(tier) + "': " + nearest_or_known(tier, names));
}

std::string_view tier_name(const Quotas& quotas) {
  for (const Tier& one : kTiers)
    if (one.quotas == quotas) return one.name;
  return "custom";
}

Object quotas_object(const Quotas& quotas) {
  Object object;
  for (const QuotaRow& row : kRows) {
    const Quota& quota = quotas.*row.member;
    object[row.name] = quota ? Value(static_cast<std::int64_t>(*quota)) : Value();
  }
  return object;
}

Status read_quotas(const Value& json, Quotas& to) {
  if (!json.as_object()) return invalid_argument("quotas are an object, by their names");
  for (const Object::Member& given : *json.as_object()) {
    const QuotaRow* known = nullptr;
    std::vector<std::string_view> names;
    for (const QuotaRow& row : kRows) {
      names.push_back(row.name);
      if (row.name == given.key) known = &row;
    }
    if (!known)
      return invalid_argument("unknown quota '" + shorten(given.key) +
                              "': " + nearest_or_known(given.key, names));
    VECSTORE_TRY(read_one(*known, given.value, to));
  }
  return {};
}

// used / quota >= 8 / 10 without a quotient: nothing is near of 0 out of 0 but what is full.
bool is_near(std::uint64_t used, const Quota& quota) {
  return quota && used >= *quota - *quota / 5;
}

Status check_quota(std::uint64_t is, const Quota& quota, std::string_view things,
                   std::string_view name) {
  if (!quota || is <= *quota) return {};
  return invalid_argument(std::to_string(is) + " " + std::string(things) +
                          ", this namespace allows " + std::to_string(*quota) + " (" +
                          std::string(name) + ")");
}

}  // namespace vecstore
