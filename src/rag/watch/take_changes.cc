#include "rag/watch/take_changes.h"

#include <algorithm>

#include "base/clock.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{60'000};

milliseconds since(double begun_ms) {
  return milliseconds(static_cast<std::int64_t>(monotonic_ms() - begun_ms));
}

// Adds what changes until there is a pause.
Status gather(FolderWatch& watch, const TakeOptions& options, FolderChanges& changes) {
  const double begun_ms = monotonic_ms();
  for (;;) {
    const milliseconds left = options.most - std::min(options.most, since(begun_ms));
    VECSTORE_ASSIGN(const FolderChanges more,
                    watch.wait(std::min(options.quiet, left), options.cancel));
    changes.add(more);
    if (more.empty() || left.count() == 0) return {};
  }
}

}  // namespace

bool may_pass(const Status& status) {
  return status.code() == Code::kUnavailable || status.code() == Code::kResourceExhausted ||
         status.code() == Code::kDeadlineExceeded || status.code() == Code::kNotFound;
}

Status take_changes(FolderWatch& watch, const TakeOptions& options,
                    const std::function<Status(const FolderChanges&)>& take) {
  FolderChanges changes;
  changes.everything = true;
  milliseconds retry = options.retry;
  while (!options.cancel.cancelled()) {
    Status status = take(changes);
    if (options.cancel.cancelled()) return {};
    if (status.ok()) {
      changes = {};
      retry = options.retry;
    } else if (!may_pass(status)) {
      return status;
    }
    // What failed waits its time, whatever changes; else the first change ends the wait.
    const double begun_ms = monotonic_ms();
    for (bool waits = true; waits && !options.cancel.cancelled();) {
      const milliseconds time = status.ok() ? kLongest : retry - std::min(retry, since(begun_ms));
      VECSTORE_ASSIGN(const FolderChanges more, watch.wait(time, options.cancel));
      changes.add(more);
      waits = status.ok() ? changes.empty() : since(begun_ms) < retry;
    }
    if (!status.ok()) retry = std::min(retry * 2, kLongest);
    VECSTORE_TRY(gather(watch, options, changes));
  }
  return {};
}

}  // namespace vecstore
