#include "service/tenancy/namespace_store.h"

#include "base/utf8.h"
#include "service/durable_file.h"

namespace vecstore {
namespace {

Status unknown(std::string_view id) {
  return not_found("there is no namespace '" + shorten(id) + "'");
}

}  // namespace

CollectionPlace place_of(std::string_view collection) {
  const std::size_t mark = collection.find(kNamespaceMark);
  if (mark == collection.npos) return {"", collection};
  return {collection.substr(0, mark), collection.substr(mark + 1)};
}

std::string name_in(std::string_view space, std::string_view collection) {
  return std::string(space) + kNamespaceMark + std::string(collection);
}

Result<std::unique_ptr<NamespaceStore>> NamespaceStore::open(const std::string& path,
                                                             const Clock& clock) {
  std::unique_ptr<NamespaceStore> store(new NamespaceStore(path, clock));
  VECSTORE_TRY(store->read().status());
  return store;
}

Result<NamespaceStore::Spaces> NamespaceStore::read() const {
  const Result<std::string> text = read_whole(path_, kMaxNamespaceFileBytes);
  if (text.status().code() == Code::kNotFound) return Spaces();
  VECSTORE_TRY(text.status());
  Result<std::vector<Namespace>> parsed = parse_namespace_file(*text);
  if (!parsed.ok()) return parsed.status().with_context(path_);
  Spaces spaces;
  for (Namespace& space : *parsed) {
    auto kept = std::make_shared<const Namespace>(std::move(space));
    spaces.emplace(kept->id, kept);
  }
  return spaces;
}

Status NamespaceStore::write(const Spaces& spaces) {
  std::vector<Namespace> list;
  for (const auto& [id, space] : spaces) list.push_back(*space);
  VECSTORE_TRY(replace_file(path_, print_namespace_file(list)));
  MutexLock lock(mutex_);
  seen_ = spaces;
  mark_ = file_mark(path_);
  return {};
}

Result<Namespace> NamespaceStore::create(Namespace wanted) {
  VECSTORE_TRY(check_namespace(wanted));
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Spaces spaces, read());
  if (spaces.find(wanted.id) != spaces.end())
    return already_exists("there is a namespace '" + wanted.id + "' already");
  if (spaces.size() >= kMaxNamespaces)
    return resource_exhausted("there are " + std::to_string(kMaxNamespaces) +
                              " namespaces already");
  wanted.created_at = wanted.updated_at = clock_.now_ms();
  spaces.emplace(wanted.id, std::make_shared<const Namespace>(wanted));
  VECSTORE_TRY(write(spaces));
  return wanted;
}

Result<Namespace> NamespaceStore::change(std::string_view id,
                                         const std::function<Status(Namespace&)>& edit) {
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Spaces spaces, read());
  const auto at = spaces.find(id);
  if (at == spaces.end()) return unknown(id);
  Namespace changed = *at->second;
  VECSTORE_TRY(edit(changed));
  changed.id = at->first;
  VECSTORE_TRY(check_namespace(changed));
  changed.updated_at = clock_.now_ms();
  at->second = std::make_shared<const Namespace>(changed);
  VECSTORE_TRY(write(spaces));
  return changed;
}

Status NamespaceStore::remove(std::string_view id) {
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Spaces spaces, read());
  const auto at = spaces.find(id);
  if (at == spaces.end()) return unknown(id);
  spaces.erase(at);
  return write(spaces);
}

Result<std::vector<Namespace>> NamespaceStore::list() {
  VECSTORE_ASSIGN(const Spaces spaces, read());
  std::vector<Namespace> list;
  for (const auto& [id, space] : spaces) list.push_back(*space);
  return list;
}

Result<Namespace> NamespaceStore::get(std::string_view id) {
  VECSTORE_ASSIGN(const Spaces spaces, read());
  const auto at = spaces.find(id);
  if (at == spaces.end()) return unknown(id);
  return *at->second;
}

Result<std::shared_ptr<const Namespace>> NamespaceStore::find(std::string_view id) {
  MutexLock lock(mutex_);
  const double now = monotonic_ms();
  if (now - looked_ms_ >= kLookEvery) {
    looked_ms_ = now;
    const std::uint64_t mark = file_mark(path_);
    if (mark != mark_ || !seen_.ok()) seen_ = read();
    mark_ = mark;
  }
  if (!seen_.ok()) return unavailable("the namespaces cannot be read now");
  const auto at = seen_->find(id);
  return at == seen_->end() ? nullptr : at->second;
}

}  // namespace vecstore
