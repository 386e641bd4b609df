// What can be asked of the service: the one table that says what each needs.
#pragma once

#include <span>
#include <string_view>

#include "service/audit_record.h"
#include "service/permission.h"

namespace vecstore {

enum class Operation : unsigned char {
  kListCollections,
  kCreateCollection,
  kGetCollection,
  kChangeCollection,
  kDropCollection,
  kFlush,
  kCompact,
  kUpsert,
  kUpdate,
  kRemove,
  kGetRecord,
  kScan,
  kQuery,
  kQueryMany,
  kCollectionStats,
  kDatabaseStats,
  kListSnapshots,
  kCreateSnapshot,
  kDropSnapshot,
  kRestoreSnapshot,
  kListKeys,
  kCreateKey,
  kRevokeKey,
  kReadMetrics,
  kListSlowQueries,
  kListNamespaces,
  kCreateNamespace,
  kGetNamespace,
  kChangeNamespace,
  kDeleteNamespace,
  kNamespaceStats,
  kNamespaceUsage,
  kListUsage,
  kListBackups,
  kBackupNamespace,
  kRestoreNamespace,
  kDropBackup,
  kSoftDelete,
  kRestoreRecords
};

// What an operation is about. kVisible: the database, of which everybody sees what is theirs.
// kNamespace: one as a whole, which its own keys may ask about too.
enum class About : unsigned char { kCollection, kDatabase, kVisible, kNamespace };

struct OperationRow {
  Operation operation;
  std::string_view name;  // in the audit log, in metrics, and in the OpenAPI document
  Permission permission;
  About about;
  bool writes;  // and so stands in every audit log
  Severity severity;
};

std::span<const OperationRow> all_operations();
const OperationRow& row_of(Operation operation);

}  // namespace vecstore
