#include "service/tenancy/namespace_operations.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr double kMostWaitMs = 30'000;

Status check_backups(const Service& service) {
  if (!service.backups().empty()) return {};
  return failed_precondition("this server makes no backups of namespaces");
}

// A name that this server gives: it becomes part of a path.
bool is_backup_name(std::string_view name) {
  const std::size_t mark = name.rfind('-');
  if (mark == name.npos || !is_namespace_id(name.substr(0, mark))) return false;
  const std::string_view digits = name.substr(mark + 1);
  return !digits.empty() && digits.size() <= 16 &&
         digits.find_first_not_of("0123456789") == digits.npos;
}

Result<std::string> backup_path(const Service& service, std::string_view name) {
  VECSTORE_TRY(check_backups(service));
  if (is_backup_name(name)) return service.backups() + "/" + std::string(name);
  return not_found("there is no backup '" + shorten(name) + "'");
}

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

Result<Object> aggregate_stats(Service& service) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  VECSTORE_ASSIGN(const std::vector<Namespace> all, spaces->list());
  const auto number = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  std::map<std::string_view, std::uint64_t> statuses;
  std::uint64_t collections = 0;
  RoomUse use;
  UsageCounts today;
  List near;
  for (const Namespace& space : all) {
    const Result<NamespaceStats> one = namespace_stats(service, space.id);
    if (one.status().code() == Code::kNotFound) continue;  // deleted meanwhile
    VECSTORE_TRY(one.status());
    ++statuses[namespace_status_name(one->space.status)];
    collections += one->collections;
    use.vectors += one->use.vectors;
    use.bytes += one->use.bytes;
    today += one->today;
    const Object told = namespace_stats_object(*one);
    if (!told.find("near")->as_list()->empty()) near.emplace_back(space.id);
  }
  Object by_status, counts = usage_object({"", "", today});
  for (const auto& [name, count] : statuses) by_status[name] = number(count);
  for (const char* not_counted : {"day", "namespace"}) counts.erase(not_counted);
  return Object{{"namespaces", number(all.size())},   {"by_status", std::move(by_status)},
                {"collections", number(collections)}, {"vectors", number(use.vectors)},
                {"storage_bytes", number(use.bytes)}, {"near", std::move(near)},
                {"today", std::move(counts)}};
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

Result<KeptBackup> backup_namespace(Service& service, const Admission& admission,
                                    std::string_view id) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(id));
  KeptBackup kept{.name = space.id + "-" + std::to_string(system_clock().now_ms())};
  VECSTORE_ASSIGN(const std::string path, backup_path(service, kept.name));
  VECSTORE_ASSIGN(kept.report,
                  backup_namespace(service.database(), space, path, &service.tenant_of(id)->room(),
                                   admission.cancel()));
  return kept;
}

Result<std::vector<KeptBackup>> list_backups(Service& service) {
  VECSTORE_TRY(check_backups(service));
  std::vector<KeptBackup> kept;
  std::error_code error;
  std::filesystem::directory_iterator folders(service.backups(), error);
  if (error == std::errc::no_such_file_or_directory) return kept;
  if (error)
    return Status(Code::kUnknown, "cannot read " + service.backups() + ": " + error.message());
  for (const auto& folder : folders) {
    const std::string name = folder.path().filename().string();
    if (!is_backup_name(name)) continue;
    const Result<Namespace> space = read_backup(folder.path().string());
    if (space.status().code() == Code::kNotFound) continue;  // not complete
    VECSTORE_TRY(space.status());
    kept.push_back({name, {.space = *space}});
  }
  std::sort(kept.begin(), kept.end(),
            [](const KeptBackup& a, const KeptBackup& b) { return a.name < b.name; });
  return kept;
}

Result<NamespaceBackupReport> restore_namespace(Service& service, const Admission& admission,
                                                std::string_view backup, std::string_view id) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  VECSTORE_ASSIGN(const std::string path, backup_path(service, backup));
  if (read_backup(path).status().code() == Code::kNotFound)
    return not_found("there is no backup '" + shorten(backup) + "'");
  return restore_namespace(*spaces, service.database(), path, id, admission.cancel());
}

Status drop_backup(Service& service, std::string_view backup) {
  VECSTORE_ASSIGN(const std::string path, backup_path(service, backup));
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return not_found("there is no backup '" + shorten(backup) + "'");
  std::filesystem::remove(path + "/namespace.json", error);  // from here on it is none
  std::filesystem::remove_all(path, error);
  return error ? Status(Code::kUnknown, "cannot remove " + path + ": " + error.message())
               : Status();
}

Status check_new_key_of(Service& service, const Principal& maker, const NewKey& wanted) {
  VECSTORE_ASSIGN(const Role role, service.find_role(role_name(wanted.role)));
  if (!maker.role.allows_all_of(role))
    return Status(Code::kPermissionDenied, "role '" + std::string(role_name(role)) +
                                               "' allows more than '" +
                                               std::string(role_name(maker.role)) + "'");
  if (wanted.space.empty()) return {};
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(service));
  return check_key_namespace(*spaces, wanted.space);
}

}  // namespace vecstore
