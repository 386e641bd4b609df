// snapshot create, list, restore, drop.
#include <memory>

#include "cli/commands.h"
#include "cli/session.h"

namespace vecstore {
namespace {

Object described(const SnapshotInfo& info) {
  return {{"name", info.name},
          {"created_at", info.created_at},
          {"sequence", number(info.sequence)},
          {"collections", number(info.collections)},
          {"records", number(info.records)},
          {"bytes", number(info.bytes)},
          {"pinned_bytes", number(info.pinned_bytes)}};
}

Status create(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(const SnapshotInfo made, database.create_snapshot(name));
  session.out.print_object(described(made));
  return database.close();
}

Status list(Session& session) {
  VECSTORE_TRY(session.refuse_snapshot());
  VECSTORE_ASSIGN(const Database database, session.open_to_read());
  VECSTORE_ASSIGN(const std::vector<SnapshotInfo> snapshots, database.list_snapshots());
  std::vector<Object> rows;
  for (const SnapshotInfo& info : snapshots) rows.push_back(described(info));
  session.out.print_list("snapshots", rows);
  return {};
}

Status restore(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_TRY(database.restore_snapshot(name));
  session.out.note("the database is what it was when snapshot '" + name + "' was made");
  return database.close();
}

Status drop(Session& session, const std::string& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_TRY(database.drop_snapshot(name));
  session.out.note("snapshot '" + name + "' is gone, and what only it needed");
  return database.close();
}

Command of_one(Command command, Status (*apply)(Session&, const std::string&)) {
  auto name = std::make_shared<std::string>();
  command.options = {{"name", name.get(), "its name", "", {}, true}};
  command.run = [name, apply](Session& session) { return apply(session, *name); };
  return command;
}

}  // namespace

Command snapshot_command() {
  Command command{.name = "snapshot",
                  .summary = "keep states of the database by name, and go back to one",
                  .description =
                      "A command that reads takes --snapshot NAME to read one.\n\n"
                      "Examples:\n"
                      "  vecstore snapshot create before-import\n"
                      "  vecstore --snapshot before-import count\n"
                      "  vecstore snapshot restore before-import"};
  command.subcommands = {
      of_one({.name = "create",
              .summary = "keep the present state",
              .description = "Example:\n  vecstore snapshot create before-import"},
             create),
      {.name = "list",
       .summary = "all snapshots, what they hold and what only they need",
       .description = "Example:\n  vecstore snapshot list -o json",
       .run = list},
      of_one({.name = "restore",
              .summary = "make the database what it was; what came since is lost",
              .description = "Example:\n  vecstore snapshot restore before-import"},
             restore),
      of_one({.name = "drop",
              .summary = "forget one, and give its space back",
              .description = "Example:\n  vecstore snapshot drop before-import"},
             drop)};
  return command;
}

}  // namespace vecstore
