#include "service/slow_queries.h"

#include "base/utf8.h"
#include "vecstore/query_json.h"

namespace vecstore {
namespace {

void drop_vectors(Query& query) {
  query.vector = {};
  for (Query& stage : query.prefetch) drop_vectors(stage);
}

}  // namespace

std::string query_summary(const Query& query) {
  Query plain = query;
  drop_vectors(plain);
  std::string text = query_to_json(plain);
  if (text.size() <= SlowQueries::kQueryBytes) return text;
  text.resize(SlowQueries::kQueryBytes - 3);
  if (const std::size_t cut = invalid_utf8_at(text); cut != text.npos) text.resize(cut);
  return text + "…";
}

void SlowQueries::add(SlowQuery query) {
  MutexLock lock(mutex_);
  if (kept_.size() == kKept) kept_.pop_back();
  kept_.push_front(std::move(query));
}

std::vector<SlowQuery> SlowQueries::list() const {
  MutexLock lock(mutex_);
  return {kept_.begin(), kept_.end()};
}

}  // namespace vecstore
