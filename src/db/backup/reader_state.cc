#include "db/backup/reader_state.h"

#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/segment/segment_writer.h"
#include "db/store_files.h"

namespace vecstore::db {
namespace {

// Puts what one collection has in memory, rows and deaths, into files of `to.made`.
class Sealer {
 public:
  Sealer(const storage::Manifest& manifest, ReaderState& to)
      : database_(manifest.database), to_(to) {}

  Status seal(const CollectionCore& core, storage::CollectionEntry& entry) {
    const ReadState state = core.read();
    const Schema& schema = *state.version->schema;
    // unreached: from memory into memory
    VECSTORE_TRY(write_masks(state, entry));
    std::vector<std::shared_ptr<StoredSegment>> memory;
    for (const FrozenSegment& one : state.version->frozen) memory.push_back(one.segment);
    memory.push_back(state.version->active);
    std::vector<SourceRow> left_out;
    // unreached: from memory into memory
    VECSTORE_ASSIGN(SegmentPlan plan,
                    plan_segment(core.number(), schema, memory, state.sequence, 0, &left_out));
    plan.name = entry.name;
    // unreached: from memory into memory
    VECSTORE_ASSIGN(const SegmentPlan past, plan_history(plan, left_out, {}, schema.keep_versions));
    // unreached: from memory into memory
    VECSTORE_TRY(write(plan, entry.segments));
    return write(past, entry.history);
  }

 private:
  Status write_masks(const ReadState& state, storage::CollectionEntry& entry) {
    for (const auto& file : state.version->files) {
      const std::vector<Row> dead = dead_rows_until(*file, state.sequence);
      for (storage::SegmentEntry& segment : entry.segments) {
        if (segment.file != file->number() || dead.size() == segment.dead_rows) continue;
        segment.mask_file = to_.next_file++;
        segment.dead_rows = dead.size();
        // unreached: a file system in memory makes it
        VECSTORE_TRY(write_mask(*to_.made, mask_path("", segment.mask_file).substr(1), database_,
                                segment.mask_file, segment.file, dead));
      }
    }
    return {};
  }

  Status write(const SegmentPlan& plan, std::vector<storage::SegmentEntry>& entries) {
    if (plan.rows.empty()) return {};
    storage::SegmentEntry& entry = entries.emplace_back();
    entry.file = to_.next_file++;
    const std::string path =
        plan.history ? history_path("", entry.file) : segment_path("", entry.file);
    const storage::BlockFileIdentity identity{plan.history ? kHistoryKind : kSegmentKind, database_,
                                              entry.file};
    // unreached: from memory into memory
    VECSTORE_ASSIGN(entry.bytes, write_segment(*to_.made, path.substr(1), identity, plan,
                                               [] { return Status(); }));
    entry.rows = plan.rows.size();
    entry.min_sequence = plan.min_sequence;
    entry.max_sequence = plan.max_sequence;
    return {};
  }

  const std::uint64_t database_;
  ReaderState& to_;
};

}  // namespace

Result<ReaderState> state_of_reader(io::FileSystem& files, const std::string& folder,
                                    const storage::Manifest& manifest, const Catalog& catalog,
                                    std::uint64_t sequence) {
  ReaderState to;
  to.made = std::make_shared<io::MemoryFileSystem>();
  // unreached: a file system in memory makes it
  VECSTORE_TRY(to.made->make_folder("segments"));
  to.next_file = manifest.next_file;
  to.state.sequence = sequence;
  storage::Manifest now = manifest;
  catalog.write_to(now);
  for (storage::CollectionEntry& entry : now.collections)
    // unreached: from memory into memory
    VECSTORE_TRY(Sealer(manifest, to).seal(*catalog.by_number(entry.number), entry));
  for (const std::string& name : files_of(now.collections)) {
    const std::string path = "segments/" + name;
    // unreached: from memory into memory
    VECSTORE_ASSIGN(const bool made, to.made->exists(path));
    VECSTORE_ASSIGN(to.files[path], made ? to.made->open(path, io::Access::kRead)
                                         : files.open(folder + "/" + path, io::Access::kRead));
  }
  to.state.collections = std::move(now.collections);
  to.state.aliases = std::move(now.aliases);
  return to;
}

}  // namespace vecstore::db
