#include "service/tenancy/namespace_file.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/nearest.h"
#include "base/utf8.h"
#include "service/saved_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::int64_t kFormat = 1;
constexpr std::size_t kMaxDescriptionBytes = 4'096;
constexpr std::size_t kMaxJsonBytes = 64u << 10;
constexpr std::array<std::string_view, 4> kStatuses = {"active", "read_only", "suspended",
                                                       "pending_deletion"};

constexpr SavedFile kFile("namespaces");

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// All seven are there: one that was left out would be one that does not hold.
Result<Quotas> quotas_of(const Object& object) {
  const Value* value = object.find("quotas");
  if (!value || !value->as_object() || value->as_object()->size() != all_quotas().size())
    return kFile.damaged("'quotas' are not the " + std::to_string(all_quotas().size()) +
                         " there are");
  Quotas quotas;
  if (const Status status = read_quotas(*value, quotas); !status.ok())
    return kFile.damaged(status.message());
  return quotas;
}

}  // namespace

std::string_view namespace_status_name(NamespaceStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

Result<NamespaceStatus> parse_namespace_status(std::string_view name) {
  const auto at = std::find(kStatuses.begin(), kStatuses.end(), name);
  if (at != kStatuses.end()) return static_cast<NamespaceStatus>(at - kStatuses.begin());
  return invalid_argument("unknown status '" + shorten(name) +
                          "': " + nearest_or_known(name, kStatuses));
}

bool is_namespace_id(std::string_view id) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !id.empty() && id.size() <= kMaxNamespaceIdBytes && plain(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

Status check_namespace(const Namespace& space) {
  if (!is_namespace_id(space.id))
    return invalid_argument("a namespace's id is 1 to " + std::to_string(kMaxNamespaceIdBytes) +
                            " small letters, digits, '-' and '_', the first one a letter or a "
                            "digit, this is '" +
                            shorten(space.id) + "'");
  if (space.name.size() > kMaxNameBytes || !is_valid_utf8(space.name) || has_control(space.name))
    return invalid_argument("a namespace's name is at most " + std::to_string(kMaxNameBytes) +
                            " bytes of UTF-8 without control characters");
  if (space.description.size() > kMaxDescriptionBytes || !is_valid_utf8(space.description))
    return invalid_argument("a namespace's description is at most " +
                            std::to_string(kMaxDescriptionBytes) + " bytes of UTF-8");
  if (const std::size_t bytes = Value(space.metadata).to_json().size(); bytes > kMaxJsonBytes)
    return invalid_argument("a namespace's metadata is at most " + std::to_string(kMaxJsonBytes) +
                            " bytes of JSON, this is " + std::to_string(bytes));
  return {};
}

Object namespace_object(const Namespace& space) {
  return {{"id", space.id},
          {"name", space.name},
          {"description", space.description},
          {"status", namespace_status_name(space.status)},
          {"tier", tier_name(space.quotas)},
          {"quotas", quotas_object(space.quotas)},
          {"metadata", space.metadata},
          {"created_at", space.created_at},
          {"updated_at", space.updated_at}};
}

Result<Namespace> parse_namespace(const Value& json) {
  const Object* object = json.as_object();
  if (!object) return kFile.damaged("a namespace is no object");
  Namespace space;
  VECSTORE_ASSIGN(space.id, kFile.text(*object, "id"));
  VECSTORE_ASSIGN(space.name, kFile.text(*object, "name"));
  VECSTORE_ASSIGN(space.description, kFile.text(*object, "description"));
  VECSTORE_ASSIGN(const std::string status, kFile.text(*object, "status"));
  const Result<NamespaceStatus> parsed = parse_namespace_status(status);
  if (!parsed.ok()) return kFile.damaged(parsed.status().message());
  space.status = *parsed;
  VECSTORE_ASSIGN(space.quotas, quotas_of(*object));
  const Value* metadata = object->find("metadata");
  if (!metadata || !metadata->as_object()) return kFile.damaged("'metadata' is no object");
  space.metadata = *metadata->as_object();
  VECSTORE_ASSIGN(space.created_at, kFile.time(*object, "created_at"));
  VECSTORE_ASSIGN(space.updated_at, kFile.time(*object, "updated_at"));
  if (const Status checked = check_namespace(space); !checked.ok())
    return kFile.damaged(checked.message());
  return space;
}

Result<std::vector<Namespace>> parse_namespace_file(std::string_view text) {
  const Result<Value> json = Value::parse_json(text);
  if (!json.ok()) return kFile.damaged(json.status().message());
  const Object* file = json->as_object();
  const Value* format = file ? file->find("format") : nullptr;
  if (!format || !format->as_int()) return kFile.damaged("it has no format");
  if (*format->as_int() != kFormat)
    return failed_precondition("the namespaces file has format " + format->to_json() +
                               ", this version reads 1");
  const Value* list = file->find("namespaces");
  if (!list || !list->as_list()) return kFile.damaged("it has no list of namespaces");
  if (list->as_list()->size() > kMaxNamespaces) return kFile.damaged("it has too many namespaces");
  std::vector<Namespace> spaces;
  std::set<std::string> ids;
  for (const Value& item : *list->as_list()) {
    VECSTORE_ASSIGN(Namespace space, parse_namespace(item));
    if (!ids.insert(space.id).second) return kFile.damaged("'" + space.id + "' is there twice");
    spaces.push_back(std::move(space));
  }
  return spaces;
}

std::string print_namespace_file(const std::vector<Namespace>& spaces) {
  List list;
  for (const Namespace& space : spaces) list.emplace_back(namespace_object(space));
  return Value(Object{{"format", kFormat}, {"namespaces", std::move(list)}}).to_json() + "\n";
}

}  // namespace vecstore
