#include <memory>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/new_collection.h"
#include "cli/session.h"

namespace vecstore {
namespace {

using Names = std::vector<std::string>;

Status create(Session& session, const std::string& name, const NewCollection& wanted) {
  session.global.collection = name;
  VECSTORE_ASSIGN(const CollectionOptions options, new_collection_options(session, wanted));
  VECSTORE_TRY(check_new_collection(name, options));  // before a folder is made
  VECSTORE_ASSIGN(Database database, session.open_to_write(true));
  VECSTORE_ASSIGN(const Collection made, database.create_collection(name, options));
  session.out.note("collection '" + made.name() + "' is made");
  return database.close();
}

Status list(Session& session) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(const Names names, database.list_collections());
  VECSTORE_ASSIGN(const auto aliases, database.list_aliases());
  std::vector<Object> rows;
  for (const std::string& name : names) {
    VECSTORE_ASSIGN(const Collection collection, database.collection(name));
    VECSTORE_ASSIGN(const std::uint64_t records, collection.count());
    const CollectionOptions options = collection.options();
    List others;
    for (const auto& [alias, target] : aliases) {
      if (target == name) others.emplace_back(alias);
    }
    rows.push_back({{"name", name},
                    {"records", number(records)},
                    {"dimension", options.dimension},
                    {"metric", metric_name(options.metric)},
                    {"aliases", std::move(others)}});
  }
  session.out.print_list("collections", rows);
  return {};
}

Status info(Session& session, const std::optional<std::string>& name) {
  VECSTORE_ASSIGN(Database database, session.open_to_read());
  VECSTORE_ASSIGN(const Collection collection,
                  database.collection(name.value_or(session.collection_name())));
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  const std::vector<std::string> text_fields = text_fields_of(stats.options.text);
  List fields;
  for (const VectorField& field : stats.options.fields) {
    fields.emplace_back(Object{{"name", field.name},
                               {"kind", vector_kind_name(field.kind)},
                               {"dimension", field.dimension},
                               {"metric", metric_name(field.metric)},
                               {"storage", element_type_name(field.storage)},
                               {"quantization", quantization_name(field.quantization)}});
  }
  VECSTORE_ASSIGN(const Value rules,
                  Value::parse_json(metadata_schema_to_json(stats.options.metadata)));
  session.out.print_object({{"name", stats.name},
                            {"records", number(stats.records)},
                            {"kind", vector_kind_name(stats.options.kind)},
                            {"dimension", stats.options.dimension},
                            {"metric", metric_name(stats.options.metric)},
                            {"storage", element_type_name(stats.options.storage)},
                            {"index", stats.index},
                            {"quantization", quantization_name(stats.options.quantization)},
                            {"m", stats.options.hnsw.m},
                            {"ef_construction", stats.options.hnsw.ef_construction},
                            {"ef_search", stats.options.hnsw.ef_search},
                            {"fields", std::move(fields)},
                            {"analyzer", stats.options.text.analyzer},
                            {"metadata_schema", rules},
                            {"text_fields", List(text_fields.begin(), text_fields.end())},
                            {"partition_key", stats.options.partition_key},
                            {"keep_versions", stats.options.keep_versions},
                            {"description", stats.options.description},
                            {"attributes", stats.options.attributes}});
  return {};
}

using Change = std::function<Status(Database&)>;

Status change(Session& session, const Change& what) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_TRY(what(database));
  return database.close();
}

Status drop(Database& database, const std::string& name) {
  VECSTORE_ASSIGN(const auto aliases, database.list_aliases());
  for (const auto& [alias, target] : aliases) {
    if (alias == name) return database.drop_alias(name);
  }
  return database.drop_collection(name);
}

Status copy(Database& database, const std::string& from, const std::string& to) {
  return database.copy_collection(from, to, watch_interrupts()).status();
}

struct TwoNames {
  std::string from = {}, to = {};
};

Command of_two(Command command, const char* from, const char* to,
               Status (*apply)(Database&, const TwoNames&)) {
  auto names = std::make_shared<TwoNames>();
  command.options = {{from, &names->from, "the first name", "", {}, true},
                     {to, &names->to, "the second name", "", {}, true}};
  command.run = [names, apply](Session& session) {
    return change(session, [&](Database& database) { return apply(database, *names); });
  };
  return command;
}

Command create_command() {
  struct Arguments {
    std::string name = {};
    NewCollection wanted = {};
  };
  auto to = std::make_shared<Arguments>();
  Command command{
      .name = "create",
      .summary = "a new collection",
      .description = "Example:\n  vecstore collection create photos --dimension 512 --metric dot",
      .options = {{"name", &to->name, "its name", "", {}, true}},
      .run = [to](Session& session) { return create(session, to->name, to->wanted); }};
  for (Option& option : new_collection_arguments(to->wanted)) {
    command.options.push_back(std::move(option));
  }
  return command;
}

Command info_command() {
  auto name = std::make_shared<std::optional<std::string>>();
  return {.name = "info",
          .summary = "how a collection is set up",
          .description = "Example:\n  vecstore collection info docs -o json",
          .options = {{"name", name.get(), "its name (else --collection)"}},
          .run = [name](Session& session) { return info(session, *name); }};
}

Command drop_command() {
  auto name = std::make_shared<std::string>();
  return {.name = "drop",
          .summary = "remove a collection with everything in it, or an alias",
          .description = "Example:\n  vecstore collection drop docs",
          .options = {{"name", name.get(), "its name", "", {}, true}},
          .run = [name](Session& session) {
            return change(session, [&](Database& database) { return drop(database, *name); });
          }};
}

}  // namespace

Command collection_command() {
  Command command{.name = "collection",
                  .summary = "make, list, show, change, remove, rename and copy collections",
                  .description =
                      "Examples:\n"
                      "  vecstore collection list\n"
                      "  vecstore collection create photos --dimension 512\n"
                      "  vecstore collection alias current photos"};
  command.subcommands = {
      create_command(),
      {.name = "list",
       .summary = "all collections with their aliases",
       .description = "Example:\n  vecstore collection list -o json",
       .run = list},
      info_command(),
      collection_set_command(),
      collection_quantization_command(),
      drop_command(),
      of_two({.name = "rename",
              .summary = "give a collection another name",
              .description = "Example:\n  vecstore collection rename docs notes"},
             "from", "to",
             [](Database& database, const TwoNames& names) {
               return database.rename_collection(names.from, names.to);
             }),
      of_two({.name = "alias",
              .summary = "a second name; again, it points elsewhere",
              .description = "Example:\n  vecstore collection alias docs docs-2024"},
             "alias", "collection",
             [](Database& database, const TwoNames& names) {
               return database.set_alias(names.from, names.to);
             }),
      of_two({.name = "copy",
              .summary = "a new collection with the same options and records",
              .description = "Example:\n  vecstore collection copy docs docs-backup"},
             "from", "to", [](Database& database, const TwoNames& names) {
               return copy(database, names.from, names.to);
             })};
  return command;
}

}  // namespace vecstore
