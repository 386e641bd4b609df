// Questions on their way from who reads them to the threads that answer.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>

namespace production {

// Between who reads and those who answer: a hundred at most wait, then the reader does. None: the
// end.
class Questions {
 public:
  void put(std::optional<std::string> question) {
    room_.acquire();
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(question));
    some_.release();
  }
  std::optional<std::string> take() {
    some_.acquire();
    const std::lock_guard lock(mutex_);
    std::optional<std::string> first = std::move(waiting_.front());
    waiting_.pop_front();
    room_.release();
    return first;
  }

 private:
  std::mutex mutex_;
  std::deque<std::optional<std::string>> waiting_;
  std::counting_semaphore<> room_{100}, some_{0};
};

}  // namespace production
