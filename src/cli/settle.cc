#include "cli/settle.h"

#include "cli/interrupt.h"

namespace vecstore {

Status settle(const Session& session, Database& database, std::uint64_t written) {
  if (written == 0) return {};
  VECSTORE_ASSIGN(Collection collection, database.collection(session.collection_name()));
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  const std::uint64_t rows = stats.records + stats.soft_deleted + stats.expired;
  const bool graph = stats.index == "hnsw" && stats.vector_bytes > 0;
  if (!graph || rows < stats.options.hnsw.min_rows) return {};
  session.out.note("building the graph; Ctrl-C leaves that to the next command that writes");
  forget_interrupts();
  if (2 * written >= rows) VECSTORE_TRY(collection.compact().status());
  return database.wait_for_background();
}

}  // namespace vecstore
