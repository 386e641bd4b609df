#include "cli/engine_log.h"

namespace vecstore {

void EngineLog::add(const Output& out, LogLevel level, std::string_view message) {
  if (level == LogLevel::kInfo) return;
  const std::string line = "vecstore: " + std::string(message);
  if (message.find("resource_exhausted:") == message.npos) return out.note(line);
  MutexLock lock(mutex_);
  held_.push_back(line);
}

void EngineLog::end(const Output& out, const Status& status) {
  MutexLock lock(mutex_);
  if (status.code() != Code::kResourceExhausted)
    for (const std::string& line : held_) out.note(line);
  held_.clear();
}

}  // namespace vecstore
