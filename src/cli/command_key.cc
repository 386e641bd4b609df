// key create, list, roles, revoke; audit verify.
#include <memory>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/server_settings.h"
#include "cli/session.h"
#include "service/tenancy/namespace_admin.h"

namespace vecstore {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::size_t kMostDays = 36'500;

struct KeyArguments {
  std::string name = {};
  std::string role = "viewer";
  std::vector<std::string> collections = {};
  std::optional<std::string> space = {};
  std::optional<std::int64_t> days = {};
};

Status create(Session& session, const KeyArguments& given) {
  NewKey wanted{.name = given.name, .collections = given.collections};
  VECSTORE_ASSIGN(const auto roles, RoleStore::open(roles_file(session.settings)));
  VECSTORE_ASSIGN(wanted.role, roles->find(given.role));
  if (given.days) {
    VECSTORE_ASSIGN(const std::size_t days,
                    count_argument("--expires-in-days", given.days, 0, kMostDays));
    wanted.expires_at = system_clock().now_ms() + static_cast<std::int64_t>(days) * kDayMs;
  }
  if (given.space) {
    VECSTORE_ASSIGN(const auto spaces, NamespaceStore::open(namespaces_file(session.settings)));
    VECSTORE_TRY(check_key_namespace(*spaces, *given.space));
    wanted.space = *given.space;
  }
  VECSTORE_ASSIGN(const auto keys, KeyStore::open(keys_file(session.settings)));
  VECSTORE_ASSIGN(const MadeKey made, keys->create(wanted));
  if (session.out.is_json()) {
    Object object = key_object(made.key);
    object["token"] = made.token;
    session.out.print_object(object);
  } else {
    session.out.print_line(made.token);
  }
  session.out.note("this is the only time that the key is shown; its id is " + made.key.id);
  return {};
}

Status list(Session& session) {
  VECSTORE_ASSIGN(const auto keys, KeyStore::open(keys_file(session.settings)));
  VECSTORE_ASSIGN(const std::vector<ApiKey> all, keys->list());
  std::vector<Object> rows;
  for (const ApiKey& key : all) rows.push_back(key_object(key));
  session.out.print_list("keys", rows);
  return {};
}

Status list_roles(Session& session) {
  VECSTORE_ASSIGN(const auto roles, RoleStore::open(roles_file(session.settings)));
  VECSTORE_ASSIGN(const std::vector<Role> all, roles->list());
  std::vector<Object> rows;
  for (const Role& role : all) rows.push_back(role_object(role));
  session.out.print_list("roles", rows);
  return {};
}

Status revoke(Session& session, const std::string& id) {
  VECSTORE_ASSIGN(const auto keys, KeyStore::open(keys_file(session.settings)));
  VECSTORE_ASSIGN(const ApiKey key, keys->revoke(id));
  session.out.note("key '" + key.id + "' (" + key.name + ") opens nothing any more");
  return {};
}

Status verify(Session& session, const std::optional<std::string>& hash) {
  VECSTORE_ASSIGN(const AuditReport report,
                  AuditLog::verify(audit_folder(session.settings), hash.value_or("")));
  if (hash && !report.contains)
    return data_loss("no record of the audit log has that hash: it is not the log it was");
  session.out.print_object({{"files", number(report.files)},
                            {"records", number(report.records)},
                            {"first", number(report.first)},
                            {"last", number(report.end.sequence)},
                            {"hash", report.end.hash},
                            {"unfinished", report.unfinished}});
  return {};
}

}  // namespace

Command key_command() {
  Command command{
      .name = "key",
      .summary = "who may use the server",
      .description =
          "A running server sees changes within a second; it needs keys from its start on when\n"
          "there was one then.\n\n"
          "Examples:\n"
          "  vecstore key create app --role editor --for docs --expires-in-days 90\n"
          "  vecstore key list\n"
          "  vecstore key revoke 0123456789abcdef"};
  auto to = std::make_shared<KeyArguments>();
  auto id = std::make_shared<std::string>();
  command.subcommands = {
      {.name = "create",
       .summary = "make a key and show it, this once",
       .description =
           "viewer: reads and queries. editor: writes records, too. admin: everything. Others are\n"
           "in the file of roles: vecstore key roles.\n\n"
           "Example:\n  vecstore key create app --role editor --for docs",
       .options = {{"name", &to->name, "what for", "", {}, true},
                   {"--role", &to->role, "what it may do (default viewer)", "ROLE"},
                   {"--for", &to->collections, "only this collection; may be repeated", "NAME"},
                   {"--namespace", &to->space, "only this namespace; collections are named in it",
                    "ID"},
                   {"--expires-in-days", &to->days, "it ends by itself", "N"}},
       .run = [to](Session& session) { return create(session, *to); }},
      {.name = "list",
       .summary = "all keys, without their secrets",
       .description = "Example:\n  vecstore key list -o json",
       .run = list},
      {.name = "roles",
       .summary = "all roles and what they allow, those of the file of roles included",
       .description = "Example:\n  vecstore key roles -o json",
       .run = list_roles},
      {.name = "revoke",
       .summary = "a key opens nothing any more",
       .description = "Example:\n  vecstore key revoke 0123456789abcdef",
       .options = {{"id", id.get(), "as list shows it", "", {}, true}},
       .run = [id](Session& session) { return revoke(session, *id); }}};
  return command;
}

Command audit_command() {
  Command command{.name = "audit",
                  .summary = "what was done through the server",
                  .description = "Example:\n  vecstore audit verify"};
  auto hash = std::make_shared<std::optional<std::string>>();
  command.subcommands = {
      {.name = "verify",
       .summary = "check that no record was changed, left out or put in",
       .description = "Every record has the hash of the one before. Who can write the log can make "
                      "a new one:\n"
                      "the hash that this prints, noted elsewhere and given later, tells that. "
                      "Exit code 4 when\n"
                      "a record does not fit.\n\n"
                      "Examples:\n"
                      "  vecstore audit verify -o json\n"
                      "  vecstore audit verify --contains HASH",
       .options = {{"--contains", hash.get(), "the hash of a record that must be there", "HASH"}},
       .run = [hash](Session& session) { return verify(session, *hash); }}};
  return command;
}

}  // namespace vecstore
