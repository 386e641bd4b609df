// snapshot create, list, restore, diff, drop.
#include <memory>

#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"

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

struct DiffArguments {
  std::string from = {};
  std::string to = {};
  std::optional<std::string> of = {};
  std::string after = {};
  std::optional<std::int64_t> limit = {};
};

Object change_row(const RecordChange& change) {
  Object row{{"collection", change.collection},
             {"id", change.id},
             {"change", change_kind_name(change.kind)}};
  if (change.before != 0) row["before"] = number(change.before);
  if (change.after != 0) row["after"] = number(change.after);
  return row;
}

Object collection_row(const CollectionChange& change) {
  Object row{{"name", change.name}};
  if (change.old_name != change.name) row["old_name"] = change.old_name;
  row["made"] = change.old_name.empty();
  row["dropped"] = change.dropped;
  row["options_changed"] = change.options_changed;
  return row;
}

// What is said of collections beside their records; `same` when no record differs.
void note_collections(const Output& out, const Diff& diff, bool same) {
  if (same) out.note("no record differs");
  for (const CollectionChange& one : diff.collections()) {
    const std::string name = "collection '" + printable(one.name) + "' ";
    if (one.dropped) out.note(name + "was dropped");
    if (one.old_name.empty()) out.note(name + "was made");
    if (!one.old_name.empty() && one.old_name != one.name)
      out.note(name + "was called '" + printable(one.old_name) + "'");
    if (one.options_changed) out.note(name + "has other options");
  }
}

Status diff(Session& session, const DiffArguments& given) {
  VECSTORE_TRY(session.refuse_snapshot());
  if (!given.after.empty() && !given.of) return invalid_argument("--after is for --of COLLECTION");
  VECSTORE_ASSIGN(std::size_t left, count_argument("--limit", given.limit, INT64_MAX, INT64_MAX));
  VECSTORE_ASSIGN(const Database database, session.open_to_read());
  VECSTORE_ASSIGN(Diff diff,
                  database.diff(given.from, given.to,
                                {.collection = given.of.value_or(""), .after = given.after}));
  const Output& out = session.out;
  List all;
  bool more = true, same = true;
  while (left > 0 && more) {
    VECSTORE_ASSIGN(const auto changes, diff.next(std::min<std::size_t>(left, 1000)));
    more = !changes.empty();
    std::vector<Object> rows;
    for (const RecordChange& change : changes) {
      if (given.of && change.collection != *given.of) {
        more = false;
        break;
      }
      rows.push_back(change_row(change));
    }
    left -= rows.size();
    same = same && rows.empty();
    if (out.format() == OutputFormat::kJson) {
      for (Object& row : rows) all.emplace_back(std::move(row));
    } else if (!rows.empty()) {
      out.print_list("changes", rows);
    }
  }
  if (out.format() != OutputFormat::kJson) return note_collections(out, diff, same), Status();
  List collections;
  for (const CollectionChange& one : diff.collections())
    collections.emplace_back(collection_row(one));
  out.print_object({{"collections", std::move(collections)}, {"changes", std::move(all)}});
  return {};
}

Command diff_command() {
  auto to = std::make_shared<DiffArguments>();
  return {
      .name = "diff",
      .summary = "what differs between a snapshot and a later one, or the present",
      .description =
          "Records that were added, removed or written again, by collection and id, with their\n"
          "versions then and now.\n\n"
          "Examples:\n"
          "  vecstore snapshot diff monday\n"
          "  vecstore snapshot diff monday tuesday -o jsonl\n"
          "  vecstore snapshot diff monday --of notes --after n-100 --limit 100",
      .options = {{"from", &to->from, "the earlier snapshot", "", {}, true},
                  {"to", &to->to, "the later one (else the present)"},
                  {"--of", &to->of, "only this collection", "NAME"},
                  {"--after", &to->after, "with --of: only ids greater than this", "ID"},
                  {"--limit", &to->limit, "at most so many records", "N"}},
      .run = [to](Session& session) { return diff(session, *to); }};
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
      diff_command(),
      of_one({.name = "drop",
              .summary = "forget one, and give its space back",
              .description = "Example:\n  vecstore snapshot drop before-import"},
             drop)};
  return command;
}

}  // namespace vecstore
