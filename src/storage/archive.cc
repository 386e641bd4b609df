#include "storage/archive.h"

#include <algorithm>
#include <array>

#include "base/crc32c.h"
#include "base/hash.h"
#include "base/value_codec.h"

namespace vecstore::storage {
namespace {

constexpr std::string_view kContents = "contents";
constexpr std::string_view kVersions = "versions";  // there are files that end with .old

bool is_number(std::string_view text) {
  constexpr std::size_t kMaxDigits = 19;
  if (text.empty() || text.size() > kMaxDigits || (text[0] == '0' && text != "0")) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_numbered(std::string_view name, std::string_view before, std::string_view after) {
  if (!name.starts_with(before) || !name.ends_with(after)) return false;
  if (name.size() <= before.size() + after.size()) return false;
  return is_number(name.substr(before.size(), name.size() - before.size() - after.size()));
}

std::optional<std::int64_t> integer(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const std::int64_t* number = value ? value->as_int() : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

const List* list(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_list() : nullptr;
}

std::optional<ArchiveEntry> decode_entry(const Value& value) {
  const Object* object = value.as_object();
  const Value* name = object ? object->find("name") : nullptr;
  if (!name || !name->as_string() || !is_archive_name(*name->as_string())) return std::nullopt;
  const auto bytes = integer(*object, "bytes"), hash = integer(*object, "hash");
  const auto directory = integer(*object, "directory"), place = integer(*object, "place");
  if (!bytes || !hash || !directory || !place || *bytes < 0) return std::nullopt;
  if (*place < 0 || *place > static_cast<std::int64_t>(Place::kEarlier)) return std::nullopt;
  return ArchiveEntry{*name->as_string(), static_cast<std::uint64_t>(*bytes),
                      static_cast<std::uint64_t>(*hash), static_cast<std::uint64_t>(*directory),
                      static_cast<Place>(*place)};
}

// For people: nothing is looked for there. Backups of the first writers do not say.
ArchiveBase decode_base(const Object& object) {
  const Value* value = object.find("base");
  const Object* base = value ? value->as_object() : nullptr;
  const Value* path = base ? base->find("path") : nullptr;
  if (!path || !path->as_string()) return {};
  return {*path->as_string(), static_cast<std::uint64_t>(integer(*base, "sequence").value_or(0)),
          integer(*base, "created").value_or(0)};
}

Status check_features(const Object& object) {
  const List* features = list(object, "required_features");
  if (!features) return data_loss("members missing or out of range");
  for (const Value& feature : *features) {
    const std::string* name = feature.as_string();
    if (!name) return data_loss("a required feature that is no text");
    if (*name == kVersions) continue;
    return failed_precondition("the format is newer than this version: it needs '" + *name + "'");
  }
  return {};
}

// Footer and directory of a block file, as far as they can be read.
struct Ending {
  BlockFooter footer;
  Bytes directory;
  std::array<std::byte, kFooterBytes> end;
};

Result<Ending> read_ending(const io::ReadableFile& file) {
  Ending ending;
  if (file.size() < kPageBytes + kFooterBytes) return data_loss("the file ends before its footer");
  VECSTORE_TRY(file.read(file.size() - kFooterBytes, ending.end));
  VECSTORE_ASSIGN(ending.footer, decode_block_footer(ending.end));
  const std::uint64_t offset = ending.footer.directory_offset;
  const std::uint64_t length = ending.footer.directory_length;
  if (offset > file.size() || length > file.size() - offset || length > SIZE_MAX)
    return data_loss("the footer points outside the file");
  ending.directory.resize(static_cast<std::size_t>(length));
  VECSTORE_TRY(file.read(offset, ending.directory));
  return ending;
}

}  // namespace

const ArchiveEntry* ArchiveContents::find(std::string_view name) const {
  const auto at =
      std::lower_bound(files.begin(), files.end(), name,
                       [](const auto& file, auto wanted) { return file.name < wanted; });
  return at != files.end() && at->name == name ? &*at : nullptr;
}

bool is_manifest_name(std::string_view name) { return is_numbered(name, "MANIFEST-", ""); }

bool is_archive_name(std::string_view name) {
  return is_manifest_name(name) || is_numbered(name, "wal/", ".log") ||
         is_numbered(name, "segments/", ".seg") || is_numbered(name, "segments/", ".del") ||
         is_numbered(name, "segments/", ".idx") || is_numbered(name, "segments/", ".old");
}

Bytes encode_contents(const ArchiveContents& contents) {
  const auto number = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  List files;
  for (const ArchiveEntry& file : contents.files)
    files.push_back(Object{{"name", file.name},
                           {"bytes", number(file.bytes)},
                           {"hash", number(file.hash)},
                           {"directory", number(file.directory)},
                           {"place", static_cast<std::int64_t>(file.place)}});
  List features;
  if (std::ranges::any_of(contents.files, [](const auto& f) { return f.name.ends_with(".old"); }))
    features.push_back(std::string(kVersions));
  Object object{{"required_features", std::move(features)},
                {"sequence", number(contents.sequence)},
                {"created", contents.created_at},
                {"files", std::move(files)}};
  if (!contents.base.path.empty())
    object["base"] = Object{{"path", contents.base.path},
                            {"sequence", number(contents.base.sequence)},
                            {"created", contents.base.created_at}};
  Bytes bytes;
  encode_object(object, bytes);
  return bytes;
}

Result<ArchiveContents> decode_contents(ByteView bytes) {
  VECSTORE_ASSIGN(const Object object, decode_object(bytes));
  VECSTORE_TRY(check_features(object));
  const auto sequence = integer(object, "sequence"), created = integer(object, "created");
  const List* files = list(object, "files");
  if (!sequence || !created || !files) return data_loss("members missing or out of range");
  ArchiveContents contents;
  contents.sequence = static_cast<std::uint64_t>(*sequence);
  contents.created_at = *created;
  contents.base = decode_base(object);
  for (const Value& value : *files) {
    auto file = decode_entry(value);
    const bool rises = contents.files.empty() || (file && contents.files.back().name < file->name);
    if (!file || !rises) return data_loss("a file with members missing or out of range");
    contents.files.push_back(*std::move(file));
  }
  const auto manifests =
      std::count_if(contents.files.begin(), contents.files.end(),
                    [](const ArchiveEntry& file) { return is_manifest_name(file.name); });
  if (manifests != 1) return data_loss(std::to_string(manifests) + " manifests, 1 was expected");
  return contents;
}

Result<std::uint64_t> hash_of_directory(const io::ReadableFile& file) {
  VECSTORE_ASSIGN(const Ending ending, read_ending(file));
  return hash64(ending.end, hash64(ending.directory));
}

Result<std::shared_ptr<const Archive>> Archive::open(io::FileSystem& files, const std::string& path,
                                                     io::Access access) {
  std::shared_ptr<Archive> archive(new Archive());
  archive->path_ = path;
  const Status status = archive->read(files, access);
  if (!status.ok()) {
    const bool named = status.message().find(path) != std::string::npos;
    return named ? status : status.with_context(path);
  }
  return std::shared_ptr<const Archive>(std::move(archive));
}

Status Archive::read(io::FileSystem& files, io::Access access) {
  VECSTORE_ASSIGN(file_, files.open(path_, access));
  Bytes page;
  encode_header_page({}, page);
  Bytes begin(std::min<std::size_t>(8, static_cast<std::size_t>(file_->size())));
  VECSTORE_TRY(file_->read(0, begin));
  if (!std::equal(begin.begin(), begin.end(), page.begin()) || begin.size() < 8)
    return failed_precondition("'" + path_ + "' is no backup");
  VECSTORE_ASSIGN(const Ending ending, read_ending(*file_));
  if (ending.footer.identity.kind != kBackupKind)
    return failed_precondition("'" + path_ + "' is no backup, but another file of a database");
  database_ = ending.footer.identity.database;
  VECSTORE_ASSIGN(blocks_,
                  BlockFile::open(files, path_, access, {kBackupKind, database_, kBackupNumber}));
  // unreached: BlockFile::open has decoded the same bytes
  VECSTORE_ASSIGN(const std::vector<BlockEntry> entries,
                  decode_block_directory(ending.directory, ending.footer.directory_offset));
  for (const BlockEntry& entry : entries) spans_[entry.name] = {entry.offset, entry.length};
  VECSTORE_ASSIGN(const Block block, blocks_->block(kContents));
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView bytes, block.all(scratch));
  VECSTORE_ASSIGN(contents_, decode_contents(bytes));
  return check_entries();
}

Status Archive::check_entries() const {
  for (const ArchiveEntry& entry : contents_.files) {
    if (entry.place != Place::kHere) continue;
    const auto at = spans_.find(entry.name);
    if (at == spans_.end() || at->second.length != entry.bytes || at->second.offset % kPageBytes)
      return data_loss("'" + entry.name + "' is not within as its list says");
  }
  return {};
}

Result<Archive::Span> Archive::span_of(std::string_view name) const {
  const ArchiveEntry* entry = contents_.find(name);
  if (!entry || entry->place != Place::kHere)
    return not_found("'" + std::string(name) + "' is not in " + path_);
  return spans_.find(name)->second;
}

}  // namespace vecstore::storage
