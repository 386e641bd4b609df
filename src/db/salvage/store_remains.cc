#include "db/salvage/store_remains.h"

#include <algorithm>
#include <charconv>

#include "base/value_codec.h"
#include "db/segment/mask_file.h"
#include "db/segment/segment_format.h"
#include "db/store_files.h"
#include "storage/block_file.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

void take_manifest(const storage::Manifest& manifest, StoreRemains& remains) {
  remains.has_manifest = true;
  remains.database = manifest.database;
  remains.catalog = manifest.catalog;
  remains.log_start = manifest.log_start;
  remains.last_known = last_known(manifest);
  remains.aliases = manifest.aliases;
  for (const storage::CollectionEntry& entry : manifest.collections) {
    CollectionRemains& collection = remains.collections[entry.number];
    collection = {entry.name, entry.options, entry.applied, {}};
    for (const storage::SegmentEntry& one : entry.segments)
      collection.segments.push_back({one.file, one.mask_file, false, one.rows});
  }
}

// The files of one kind in segments/, by number. Those that do not say what they are count as well.
struct Found {
  std::uint64_t number = 0;
  std::string path;
  Result<storage::BlockFileIdentity> identity = storage::BlockFileIdentity();
};

Result<std::vector<Found>> list_files(io::FileSystem& files, const std::string& folder,
                                      std::string_view ending) {
  std::vector<Found> found;
  auto names = files.list(folder + "/segments");
  if (names.status().code() == Code::kNotFound) return found;
  VECSTORE_TRY(names.status());
  for (const std::string& name : *names) {
    std::string_view stem = name;
    if (!stem.ends_with(ending)) continue;
    stem.remove_suffix(ending.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    if (error != std::errc{} || end != stem.data() + stem.size()) continue;
    const std::string path = folder + "/segments/" + name;
    found.push_back({number, path, storage::identify_block_file(files, path)});
  }
  std::ranges::sort(found, {}, &Found::number);
  return found;
}

// The database that most of the files belong to.
std::uint64_t database_of(const std::vector<Found>& segments, const std::vector<Found>& masks) {
  std::map<std::uint64_t, std::size_t> files;
  for (const auto* list : {&segments, &masks})
    for (const Found& one : *list)
      if (one.identity.ok()) ++files[one.identity->database];
  const auto most = std::ranges::max_element(files, {}, [](const auto& e) { return e.second; });
  return most == files.end() ? 0 : most->first;
}

class FromFiles {
 public:
  FromFiles(io::FileSystem& files, Findings& findings, StoreRemains& remains)
      : files_(files), findings_(findings), remains_(remains) {}

  Status run(const std::string& folder) {
    VECSTORE_ASSIGN(const auto segments, list_files(files_, folder, ".seg"));
    VECSTORE_ASSIGN(const auto masks, list_files(files_, folder, ".del"));
    remains_.database = database_of(segments, masks);
    for (const Found& one : segments) {
      const Status status = take_segment(one);
      if (is_refused(status)) return status;
      if (!status.ok()) findings_.lost({.file = one.path, .records = 0}, status);
    }
    for (const Found& one : masks) VECSTORE_TRY(take_mask(one));
    return {};
  }

 private:
  Status take_segment(const Found& found) {
    VECSTORE_TRY(found.identity.status());
    if (found.identity->database != remains_.database) return data_loss("is of another database");
    const storage::BlockFileIdentity identity{kSegmentKind, remains_.database, found.number};
    VECSTORE_ASSIGN(const auto file,
                    storage::BlockFile::open_damaged(files_, found.path, identity));
    VECSTORE_ASSIGN(const storage::Block block, file->block("info"));
    Bytes scratch;
    VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
    VECSTORE_ASSIGN(const Object info, decode_object(bytes));
    const Value* number = info.find("collection");
    if (number == nullptr || !number->as_int()) return data_loss(found.path + ": of no collection");
    CollectionRemains& to = remains_.collections[static_cast<std::uint32_t>(*number->as_int())];
    to.segments.push_back({.file = found.number});
    // Files come in the order they were made: the last to say so knows best.
    if (const Value* name = info.find("name"); name && name->as_string())
      to.name = *name->as_string();
    if (const Value* options = info.find("options"); options && options->as_object())
      to.options = *options->as_object();
    return {};
  }

  SegmentRemains* segment(std::uint64_t number) {
    for (auto& [of, collection] : remains_.collections)
      for (SegmentRemains& one : collection.segments)
        if (one.file == number) return &one;
    return nullptr;
  }

  // A mask says what segment it is of, and each holds what those before it did.
  Status take_mask(const Found& found) {
    const Result<std::uint64_t> of = found.identity.ok()
                                         ? mask_owner(files_, found.path, *found.identity)
                                         : found.identity.status();
    if (is_refused(of.status())) return of.status();
    if (!of.ok()) {
      findings_.note(found.path + " cannot be read: " + of.status().message());
      for (auto& [number, collection] : remains_.collections)
        for (SegmentRemains& one : collection.segments)
          if (one.file < found.number) one.mask_is_unknown = true;
    } else if (SegmentRemains* one = segment(*of)) {
      one->mask_file = found.number;
      one->mask_is_unknown = false;
    }
    return {};
  }

  io::FileSystem& files_;
  Findings& findings_;
  StoreRemains& remains_;
};

}  // namespace

Result<StoreRemains> read_remains(io::FileSystem& files, const std::string& folder,
                                  Findings& findings) {
  StoreRemains remains;
  const Result<storage::Manifest> manifest = storage::read_manifest(files, folder);
  if (const auto names = files.list(folder + "/segments"); names.ok()) {
    if (std::ranges::any_of(*names, [](const std::string& name) { return name.ends_with(".old"); }))
      findings.note("older versions of records are not saved, only what stands now");
  }
  if (manifest.ok()) {
    take_manifest(*manifest, remains);
    return remains;
  }
  const Code code = manifest.status().code();
  if (code != Code::kDataLoss && code != Code::kNotFound) return manifest.status();
  VECSTORE_TRY(FromFiles(files, findings, remains).run(folder));
  Result<bool> log = files.exists(folder + "/wal");
  const bool anything =
      code == Code::kDataLoss || !remains.collections.empty() || std::move(log).value_or(false);
  if (!anything) return not_found("no database at '" + folder + "'");
  findings.add(
      {.file = folder + "/MANIFEST",
       .records = 0,
       .doubtful = true,
       .reason = manifest.status().message() +
                 "; collections and segments were told from the segment files and the log: "
                 "of records that were deleted or replaced, some whose masks are gone may "
                 "have come back, and if there were named snapshots, what they kept may "
                 "stand where newer records or none should"});
  return remains;
}

}  // namespace vecstore::db
