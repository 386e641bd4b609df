// For tests: where tools/setup has put the built-in model and the reference implementation.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace vecstore {

inline std::filesystem::path test_cache_folder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache) {
    return std::filesystem::path(cache) / "vecstore";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home ? home : "") / ".cache" / "vecstore";
}

inline std::string test_models_folder() {
  const char* models = std::getenv("VECSTORE_MODELS");
  return models && *models ? models : (test_cache_folder() / "models").string();
}

// The virtual environment with the packages of tools/requirements.txt: complete once it has
// .complete.
inline std::filesystem::path reference_packages() { return test_cache_folder() / "venv"; }

}  // namespace vecstore
