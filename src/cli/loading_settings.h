// How files are read, by the settings: of `ingest` and `extract`.
#pragma once

#include <cstddef>

#include "cli/settings.h"
#include "rag/loaders/load_budget.h"

namespace vecstore {

struct LoadingSettings {
  std::size_t max_file_bytes = 0;
  LoadLimits limits = {};
};

// ingest.max_file_bytes, max_unpacked_bytes, max_members, max_depth; kInvalidArgument when one is
// under 1.
Result<LoadingSettings> loading_settings(const Settings& settings);

}  // namespace vecstore
