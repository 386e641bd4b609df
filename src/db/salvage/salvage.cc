#include "db/salvage/salvage.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/mutant.h"
#include "base/value_codec.h"
#include "db/backup/restore_backup.h"
#include "db/catalog.h"
#include "db/salvage/findings.h"
#include "db/salvage/log_remains.h"
#include "db/salvage/new_store.h"
#include "db/salvage/row_saver.h"
#include "db/salvage/store_remains.h"
#include "db/stoppable_files.h"
#include "storage/archive_file_system.h"

namespace vecstore::db {
namespace {

using storage::LogRecord;
using storage::LogType;

bool changes_catalog(LogType type) {
  return type == LogType::kCreateCollection || type == LogType::kDropCollection ||
         type == LogType::kAlterCollection || type == LogType::kSetName ||
         type == LogType::kDropAlias;
}

class Salvager {
 public:
  // `files` has the damaged store, `to` takes the new one.
  Salvager(io::FileSystem& files, const std::string& folder, io::FileSystem& to,
           const std::string& destination, const SalvageOptions& options)
      : files_(files), folder_(folder), findings_(options), store_(to, destination) {}

  Result<SalvageReport> run();

 private:
  Status read_names_from_log();
  Status save_segments(std::uint32_t number, CollectionRemains& collection);
  Status save_log();
  Status replay(const LogRecord& record);
  void change_catalog(const LogRecord& record);
  Status apply(const std::shared_ptr<CollectionCore>& core, const LogRecord& record);
  Status change(CollectionCore& core, const LogRecord& record, const std::string& id);
  Status seal(const std::shared_ptr<CollectionCore>& core, std::uint64_t sequence);
  std::string unused_name(std::uint32_t number, const std::string& wanted) const;
  void lose(const CollectionCore& core, const std::string& id, const std::string& reason);
  Status finish();

  io::FileSystem& files_;
  const std::string folder_;
  Findings findings_;
  NewStore store_;
  StoreRemains remains_;
  Catalog catalog_;
  std::map<std::uint32_t, std::unique_ptr<RowSaver>> savers_;  // by collection
  std::set<std::uint32_t> gone_;  // collections whose records are not missed
  std::unique_ptr<LogRemains> log_;
  std::uint64_t last_ = 0;
};

Result<SalvageReport> Salvager::run() {
  VECSTORE_ASSIGN(remains_, read_remains(files_, folder_, findings_));
  VECSTORE_TRY(store_.begin());
  last_ = remains_.last_known;
  if (!remains_.has_manifest) VECSTORE_TRY(read_names_from_log());
  for (auto& [number, collection] : remains_.collections)
    VECSTORE_TRY(save_segments(number, collection));
  const std::uint32_t next =
      remains_.collections.empty() ? 1 : remains_.collections.rbegin()->first + 1;
  std::erase_if(remains_.aliases,
                [this](const auto& alias) { return !catalog_.by_number(alias.second); });
  catalog_.load_aliases(remains_.aliases, remains_.catalog, next);
  VECSTORE_TRY(save_log());
  VECSTORE_TRY(finish());
  return std::move(findings_.report);
}

// Segments of the first writers do not say what their collection was called and was made with; the
// log may still do.
Status Salvager::read_names_from_log() {
  const auto take = [this](const LogRecord& record) -> Status {
    const bool told = record.type == LogType::kCreateCollection ||
                      record.type == LogType::kAlterCollection || record.type == LogType::kSetName;
    const auto known = remains_.collections.find(record.collection);
    if (!told || known == remains_.collections.end()) return {};
    const Result<Object> payload = decode_object(record.payload);
    if (!payload.ok()) return {};
    const Value* alias = payload->find("alias");
    const bool of_alias = alias && alias->as_bool() && *alias->as_bool();
    const Value* name = payload->find("name");
    if (name && name->as_string() && !of_alias) known->second.name = *name->as_string();
    const Value* options = payload->find("options");
    if (options && options->as_object() && !known->second.options)
      known->second.options = *options->as_object();
    return {};
  };
  Findings unheard{SalvageOptions()};
  return LogRemains(files_, folder_ + "/wal", 0, take, unheard).read(remains_.database);
}

std::string Salvager::unused_name(std::uint32_t number, const std::string& wanted) const {
  const std::string plain = wanted.empty() ? "collection-" + std::to_string(number) : wanted;
  std::string name = plain;
  while (catalog_.has_collection(name)) name += "-" + std::to_string(number);
  return name;
}

Status Salvager::save_segments(std::uint32_t number, CollectionRemains& collection) {
  const Result<Schema> schema =
      collection.options
          ? Schema::from_object(*collection.options)
          : data_loss("what the collection was made with is in no file that can be read");
  collection.name = unused_name(number, collection.name);
  if (!schema.ok()) {
    gone_.insert(number);
    for (const SegmentRemains& one : collection.segments)
      findings_.lost({.file = folder_ + "/segments/" + std::to_string(one.file) + ".seg",
                      .collection = collection.name,
                      .records = one.rows},
                     schema.status());
    return {};
  }
  std::vector<std::shared_ptr<FileSegment>> made;
  const auto write = [&](const std::shared_ptr<StoredSegment>& rows) -> Status {
    VECSTORE_ASSIGN(auto file, store_.write(number, collection.name, *schema, rows));
    if (file) made.push_back(std::move(file));
    return {};
  };
  auto& saver = savers_[number];
  saver = std::make_unique<RowSaver>(RowSaver::Source{files_, folder_, remains_, number}, *schema,
                                     write, findings_);
  VECSTORE_TRY(saver->run());
  last_ = std::max(last_, saver->last_sequence);
  catalog_.load(collection.name,
                std::make_shared<CollectionCore>(number, *schema, std::move(made)));
  return {};
}

Status Salvager::save_log() {
  log_ = std::make_unique<LogRemains>(
      files_, folder_ + "/wal", remains_.log_start,
      [this](const LogRecord& record) { return replay(record); }, findings_);
  VECSTORE_TRY(log_->read(remains_.database));
  const std::uint64_t read = std::max(log_->last() + 1, remains_.log_start) - 1;
  if (read < remains_.last_known)
    findings_.add({.file = folder_ + "/wal",
                   .records = remains_.last_known - read,
                   .reason = "the log ends with record " + std::to_string(read) +
                             ", the manifest knows of record " +
                             std::to_string(remains_.last_known)});
  last_ = std::max(last_, log_->last());
  return {};
}

Status Salvager::replay(const LogRecord& record) {
  if (record.type == LogType::kCommit || record.type == LogType::kMark) return {};
  if (changes_catalog(record.type)) return change_catalog(record), Status();
  const auto known = remains_.collections.find(record.collection);
  if (known != remains_.collections.end() && record.sequence <= known->second.applied) return {};
  const auto core = catalog_.by_number(record.collection);
  if (core) {
    if (record.type == LogType::kSeal) return seal(core, record.sequence);
    VECSTORE_TRY(apply(core, record));
    const DatabaseOptions usual;
    const bool full = core->wants_seal(usual.seal_rows, usual.seal_bytes);
    return full ? seal(core, record.sequence) : Status();
  }
  const bool missed = record.sequence > remains_.catalog && record.type != LogType::kSeal;
  if (missed && !gone_.contains(record.collection))
    findings_.add({.file = folder_ + "/wal",
                   .reason = "log record " + std::to_string(record.sequence) +
                             " is of a collection whose making cannot be read"});
  return {};
}

// What is known from the files is newer than what the log begins with.
void Salvager::change_catalog(const LogRecord& record) {
  const auto core = catalog_.by_number(record.collection);
  if (record.type == LogType::kDropCollection) gone_.insert(record.collection);
  if (!remains_.has_manifest && core && record.type == LogType::kCreateCollection) return;
  if (!remains_.has_manifest && core && record.type == LogType::kAlterCollection) {
    const Result<Object> payload = decode_object(record.payload);
    const Value* options = payload.ok() ? payload->find("options") : nullptr;
    if (!options || !options->as_object()) return;
    const Result<Schema> schema = Schema::from_object(*options->as_object());
    if (!schema.ok() || schema->fields.size() < core->read().version->schema->fields.size()) return;
  }
  const Status unknown = data_loss("names a collection whose making cannot be read");
  const Status status =
      record.type == LogType::kSetName && !core ? unknown : catalog_.apply(record);
  if (!status.ok())
    findings_.lost({.file = folder_ + "/wal", .records = 0},
                   status.with_context("log record " + std::to_string(record.sequence)));
}

Result<std::string> id_of(const Schema& schema, const LogRecord& record) {
  if (record.type == LogType::kUpsert) {
    VECSTORE_ASSIGN(const RecordView view, decode_record(schema, record.payload));
    if (!view.metadata.empty()) VECSTORE_TRY(decode_object(view.metadata).status());
    return std::string(view.id);
  }
  if (record.type == LogType::kUpdate) {
    VECSTORE_ASSIGN(const UpdateView view, decode_update(schema, record.payload));
    if (view.metadata) VECSTORE_TRY(decode_object(*view.metadata).status());
    if (view.patch) VECSTORE_TRY(decode_object(*view.patch).status());
    return std::string(view.id);
  }
  return std::string(as_text(record.payload));
}

Status Salvager::apply(const std::shared_ptr<CollectionCore>& core, const LogRecord& record) {
  const Result<std::string> id = id_of(*core->read().version->schema, record);
  if (!id.ok()) {
    findings_.lost({.file = folder_ + "/wal", .collection = catalog_.name_of(core->number())},
                   id.status().with_context("log record " + std::to_string(record.sequence)));
    return {};
  }
  RowSaver* saver = savers_.contains(core->number()) ? savers_[core->number()].get() : nullptr;
  if (saver && !remains_.has_manifest) {
    const auto ended = saver->ended.find(*id);
    if (ended != saver->ended.end() && ended->second >= record.sequence) return {};
  }
  const bool whole = record.type == LogType::kUpsert || record.type == LogType::kRemove;
  if (!whole) return change(*core, record, *id);
  VECSTORE_ASSIGN(const auto old, core->find_newest(*id));
  if (old && old->info.sequence >= record.sequence) return {};
  if (saver) saver->doubtful.erase(*id);  // what it was before does not matter any more
  if (saver && saver->lost.erase(*id) != 0 && record.type == LogType::kUpsert)
    findings_.note("'" + *id + "' in collection '" + catalog_.name_of(core->number()) +
                   "': when it was created cannot be read");
  return core->apply(record, nullptr).status();
}

// An update stands on the record as it was: with that in doubt, what it made is not known, nor is
// what it replaced current.
Status Salvager::change(CollectionCore& core, const LogRecord& record, const std::string& id) {
  VECSTORE_ASSIGN(const auto old, core.find_newest(id));
  if (!old)
    return lose(core, id, "it was changed, and what it was before cannot be read"), Status();
  if (old->info.sequence >= record.sequence) return {};
  const auto saver = savers_.find(core.number());
  const bool doubtful = saver != savers_.end() && saver->second->doubtful.contains(id);
  const bool missed = log_->missing_between(old->info.sequence, record.sequence);
  if ((!doubtful && !missed) || VECSTORE_MUTANT("salvage.changes_believed"))
    return core.apply(record, nullptr).status();
  LogRecord removal = record;
  removal.type = LogType::kRemove;
  removal.payload = as_bytes(id);
  lose(core, id,
       "it was changed by log record " + std::to_string(record.sequence) +
           ", and what came before that cannot be read");
  return core.apply(removal, nullptr).status();
}

void Salvager::lose(const CollectionCore& core, const std::string& id, const std::string& reason) {
  const std::string name = catalog_.name_of(core.number());
  SalvageFinding finding{.file = folder_ + "/wal", .collection = name, .id = id, .reason = reason};
  const auto saver = savers_.find(core.number());
  if (saver == savers_.end()) return findings_.add(std::move(finding));
  saver->second->lost.try_emplace(id, std::move(finding));
}

Status Salvager::seal(const std::shared_ptr<CollectionCore>& core, std::uint64_t sequence) {
  if (!core->freeze(sequence)) return {};
  const ReadState state = core->read();
  const std::shared_ptr<StoredSegment> rows = state.version->frozen.back().segment;
  VECSTORE_ASSIGN(const auto made, store_.write(core->number(), catalog_.name_of(core->number()),
                                                *state.version->schema, rows));
  core->replace({rows}, made);
  return {};
}

Status Salvager::finish() {
  for (const auto& core : catalog_.cores()) {
    const std::uint32_t number = core->number();  // a later collection may have taken its old name
    if (catalog_.name_of(number).empty()) catalog_.load(unused_name(number, ""), core);
    VECSTORE_TRY(seal(core, last_));
    std::uint64_t saved = 0;
    for (const auto& file : core->read().version->files) saved += file->rows() - file->dead_rows();
    findings_.report.collections.emplace_back(catalog_.name_of(core->number()), saved);
    findings_.report.saved += saved;
  }
  for (const auto& [number, saver] : savers_)
    for (const auto& [id, finding] : saver->lost)
      if (!gone_.contains(number)) findings_.add(finding);
  return store_.finish(catalog_, last_);
}

}  // namespace

namespace {

Status stands_on_others(const std::string& path) {
  return failed_precondition("'" + path +
                             "' stands on earlier backups: restore it with them, then salvage what "
                             "that made if it is damaged");
}

// What is salvaged must not move. Where no lock can be had, as on a disk that takes no writes,
// nobody else has it to write.
Result<std::unique_ptr<io::FileLock>> keep_writers_off(io::FileSystem& files,
                                                       const std::string& folder) {
  const std::string path = folder + "/LOCK";
  const Result<bool> there = files.exists(path);
  if (!there.ok() || !*there || VECSTORE_MUTANT("salvage.beside_a_writer"))
    return std::unique_ptr<io::FileLock>();
  Result<std::unique_ptr<io::FileLock>> lock = files.lock(path);
  if (lock.ok() || lock.status().code() == Code::kUnavailable) return lock;
  return std::unique_ptr<io::FileLock>();
}

// A backup in a single file is read as the folder that it holds.
Result<SalvageReport> salvage_file(io::FileSystem& files, const std::string& path,
                                   const std::string& destination, const SalvageOptions& options) {
  const auto archive = open_single_file(files, path, io::Access::kRead);
  if (archive.status().code() == Code::kDataLoss)
    return data_loss(archive.status().message() +
                     "; of a single file whose list is damaged nothing can be saved");
  VECSTORE_TRY(archive.status());
  if (!is_whole(**archive)) return stands_on_others(path);
  storage::ArchiveFileSystem within(path, *archive);
  return Salvager(within, path, files, destination, options).run();
}

Result<SalvageReport> salvage_any(io::FileSystem& files, const std::string& folder,
                                  const std::string& destination, const SalvageOptions& options) {
  if (destination.empty()) return invalid_argument("the path of the new database is empty");
  if (destination == folder || destination.starts_with(folder + "/"))
    return invalid_argument("'" + destination + "' lies in the database that is salvaged");
  if (files.file_size(folder).ok()) return salvage_file(files, folder, destination, options);
  const Result<std::vector<std::string>> names = files.list(folder);
  const bool list = names.ok() && std::ranges::count(*names, storage::kBackupFile) > 0;
  const bool manifest = names.ok() && std::ranges::any_of(*names, storage::is_manifest_name);
  if (list && !manifest) {
    const auto archive = open_backup(files, folder);
    if (archive.ok() && stands_on_earlier(**archive)) return stands_on_others(folder);
  }
  VECSTORE_ASSIGN(const auto lock, keep_writers_off(files, folder));
  return Salvager(files, folder, files, destination, options).run();
}

}  // namespace

Result<SalvageReport> salvage_store(io::FileSystem& files, const std::string& folder,
                                    const std::string& destination, const SalvageOptions& options) {
  if (!options.cancel) return salvage_any(files, folder, destination, options);
  StoppableFiles stoppable(files, options.cancel);
  Result<SalvageReport> report = salvage_any(stoppable, folder, destination, options);
  // Once the token is set no manifest can be written: what could not be read is not counted as lost
  // in a database that is finished.
  if (!report.ok())
    VECSTORE_TRY(check_cancel(options.cancel, "the salvage was called off, nothing of it is left"));
  return report;
}

}  // namespace vecstore::db
