#include "db/search/query_batch.h"

#include <algorithm>
#include <utility>

#include "db/boundary.h"
#include "db/search/run_query.h"
#include "db/search/watch_recall.h"

namespace vecstore::db {
namespace {

// At most so many queries of a batch are asked one after the other by one thread.
constexpr std::size_t kBlock = 16;

Status check_rows(std::span<const float> vectors, std::size_t dimension, const Query& common) {
  if (dimension == 0) return invalid_argument("the dimension of the queries is 0");
  if (vectors.size() % dimension != 0)
    return invalid_argument(std::to_string(vectors.size()) +
                            " components are no whole number of vectors of dimension " +
                            std::to_string(dimension));
  if (!common.vector.empty())
    return invalid_argument("what is common to the queries has a vector of its own");
  return {};
}

}  // namespace

QueryBatch::QueryBatch(Store& store, std::shared_ptr<CollectionCore> core, std::string collection)
    : store_(store),
      core_(std::move(core)),
      collection_(std::move(collection)),
      state_(core_->read()),
      now_(store.clock().now_ms()) {}

Result<std::vector<Hits>> QueryBatch::answer(std::span<const Query> queries) const {
  return in_blocks(queries.size(),
                   [&](std::size_t begin, std::size_t end, std::span<Hits> hits) -> Status {
                     for (std::size_t i = begin; i < end; ++i)
                       VECSTORE_TRY(answer_one(queries[i], i, hits[i]));
                     return {};
                   });
}

Result<std::vector<Hits>> QueryBatch::answer_rows(std::span<const float> vectors,
                                                  std::size_t dimension,
                                                  const Query& common) const {
  VECSTORE_TRY(check_rows(vectors, dimension, common));
  return in_blocks(vectors.size() / dimension,
                   [&](std::size_t begin, std::size_t end, std::span<Hits> hits) -> Status {
                     Query query = common;
                     for (std::size_t i = begin; i < end; ++i) {
                       query.vector = vectors.subspan(i * dimension, dimension);
                       VECSTORE_TRY(answer_one(query, i, hits[i]));
                     }
                     return {};
                   });
}

// Calls answer_block(begin, end, hits), which puts hits[begin] to hits[end - 1], for all parts.
template <typename Block>
Result<std::vector<Hits>> QueryBatch::in_blocks(std::size_t count,
                                                const Block& answer_block) const {
  const std::size_t shares = 8 * (static_cast<std::size_t>(store_.pool().threads()) + 1);
  const std::size_t block = std::clamp<std::size_t>(count / shares, 1, kBlock);
  std::vector<Hits> hits(count);
  std::vector<Status> ended((count + block - 1) / block);
  store_.pool().parallel_for(ended.size(), [&](std::size_t i) {
    ended[i] = guarded(
        [&] { return answer_block(i * block, std::min(count, (i + 1) * block), std::span(hits)); });
  });
  for (Status& status : ended) VECSTORE_TRY(std::move(status));
  return hits;
}

Status QueryBatch::answer_one(const Query& query, std::size_t position, Hits& hits) const {
  Result<Hits> found =
      guarded([&] { return run_query(state_, collection_, query, now_, nullptr); });
  if (!found.ok())
    return found.status().with_context("query at position " + std::to_string(position));
  hits = *std::move(found);
  watch_recall(store_, core_, state_, query, now_, hits);
  return {};
}

}  // namespace vecstore::db
