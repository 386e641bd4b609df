// What is behind vecstore.Database and vecstore.Collection, and the functions that bind them, by
// theme.
#pragma once

#include <nanobind/nanobind.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "python/src/call.h"
#include "python/src/errors.h"
#include "python/src/records.h"
#include "vecstore/database.h"

namespace vecstore::python {

struct DatabaseHandle : Handle<Database> {
  explicit DatabaseHandle(Database database) : Handle(std::move(database)) {}
};

struct CollectionHandle : Handle<Collection> {
  explicit CollectionHandle(Collection collection)
      : Handle(std::move(collection)), kinds(kinds_of((**this).options())) {}
  CollectionHandle(CollectionHandle&& other) noexcept
      : Handle(std::move(other)), kinds(std::move(other.kinds)) {}

  Kinds kinds;
  // The last query took so long that the next one lets the main thread ask for signals.
  std::atomic<bool> slow{false};
  // Milliseconds of a query of the last batch; before the first one a guess that puts a few of them
  // into the thread that calls.
  std::atomic<double> query_ms{6};
};

// What is walked from its beginning to its end, batch by batch. The engine takes one thread at a
// time.
template <typename T>
class Walk : public Handle<T> {
 public:
  explicit Walk(T value) : Handle<T>(std::move(value)) {}
  Walk(Walk&&) noexcept = default;

  // After Ctrl-C, or when the token is set, the next call goes on as if this one had not been made.
  auto next(std::size_t count, CancelToken token) const {
    T& engine = **this;
    const auto work = [&] {
      const std::lock_guard one_at_a_time(*mutex_);
      return engine.next(count, token);
    };
    constexpr std::size_t kMany = 1000;  // of fewer a thread would add to what they take
    return take(count < kMany ? unlocked(work) : watched(work, &token));
  }

 private:
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

using CollectionClass = nanobind::class_<CollectionHandle>;
using DatabaseClass = nanobind::class_<DatabaseHandle>;

void bind_cancel(nanobind::module_& module);
void bind_filter(nanobind::module_& module);
void bind_hits(nanobind::module_& module);
void bind_scan(nanobind::module_& module);
void bind_database(nanobind::module_& module, DatabaseClass& database);
void bind_snapshots(DatabaseClass& database);
void bind_care(nanobind::module_& module);
void bind_reads(CollectionClass& collection);
void bind_writes(CollectionClass& collection);
void bind_search(nanobind::module_& module, CollectionClass& collection);
void bind_upkeep(CollectionClass& collection);
void bind_history(nanobind::module_& module, DatabaseClass& database, CollectionClass& collection);
void bind_embedding(nanobind::module_& module);
void bind_models(nanobind::module_& module);
void bind_heads(nanobind::module_& module);
void bind_remote(nanobind::module_& module);
void bind_answers(nanobind::module_& module);
void bind_extract(nanobind::module_& module);
void bind_evaluation(nanobind::module_& module);
void bind_answer_evaluation(nanobind::module_& module);
void bind_conversations(nanobind::module_& module);
void bind_answer_cache(nanobind::module_& module);
void bind_rerank(nanobind::module_& module, CollectionClass& collection);
void bind_expand(nanobind::module_& module, CollectionClass& collection);

// An optional CancelToken; `fallback` when it is None, so that Ctrl-C has one to set.
CancelToken token_of(nanobind::handle object);

}  // namespace vecstore::python
