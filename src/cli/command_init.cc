#include <memory>

#include "cli/commands.h"
#include "cli/new_collection.h"
#include "cli/session.h"

namespace vecstore {
namespace {

Status init(Session& session, const NewCollection& wanted) {
  VECSTORE_ASSIGN(const CollectionOptions options, new_collection_options(session, wanted));
  VECSTORE_TRY(
      check_new_collection(session.collection_name(), options));  // before a folder is made
  VECSTORE_ASSIGN(Database database, session.open_to_write(true));
  VECSTORE_ASSIGN(const Collection collection, open_or_make(database, session, wanted));
  session.out.note("collection '" + collection.name() + "' in " + session.database_path() +
                   " is ready");
  return database.close();
}

}  // namespace

Command init_command() {
  auto options = std::make_shared<NewCollection>();
  return {.name = "init",
          .summary = "make a database and a collection",
          .description =
              "Not needed before ingest and import: they make what is missing.\n\n"
              "Examples:\n"
              "  vecstore init --dimension 384 --metric cosine\n"
              "  vecstore --db notes.db --collection photos init --dimension 512 "
              "--metric dot",
          .options = new_collection_arguments(*options),
          .run = [options](Session& session) { return init(session, *options); }};
}

}  // namespace vecstore
