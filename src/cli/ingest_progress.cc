#include "cli/ingest_progress.h"

#include <algorithm>

#include "cli/terminal.h"

namespace vecstore {
namespace {

constexpr double kTooSoonToTell = 2;  // seconds

double seconds_left(const IngestProgress& at) {
  const std::uint64_t worked = at.bytes_done - std::min(at.bytes_unchanged, at.bytes_done);
  const std::uint64_t left = at.bytes_total - std::min(at.bytes_done, at.bytes_total);
  if (worked == 0 || at.seconds < kTooSoonToTell) return 0;
  return at.seconds * static_cast<double>(left) / static_cast<double>(worked);
}

}  // namespace

std::string ingest_line(const IngestProgress& at) {
  const std::uint64_t passages = std::max(at.chunks_embedded, at.chunks_written);
  const double rate = at.seconds > 0 ? static_cast<double>(passages) / at.seconds : 0;
  const std::string bar = at.bytes_total > 0 ? progress_bar(at.bytes_done, at.bytes_total)
                                             : progress_bar(at.files_done, at.files_total);
  std::string line = bar + "  " + format_count(at.files_done) + "/" + format_count(at.files_total) +
                     " files  " + counted(passages, "passage") + "  " +
                     format_count(static_cast<std::uint64_t>(rate)) + "/s";
  if (const double left = seconds_left(at); left >= 1) line += "  ETA " + format_duration(left);
  return line;
}

}  // namespace vecstore
