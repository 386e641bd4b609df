// namespace create, list, info, set, stats, usage, backup, restore, delete.
#include <cstdio>
#include <memory>

#include "base/clock.h"
#include "base/number.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/server_settings.h"
#include "cli/session.h"
#include "service/tenancy/namespace_admin.h"
#include "service/tenancy/namespace_backup.h"

namespace vecstore {
namespace {

struct NamespaceArguments {
  std::string id = {};
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
  std::optional<std::string> tier = {};
  std::optional<std::string> status = {};
  std::optional<std::string> metadata = {};
  std::vector<std::string> quotas = {};  // "max_vectors=1000"
};

struct UsageArguments {
  std::optional<std::string> id = {};
  std::optional<std::string> from = {};
  std::optional<std::string> to = {};
  bool csv = false;
};

Result<std::unique_ptr<NamespaceStore>> open_namespaces(const Session& session) {
  return NamespaceStore::open(namespaces_file(session.settings));
}

// A database that is not there has no collections.
Result<Database> open_to_look(const Session& session) {
  Result<Database> database = session.open_to_read();
  if (database.status().code() == Code::kNotFound) return Database::in_memory();
  return database;
}

Result<Object> quotas_argument(const std::vector<std::string>& given) {
  Object quotas;
  for (const std::string& text : given) {
    const std::size_t mark = text.find('=');
    const std::string value = mark == text.npos ? "" : text.substr(mark + 1);
    const auto number = parse_int64(value);
    if (!number && value != "none")
      return invalid_argument("--quota is NAME=N or NAME=none, it is '" + shorten(text) + "'");
    quotas[text.substr(0, mark)] = number ? Value(*number) : Value();
  }
  return quotas;
}

Result<NamespaceEdit> edit_of(const NamespaceArguments& given) {
  NamespaceEdit edit{.name = given.name, .description = given.description, .tier = given.tier};
  if (given.status) {
    VECSTORE_ASSIGN(edit.status, parse_namespace_status(*given.status));
  }
  if (!given.quotas.empty()) {
    VECSTORE_ASSIGN(edit.quotas, quotas_argument(given.quotas));
  }
  if (given.metadata) {
    VECSTORE_ASSIGN(const Value json, Value::parse_json(*given.metadata));
    if (!json.as_object()) return invalid_argument("--metadata is a JSON object");
    edit.metadata = *json.as_object();
  }
  return edit;
}

Status create(Session& session, const NamespaceArguments& given) {
  VECSTORE_ASSIGN(const NamespaceEdit edit, edit_of(given));
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const Database database, open_to_look(session));
  VECSTORE_ASSIGN(const Namespace made, create_namespace(*spaces, database, given.id, edit));
  session.out.print_object(namespace_object(made));
  return {};
}

Status set(Session& session, const NamespaceArguments& given) {
  VECSTORE_ASSIGN(const NamespaceEdit edit, edit_of(given));
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const Namespace changed, spaces->change(given.id, [&](Namespace& space) {
    return apply_edit(edit, space);
  }));
  session.out.print_object(namespace_object(changed));
  return {};
}

Status list(Session& session) {
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const std::vector<Namespace> all, spaces->list());
  std::vector<Object> rows;
  for (const Namespace& space : all) rows.push_back(namespace_object(space));
  session.out.print_list("namespaces", rows);
  return {};
}

Status info(Session& session, const std::string& id) {
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(id));
  session.out.print_object(namespace_object(space));
  return {};
}

Status stats(Session& session, const std::string& id) {
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(id));
  VECSTORE_ASSIGN(const Database database, open_to_look(session));
  VECSTORE_ASSIGN(NamespaceStats counted, count_namespace(space, database));
  const std::string today = day_of(system_clock().now_ms());
  VECSTORE_ASSIGN(
      const std::vector<UsageRow> rows,
      UsageLog::read(usage_folder(session.settings), {.from = today, .to = today, .space = id}));
  for (const UsageRow& row : rows) counted.today += row.counts;
  Object object = namespace_stats_object(counted);
  // Only the server that runs knows these.
  object.erase("concurrent_queries");
  object.erase("requests_last_second");
  session.out.print_object(object);
  return {};
}

Status usage(Session& session, const UsageArguments& given) {
  const UsageFilter filter{
      .from = given.from.value_or(""), .to = given.to.value_or(""), .space = given.id.value_or("")};
  VECSTORE_ASSIGN(const std::vector<UsageRow> rows,
                  UsageLog::read(usage_folder(session.settings), filter));
  if (given.csv) {
    std::string text = usage_csv(rows);
    text.pop_back();
    session.out.print_line(text);
    return {};
  }
  std::vector<Object> objects;
  for (const UsageRow& row : rows) objects.push_back(usage_object(row));
  session.out.print_list("usage", objects);
  return {};
}

Status remove(Session& session, const std::string& id) {
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_TRY(spaces->get(id).status());
  VECSTORE_ASSIGN(Database database, session.open_to_write(true));
  VECSTORE_ASSIGN(const auto keys, KeyStore::open(keys_file(session.settings)));
  VECSTORE_TRY(delete_namespace(*spaces, database, keys.get(), id));
  session.out.note("namespace '" + id + "' is gone, and what was in it");
  return database.close();
}

struct BackupArguments {
  std::string id = {};
  std::string place = {};
};

// What a reader sees is of one moment already, also beside a server.
Status backup(Session& session, const BackupArguments& given) {
  VECSTORE_TRY(check_outside(given.place, session.database_path()));
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(given.id));
  VECSTORE_ASSIGN(const Database database, open_to_look(session));
  VECSTORE_ASSIGN(const NamespaceBackupReport report,
                  backup_namespace(database, space, given.place, nullptr, watch_interrupts()));
  session.out.print_object(backup_report_object(report));
  return {};
}

Status restore(Session& session, const BackupArguments& given) {
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_TRY(read_backup(given.place).status());
  VECSTORE_ASSIGN(const auto spaces, open_namespaces(session));
  VECSTORE_ASSIGN(Database database, session.open_to_write(true));
  VECSTORE_ASSIGN(const NamespaceBackupReport report,
                  restore_namespace(*spaces, database, given.place, given.id, watch_interrupts()));
  session.out.print_object(backup_report_object(report));
  return database.close();
}

std::vector<Option> edit_options(const std::shared_ptr<NamespaceArguments>& to, bool status) {
  std::vector<Option> options = {
      {"id", &to->id, "small letters, digits, '-' and '_'", "", {}, true},
      {"--name", &to->name, "for people", "TEXT"},
      {"--description", &to->description, "what it is for", "TEXT"},
      {"--tier", &to->tier, "a set of quotas", "TIER", {"free", "pro", "unlimited"}},
      {"--quota", &to->quotas, "one of the seven; may be repeated", "NAME=N"},
      {"--metadata", &to->metadata, "a JSON object that is kept with it", "JSON"}};
  if (status)
    options.push_back({"--status",
                       &to->status,
                       "what its requests may do",
                       "STATUS",
                       {"active", "read_only", "suspended", "pending_deletion"}});
  return options;
}

Command create_command() {
  auto to = std::make_shared<NamespaceArguments>();
  return {.name = "create",
          .summary = "make a namespace; without quotas it has none",
          .description =
              "Quotas: max_vectors, max_storage_bytes, max_requests_per_second,\n"
              "max_concurrent_queries, max_dimension, max_results_per_query, max_batch_size.\n\n"
              "Examples:\n"
              "  vecstore namespace create acme --tier free\n"
              "  vecstore namespace create acme --tier pro --quota max_vectors=5000000",
          .options = edit_options(to, false),
          .run = [to](Session& session) { return create(session, *to); }};
}

Command set_command() {
  auto to = std::make_shared<NamespaceArguments>();
  return {.name = "set",
          .summary = "change its quotas, its status, what is said of it",
          .description =
              "active: all that its keys may. read_only: no writes. suspended: nothing.\n"
              "pending_deletion: nothing, and it can be deleted.\n\n"
              "Examples:\n"
              "  vecstore namespace set acme --quota max_vectors=none\n"
              "  vecstore namespace set acme --status suspended",
          .options = edit_options(to, true),
          .run = [to](Session& session) { return set(session, *to); }};
}

Command usage_command() {
  auto to = std::make_shared<UsageArguments>();
  return {.name = "usage",
          .summary = "what namespaces asked the server for, day by day, for bills",
          .description =
              "Days are those of UTC; a running server's counts are there at once.\n\n"
              "Examples:\n"
              "  vecstore namespace usage acme --from 2026-11-01 --to 2026-11-30 --csv\n"
              "  vecstore namespace usage -o jsonl",
          .options = {{"id", &to->id, "of one; else of all"},
                      {"--from", &to->from, "the first day", "DAY"},
                      {"--to", &to->to, "the last day", "DAY"},
                      {"--csv", &to->csv, "as CSV"}},
          .run = [to](Session& session) { return usage(session, *to); }};
}

Command backup_one_command() {
  auto to = std::make_shared<BackupArguments>();
  return {.name = "backup",
          .summary = "copy it elsewhere, as a database of its own",
          .description =
              "Also while a server runs. The copy opens as any database:\n"
              "vecstore --db copies/acme/database query ...\n\n"
              "Example:\n  vecstore namespace backup acme copies/acme",
          .options = {{"id", &to->id, "as list shows it", "", {}, true},
                      {"destination", &to->place, "where nothing is yet", "", {}, true}},
          .run = [to](Session& session) { return backup(session, *to); }};
}

Command restore_one_command() {
  auto to = std::make_shared<BackupArguments>();
  return {.name = "restore",
          .summary = "make a namespace from a backup of one",
          .description =
              "Under its own id or another, which must be free. It has no keys yet.\n\n"
              "Example:\n  vecstore namespace restore acme-again copies/acme",
          .options = {{"id", &to->id, "of the new namespace", "", {}, true},
                      {"backup", &to->place, "the folder", "", {}, true}},
          .run = [to](Session& session) { return restore(session, *to); }};
}

Command about_one(const char* name, const char* summary, const char* description,
                  Status (*run)(Session&, const std::string&)) {
  auto id = std::make_shared<std::string>();
  return {.name = name,
          .summary = summary,
          .description = description,
          .options = {{"id", id.get(), "as list shows it", "", {}, true}},
          .run = [id, run](Session& session) { return run(session, *id); }};
}

}  // namespace

Command namespace_command() {
  Command command{
      .name = "namespace",
      .summary = "parts of the database for different customers",
      .description =
          "Collection docs of namespace acme is the collection acme/docs of the database; a key\n"
          "of the namespace ('vecstore key create --namespace acme') knows it as docs and nothing\n"
          "else. A running server sees changes within a second.\n\n"
          "Examples:\n"
          "  vecstore namespace create acme --tier free\n"
          "  vecstore key create app --namespace acme --role admin\n"
          "  vecstore namespace stats acme"};
  command.subcommands = {
      create_command(),
      {.name = "list",
       .summary = "all of them",
       .description = "Example:\n  vecstore namespace list -o json",
       .run = list},
      about_one("info", "one of them", "Example:\n  vecstore namespace info acme", info),
      set_command(),
      about_one("stats", "what it holds and uses of its quotas",
                "Example:\n  vecstore namespace stats acme -o json", stats),
      usage_command(),
      backup_one_command(),
      restore_one_command(),
      about_one("delete", "a namespace whose status is pending_deletion, with all in it",
                "Its keys open nothing any more. While a server runs, ask the server:\n"
                "DELETE /v1/namespaces/ID.\n\n"
                "Examples:\n"
                "  vecstore namespace set acme --status pending_deletion\n"
                "  vecstore namespace delete acme",
                remove)};
  return command;
}

}  // namespace vecstore
