#include "python/src/call_limit.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/forks.h"

namespace vecstore::python {
namespace {

using Clock = std::chrono::steady_clock;

class Keeper {
 public:
  void begin(const CancelToken& token, std::chrono::milliseconds limit) {
    const std::lock_guard lock(mutex_);
    token_ = token;
    deadline_ = Clock::now() + limit;
    if (!started_) start();
    // While it waits for an earlier deadline it is left to do so: a wake costs more than a query.
    if (idle_) wake_.notify_one();
  }

  void end() {
    const std::lock_guard lock(mutex_);
    token_.reset();
  }

 private:
  void start() {
    try {
      std::thread([this] { keep(); }).detach();
      started_ = true;
    } catch (const std::system_error&) {
    }
  }

  [[noreturn]] void keep() {
    std::unique_lock lock(mutex_);
    for (;;) {
      idle_ = true;
      wake_.wait(lock, [&] { return token_.has_value(); });
      idle_ = false;
      const Clock::time_point deadline = deadline_;
      wake_.wait_until(lock, deadline, [&] { return Clock::now() >= deadline; });
      if (token_ && Clock::now() >= deadline_) {
        token_->cancel();
        token_.reset();
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<CancelToken> token_;
  Clock::time_point deadline_;
  bool started_ = false;
  bool idle_ = false;
};

// Never destroyed: its thread goes on until the process ends. A child of fork() has no such thread
// and makes one of its own.
Keeper* keeper = nullptr;

Keeper& the_keeper() {
  static const bool registered = (at_forks(nullptr, nullptr, [] { keeper = nullptr; }), true);
  (void)registered;
  if (keeper == nullptr) keeper = new Keeper;
  return *keeper;
}

}  // namespace

CallLimit::CallLimit(const CancelToken& token, std::chrono::milliseconds limit) {
  the_keeper().begin(token, limit);
}

CallLimit::~CallLimit() { the_keeper().end(); }

}  // namespace vecstore::python
