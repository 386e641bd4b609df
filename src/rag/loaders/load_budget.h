// What one file may unfold to: a bomb of a few kilobytes ends in an error, not in all memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "vecstore/status.h"

namespace vecstore {

struct LoadLimits {
  std::uint64_t unpacked_bytes = std::uint64_t{256} << 20;  // decompressed or decoded, in all
  std::size_t members = 10'000;  // files in archives and mails, at every depth
  std::size_t depth = 4;         // of archives within archives, at least 1
};

// Of one file and of all within it. For one thread.
class LoadBudget {
 public:
  explicit LoadBudget(const LoadLimits& limits = {}) : limits_(limits) {}

  // Each counts what comes next; kResourceExhausted, which names the limit and its option, when it
  // is too much.
  Status unpack(std::uint64_t bytes);
  Status enter_member();
  void leave_member() { --depth_; }

  std::uint64_t bytes_left() const { return limits_.unpacked_bytes - bytes_; }

  // True for good once one of the limits was met.
  bool exhausted() const { return exhausted_; }

 private:
  Status refuse(const char* what, const char* option, std::uint64_t limit);

  LoadLimits limits_;
  std::uint64_t bytes_ = 0;
  std::size_t members_ = 0;
  std::size_t depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace vecstore
