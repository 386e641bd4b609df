// Time as a parameter: calls over the network wait, and tests bring a clock that does not.
#pragma once

#include <cstdint>
#include <functional>

namespace vecstore {

// All of them are called from many threads.
struct RemoteTime {
  std::function<double()> elapsed_ms;     // never goes backwards
  std::function<std::int64_t()> unix_ms;  // for a Retry-After that is a date
  std::function<void(double ms)> wait;    // returns when so much has elapsed, or soon after
  std::uint64_t seed = 0;                 // of the jitter in waits between attempts
};

// The computer's, seeded by the moment.
RemoteTime computer_time();

}  // namespace vecstore
