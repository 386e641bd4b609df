#include "service/key_store.h"

#include <algorithm>

#include "base/utf8.h"
#include "service/digest.h"
#include "service/durable_file.h"
#include "service/key_file.h"

namespace vecstore {
namespace {

constexpr std::size_t kIdBytes = 8, kSecretBytes = 32;
constexpr std::size_t kTokenBytes = kKeyPrefix.size() + 2 * kIdBytes + 1 + 2 * kSecretBytes;

// What is compared where there is no such key, so that it takes as long.
const std::string& no_hash() {
  static const std::string hash(64, '0');
  return hash;
}

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::string& path, const Clock& clock) {
  std::unique_ptr<KeyStore> store(new KeyStore(path, clock));
  VECSTORE_TRY(store->read().status());
  return store;
}

Result<KeyStore::Keys> KeyStore::read() const {
  const Result<std::string> text = read_whole(path_, kMaxKeyFileBytes);
  if (text.status().code() == Code::kNotFound) return Keys();
  VECSTORE_TRY(text.status());
  Result<std::vector<ApiKey>> parsed = parse_key_file(*text);
  if (!parsed.ok()) return parsed.status().with_context(path_);
  Keys keys;
  for (ApiKey& key : *parsed) keys.emplace(key.id, std::move(key));
  return keys;
}

Status KeyStore::write(const Keys& keys) {
  std::vector<ApiKey> list;
  for (const auto& [id, key] : keys) list.push_back(key);
  std::stable_sort(list.begin(), list.end(),
                   [](const ApiKey& a, const ApiKey& b) { return a.created_at < b.created_at; });
  VECSTORE_TRY(replace_file(path_, print_key_file(list)));
  MutexLock lock(mutex_);
  keys_ = std::make_shared<const Keys>(keys);
  mark_ = file_mark(path_);
  return {};
}

std::shared_ptr<const KeyStore::Keys> KeyStore::current() {
  MutexLock lock(mutex_);
  const double now = monotonic_ms();
  if (keys_ && now - looked_ms_ < kLookEvery) return keys_;
  looked_ms_ = now;
  const std::uint64_t mark = file_mark(path_);
  if (keys_ && mark == mark_) return keys_;
  Result<Keys> read_now = read();
  keys_ = std::make_shared<const Keys>(std::move(read_now).value_or(Keys()));
  mark_ = mark;
  return keys_;
}

Result<MadeKey> KeyStore::create(const NewKey& wanted) {
  VECSTORE_TRY(check_new_key(wanted, clock_.now_ms()));
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Keys keys, read());
  if (keys.size() >= kMaxKeys)
    return resource_exhausted("there are " + std::to_string(kMaxKeys) + " keys already");
  VECSTORE_ASSIGN(const std::string id, random_hex(kIdBytes));
  VECSTORE_ASSIGN(const std::string secret, random_hex(kSecretBytes));
  MadeKey made;
  made.token = std::string(kKeyPrefix) + id + "_" + secret;
  made.key = {.id = id,
              .name = wanted.name,
              .role = wanted.role,
              .collections = wanted.collections,
              .space = wanted.space,
              .created_at = clock_.now_ms(),
              .expires_at = wanted.expires_at,
              .hash = sha256_hex(made.token)};
  if (!keys.emplace(id, made.key).second) return unavailable("two random ids were the same");
  VECSTORE_TRY(write(keys));
  return made;
}

Result<ApiKey> KeyStore::revoke(std::string_view id) {
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Keys keys, read());
  const auto at = keys.find(id);
  if (at == keys.end()) return not_found("there is no key '" + shorten(id) + "'");
  if (at->second.revoked_at == 0) {
    at->second.revoked_at = std::max<TimeMs>(1, clock_.now_ms());
    VECSTORE_TRY(write(keys));
  }
  return at->second;
}

Result<std::size_t> KeyStore::revoke_all_of(std::string_view space) {
  VECSTORE_ASSIGN(const PathLock lock, PathLock::take(path_ + ".lock"));
  VECSTORE_ASSIGN(Keys keys, read());
  std::size_t revoked = 0;
  for (auto& [id, key] : keys) {
    if (key.space != space || key.revoked_at != 0) continue;
    key.revoked_at = std::max<TimeMs>(1, clock_.now_ms());
    ++revoked;
  }
  if (revoked > 0) VECSTORE_TRY(write(keys));
  return revoked;
}

Result<std::vector<ApiKey>> KeyStore::list() {
  VECSTORE_ASSIGN(const Keys keys, read());
  std::vector<ApiKey> list;
  for (const auto& [id, key] : keys) list.push_back(key);
  std::stable_sort(list.begin(), list.end(),
                   [](const ApiKey& a, const ApiKey& b) { return a.created_at < b.created_at; });
  return list;
}

Result<Principal> KeyStore::authenticate(std::string_view token) {
  const Status unknown(Code::kUnauthenticated, "the key is not known");
  const bool shaped = token.size() == kTokenBytes && token.starts_with(kKeyPrefix);
  const std::shared_ptr<const Keys> keys = current();
  const auto at = shaped ? keys->find(token.substr(kKeyPrefix.size(), 2 * kIdBytes)) : keys->end();
  const std::string& hash = at == keys->end() ? no_hash() : at->second.hash;
  if (!shaped || !same_secret(sha256_hex(token), hash)) return unknown;
  const ApiKey& key = at->second;
  if (key.revoked_at != 0)
    return Status(Code::kUnauthenticated, "key '" + key.id + "' was revoked");
  if (key.expires_at != 0 && key.expires_at <= clock_.now_ms())
    return Status(Code::kUnauthenticated, "key '" + key.id + "' has expired");
  return Principal{key.id, key.name, key.role, key.collections, key.space};
}

}  // namespace vecstore
