#include "service/operation.h"

#include <array>

namespace vecstore {
namespace {

using enum Operation;
using enum About;
using P = Permission;
using S = Severity;

constexpr std::array kOperations = {
    OperationRow{kListCollections, "collections.list", P::kRead, kVisible, false, S::kInfo},
    OperationRow{kCreateCollection, "collections.create", P::kManageCollections, kCollection, true,
                 S::kNotice},
    OperationRow{kGetCollection, "collections.get", P::kRead, kCollection, false, S::kInfo},
    OperationRow{kChangeCollection, "collections.change", P::kCreateIndex, kCollection, true,
                 S::kNotice},
    OperationRow{kDropCollection, "collections.drop", P::kManageCollections, kCollection, true,
                 S::kWarning},
    OperationRow{kFlush, "collections.flush", P::kManageCollections, kCollection, true, S::kInfo},
    OperationRow{kCompact, "collections.compact", P::kManageCollections, kCollection, true,
                 S::kInfo},
    OperationRow{kUpsert, "records.upsert", P::kWrite, kCollection, true, S::kInfo},
    OperationRow{kUpdate, "records.update", P::kUpdate, kCollection, true, S::kInfo},
    OperationRow{kRemove, "records.remove", P::kDelete, kCollection, true, S::kNotice},
    OperationRow{kGetRecord, "records.get", P::kRead, kCollection, false, S::kInfo},
    OperationRow{kScan, "records.scan", P::kRead, kCollection, false, S::kInfo},
    OperationRow{kQuery, "query", P::kQuery, kCollection, false, S::kInfo},
    OperationRow{kQueryMany, "query_many", P::kQuery, kCollection, false, S::kInfo},
    OperationRow{kCollectionStats, "stats.collection", P::kViewStats, kCollection, false, S::kInfo},
    OperationRow{kDatabaseStats, "stats.database", P::kViewStats, kDatabase, false, S::kInfo},
    OperationRow{kListSnapshots, "snapshots.list", P::kAdmin, kDatabase, false, S::kInfo},
    OperationRow{kCreateSnapshot, "snapshots.create", P::kAdmin, kDatabase, true, S::kNotice},
    OperationRow{kDropSnapshot, "snapshots.drop", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kRestoreSnapshot, "snapshots.restore", P::kAdmin, kDatabase, true, S::kCritical},
    OperationRow{kListKeys, "keys.list", P::kManageUsers, kDatabase, false, S::kInfo},
    OperationRow{kCreateKey, "keys.create", P::kManageUsers, kDatabase, true, S::kWarning},
    OperationRow{kRevokeKey, "keys.revoke", P::kManageUsers, kDatabase, true, S::kWarning},
    OperationRow{kReadMetrics, "metrics.read", P::kViewStats, kDatabase, false, S::kInfo},
    OperationRow{kListSlowQueries, "slow_queries.list", P::kViewStats, kDatabase, false, S::kInfo},
    OperationRow{kListNamespaces, "namespaces.list", P::kAdmin, kDatabase, false, S::kInfo},
    OperationRow{kCreateNamespace, "namespaces.create", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kGetNamespace, "namespaces.get", P::kViewStats, kNamespace, false, S::kInfo},
    OperationRow{kChangeNamespace, "namespaces.change", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kDeleteNamespace, "namespaces.delete", P::kAdmin, kDatabase, true, S::kCritical},
    OperationRow{kNamespaceStats, "stats.namespace", P::kViewStats, kNamespace, false, S::kInfo},
    OperationRow{kNamespaceUsage, "usage.namespace", P::kViewStats, kNamespace, false, S::kInfo},
    OperationRow{kListUsage, "usage.list", P::kViewStats, kDatabase, false, S::kInfo},
    OperationRow{kListBackups, "backups.list", P::kAdmin, kDatabase, false, S::kInfo},
    OperationRow{kBackupNamespace, "namespaces.backup", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kRestoreNamespace, "namespaces.restore", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kDropBackup, "backups.drop", P::kAdmin, kDatabase, true, S::kWarning},
    OperationRow{kSoftDelete, "records.soft_delete", P::kDelete, kCollection, true, S::kNotice},
    OperationRow{kRestoreRecords, "records.restore", P::kUpdate, kCollection, true, S::kInfo}};

}  // namespace

std::span<const OperationRow> all_operations() { return kOperations; }

const OperationRow& row_of(Operation operation) {
  return kOperations[static_cast<std::size_t>(operation)];
}

}  // namespace vecstore
