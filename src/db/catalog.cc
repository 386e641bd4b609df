#include "db/catalog.h"

#include <algorithm>

#include "base/utf8.h"
#include "base/value_codec.h"
#include "db/validate.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

Bytes encoded(const Object& object) {
  Bytes bytes;
  encode_object(object, bytes);
  return bytes;
}

Result<std::string> text_in(const Object& payload, std::string_view key) {
  const Value* value = payload.find(key);
  if (!value || !value->as_string())
    return data_loss("a catalog record has no '" + std::string(key) + "'");
  return *value->as_string();
}

Result<Schema> schema_in(const Object& payload) {
  const Value* options = payload.find("options");
  if (!options || !options->as_object()) return data_loss("a catalog record has no options");
  return Schema::from_object(*options->as_object());
}

}  // namespace

Status check_kept(const Schema& schema) {
  constexpr std::size_t kOuterLevels = 2;  // the payload and the options in it
  if (const std::size_t at = invalid_utf8_at(schema.description); at != std::string::npos)
    return invalid_argument("description is not valid UTF-8 at byte " + std::to_string(at));
  VECSTORE_TRY(check_metadata(schema.attributes));
  const Bytes payload = create_payload("", schema);
  if (payload.size() > kMaxMetadataBytes)
    return invalid_argument("the options of a collection take " + std::to_string(payload.size()) +
                            " bytes, the limit is " + std::to_string(kMaxMetadataBytes));
  if (!decode_object(payload).ok())
    return invalid_argument("the attributes of a collection are nested deeper than " +
                            std::to_string(kMaxMetadataDepth - kOuterLevels) + " levels");
  return {};
}

Bytes create_payload(std::string_view name, const Schema& schema) {
  return encoded(Object{{"name", name}, {"options", schema.to_object()}});
}
Bytes alter_payload(const Schema& schema) {
  return encoded(Object{{"options", schema.to_object()}});
}
Bytes name_payload(std::string_view name, bool alias) {
  return encoded(Object{{"name", name}, {"alias", alias}});
}
Bytes drop_alias_payload(std::string_view alias) { return encoded(Object{{"name", alias}}); }

void Catalog::load(const std::string& name, std::shared_ptr<CollectionCore> core) {
  MutexLock lock(mutex_);
  names_[name] = core->number();
  const std::uint32_t number = core->number();
  cores_[number] = std::move(core);
}

void Catalog::load_aliases(const std::vector<std::pair<std::string, std::uint32_t>>& aliases,
                           std::uint64_t sequence, std::uint32_t next_number) {
  MutexLock lock(mutex_);
  for (const auto& [alias, number] : aliases) aliases_[alias] = number;
  sequence_ = sequence;
  next_number_ = next_number;
}

void Catalog::restore(std::vector<OldCollection> collections,
                      const std::vector<std::pair<std::string, std::uint32_t>>& aliases,
                      std::uint64_t sequence) {
  MutexLock lock(mutex_);
  decltype(names_) names;
  decltype(cores_) cores;
  decltype(aliases_) others(aliases.begin(), aliases.end());
  std::vector<std::shared_ptr<const Version>> versions;  // of `cores`, in their order
  for (OldCollection& old : collections) {
    const auto at = cores_.find(old.number);
    cores[old.number] = at != cores_.end() ? at->second
                                           : std::make_shared<CollectionCore>(
                                                 old.number, old.schema,
                                                 std::vector<std::shared_ptr<FileSegment>>());
    names[old.name] = old.number;
    versions.push_back(
        version_of(std::move(old.schema), std::move(old.files), std::move(old.history)));
  }
  // From here on no memory is needed.
  std::size_t i = 0;
  for (const auto& [number, core] : cores) core->restore(std::move(versions[i++]), sequence);
  for (const auto& [number, core] : cores_)
    if (!cores.contains(number)) core->drop();
  names_.swap(names);
  cores_.swap(cores);
  aliases_.swap(others);
  sequence_ = sequence;
}

void Catalog::adopt(const Catalog& other) {
  Numbers names, aliases;
  Cores theirs;
  std::uint64_t sequence = 0;
  std::uint32_t next_number = 0;
  {
    MutexLock lock(other.mutex_);
    names = other.names_;
    aliases = other.aliases_;
    theirs = other.cores_;
    sequence = other.sequence_;
    next_number = other.next_number_;
  }
  MutexLock lock(mutex_);
  // From here on no memory is needed.
  for (const auto& [number, core] : cores_)
    if (!theirs.contains(number)) core->drop();
  for (auto& [number, core] : theirs) {
    const auto mine = cores_.find(number);
    if (mine == cores_.end()) continue;
    mine->second->adopt(*core);
    core = mine->second;
  }
  names_.swap(names);
  aliases_.swap(aliases);
  cores_.swap(theirs);
  sequence_ = sequence;
  next_number_ = next_number;
}

namespace {

// Rows in memory are laid out by the options before.
Status check_same_layout(const Schema& now, const Schema& next) {
  const auto same = [](const VectorField& was, const VectorField& is) {
    return was.name == is.name && was.kind == is.kind && was.metric == is.metric &&
           was.storage == is.storage && (was.dimension == 0 || was.dimension == is.dimension);
  };
  if (now.texts.size() == next.texts.size() && std::ranges::equal(now.fields, next.fields, same))
    return {};
  return data_loss("changed options have other fields than the collection");
}

}  // namespace

Status Catalog::apply(const storage::LogRecord& record) {
  MutexLock lock(mutex_);
  if (record.sequence <= sequence_) return {};
  Object payload;
  if (record.type != storage::LogType::kDropCollection) {
    VECSTORE_ASSIGN(payload, decode_object(record.payload));
  }
  switch (record.type) {
    case storage::LogType::kCreateCollection:
      VECSTORE_TRY(create(record, payload));
      break;
    case storage::LogType::kDropCollection: {
      if (const auto core = cores_.find(record.collection); core != cores_.end())
        core->second->drop();
      cores_.erase(record.collection);
      std::erase_if(names_, [&](const auto& entry) { return entry.second == record.collection; });
      std::erase_if(aliases_, [&](const auto& entry) { return entry.second == record.collection; });
      break;
    }
    case storage::LogType::kAlterCollection: {
      VECSTORE_ASSIGN(Schema schema, schema_in(payload));
      const auto core = cores_.find(record.collection);
      if (core == cores_.end()) break;
      VECSTORE_TRY(check_same_layout(*core->second->read().version->schema, schema));
      core->second->set_schema(std::move(schema));
      break;
    }
    case storage::LogType::kSetName:
      VECSTORE_TRY(set_name(record, payload));
      break;
    case storage::LogType::kDropAlias: {
      VECSTORE_ASSIGN(const std::string alias, text_in(payload, "name"));
      aliases_.erase(alias);
      break;
    }
    default:
      return internal_error("not a catalog record");
  }
  sequence_ = record.sequence;
  return {};
}

Status Catalog::create(const storage::LogRecord& record, const Object& payload) {
  VECSTORE_ASSIGN(const std::string name, text_in(payload, "name"));
  VECSTORE_ASSIGN(Schema schema, schema_in(payload));
  cores_[record.collection] = std::make_shared<CollectionCore>(
      record.collection, std::move(schema), std::vector<std::shared_ptr<FileSegment>>());
  names_[name] = record.collection;
  next_number_ = std::max(next_number_, record.collection + 1);
  return {};
}

Status Catalog::set_name(const storage::LogRecord& record, const Object& payload) {
  VECSTORE_ASSIGN(const std::string name, text_in(payload, "name"));
  const Value* alias = payload.find("alias");
  if (!alias || !alias->as_bool())
    return data_loss("a catalog record does not say whether it names an alias");
  if (*alias->as_bool()) {
    aliases_[name] = record.collection;
    return {};
  }
  std::erase_if(names_, [&](const auto& entry) { return entry.second == record.collection; });
  names_[name] = record.collection;
  return {};
}

std::shared_ptr<CollectionCore> Catalog::find(std::string_view name) const {
  MutexLock lock(mutex_);
  auto at = names_.find(name);
  if (at == names_.end()) {
    at = aliases_.find(name);
    if (at == aliases_.end()) return nullptr;
  }
  const auto core = cores_.find(at->second);
  return core == cores_.end() ? nullptr : core->second;
}

std::shared_ptr<CollectionCore> Catalog::by_number(std::uint32_t number) const {
  MutexLock lock(mutex_);
  const auto core = cores_.find(number);
  return core == cores_.end() ? nullptr : core->second;
}

bool Catalog::has_collection(std::string_view name) const {
  MutexLock lock(mutex_);
  return names_.contains(name);
}

bool Catalog::has_alias(std::string_view name) const {
  MutexLock lock(mutex_);
  return aliases_.contains(name);
}

std::string Catalog::name_of(std::uint32_t number) const {
  MutexLock lock(mutex_);
  for (const auto& [name, of] : names_)
    if (of == number) return name;
  return {};
}

std::vector<std::string> Catalog::names() const {
  MutexLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& entry : names_) names.push_back(entry.first);
  return names;
}

std::vector<std::pair<std::string, std::string>> Catalog::aliases() const {
  std::vector<std::pair<std::string, std::uint32_t>> entries;
  {
    MutexLock lock(mutex_);
    entries.assign(aliases_.begin(), aliases_.end());
  }
  std::vector<std::pair<std::string, std::string>> named;
  for (const auto& [alias, number] : entries) named.emplace_back(alias, name_of(number));
  return named;
}

std::vector<std::shared_ptr<CollectionCore>> Catalog::cores() const {
  MutexLock lock(mutex_);
  std::vector<std::shared_ptr<CollectionCore>> cores;
  for (const auto& entry : cores_) cores.push_back(entry.second);
  return cores;
}

std::uint32_t Catalog::next_number() const {
  MutexLock lock(mutex_);
  return next_number_;
}

void Catalog::write_to(storage::Manifest& manifest) const {
  MutexLock lock(mutex_);
  for (std::size_t i = manifest.collections.size(); i-- > 0;)
    if (!cores_.contains(manifest.collections[i].number))
      manifest.collections.erase(manifest.collections.begin() + static_cast<std::ptrdiff_t>(i));
  for (const auto& [name, number] : names_) {
    const auto known =
        std::find_if(manifest.collections.begin(), manifest.collections.end(),
                     [wanted = number](const auto& entry) { return entry.number == wanted; });
    storage::CollectionEntry& entry =
        known == manifest.collections.end() ? manifest.collections.emplace_back() : *known;
    entry.number = number;
    entry.name = name;
    const ReadState state = cores_.at(number)->read();
    entry.options = state.version->schema->to_object();
    entry.keeps_versions = state.version->schema->keep_versions != 0;
  }
  std::sort(manifest.collections.begin(), manifest.collections.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  manifest.aliases.assign(aliases_.begin(), aliases_.end());
  manifest.catalog = sequence_;
  manifest.next_collection = next_number_;
}

}  // namespace vecstore::db
