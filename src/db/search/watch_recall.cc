#include "db/search/watch_recall.h"

#include <utility>

#include "db/boundary.h"
#include "db/search/run_query.h"

namespace vecstore::db {
namespace {

// A query that is asked again. It does not own the store, whose end waits for it.
struct Sample {
  Store& store;
  std::shared_ptr<CollectionCore> core;
  ReadState state;
  Query query;
  TimeMs now = 0;
  Hits found;

  Status run() {
    VECSTORE_TRY(store.require_open());
    VECSTORE_ASSIGN(const Hits exact,
                    run_query(state, store.catalog().name_of(core->number()), query, now, nullptr));
    core->recall.end(found, exact);
    return {};
  }
};

Query exactly(const Query& query) {
  Query exact = query;
  exact.effort = Effort::kMaxRecall;
  exact.ef = 0;
  exact.target_recall = 0;
  exact.plan = Plan::kAuto;
  exact.explain = Explain::kNo;
  exact.include = {.metadata = false, .text = false};
  exact.timeout = std::chrono::milliseconds(0);
  exact.cancel.reset();
  return exact;
}

// Whether it has one exact answer to be compared with: it ranks by a vector alone and was not exact
// already.
bool can_be_sampled(const Query& query) {
  const bool exact = query.effort == Effort::kMaxRecall || query.plan == Plan::kScan ||
                     query.target_recall == 1 || query.explain == Explain::kPlan;
  const bool by_vector_alone = query.vector.dense() != nullptr && query.text.empty() &&
                               query.prefetch.empty() && query.formula.empty() && !query.mmr &&
                               !query.group_by && query.autocut == 0;
  return by_vector_alone && !exact;
}

}  // namespace

void watch_recall(Store& store, const std::shared_ptr<CollectionCore>& core, const ReadState& state,
                  const Query& query, TimeMs now, const Hits& found) {
  if (found.partial || !can_be_sampled(query)) return;
  if (!core->recall.begin(store.options().recall_sample)) return;
  const Status status = guarded([&]() -> Status {
    VECSTORE_ASSIGN(const std::shared_ptr<ThreadPool> pool, store.query_pool());
    auto sample = std::make_shared<Sample>(Sample{store, core, state, exactly(query), now, found});
    pool->submit([sample] {
      if (!guarded([&] { return sample->run(); }).ok()) sample->core->recall.give_up();
    });
    return {};
  });
  if (!status.ok()) core->recall.give_up();
}

}  // namespace vecstore::db
