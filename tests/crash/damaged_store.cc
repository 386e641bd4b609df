#include "crash/damaged_store.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "db/salvage/row_saver.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/store_files.h"
#include "io/fault_file_system.h"
#include "storage/log_file.h"
#include "storage/manifest.h"

namespace vecstore::crash {
namespace {

constexpr std::uint64_t kPage = 4096;

Record record_of(const std::string& id, std::int64_t n) {
  Record record;
  record.id = id;
  record.vector = {static_cast<float>(n % 17), static_cast<float>(n % 5) + 1};
  record.metadata = Metadata{{"n", n}, {"title", "title of " + id}};
  record.text =
      "common word" + std::to_string(n) + std::string(static_cast<std::size_t>(n % 300), 'x');
  return record;
}

bool meet(const ByteRange& a, const ByteRange& b) { return a.begin < b.end && b.begin < a.end; }

DatabaseOptions options_of_store() {
  DatabaseOptions options;
  options.threads = 0;
  options.memory_map = false;
  options.seal_rows = 40;
  options.merge_fanout = 100;
  return options;
}

}  // namespace

std::string content_of(const Record& record) {
  Record timeless = record;
  timeless.created_at = timeless.updated_at = 0;
  timeless.version = 0;
  return timeless.to_json();
}

Result<Database> open_store(const std::shared_ptr<io::FileSystem>& files, const std::string& path) {
  return open_on(files, options_of_store(), path);
}

DamagedStore::DamagedStore(std::uint64_t seed) {
  write(seed);
  find_needs_of_segments();
  find_needs_of_log();
}

void DamagedStore::put(Collection& collection, const std::string& name, const std::string& id,
                       std::int64_t n) {
  EXPECT_TRUE(collection.upsert(record_of(id, n)).ok());
  const std::string key = name + "/" + id;
  truth_[key] = content_of(record_of(id, n));
  written_.emplace(key, truth_[key]);
  keep_state();
}

// Files with graphs and masks, then writes of every kind that are in the log alone.
void DamagedStore::write(std::uint64_t seed) {
  Random random(seed);
  Database database = open_store(files_).value();
  std::int64_t n = 0;
  for (const bool in_files : {true, false}) {
    for (const std::string name : kCollections) {
      Collection collection =
          database.get_or_create(name, {.dimension = 2, .hnsw = {.min_rows = 2}}).value();
      const auto id = [&] { return "id" + std::to_string(random.below(250)); };
      for (int i = 0; i < (in_files ? 130 : 25); ++i) {
        const std::string one = id();
        const std::string key = name + "/" + one;
        const std::uint64_t dice = random.below(10);
        if (dice == 0) {
          EXPECT_TRUE(collection.remove(one).ok());
          truth_.erase(key);
          keep_state();
        } else if (dice == 1 && truth_.contains(key)) {
          Update update{.id = one};
          update.metadata_patch = Metadata{{"n", ++n}};
          EXPECT_TRUE(collection.update(update).ok());
          truth_[key] = content_of(collection.get(one).value());
          written_.emplace(key, truth_[key]);
          keep_state();
        } else {
          put(collection, name, one, ++n);
        }
      }
      EXPECT_TRUE(!in_files || collection.flush().ok());
    }
  }
  EXPECT_TRUE(database.close().ok());
}

bool DamagedStore::was_written(const std::string& key, const std::string& content) const {
  return written_.contains({key, content});
}

bool DamagedStore::was_a_state(const Contents& contents) const {
  return std::ranges::find(states_, contents) != states_.end();
}

void DamagedStore::find_needs_of_segments() {
  const storage::Manifest manifest = storage::read_manifest(*files_, kStore).value();
  for (const storage::CollectionEntry& entry : manifest.collections) {
    const db::Schema schema = db::Schema::from_object(entry.options).value();
    for (const storage::SegmentEntry& one : entry.segments) {
      const std::string path = db::segment_path(kStore, one.file);
      const storage::BlockFileIdentity identity{db::kSegmentKind, manifest.database, one.file};
      const auto open = [&](io::FileSystem& files) {
        return db::FileSegment::open(files, path, io::Access::kRead, identity, entry.number, schema)
            .value();
      };
      const auto whole = open(*files_);
      if (one.mask_file != 0) {
        const std::string mask = db::mask_path(kStore, one.mask_file);
        EXPECT_TRUE(db::load_mask(*files_, mask, manifest.database, one.mask_file, *whole).ok());
      }
      for (db::Row row = 0; row < whole->rows(); ++row) {
        if (whole->dead_at(row) != 0) continue;
        io::FaultFileSystem recorder(*files_);
        std::vector<Bytes> scratch;
        const auto segment = open(recorder);
        const auto view = db::read_whole_row(schema, *segment, row, scratch).value();
        EXPECT_TRUE(segment->info(row).ok());
        const std::string key = entry.name + "/" + std::string(view.id);
        if (one.mask_file != 0) masks_of_[key] = db::mask_path(kStore, one.mask_file);
        Needs& needs = needs_[key];
        for (const io::Operation& operation : recorder.record())
          if (operation.kind == io::OperationKind::kRead)
            needs[operation.path].push_back({operation.offset, operation.offset + operation.size});
      }
    }
  }
}

// An upsert needs its own bytes; a change needs what it changed, the mask, which says that this was
// current, and to be told of all that may have come between.
void DamagedStore::find_needs_of_log() {
  const storage::Manifest manifest = storage::read_manifest(*files_, kStore).value();
  const std::string wal = std::string(kStore) + "/wal";
  std::map<std::uint64_t, std::string> paths;
  for (const std::string& name : files_->list(wal).value())
    if (const auto number = storage::parse_log_file_name(name)) paths[*number] = wal + "/" + name;
  Needs before;
  for (const auto& [number, path] : paths) {
    const auto reader =
        storage::LogFileReader::open(*files_, path, db::salt_of(manifest.database), number).value();
    std::uint64_t end = storage::kLogFileHeaderBytes;
    for (std::uint64_t offset = end; offset < reader->size(); offset = end) {
      storage::LogRecord record;
      if (reader->read(offset, &record, &end).value() != storage::LogFileReader::Found::kRecord)
        break;
      before[path].push_back({offset, end});
      const storage::CollectionEntry* entry = nullptr;
      for (const storage::CollectionEntry& one : manifest.collections)
        if (one.number == record.collection && record.sequence > one.applied) entry = &one;
      if (entry == nullptr) continue;
      const db::Schema schema = db::Schema::from_object(entry->options).value();
      if (record.type == storage::LogType::kUpsert) {
        const auto view = db::decode_record(schema, record.payload).value();
        const std::string key = entry->name + "/" + std::string(view.id);
        needs_[key] = {{path, {{offset, end}}}};
        masks_of_.erase(key);
      } else if (record.type == storage::LogType::kUpdate) {
        const auto view = db::decode_update(schema, record.payload).value();
        const std::string key = entry->name + "/" + std::string(view.id);
        Needs& needs = needs_[key];
        if (masks_of_.contains(key)) needs[masks_of_[key]] = {{0, UINT64_MAX}};
        for (const auto& [file, ranges] : before)
          needs[file].insert(needs[file].end(), ranges.begin(), ranges.end());
      } else if (record.type == storage::LogType::kRemove) {
        needs_.erase(entry->name + "/" + std::string(as_text(record.payload)));
      }
    }
  }
}

std::optional<DamageDone> DamagedStore::some_damage(const std::string& kind, Random& random) const {
  std::vector<std::string> paths;
  for (const std::string& path : files_->files())
    if (path.find(kind) != std::string::npos) paths.push_back(path);
  EXPECT_FALSE(paths.empty()) << kind;
  if (paths.empty()) return std::nullopt;
  DamageDone damage;
  damage.path = paths[static_cast<std::size_t>(random.below(paths.size()))];
  const Bytes before = files_->content(damage.path).value();
  const std::uint64_t size = before.size();
  const std::uint64_t pages = (size + kPage - 1) / kPage;
  damage.content = before;
  const auto at = [&](std::uint64_t offset) {
    return damage.content.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  const auto add_page = [&](std::uint64_t page) {
    damage.ranges.push_back({page * kPage, std::min((page + 1) * kPage, size)});
  };
  switch (random.below(4)) {
    case 0: {
      const std::uint64_t offset = random.below(size);
      *at(offset) ^= std::byte{1} << random.below(8);
      damage.ranges.push_back({offset, offset + 1});
      damage.description = "a bit flipped at " + std::to_string(offset);
      break;
    }
    case 1: {
      const std::uint64_t page = random.below(pages);
      add_page(page);
      std::fill(at(damage.ranges[0].begin), at(damage.ranges[0].end), std::byte{0});
      damage.description = "page " + std::to_string(page) + " zeroed";
      break;
    }
    case 2: {
      const std::uint64_t whole = size / kPage;
      if (whole < 2) return std::nullopt;
      const std::uint64_t one = random.below(whole);
      const std::uint64_t other = random.below(whole);
      add_page(one);
      add_page(other);
      std::swap_ranges(at(one * kPage), at((one + 1) * kPage), at(other * kPage));
      damage.description =
          "pages " + std::to_string(one) + " and " + std::to_string(other) + " swapped";
      break;
    }
    default: {
      const std::uint64_t cut = random.below(size);
      damage.content.resize(static_cast<std::size_t>(cut));
      damage.ranges.push_back({cut, size});
      damage.description = "cut off at " + std::to_string(cut);
    }
  }
  damage.description =
      damage.path + " of " + std::to_string(size) + " bytes, " + damage.description;
  for (const ByteRange& range : damage.ranges) damage.cuts_tail |= range.end == size;
  if (damage.content == before) return std::nullopt;
  return damage;
}

std::shared_ptr<io::MemoryFileSystem> DamagedStore::damaged(const DamageDone& damage) const {
  auto copy = std::make_shared<io::MemoryFileSystem>();
  for (const std::string& folder : files_->folders()) EXPECT_TRUE(copy->make_folder(folder).ok());
  for (const std::string& path : files_->files())
    EXPECT_TRUE(copy->set_content(
                        path, path == damage.path ? damage.content : files_->content(path).value())
                    .ok());
  return copy;
}

std::set<std::string> DamagedStore::hit_by(const DamageDone& damage) const {
  std::set<std::string> keys;
  for (const auto& [key, needs] : needs_) {
    const auto ranges = needs.find(damage.path);
    if (ranges == needs.end()) continue;
    for (const ByteRange& needed : ranges->second)
      for (const ByteRange& hit : damage.ranges)
        if (meet(needed, hit)) keys.insert(key);
  }
  return keys;
}

}  // namespace vecstore::crash
