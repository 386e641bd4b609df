// A namespace as a database of its own in a folder, and back.
//
// DESTINATION/database has its collections by the names that its keys know, as any database: what
// opens one opens it. DESTINATION/namespace.json comes last and says whose it is; without it the
// backup is not complete. Kept are records with vectors, metadata, texts and expiry, those that are
// soft-deleted, options and aliases; not kept are times of creation and older versions.
#pragma once

#include <string>
#include <string_view>

#include "service/tenancy/namespace_store.h"
#include "service/tenancy/write_room.h"
#include "vecstore/database.h"

namespace vecstore {

struct NamespaceBackupReport {
  Namespace space = {};
  std::uint64_t collections = 0;
  std::uint64_t records = 0;
};
Object backup_report_object(const NamespaceBackupReport& report);

// All of one moment: with `room`, the namespace's writers wait while its state is pinned; without
// one nobody else may write. kAlreadyExists where there is something at `destination`; after an
// error there is nothing.
Result<NamespaceBackupReport> backup_namespace(const Database& from, const Namespace& space,
                                               const std::string& destination, WriteRoom* room,
                                               const CancelToken& cancel);

// A new namespace `id` with what the backup has: its own id or another, none that is there. Until
// all is there its status is pending_deletion, and so is what a killed process leaves; after an
// error nothing is left. kDataLoss for a damaged backup.
Result<NamespaceBackupReport> restore_namespace(NamespaceStore& spaces, Database& to,
                                                const std::string& backup, std::string_view id,
                                                const CancelToken& cancel);

// Whose a complete backup is, as it was then; kNotFound when it is none.
Result<Namespace> read_backup(const std::string& backup);

}  // namespace vecstore
