// Which queries the reading threads answer themselves.
//
// To hand a request to another thread and its answer back takes about as much processor time as
// many a query (docs/design/038-server.md). So a query is first asked where it was read, for a
// short time; one that is not done by then is asked again by the threads for it.
#pragma once

#include <atomic>
#include <cstddef>

namespace vecstore {

// Of longer bodies the reading alone takes a good part of that time, and of more hits the writing.
inline constexpr std::size_t kBriefBodyBytes = 128 << 10;
inline constexpr std::size_t kBriefHits = 100;

// Where one query took too long the next ones often do: so many are not tried. Safe from many
// threads.
class BriefAnswers {
 public:
  static constexpr int kNotTried = 64;

  bool worth_trying() {
    if (left_.load(std::memory_order_relaxed) <= 0) return true;
    left_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  void took_too_long() { left_.store(kNotTried, std::memory_order_relaxed); }

 private:
  std::atomic<int> left_ = 0;  // relaxed: a guess
};

}  // namespace vecstore
