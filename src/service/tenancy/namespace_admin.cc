#include "service/tenancy/namespace_admin.h"

#include "base/utf8.h"
#include "service/tenancy/namespace_use.h"

namespace vecstore {
namespace {

Value number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

Status drop_collections(Database& database, std::string_view id) {
  VECSTORE_ASSIGN(const auto aliases, database.list_aliases());
  for (const auto& [alias, collection] : aliases)
    if (place_of(alias).space == id) VECSTORE_TRY(database.drop_alias(alias));
  VECSTORE_ASSIGN(const std::vector<std::string> names, collections_of(database, id));
  for (const std::string& name : names) VECSTORE_TRY(database.drop_collection(name));
  return {};
}

struct UsedQuota {
  Quota Quotas::*quota;
  std::uint64_t used;
};

}  // namespace

Status apply_edit(const NamespaceEdit& edit, Namespace& to) {
  if (edit.name) to.name = *edit.name;
  if (edit.description) to.description = *edit.description;
  if (edit.status) to.status = *edit.status;
  if (edit.tier) {
    VECSTORE_ASSIGN(to.quotas, tier_quotas(*edit.tier));
  }
  if (edit.quotas) VECSTORE_TRY(read_quotas(*edit.quotas, to.quotas));
  if (edit.metadata) to.metadata = *edit.metadata;
  return {};
}

std::string namespace_summary(const Namespace& space) {
  return space.id + ", " + std::string(namespace_status_name(space.status)) + ", " +
         std::string(tier_name(space.quotas));
}

Result<Namespace> create_namespace(NamespaceStore& spaces, const Database& database,
                                   std::string_view id, const NamespaceEdit& edit) {
  Namespace wanted;
  wanted.id = id;
  VECSTORE_TRY(apply_edit(edit, wanted));
  VECSTORE_TRY(check_namespace(wanted));
  VECSTORE_ASSIGN(const std::vector<std::string> there, collections_of(database, id));
  if (!there.empty())
    return failed_precondition("there is a collection '" + shorten(there.front()) +
                               "' already: rename or drop it before it becomes a part of "
                               "namespace '" +
                               wanted.id + "'");
  return spaces.create(std::move(wanted));
}

Status delete_namespace(NamespaceStore& spaces, Database& database, KeyStore* keys,
                        std::string_view id) {
  VECSTORE_ASSIGN(const Namespace space, spaces.get(id));
  if (space.status != NamespaceStatus::kPendingDeletion)
    return failed_precondition("namespace '" + space.id + "' is " +
                               std::string(namespace_status_name(space.status)) +
                               ": give it the status pending_deletion before it is deleted");
  VECSTORE_TRY(drop_collections(database, id));
  if (keys) VECSTORE_TRY(keys->revoke_all_of(id).status());
  return spaces.remove(id);
}

Status check_key_namespace(NamespaceStore& spaces, std::string_view id) {
  VECSTORE_ASSIGN(const Namespace space, spaces.get(id));
  if (space.status != NamespaceStatus::kPendingDeletion) return {};
  return failed_precondition("namespace '" + space.id + "' is being deleted");
}

Result<NamespaceStats> count_namespace(const Namespace& space, const Database& database) {
  NamespaceStats stats;
  stats.space = space;
  VECSTORE_ASSIGN(const std::vector<std::string> names, collections_of(database, space.id));
  stats.collections = names.size();
  VECSTORE_ASSIGN(stats.use, use_of(database, space.id));
  return stats;
}

Object namespace_stats_object(const NamespaceStats& stats) {
  const UsedQuota used[] = {{&Quotas::max_vectors, stats.use.vectors},
                            {&Quotas::max_storage_bytes, stats.use.bytes},
                            {&Quotas::max_requests_per_second, stats.requests},
                            {&Quotas::max_concurrent_queries, stats.queries}};
  Object quotas;
  List near;
  for (const QuotaRow& row : all_quotas()) {
    const Quota& most = stats.space.quotas.*row.member;
    Object one{{"most", most ? number(*most) : Value()}};
    for (const UsedQuota& is : used) {
      if (is.quota != row.member) continue;
      one["used"] = number(is.used);
      one["near"] = is_near(is.used, most);
      if (is_near(is.used, most)) near.emplace_back(row.name);
    }
    quotas[row.name] = std::move(one);
  }
  Object today = usage_object({"", stats.space.id, stats.today});
  Object counts;
  for (const auto& [name, value] : today)
    if (name != "day" && name != "namespace") counts[name] = value;
  return {{"id", stats.space.id},
          {"status", namespace_status_name(stats.space.status)},
          {"tier", tier_name(stats.space.quotas)},
          {"collections", number(stats.collections)},
          {"vectors", number(stats.use.vectors)},
          {"storage_bytes", number(stats.use.bytes)},
          {"concurrent_queries", number(stats.queries)},
          {"requests_last_second", number(stats.requests)},
          {"quotas", std::move(quotas)},
          {"near", std::move(near)},
          {"today", std::move(counts)}};
}

}  // namespace vecstore
