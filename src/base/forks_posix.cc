#include <pthread.h>

#include <atomic>

#include "base/forks.h"

namespace vecstore {
namespace {

std::atomic<std::uint64_t> count = 0;

}  // namespace

std::uint64_t forks() {
  static const bool counted = [] {
    at_forks(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
    return true;
  }();
  static_cast<void>(counted);
  return count.load(std::memory_order_relaxed);
}

void at_forks(void (*before)(), void (*in_parent)(), void (*in_child)()) {
  pthread_atfork(before, in_parent, in_child);
}

}  // namespace vecstore
