#include "service/tenancy/namespace_operations.h"

namespace vecstore {
namespace {

constexpr double kMostWaitMs = 30'000;

}  // namespace

Result<NamespaceStore*> namespaces_of(Service& service) {
  if (NamespaceStore* spaces = service.namespaces()) return spaces;
  return failed_precondition("this server keeps no namespaces");
}

Result<NamespaceStats> namespace_stats(Service& service, std::string_view id) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(id));
  VECSTORE_ASSIGN(NamespaceStats stats, count_namespace(space, service.database()));
  const std::shared_ptr<Tenant> tenant = service.tenant_of(id);
  stats.queries = tenant->queries();
  stats.requests = tenant->recent(space.quotas, monotonic_ms());
  if (service.usage()) stats.today = service.usage()->today(id);
  return stats;
}

Status delete_namespace(Service& service, std::string_view id) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  VECSTORE_TRY(spaces->get(id).status());
  const std::shared_ptr<Tenant> tenant = service.tenant_of(id);
  if (!tenant->close(kMostWaitMs))
    return unavailable("requests of namespace '" + std::string(id) + "' are still under way");
  const Status deleted = delete_namespace(*spaces, service.database(), service.keys(), id);
  if (deleted.ok()) {
    service.forget_tenant(id);
  } else {
    tenant->reopen();
  }
  return deleted;
}

Result<std::vector<UsageRow>> read_usage(Service& service, const UsageFilter& filter) {
  if (service.usage()) return service.usage()->read_back(filter);
  return failed_precondition("this server does not count usage");
}

Status check_new_key_of(Service& service, const NewKey& wanted) {
  if (wanted.space.empty()) return {};
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  return check_key_namespace(*spaces, wanted.space);
}

}  // namespace vecstore
