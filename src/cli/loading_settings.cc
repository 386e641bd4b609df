#include "cli/loading_settings.h"

#include <string>

namespace vecstore {
namespace {

template <typename T>
Status read(const Settings& settings, const char* key, T& to) {
  const std::int64_t given = settings.integer(key);
  if (given < 1) {
    return invalid_argument(std::string(key) + " must be at least 1, it is " +
                            std::to_string(given));
  }
  to = static_cast<T>(given);
  return {};
}

}  // namespace

Result<LoadingSettings> loading_settings(const Settings& settings) {
  LoadingSettings out;
  VECSTORE_TRY(read(settings, "ingest.max_file_bytes", out.max_file_bytes));
  VECSTORE_TRY(read(settings, "ingest.max_unpacked_bytes", out.limits.unpacked_bytes));
  VECSTORE_TRY(read(settings, "ingest.max_members", out.limits.members));
  VECSTORE_TRY(read(settings, "ingest.max_depth", out.limits.depth));
  out.password = settings.text("ingest.password");
  return out;
}

Result<WatchMethod> watch_method(const Settings& settings) {
  WatchMethod method;
  const std::string& by = settings.text("ingest.watch_by");
  if (by != "notices" && by != "looking")
    return invalid_argument("ingest.watch_by must be notices or looking, it is '" + by + "'");
  method.looking = by == "looking";
  std::int64_t interval_ms = 0;
  VECSTORE_TRY(read(settings, "ingest.watch_interval_ms", interval_ms));
  method.interval = std::chrono::milliseconds(interval_ms);
  return method;
}

}  // namespace vecstore
