#include "storage/manifest_codec.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/coding.h"
#include "base/mutant.h"
#include "base/value_codec.h"

namespace vecstore::storage {
namespace {

constexpr std::string_view kSnapshots = "snapshots";  // the member, and what it requires
constexpr std::string_view kVersions = "versions";
constexpr std::string_view kRestored = "restored";

// Unsigned numbers are stored as the int64 with the same bits.
Value to_value(std::uint64_t number) { return static_cast<std::int64_t>(number); }

// Members of one object. The first that is missing or of the wrong kind makes ok() false for good.
class Members {
 public:
  explicit Members(const Value& value) : object_(value.as_object()), ok_(object_ != nullptr) {}

  std::uint64_t u64(std::string_view key) {
    const Value* value = find(key);
    const std::int64_t* number = value ? value->as_int() : nullptr;
    require(number != nullptr);
    return number ? static_cast<std::uint64_t>(*number) : 0;
  }

  bool has(std::string_view key) const { return find(key) != nullptr; }

  std::uint32_t u32(std::string_view key) {
    std::uint64_t number = u64(key);
    require(number <= UINT32_MAX);
    return static_cast<std::uint32_t>(number);
  }

  bool flag(std::string_view key) {
    const Value* value = find(key);
    const bool* flag = value ? value->as_bool() : nullptr;
    require(flag != nullptr);
    return flag && *flag;
  }

  std::string text(std::string_view key) {
    const Value* value = find(key);
    const std::string* text = value ? value->as_string() : nullptr;
    require(text != nullptr && !text->empty());
    return text ? *text : std::string();
  }

  const List& list(std::string_view key) {
    static const List kNone;
    const Value* value = find(key);
    const List* list = value ? value->as_list() : nullptr;
    require(list != nullptr);
    return list ? *list : kNone;
  }

  void require(bool condition) { ok_ = ok_ && condition; }
  bool ok() const { return ok_; }

 private:
  const Value* find(std::string_view key) const { return object_ ? object_->find(key) : nullptr; }

  const Object* object_;
  bool ok_;
};

Value encode_segment(const SegmentEntry& segment) {
  Object object{{"file", to_value(segment.file)},
                {"mask_file", to_value(segment.mask_file)},
                {"rows", to_value(segment.rows)},
                {"dead_rows", to_value(segment.dead_rows)},
                {"bytes", to_value(segment.bytes)},
                {"min_sequence", to_value(segment.min_sequence)},
                {"max_sequence", to_value(segment.max_sequence)},
                {"level", to_value(segment.level)}};
  if (segment.index_file != 0) object["index_file"] = to_value(segment.index_file);
  return object;
}

std::optional<SegmentEntry> decode_segment(const Value& value, std::uint64_t next_file) {
  Members in(value);
  SegmentEntry segment;
  segment.file = in.u64("file");
  segment.mask_file = in.u64("mask_file");
  segment.index_file = in.has("index_file") ? in.u64("index_file") : 0;
  segment.rows = in.u64("rows");
  segment.dead_rows = in.u64("dead_rows");
  segment.bytes = in.u64("bytes");
  segment.min_sequence = in.u64("min_sequence");
  segment.max_sequence = in.u64("max_sequence");
  segment.level = in.u32("level");
  in.require(segment.file != 0 && segment.file < next_file && segment.mask_file < next_file);
  in.require(segment.index_file < next_file);
  in.require(segment.dead_rows <= segment.rows && segment.min_sequence <= segment.max_sequence);
  return in.ok() ? std::optional(segment) : std::nullopt;
}

Value encode_collection(const CollectionEntry& collection) {
  List segments;
  for (const SegmentEntry& segment : collection.segments) {
    segments.push_back(encode_segment(segment));
  }
  Object object{{"number", to_value(collection.number)},
                {"name", collection.name},
                {"applied", to_value(collection.applied)},
                {"segments", std::move(segments)}};
  if (collection.keeps_versions) object["keeps_versions"] = true;
  if (collection.history.empty()) return object;
  List history;
  for (const SegmentEntry& segment : collection.history) history.push_back(encode_segment(segment));
  object["history"] = std::move(history);
  return object;
}

// All but the options, which have their own block.
std::optional<CollectionEntry> decode_collection(const Value& value, const Manifest& manifest) {
  Members in(value);
  CollectionEntry collection;
  collection.number = in.u32("number");
  collection.name = in.text("name");
  collection.applied = in.u64("applied");
  for (const Value& item : in.list("segments")) {
    auto segment = decode_segment(item, manifest.next_file);
    if (!segment) return std::nullopt;
    collection.segments.push_back(*segment);
  }
  collection.keeps_versions = in.has("keeps_versions") && in.flag("keeps_versions");
  if (in.has("history")) {
    for (const Value& item : in.list("history")) {
      auto segment = decode_segment(item, manifest.next_file);
      if (!segment) return std::nullopt;
      in.require(segment->mask_file == 0 && segment->index_file == 0);
      collection.history.push_back(*segment);
    }
    in.require(!collection.history.empty());
  }
  in.require(collection.number < manifest.next_collection);
  return in.ok() ? std::optional(std::move(collection)) : std::nullopt;
}

Status decode_collections(const List& list, const Manifest& manifest,
                          std::vector<CollectionEntry>& out) {
  for (const Value& item : list) {
    auto collection = decode_collection(item, manifest);
    const bool rising = out.empty() || (collection && out.back().number < collection->number);
    if (!collection || !rising)
      return data_loss("a collection with members missing or out of range");
    out.push_back(*std::move(collection));
  }
  return {};
}

using Aliases = std::vector<std::pair<std::string, std::uint32_t>>;

bool decode_aliases(const List& list, Aliases& out) {
  for (const Value& item : list) {
    Members in(item);
    std::string name = in.text("name");
    std::uint32_t number = in.u32("collection");
    in.require(out.empty() || out.back().first < name);
    if (!in.ok()) return false;
    out.emplace_back(std::move(name), number);
  }
  return true;
}

Status decode_snapshots(const List& list, Manifest& manifest) {
  for (const Value& item : list) {
    Members in(item);
    SnapshotEntry snapshot;
    snapshot.name = in.text("name");
    snapshot.created_at = static_cast<std::int64_t>(in.u64("created"));
    snapshot.sequence = in.u64("sequence");
    const Status collections =
        decode_collections(in.list("collections"), manifest, snapshot.collections);
    if (!collections.ok()) return collections.with_context("snapshot '" + snapshot.name + "'");
    in.require(decode_aliases(in.list("aliases"), snapshot.aliases));
    in.require(manifest.snapshots.empty() || manifest.snapshots.back().name < snapshot.name);
    if (!in.ok()) return data_loss("a snapshot with members missing or out of range");
    manifest.snapshots.push_back(std::move(snapshot));
  }
  return {};
}

List encode_collections(const std::vector<CollectionEntry>& collections) {
  List list;
  for (const CollectionEntry& collection : collections)
    list.push_back(encode_collection(collection));
  return list;
}

List encode_aliases(const Aliases& aliases) {
  List list;
  for (const auto& [name, number] : aliases)
    list.push_back(Object{{"name", name}, {"collection", to_value(number)}});
  return list;
}

List encode_snapshots(const std::vector<SnapshotEntry>& snapshots) {
  List list;
  for (const SnapshotEntry& snapshot : snapshots)
    list.push_back(Object{{"name", snapshot.name},
                          {"created", snapshot.created_at},
                          {"sequence", to_value(snapshot.sequence)},
                          {"collections", encode_collections(snapshot.collections)},
                          {"aliases", encode_aliases(snapshot.aliases)}});
  return list;
}

bool need_versions(const std::vector<CollectionEntry>& collections) {
  return std::ranges::any_of(collections, [](const CollectionEntry& one) {
    return one.keeps_versions || !one.history.empty();
  });
}

// Who does not know snapshots or versions would remove their files.
Object encode_state(const Manifest& manifest) {
  List features;
  if (!manifest.snapshots.empty()) features.push_back(std::string(kSnapshots));
  const bool versions = need_versions(manifest.collections) ||
                        std::ranges::any_of(manifest.snapshots, [](const SnapshotEntry& one) {
                          return need_versions(one.collections);
                        });
  if (versions && !VECSTORE_MUTANT("manifest.versions_not_required"))
    features.push_back(std::string(kVersions));
  Object state{{"required_features", std::move(features)},
               {"database", to_value(manifest.database)},
               {"epoch", to_value(manifest.epoch)},
               {"log_start", to_value(manifest.log_start)},
               {"catalog", to_value(manifest.catalog)},
               {"next_file", to_value(manifest.next_file)},
               {"next_collection", to_value(manifest.next_collection)},
               {"collections", encode_collections(manifest.collections)},
               {"aliases", encode_aliases(manifest.aliases)}};
  if (!manifest.snapshots.empty()) state[kSnapshots] = encode_snapshots(manifest.snapshots);
  if (manifest.restored != 0) state[kRestored] = to_value(manifest.restored);
  return state;
}

Status check_features(Members& in) {
  for (const Value& feature : in.list("required_features")) {
    const std::string* name = feature.as_string();
    if (!name) return data_loss("a required feature that is no text");
    if (*name == kSnapshots || *name == kVersions) continue;
    return failed_precondition("the format is newer than this version: it needs '" + *name + "'");
  }
  return {};
}

Result<Manifest> decode_state(ByteView bytes) {
  VECSTORE_ASSIGN(Value value, decode_object(bytes));
  Members in(value);
  VECSTORE_TRY(check_features(in));
  Manifest manifest;
  manifest.database = in.u64("database");
  manifest.epoch = in.u64("epoch");
  manifest.log_start = in.u64("log_start");
  manifest.catalog = in.u64("catalog");
  manifest.next_file = in.u64("next_file");
  manifest.next_collection = in.u32("next_collection");
  in.require(manifest.log_start != 0 && manifest.next_file != 0);
  VECSTORE_TRY(decode_collections(in.list("collections"), manifest, manifest.collections));
  in.require(decode_aliases(in.list("aliases"), manifest.aliases));
  if (in.has(kRestored)) manifest.restored = in.u64(kRestored);
  if (in.has(kSnapshots)) VECSTORE_TRY(decode_snapshots(in.list(kSnapshots), manifest));
  if (!in.ok()) return data_loss("members missing or out of range");
  return manifest;
}

void encode_options_of(const std::vector<CollectionEntry>& collections, Bytes& out) {
  for (const CollectionEntry& collection : collections) {
    Bytes bytes;
    encode_object(collection.options, bytes);
    put_string(out, as_text(bytes));
  }
}

void encode_options(const Manifest& manifest, Bytes& out) {
  encode_options_of(manifest.collections, out);
  for (const SnapshotEntry& snapshot : manifest.snapshots)
    encode_options_of(snapshot.collections, out);
}

Status decode_options_of(ByteReader& in, std::vector<CollectionEntry>& collections) {
  for (CollectionEntry& collection : collections) {
    std::string_view object = in.string();
    if (!in.ok()) break;
    VECSTORE_ASSIGN(collection.options, decode_object(as_bytes(object)));
  }
  return {};
}

Status decode_options(ByteView bytes, Manifest& manifest) {
  ByteReader in(bytes);
  VECSTORE_TRY(decode_options_of(in, manifest.collections));
  for (SnapshotEntry& snapshot : manifest.snapshots)
    VECSTORE_TRY(decode_options_of(in, snapshot.collections));
  return in.at_end() ? Status() : data_loss("as many options as collections were expected");
}

}  // namespace

void encode_manifest(const Manifest& manifest, Bytes& state, Bytes& options) {
  encode_object(encode_state(manifest), state);
  encode_options(manifest, options);
}

Result<Manifest> decode_manifest(ByteView state, ByteView options, std::uint64_t number) {
  VECSTORE_ASSIGN(Manifest manifest, decode_state(state));
  VECSTORE_TRY(decode_options(options, manifest));
  manifest.number = number;
  return manifest;
}

}  // namespace vecstore::storage
