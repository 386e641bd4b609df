#include "db/salvage/new_store.h"

#include <utility>

#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "db/store_files.h"
#include "storage/log_file.h"

namespace vecstore::db {

Status NewStore::begin() {
  VECSTORE_ASSIGN(made_, NewFolder::begin(files_, folder_));
  database_ = new_database_id();
  return {};
}

Result<std::shared_ptr<FileSegment>> NewStore::write(std::uint32_t collection,
                                                     const std::string& name, const Schema& schema,
                                                     const std::shared_ptr<StoredSegment>& rows) {
  constexpr std::uint64_t kNow = ~std::uint64_t{0};  // whatever died by now is left out
  // unreached: rows in memory are read without fail
  VECSTORE_ASSIGN(SegmentPlan plan, plan_segment(collection, schema, {rows}, kNow, 0));
  if (plan.rows.empty()) return std::shared_ptr<FileSegment>();
  plan.name = name;
  const std::uint64_t number = next_file_++;
  const std::string path = segment_path(folder_, number);
  const storage::BlockFileIdentity identity{kSegmentKind, database_, number};
  VECSTORE_ASSIGN(const std::uint64_t bytes,
                  write_segment(files_, path, identity, plan, [] { return Status(); }));
  storage::SegmentEntry& entry = entries_[number];
  entry.file = number;
  entry.rows = plan.rows.size();
  entry.bytes = bytes;
  entry.min_sequence = plan.min_sequence;
  entry.max_sequence = plan.max_sequence;
  return FileSegment::open(files_, path, io::Access::kRead, identity, collection, schema);
}

Status NewStore::add_segments(const CollectionCore& core, storage::CollectionEntry& entry) {
  const ReadState state = core.read();
  for (const auto& file : state.version->files) {
    storage::SegmentEntry segment = entries_.at(file->number());
    const std::vector<Row> dead = dead_rows_until(*file, ~std::uint64_t{0});
    segment.dead_rows = dead.size();
    if (!dead.empty()) {
      segment.mask_file = next_file_++;
      VECSTORE_TRY(write_mask(files_, mask_path(folder_, segment.mask_file), database_,
                              segment.mask_file, segment.file, dead));
    }
    entry.segments.push_back(segment);
  }
  return {};
}

// The manifest counts on a log: an empty one that goes on where the old one ended.
Status NewStore::write_log(std::uint64_t first) {
  const std::string wal = folder_ + "/wal";
  VECSTORE_ASSIGN(const auto file, files_.create(storage::log_file_path(wal, 1), io::Create::kNew));
  Bytes header;
  storage::encode_log_file_header({salt_of(database_), 1, first}, header);
  VECSTORE_TRY(file->append(header));
  VECSTORE_TRY(file->sync());
  VECSTORE_TRY(file->close());
  return files_.sync_folder(wal);
}

Status NewStore::finish(const Catalog& catalog, std::uint64_t last) {
  storage::Manifest manifest;
  manifest.number = 1;
  manifest.database = database_;
  manifest.epoch = 1;
  manifest.log_start = last + 1;
  catalog.write_to(manifest);
  manifest.catalog = last;
  for (storage::CollectionEntry& entry : manifest.collections) {
    entry.applied = last;
    VECSTORE_TRY(add_segments(*catalog.by_number(entry.number), entry));
  }
  manifest.next_file = next_file_;
  VECSTORE_TRY(files_.sync_folder(folder_ + "/segments"));
  VECSTORE_TRY(write_log(last + 1));
  VECSTORE_TRY(files_.sync_folder(folder_));
  VECSTORE_TRY(storage::write_manifest(files_, folder_, manifest));
  return made_->finish();
}

}  // namespace vecstore::db
