#include "service/tenancy/namespace_backup.h"

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "service/durable_file.h"
#include "service/tenancy/namespace_admin.h"
#include "service/tenancy/namespace_use.h"

namespace vecstore {
namespace {

constexpr std::size_t kPageRecords = 64;
constexpr std::uint64_t kBatchBytes = 8u << 20;
constexpr std::size_t kMaxJsonBytes = 1u << 20;

std::string database_in(const std::string& backup) { return backup + "/database"; }
std::string namespace_in(const std::string& backup) { return backup + "/namespace.json"; }

// A collection as it was at one moment.
struct Pinned {
  std::string name;
  CollectionOptions options;
  Scan scan;
};

Result<std::vector<Pinned>> pin(const Database& from, const std::vector<std::string>& names) {
  std::vector<Pinned> pinned;
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(const Collection collection, from.collection(name));
    VECSTORE_ASSIGN(Scan scan, collection.scan({.include_deleted = true}));
    pinned.push_back({name, collection.options(), std::move(scan)});
  }
  return pinned;
}

Status put_all(Collection& to, const std::vector<Record>& records, const CancelToken& cancel) {
  VECSTORE_TRY(to.upsert_many(records, cancel).status());
  for (const Record& record : records)
    if (record.deleted_at != 0) VECSTORE_TRY(to.soft_delete(record.id).status());
  return {};
}

// In batches that are below the engine's limit whatever the records are.
Result<std::uint64_t> copy_records(Pinned& from, Collection& to, const CancelToken& cancel) {
  std::vector<Record> batch;
  std::uint64_t bytes = 0, records = 0;
  for (bool more = true; more;) {
    VECSTORE_ASSIGN(std::vector<Record> page, from.scan.next(kPageRecords, cancel));
    more = !page.empty();
    records += page.size();
    for (Record& record : page) {
      bytes += stored_bytes(from.options, record);
      batch.push_back(std::move(record));
      if (bytes < kBatchBytes) continue;
      VECSTORE_TRY(put_all(to, batch, cancel));
      batch.clear();
      bytes = 0;
    }
  }
  if (!batch.empty()) VECSTORE_TRY(put_all(to, batch, cancel));
  return records;
}

// `rename`: what collections and aliases are called there.
template <typename Rename>
Status copy_all(std::vector<Pinned> pinned, Database& to, const Rename& rename,
                NamespaceBackupReport& report, const CancelToken& cancel) {
  for (Pinned& one : pinned) {
    VECSTORE_ASSIGN(Collection copy, to.create_collection(rename(one.name), one.options));
    VECSTORE_ASSIGN(const std::uint64_t records, copy_records(one, copy, cancel));
    report.records += records;
    ++report.collections;
  }
  return {};
}

using Aliases = std::vector<std::pair<std::string, std::string>>;

Status write_backup(const Database& from, const Namespace& space, const std::string& destination,
                    WriteRoom* room, const CancelToken& cancel, NamespaceBackupReport& report) {
  std::optional<WriteRoom::Pause> pause;
  if (room) pause.emplace(*room);
  VECSTORE_ASSIGN(const std::vector<std::string> names, collections_of(from, space.id));
  VECSTORE_ASSIGN(std::vector<Pinned> pinned, pin(from, names));
  VECSTORE_ASSIGN(const Aliases aliases, from.list_aliases());
  pause.reset();
  VECSTORE_ASSIGN(Database to, Database::open(database_in(destination)));
  const auto own = [](const std::string& name) { return std::string(place_of(name).name); };
  VECSTORE_TRY(copy_all(std::move(pinned), to, own, report, cancel));
  for (const auto& [alias, collection] : aliases)
    if (place_of(alias).space == space.id && place_of(collection).space == space.id)
      VECSTORE_TRY(to.set_alias(own(alias), own(collection)));
  VECSTORE_TRY(to.close());
  return replace_file(namespace_in(destination), print_namespace_file({space}));
}

Status fill(const Database& from, Database& to, std::string_view id, NamespaceBackupReport& report,
            const CancelToken& cancel) {
  VECSTORE_ASSIGN(const std::vector<std::string> names, from.list_collections());
  VECSTORE_ASSIGN(std::vector<Pinned> pinned, pin(from, names));
  const auto in_it = [&](const std::string& name) { return name_in(id, name); };
  VECSTORE_TRY(copy_all(std::move(pinned), to, in_it, report, cancel));
  VECSTORE_ASSIGN(const Aliases aliases, from.list_aliases());
  for (const auto& [alias, collection] : aliases)
    VECSTORE_TRY(to.set_alias(in_it(alias), in_it(collection)));
  return to.flush();
}

}  // namespace

Object backup_report_object(const NamespaceBackupReport& report) {
  return {{"namespace", report.space.id},
          {"collections", static_cast<std::int64_t>(report.collections)},
          {"records", static_cast<std::int64_t>(report.records)}};
}

Result<NamespaceBackupReport> backup_namespace(const Database& from, const Namespace& space,
                                               const std::string& destination, WriteRoom* room,
                                               const CancelToken& cancel) {
  std::error_code error;
  if (std::filesystem::exists(destination, error))
    return already_exists("there is something at '" + destination + "' already");
  std::filesystem::create_directories(destination, error);
  if (error) return Status(Code::kUnknown, "cannot make '" + destination + "': " + error.message());
  NamespaceBackupReport report{.space = space};
  const Status done = write_backup(from, space, destination, room, cancel, report);
  if (done.ok()) return report;
  std::filesystem::remove_all(destination, error);
  return done;
}

Result<Namespace> read_backup(const std::string& backup) {
  const Result<std::string> text = read_whole(namespace_in(backup), kMaxJsonBytes);
  if (text.status().code() == Code::kNotFound)
    return not_found("'" + backup + "' is no complete backup of a namespace");
  VECSTORE_TRY(text.status());
  Result<std::vector<Namespace>> spaces = parse_namespace_file(*text);
  VECSTORE_TRY(spaces.status().with_context(namespace_in(backup)));
  if (spaces->size() != 1)
    return data_loss(namespace_in(backup) + " has " + std::to_string(spaces->size()) +
                     " namespaces, a backup has one");
  return std::move(spaces->front());
}

Result<NamespaceBackupReport> restore_namespace(NamespaceStore& spaces, Database& to,
                                                const std::string& backup, std::string_view id,
                                                const CancelToken& cancel) {
  VECSTORE_ASSIGN(const Namespace was, read_backup(backup));
  VECSTORE_ASSIGN(const Database from,
                  Database::open(database_in(backup), {.create = false, .read_only = true}));
  const NamespaceEdit edit{.name = was.name,
                           .description = was.description,
                           .status = NamespaceStatus::kPendingDeletion,
                           .quotas = quotas_object(was.quotas),
                           .metadata = was.metadata};
  NamespaceBackupReport report;
  VECSTORE_ASSIGN(report.space, create_namespace(spaces, to, id, edit));
  const Status done = fill(from, to, id, report, cancel);
  if (!done.ok()) {
    const Status undone = delete_namespace(spaces, to, nullptr, id);
    return undone.ok() ? done : done.with_context("and it could not be undone");
  }
  const bool going = was.status == NamespaceStatus::kPendingDeletion;
  VECSTORE_ASSIGN(report.space, spaces.change(id, [&](Namespace& space) {
    space.status = going ? NamespaceStatus::kActive : was.status;
    return Status();
  }));
  return report;
}

}  // namespace vecstore
