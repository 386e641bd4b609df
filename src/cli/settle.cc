#include "cli/settle.h"

#include <algorithm>

#include "cli/interrupt.h"

namespace vecstore {
namespace {

// Rows that a scan alone finds.
std::uint64_t bare_rows(const CollectionStats& stats, std::uint64_t rows) {
  return rows - std::min(rows, stats.indexed_rows);
}

enum class How { kWait, kFlush, kMerge };

Status build(Database& database, Collection& collection, How how) {
  if (how == How::kMerge) VECSTORE_TRY(collection.compact().status());
  if (how == How::kFlush) VECSTORE_TRY(database.flush());  // and has graphs made that are missing
  return database.wait_for_background();
}

}  // namespace

Status settle(const Session& session, Database& database, std::uint64_t written,
              const std::string& kept) {
  VECSTORE_ASSIGN(Collection collection, database.collection(session.collection_name()));
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  const std::uint64_t rows = stats.records + stats.soft_deleted + stats.expired;
  const std::uint64_t bare = bare_rows(stats, rows), least = stats.options.hnsw.min_rows;
  const bool graph = stats.index == "hnsw" && stats.vector_bytes > 0;
  if (!graph || rows < least || (written == 0 && bare < least)) return {};
  const std::string last_words =
      "stopped: " + kept +
      ", the graph is not built yet: the same command or 'vecstore compact' builds it, until then "
      "searches look at every vector";
  session.out.note("building the graph; Ctrl-C leaves that for later");
  end_on_interrupt(last_words);
  if (interrupted()) return cancelled(last_words);
  const bool most = written > 0 && 2 * std::max(written, bare) >= rows;
  const How how = most ? How::kMerge : bare >= least ? How::kFlush : How::kWait;
  return build(database, collection, how).with_context(kept + ", the graph could not be built");
}

}  // namespace vecstore
