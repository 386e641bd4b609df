// How files are read, by the settings: of `ingest` and `extract`.
#pragma once

#include <cstddef>
#include <string>

#include "cli/settings.h"
#include "rag/loaders/load_budget.h"
#include "rag/watch/folder_watch.h"

namespace vecstore {

struct LoadingSettings {
  std::size_t max_file_bytes = 0;
  LoadLimits limits = {};
  std::string password = {};  // of files that are encrypted; shown nowhere
};

// ingest.max_file_bytes, max_unpacked_bytes, max_members, max_depth, password; kInvalidArgument
// when a number is under 1.
Result<LoadingSettings> loading_settings(const Settings& settings);

// ingest.watch_by, which is notices or looking, and watch_interval_ms.
Result<WatchMethod> watch_method(const Settings& settings);

}  // namespace vecstore
