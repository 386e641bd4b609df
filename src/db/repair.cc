#include "db/repair.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "db/check.h"
#include "db/damage_place.h"
#include "db/salvage/row_saver.h"
#include "db/segment/mask_file.h"
#include "db/segment/memory_segment.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "db/stoppable_files.h"
#include "db/store_files.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

Status refused(const std::string& file, const std::string& why) {
  return data_loss(file + ": " + why +
                   "; it follows from nothing else, so that nothing was repaired: vecstore salvage"
                   " saves what is whole into a new database");
}

class Repairer {
 public:
  Repairer(io::FileSystem& files, const std::string& folder, const Cancel& cancel)
      : files_(files), folder_(folder), cancel_(cancel) {}

  Result<RepairReport> run() {
    VECSTORE_ASSIGN(const auto lock, files_.lock(folder_ + "/LOCK"));
    VECSTORE_ASSIGN(const CheckReport found, check_store(files_, folder_, true, cancel_));
    std::map<std::string, std::string> damaged;  // file, the first that is wrong with it
    for (const Damage& damage : found.damage) damaged.emplace(damage.file, damage.what);
    if (damaged.empty()) {
      report_.notes.push_back("nothing is damaged");
      return std::move(report_);
    }
    const Result<storage::Manifest> manifest = storage::read_manifest(files_, folder_);
    if (is_refused(manifest.status())) return manifest.status();
    for (const auto& [file, what] : damaged) {
      // Of a manifest that can be read nothing is missing: the next one replaces it.
      const bool readable = manifest.ok() && file.starts_with(folder_ + "/MANIFEST-");
      if (readable) report_.repaired.push_back(file + ": " + what);
      const bool follows =
          file.ends_with(".seg") || file.ends_with(".idx") || file.ends_with(".old");
      if (!follows && !readable) return refused(file, what);
    }
    VECSTORE_ASSIGN(manifest_, manifest);
    const std::uint64_t number = manifest_.number;
    const Status repaired = repair(damaged);
    if (repaired.ok()) return std::move(report_);
    // A manifest that took its place and could not be synced names what was made. What none names
    // the next open removes.
    const Result<std::uint64_t> newest = storage::newest_manifest(files_, folder_);
    if (newest.ok() && *newest == number)
      for (const std::string& path : made_) static_cast<void>(files_.remove(path).ok());
    return repaired;
  }

 private:
  using Damaged = std::map<std::string, std::string>;

  Status repair(const Damaged& damaged) {
    for (storage::CollectionEntry& collection : manifest_.collections)
      VECSTORE_TRY(repair(damaged, collection));
    for (storage::SnapshotEntry& snapshot : manifest_.snapshots) {
      const std::size_t before = report_.repaired.size();
      for (storage::CollectionEntry& collection : snapshot.collections)
        VECSTORE_TRY(repair(damaged, collection));
      if (report_.repaired.size() > before)
        report_.notes.push_back("some of that only snapshot '" + snapshot.name +
                                "' needed: what reads it scans where a graph is gone");
    }
    VECSTORE_TRY(files_.sync_folder(folder_ + "/segments"));
    ++manifest_.number;
    return storage::write_manifest(files_, folder_, manifest_);
  }

  Status repair(const Damaged& damaged, storage::CollectionEntry& collection) {
    std::vector<storage::SegmentEntry> segments, history;
    for (const storage::SegmentEntry& one : collection.history) {
      const auto old = damaged.find(history_path(folder_, one.file));
      if (old == damaged.end()) {
        history.push_back(one);
        continue;
      }
      VECSTORE_ASSIGN(const auto* made, rewritten(collection, one, true));
      history.insert(history.end(), made->history.begin(), made->history.end());
      say(old->first + ": " + old->second);
    }
    for (const storage::SegmentEntry& one : collection.segments) {
      const auto segment = damaged.find(segment_path(folder_, one.file));
      const auto index = damaged.find(index_path(folder_, one.index_file));
      if (segment != damaged.end()) {
        VECSTORE_ASSIGN(const auto* made, rewritten(collection, one, false));
        segments.insert(segments.end(), made->segments.begin(), made->segments.end());
        history.insert(history.end(), made->history.begin(), made->history.end());
        say(segment->first + ": " + segment->second);
        continue;
      }
      segments.push_back(one);
      if (one.index_file == 0 || index == damaged.end()) continue;
      segments.back().index_file = 0;
      say(index->first + ": " + index->second);
    }
    collection.segments = std::move(segments);
    collection.history = std::move(history);
    return {};
  }

  // Once, though snapshots name many segments again.
  void say(const std::string& what) {
    if (std::ranges::find(report_.repaired, what) == report_.repaired.end())
      report_.repaired.push_back(what);
  }

  // What a segment with this mask became: rows that live, and older versions.
  struct Rewritten {
    std::vector<storage::SegmentEntry> segments, history;
  };

  // The same for all who name the two.
  Result<const Rewritten*> rewritten(const storage::CollectionEntry& collection,
                                     const storage::SegmentEntry& from, bool history) {
    const auto [at, is_new] = rewritten_.try_emplace({from.file, from.mask_file});
    if (is_new) VECSTORE_TRY(rewrite(collection, from, history, at->second));
    return &at->second;
  }

  // All of a history; of a segment the rows that the mask leaves, and the others as history where
  // versions are kept. The log names rows by id, so that they may have other places.
  Status rewrite(const storage::CollectionEntry& collection, const storage::SegmentEntry& from,
                 bool history, Rewritten& to) {
    // unreached: the check has read it, and nothing is repaired where it could not
    VECSTORE_ASSIGN(const Schema schema, Schema::from_object(collection.options));
    const std::string path =
        history ? history_path(folder_, from.file) : segment_path(folder_, from.file);
    const storage::BlockFileIdentity identity{history ? kHistoryKind : kSegmentKind,
                                              manifest_.database, from.file};
    const auto segment =
        FileSegment::open(files_, path, io::Access::kRead, identity, collection.number, schema);
    if (is_refused(segment.status())) return segment.status();
    if (!segment.ok()) return refused(path, segment.status().message());
    if (from.mask_file != 0)
      VECSTORE_TRY(load_mask(files_, mask_path(folder_, from.mask_file), manifest_.database,
                             from.mask_file, **segment));
    if (!history) VECSTORE_TRY(copy_rows(collection, schema, **segment, false, to.segments));
    const bool versions = history || (schema.keep_versions != 0 && from.mask_file != 0);
    return versions ? copy_rows(collection, schema, **segment, !history, to.history) : Status();
  }

  // Rows that are alive, or that are `dead`, in files of the usual size. All of a history count as
  // alive.
  Status copy_rows(const storage::CollectionEntry& collection, const Schema& schema,
                   const FileSegment& segment, bool dead, std::vector<storage::SegmentEntry>& to) {
    const bool history = dead || segment.is_history();
    auto rows = std::make_shared<MemorySegment>(schema.texts.size());
    for (Row row = 0; row < segment.rows(); ++row) {
      if ((segment.dead_at(row) != 0) != dead) continue;
      VECSTORE_TRY(append(schema, segment, row, *rows));
      const DatabaseOptions usual;
      if (rows->rows() < usual.seal_rows && rows->payload_bytes() < usual.seal_bytes) continue;
      VECSTORE_TRY(write(collection, schema, rows, history, to));
      rows = std::make_shared<MemorySegment>(schema.texts.size());
    }
    return write(collection, schema, rows, history, to);
  }

  static Status append(const Schema& schema, const FileSegment& segment, Row row,
                       MemorySegment& rows) {
    std::vector<Bytes> scratch;
    const Result<RowInfo> info = segment.info(row);
    Result<RecordView> view = read_whole_row(schema, segment, row, scratch);
    for (const Status* status : {&info.status(), &view.status()}) {
      if (is_refused(*status)) return *status;
      if (!status->ok()) return refused(segment.file()->path(), status->message());
    }
    view->expires_at = info->expires_at;
    return rows.append(schema, *view, hash64(as_bytes(view->id)), *info).status();
  }

  Status write(const storage::CollectionEntry& collection, const Schema& schema,
               const std::shared_ptr<StoredSegment>& rows, bool history,
               std::vector<storage::SegmentEntry>& to) {
    // unreached: rows in memory are read without fail
    VECSTORE_ASSIGN(SegmentPlan plan, plan_segment(collection.number, schema, {rows}, 0, 0));
    if (plan.rows.empty()) return {};
    plan.name = collection.name;
    plan.history = history;
    storage::SegmentEntry entry;
    entry.file = next_file();
    const std::string path =
        history ? history_path(folder_, entry.file) : segment_path(folder_, entry.file);
    const storage::BlockFileIdentity identity{history ? kHistoryKind : kSegmentKind,
                                              manifest_.database, entry.file};
    VECSTORE_ASSIGN(entry.bytes,
                    write_segment(files_, path, identity, plan, [] { return Status(); }));
    made_.push_back(path);
    entry.rows = plan.rows.size();
    entry.min_sequence = plan.min_sequence;
    entry.max_sequence = plan.max_sequence;
    entry.level = 1;
    to.push_back(entry);
    return {};
  }

  // A file that an interrupted write left may have the number: nobody names it.
  std::uint64_t next_file() {
    const std::uint64_t number = manifest_.next_file++;
    Status ignored = files_.remove(segment_path(folder_, number));
    ignored = files_.remove(history_path(folder_, number));
    return number;
  }

  io::FileSystem& files_;
  const std::string& folder_;
  const Cancel& cancel_;
  storage::Manifest manifest_;
  RepairReport report_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Rewritten> rewritten_;
  std::vector<std::string> made_;
};

}  // namespace

namespace {

Result<RepairReport> repair_folder(io::FileSystem& files, const std::string& folder,
                                   const Cancel& cancel) {
  const auto names = files.list(folder);
  if (is_refused(names.status())) return names.status();
  if (!names.ok()) return not_found("no database at '" + folder + "'");
  const bool manifest = std::ranges::any_of(
      *names, [](const std::string& name) { return name.starts_with("MANIFEST-"); });
  const bool remains = std::ranges::any_of(
      *names, [](const std::string& name) { return name == "wal" || name == "segments"; });
  if (!manifest && remains) return refused(folder, "the manifest is missing");
  if (!manifest) return not_found("no database at '" + folder + "'");
  return Repairer(files, folder, cancel).run();
}

}  // namespace

Result<RepairReport> repair_store(io::FileSystem& files, const std::string& folder,
                                  const Cancel& cancel) {
  if (!cancel) return repair_folder(files, folder, cancel);
  StoppableFiles stoppable(files, cancel);
  Result<RepairReport> report = repair_folder(stoppable, folder, cancel);
  // Once the token is set no manifest can be written: nothing was changed.
  if (!report.ok()) VECSTORE_TRY(check_cancel(cancel, "the repair was called off"));
  return report;
}

}  // namespace vecstore::db
