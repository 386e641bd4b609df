// Many queries against one state, on all threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "db/collection_core.h"
#include "db/store.h"
#include "vecstore/query.h"

namespace vecstore::db {

class QueryBatch {
 public:
  QueryBatch(Store& store, std::shared_ptr<CollectionCore> core, std::string collection);

  // The first error, in the order of the queries, is that of the batch.
  Result<std::vector<Hits>> answer(std::span<const Query> queries) const;
  // A query for each `dimension` components of `vectors`, all else as `common` says. A thread has
  // one Query, not one for each: of small collections their memory would be a good part of the
  // work.
  Result<std::vector<Hits>> answer_rows(std::span<const float> vectors, std::size_t dimension,
                                        const Query& common) const;

 private:
  template <typename Block>
  Result<std::vector<Hits>> in_blocks(std::size_t count, const Block& answer_block) const;
  Status answer_one(const Query& query, std::size_t position, Hits& hits) const;

  Store& store_;
  std::shared_ptr<CollectionCore> core_;
  std::string collection_;
  ReadState state_;
  TimeMs now_;
};

}  // namespace vecstore::db
