#include "index/crew.h"

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace vecstore::index {

Crew::Crew(const Pace& pace)
    : pace_(pace),
      workers_(pace.pool == nullptr ? 1 : static_cast<std::size_t>(pace.pool->threads()) + 1) {}

Status Crew::for_each(std::size_t n, std::size_t between,
                      const std::function<void(std::size_t, std::size_t)>& body) const {
  for (std::size_t begin = 0; begin < n;) {
    VECSTORE_TRY(pace_.keep());
    const std::size_t wanted = pace_.threads ? pace_.threads() : 1;
    const std::size_t threads = std::clamp<std::size_t>(wanted, 1, workers_);
    const std::size_t end = std::min(n, begin + between * threads);
    VECSTORE_TRY(run(begin, end, threads, body));
    begin = end;
  }
  return {};
}

Status Crew::run(std::size_t begin, std::size_t end, std::size_t threads,
                 const std::function<void(std::size_t, std::size_t)>& body) const {
  std::atomic<std::size_t> next{begin};
  const auto work = [&](std::size_t worker) {
    // Relaxed: the counter only deals items out; the pool publishes what the body wrote.
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < end;) body(worker, i);
  };
  const auto guarded = [&](std::size_t worker) -> Status {
    if (pace_.guard) return pace_.guard([&] { work(worker); });
    work(worker);
    return {};
  };
  const std::size_t useful = std::min(threads, end - begin);
  if (useful < 2) return guarded(0);
  std::vector<Status> said(useful);
  pace_.pool->parallel_for(useful, [&](std::size_t worker) { said[worker] = guarded(worker); });
  for (Status& status : said) VECSTORE_TRY(std::move(status));
  return {};
}

}  // namespace vecstore::index
