// The engine's log lines on standard error: warnings and errors. What it says of a full disk is
// held until the command has ended, whose own error mostly tells the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"
#include "cli/output.h"
#include "vecstore/options.h"

namespace vecstore {

class EngineLog {
 public:
  void add(const Output& out, LogLevel level, std::string_view message);
  // Prints what is held, unless `status` of the command is kResourceExhausted.
  void end(const Output& out, const Status& status);

 private:
  Mutex mutex_;
  std::vector<std::string> held_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore
