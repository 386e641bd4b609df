#include "service/key_file.h"

#include <algorithm>
#include <set>

#include "base/utf8.h"
#include "service/saved_file.h"
#include "service/tenancy/namespace_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

// Format 1 knew no namespaces: who reads nothing else must not take a key of one for a key of all.
constexpr std::int64_t kFormat = 2, kFormatWithoutNamespaces = 1;
constexpr std::size_t kIdDigits = 16, kHashDigits = 64;
constexpr std::size_t kMaxScope = 1'000;

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_name(std::string_view name) {
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= kMaxNameBytes && is_valid_utf8(name) &&
         std::none_of(name.begin(), name.end(), control);
}

constexpr SavedFile kFile("keys");

Result<std::vector<std::string>> scope_of(const Object& object) {
  const Value* value = object.find("collections");
  if (!value || !value->as_list()) return kFile.damaged("'collections' is no list");
  std::vector<std::string> names;
  for (const Value& name : *value->as_list()) {
    if (!name.as_string()) return kFile.damaged("'collections' has what is no text");
    names.push_back(*name.as_string());
  }
  return names;
}

Result<ApiKey> key_of(const Object& object, std::int64_t format) {
  ApiKey key;
  VECSTORE_ASSIGN(key.id, kFile.text(object, "id"));
  VECSTORE_ASSIGN(key.name, kFile.text(object, "name"));
  VECSTORE_ASSIGN(key.hash, kFile.text(object, "sha256"));
  VECSTORE_ASSIGN(const std::string role, kFile.text(object, "role"));
  const Result<Role> parsed = role_named(role);
  if (!parsed.ok()) return kFile.damaged(parsed.status().message());
  key.role = *parsed;
  VECSTORE_ASSIGN(key.collections, scope_of(object));
  VECSTORE_ASSIGN(key.created_at, kFile.time(object, "created_at"));
  VECSTORE_ASSIGN(key.expires_at, kFile.time(object, "expires_at"));
  VECSTORE_ASSIGN(key.revoked_at, kFile.time(object, "revoked_at"));
  if (format != kFormatWithoutNamespaces) {
    VECSTORE_ASSIGN(key.space, kFile.text(object, "namespace"));
  }
  if (!key.space.empty() && !is_namespace_id(key.space))
    return kFile.damaged("'" + shorten(key.space) + "' is no namespace");
  if (!is_hex(key.id, kIdDigits)) return kFile.damaged("'" + shorten(key.id) + "' is no id");
  if (!is_hex(key.hash, kHashDigits)) return kFile.damaged("key '" + key.id + "' has no hash");
  return key;
}

}  // namespace

Object key_object(const ApiKey& key) {
  return {{"id", key.id},
          {"name", key.name},
          {"role", role_name(key.role)},
          {"collections", List(key.collections.begin(), key.collections.end())},
          {"namespace", key.space},
          {"created_at", key.created_at},
          {"expires_at", key.expires_at},
          {"revoked_at", key.revoked_at}};
}

Result<std::vector<ApiKey>> parse_key_file(std::string_view text) {
  const Result<Value> json = Value::parse_json(text);
  if (!json.ok()) return kFile.damaged(json.status().message());
  const Object* file = json->as_object();
  const Value* format = file ? file->find("format") : nullptr;
  if (!format || !format->as_int()) return kFile.damaged("it has no format");
  if (*format->as_int() != kFormat && *format->as_int() != kFormatWithoutNamespaces)
    return failed_precondition("the keys file has format " + format->to_json() +
                               ", this version reads 1 and 2");
  const Value* list = file->find("keys");
  if (!list || !list->as_list()) return kFile.damaged("it has no list of keys");
  if (list->as_list()->size() > KeyStore::kMaxKeys) return kFile.damaged("it has too many keys");
  std::vector<ApiKey> keys;
  std::set<std::string> ids;
  for (const Value& item : *list->as_list()) {
    if (!item.as_object()) return kFile.damaged("a key is no object");
    VECSTORE_ASSIGN(ApiKey key, key_of(*item.as_object(), *format->as_int()));
    if (!ids.insert(key.id).second) return kFile.damaged("key '" + key.id + "' is there twice");
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string print_key_file(const std::vector<ApiKey>& keys) {
  List list;
  for (const ApiKey& key : keys) {
    Object object = key_object(key);
    object["sha256"] = key.hash;
    list.emplace_back(std::move(object));
  }
  return Value(Object{{"format", kFormat}, {"keys", std::move(list)}}).to_json() + "\n";
}

Status check_new_key(const NewKey& wanted, TimeMs now) {
  if (!is_name(wanted.name))
    return invalid_argument("a key's name is 1 to " + std::to_string(kMaxNameBytes) +
                            " bytes of UTF-8 without control characters");
  if (wanted.collections.size() > kMaxScope)
    return invalid_argument("a key is for at most " + std::to_string(kMaxScope) +
                            " collections, these are " + std::to_string(wanted.collections.size()));
  for (const std::string& collection : wanted.collections)
    if (!is_name(collection))
      return invalid_argument("'" + shorten(collection) + "' is no name of a collection");
  if (!wanted.space.empty() && !is_namespace_id(wanted.space))
    return invalid_argument("'" + shorten(wanted.space) + "' is no id of a namespace");
  if (wanted.expires_at < 0 || (wanted.expires_at != 0 && wanted.expires_at <= now))
    return invalid_argument("a key cannot expire before it is made");
  return {};
}

}  // namespace vecstore
