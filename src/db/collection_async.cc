// Collection's query_async, for platforms that have threads.
#include <algorithm>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "db/boundary.h"
#include "db/handle.h"
#include "db/search/run_query.h"
#include "db/search/watch_recall.h"

namespace vecstore {
namespace {

// A query in line. It does not own the store, whose end waits for it.
struct Asked {
  db::Store& store;
  const std::shared_ptr<db::CollectionCore> core;
  const db::ReadState state;
  const double asked_ms;
  Query query;

  Result<Hits> run() {
    VECSTORE_TRY(db::usable(store, *core));
    if (query.timeout.count() > 0) {
      const auto waited = static_cast<std::int64_t>(monotonic_ms() - asked_ms);
      const std::int64_t left = query.timeout.count() - waited;
      query.timeout = std::chrono::milliseconds(std::max<std::int64_t>(left, 1));
    }
    const TimeMs now = store.clock().now_ms();
    VECSTORE_ASSIGN(Hits hits, db::run_query(state, store.catalog().name_of(core->number()), query,
                                             now, &store.pool()));
    db::watch_recall(store, core, state, query, now, hits);
    return hits;
  }
};

}  // namespace

std::future<Result<Hits>> Collection::query_async(Query query) const {
  const auto answer = std::make_shared<std::promise<Result<Hits>>>();
  std::future<Result<Hits>> future = answer->get_future();
  const Status status = db::guarded([&]() -> Status {
    VECSTORE_ASSIGN(const std::shared_ptr<ThreadPool> pool, state_->store->query_pool());
    VECSTORE_TRY(state_->usable());
    auto asked = std::make_shared<Asked>(Asked{.store = *state_->store,
                                               .core = state_->core,
                                               .state = state_->core->read(),
                                               .asked_ms = monotonic_ms(),
                                               .query = std::move(query)});
    pool->submit([asked, answer] { answer->set_value(db::guarded([&] { return asked->run(); })); });
    return {};
  });
  if (!status.ok()) answer->set_value(status);
  return future;
}

}  // namespace vecstore
