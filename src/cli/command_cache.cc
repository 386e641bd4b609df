// cache list, clear.
#include <memory>

#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "embed/cache/cached_embedder.h"
#include "rag/cache/answer_cache.h"

namespace vecstore {
namespace {

bool is_cache(const std::string& name) {
  return name.starts_with(kAnswersPrefix) || name.starts_with(kCachePrefix);
}

// Collections of the user's own may have such names, too: they are in no list and stay.
Result<std::optional<Object>> described(const Database& database, const std::string& name) {
  VECSTORE_ASSIGN(const Collection collection, database.collection(name));
  const CollectionOptions options = collection.options();
  Object row{{"name", name}};
  if (name.starts_with(kAnswersPrefix)) {
    const Result<AnswerCacheStats> stats = AnswerCache::stats_of(collection);
    if (!stats.ok() && stats.status().code() == Code::kFailedPrecondition)
      return std::optional<Object>();
    VECSTORE_TRY(stats.status());
    row["entries"] = number(stats->entries);
    row["hits"] = number(stats->hits);
    row["misses"] = number(stats->misses);
    row["stale"] = number(stats->stale);
  } else {
    if (!options.attributes.find("seeds")) return std::optional<Object>();
    VECSTORE_ASSIGN(const std::uint64_t entries, collection.count());
    row["entries"] = number(entries);
    for (const char* none : {"hits", "misses", "stale"}) row[none] = Value();
  }
  row["what"] = options.description;
  return std::optional(std::move(row));
}

Status list_caches(Session& session) {
  VECSTORE_ASSIGN(const Database database, session.open_to_read());
  VECSTORE_ASSIGN(const std::vector<std::string> names, database.list_collections());
  std::vector<Object> rows;
  for (const std::string& name : names) {
    if (!is_cache(name)) continue;
    VECSTORE_ASSIGN(std::optional<Object> row, described(database, name));
    if (row) rows.push_back(*std::move(row));
  }
  session.out.print_list("caches", rows);
  return {};
}

Status clear_cache(Session& session, const std::string& wanted) {
  VECSTORE_ASSIGN(Database database, session.open_to_write());
  VECSTORE_ASSIGN(const std::vector<std::string> names, database.list_collections());
  std::size_t cleared = 0;
  for (const std::string& name : names) {
    if (!is_cache(name) || (!wanted.empty() && name != wanted)) continue;
    VECSTORE_ASSIGN(const std::optional<Object> row, described(database, name));
    if (!row) continue;
    VECSTORE_TRY(database.drop_collection(name));
    ++cleared;
  }
  if (!wanted.empty() && cleared == 0) return not_found("there is no cache '" + wanted + "'");
  session.out.note(counted(cleared, "cache") + " cleared");
  return database.close();
}

}  // namespace

Command cache_command() {
  auto name = std::make_shared<std::string>();
  return {.name = "cache",
          .summary = "what answers and embeddings are kept to be given again",
          .description = "Examples:\n  vecstore cache list\n  vecstore cache clear",
          .subcommands = {
              {.name = "list",
               .summary = "each with its entries; of answers also hits, misses and stale ones",
               .description = "Example:\n  vecstore cache list",
               .run = list_caches},
              {.name = "clear",
               .summary = "forget one, or all",
               .description = "What is forgotten is made again when it is asked for.\n\n"
                              "Examples:\n  vecstore cache clear\n"
                              "  vecstore cache clear answers-0123456789abcdef",
               .options = {{"name", name.get(), "which; all of them when it is not given"}},
               .run = [name](Session& session) { return clear_cache(session, *name); }}}};
}

}  // namespace vecstore
