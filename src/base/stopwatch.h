// What a piece of work on this thread takes: time, and how much of it goes into reading files for
// the first time.
#pragma once

#include <cstdint>

#include "vecstore/plan.h"

namespace vecstore {

// For whoever reads and verifies: adds to what this thread has read for the first time.
void count_first_read(std::uint64_t bytes, double ms);

FirstReads& operator+=(FirstReads& sum, const FirstReads& more);

// Runs from its construction; to be asked on the same thread.
class Stopwatch {
 public:
  Stopwatch();
  double ms() const;
  FirstReads first_reads() const;

 private:
  double begun_ms_;
  FirstReads before_;
};

}  // namespace vecstore
