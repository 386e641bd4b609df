// What the service does with namespaces for who was admitted; as service/operations.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/service.h"
#include "service/tenancy/namespace_admin.h"
#include "service/tenancy/namespace_backup.h"

namespace vecstore {

// kFailedPrecondition where the service has no namespaces.
Result<NamespaceStore*> namespaces_of(Service& service);

Result<NamespaceStats> namespace_stats(Service& service, std::string_view id);

// {"namespaces","by_status":{..},"collections","vectors","storage_bytes","near":[ID..],"today":{..}}
// of all of them together.
Result<Object> aggregate_stats(Service& service);

// Ends what is under way in it before it goes: kUnavailable when that takes more than 30 seconds.
Status delete_namespace(Service& service, std::string_view id);

// kFailedPrecondition where usage is not counted.
Result<std::vector<UsageRow>> read_usage(Service& service, const UsageFilter& filter);

// Backups lie in the server's own folder under names that it gives: the namespace's id, '-' and the
// time in ms. kFailedPrecondition where the service makes none.
struct KeptBackup {
  std::string name = {};
  NamespaceBackupReport report = {};  // of what is listed: without what was counted
};
Result<KeptBackup> backup_namespace(Service& service, const Admission& admission,
                                    std::string_view id);
// The complete ones by name.
Result<std::vector<KeptBackup>> list_backups(Service& service);
// kNotFound for what is none of them.
Result<NamespaceBackupReport> restore_namespace(Service& service, const Admission& admission,
                                                std::string_view backup, std::string_view id);
Status drop_backup(Service& service, std::string_view backup);

// That a new key's role and namespace are there, and that the role allows nothing that who makes
// the key may not do.
Status check_new_key_of(Service& service, const Principal& maker, const NewKey& wanted);

}  // namespace vecstore
