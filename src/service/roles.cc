#include "service/roles.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::int64_t kFormat = 1;

Result<std::vector<std::string>> names_of(const Object& object, std::string_view member) {
  std::vector<std::string> names;
  const Value* value = object.find(member);
  if (!value) return names;
  if (!value->as_list()) return invalid_argument("'" + std::string(member) + "' is no list");
  for (const Value& name : *value->as_list()) {
    if (!name.as_string())
      return invalid_argument("'" + std::string(member) + "' has " + shorten(name.to_json()) +
                              ", no name");
    names.push_back(*name.as_string());
  }
  return names;
}

// The roles of a file while they are worked out, each after those that it inherits.
class RoleReader {
 public:
  explicit RoleReader(const Object& written) : written_(written) {}

  Result<RoleTable> read() {
    for (const auto& [name, content] : written_) VECSTORE_TRY(resolve(name).status());
    return std::move(done_);
  }

 private:
  Result<Role> resolve(const std::string& name) {
    if (const Result<Role> built_in = parse_role(name); built_in.ok()) return built_in;
    if (const auto found = done_.find(name); found != done_.end()) return found->second;
    const Value* content = written_.find(name);
    if (!content) return invalid_argument("there is no role '" + shorten(name) + "'");
    if (std::find(under_way_.begin(), under_way_.end(), name) != under_way_.end())
      return in_circle(name);
    under_way_.push_back(name);
    Result<Role> made = make(name, *content);
    under_way_.pop_back();
    if (!made.ok()) return made.status();
    return done_.emplace(name, *std::move(made)).first->second;
  }

  Result<Role> make(const std::string& name, const Value& content) {
    const std::string context = "role '" + shorten(name) + "'";
    VECSTORE_ASSIGN(Role role, role_named(name));
    const Object* object = content.as_object();
    if (!object) return invalid_argument(context + " is no object");
    for (const auto& [member, value] : *object)
      if (member != "permissions" && member != "inherits")
        return invalid_argument(context + " has the unknown member '" + shorten(member) + "'");
    const auto permissions = names_of(*object, "permissions");
    VECSTORE_TRY(permissions.status().with_context(context));
    for (const std::string& one : *permissions) {
      const Result<Permission> permission = parse_permission(one);
      if (!permission.ok()) return permission.status().with_context(context);
      role.allow(*permission);
    }
    const auto inherited = names_of(*object, "inherits");
    VECSTORE_TRY(inherited.status().with_context(context));
    for (const std::string& one : *inherited) {
      const Result<Role> from = resolve(one);
      if (!from.ok()) return from.status().with_context(context);
      role.allow_all_of(*from);
    }
    return role;
  }

  Status in_circle(const std::string& name) const {
    std::string path;
    for (auto at = std::find(under_way_.begin(), under_way_.end(), name); at != under_way_.end();
         ++at)
      path += shorten(*at) + " -> ";
    return invalid_argument("roles inherit each other in a circle: " + path + shorten(name));
  }

  const Object& written_;
  RoleTable done_;
  std::vector<std::string> under_way_;
};

}  // namespace

Result<RoleTable> parse_roles(std::string_view text) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(text));
  const Object* file = json.as_object();
  const Value* format = file ? file->find("format") : nullptr;
  if (!format || !format->as_int()) return invalid_argument("a file of roles has a 'format'");
  if (*format->as_int() != kFormat)
    return failed_precondition("the roles file has format " + format->to_json() +
                               ", this version reads 1");
  const Value* roles = file->find("roles");
  if (!roles || !roles->as_object()) return invalid_argument("a file of roles has 'roles'");
  if (roles->as_object()->size() > kMaxRoles)
    return invalid_argument("there are " + std::to_string(roles->as_object()->size()) +
                            " roles, at most " + std::to_string(kMaxRoles) + " are read");
  for (const auto& [name, content] : *roles->as_object())
    if (parse_role(name).ok())
      return invalid_argument("role '" + name + "' is built in and cannot be another");
  return RoleReader(*roles->as_object()).read();
}

Result<std::unique_ptr<RoleStore>> RoleStore::open(const std::string& path) {
  std::unique_ptr<RoleStore> store(new RoleStore(path));
  const Status fault = store->file_.current()->fault;
  if (!fault.ok() && fault.code() != Code::kNotFound) return fault;
  return store;
}

Result<Role> RoleStore::find(std::string_view name) {
  if (const Result<Role> built_in = parse_role(name); built_in.ok()) return built_in;
  const auto file = file_.current();
  const auto found = file->content.find(name);
  if (found != file->content.end()) return found->second;
  if (!file->fault.ok() && file->fault.code() != Code::kNotFound) return file->fault;
  std::vector<std::string_view> known(std::begin(kBuiltInRoles), std::end(kBuiltInRoles));
  for (const auto& [other, role] : file->content) known.push_back(other);
  return invalid_argument("unknown role '" + shorten(name) + "': " + nearest_or_known(name, known));
}

Result<std::vector<Role>> RoleStore::list() {
  const auto file = file_.current();
  if (!file->fault.ok() && file->fault.code() != Code::kNotFound) return file->fault;
  std::vector<Role> all = {Role::kViewer, Role::kEditor, Role::kAdmin};
  for (const auto& [name, role] : file->content) all.push_back(role);
  return all;
}

Object role_object(const Role& role) {
  List permissions;
  for (std::size_t i = 0; i < kPermissions; ++i)
    if (allows(role, static_cast<Permission>(i)))
      permissions.emplace_back(permission_name(static_cast<Permission>(i)));
  return {{"role", role_name(role)}, {"permissions", std::move(permissions)}};
}

}  // namespace vecstore
