// A limit on how long a call keeps Python's main thread, which alone can hear of signals.
#pragma once

#include <chrono>

#include "vecstore/cancel.h"

namespace vecstore::python {

// Sets `token` when it has lived for `limit`. One at a time, in the main thread. A thread of the
// process keeps the time for all of them; where no thread can be had, the token is never set.
class CallLimit {
 public:
  CallLimit(const CancelToken& token, std::chrono::milliseconds limit);
  ~CallLimit();
  CallLimit(const CallLimit&) = delete;
  CallLimit& operator=(const CallLimit&) = delete;
};

}  // namespace vecstore::python
