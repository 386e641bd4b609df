// What each namespace has asked for, by day, for bills: a folder with a file for each day of UTC.
//
// usage-2026-11-23.jsonl has a JSON object on each line: the counts of one namespace on that day so
// far, of which the last line of a namespace counts. A line is given to the system for each request
// before it is answered: a killed process loses no request that was answered, a power cut what the
// system had not put on the disk. When a file has grown by kGrowBytes, and at the end of its day,
// it is written anew with one line for each namespace. Safe from many threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sync.h"
#include "service/durable_file.h"
#include "vecstore/record.h"

namespace vecstore {

struct UsageCounts {
  std::uint64_t requests = 0;   // that were let in, those that failed included
  std::uint64_t queries = 0;    // each of several in one request
  std::uint64_t upserts = 0;    // records inserted, replaced or changed
  std::uint64_t deletes = 0;    // records removed
  std::uint64_t bytes_in = 0;   // of the bodies of requests
  std::uint64_t bytes_out = 0;  // of the bodies of answers

  UsageCounts& operator+=(const UsageCounts& other);
  bool operator==(const UsageCounts&) const = default;
};

struct UsageRow {
  std::string day = {};  // "2026-11-23", UTC
  std::string space = {};
  UsageCounts counts = {};
  bool operator==(const UsageRow&) const = default;
};
// {"day","namespace","requests","queries","upserts","deletes","bytes_in","bytes_out"}
Object usage_object(const UsageRow& row);
// One line of the export, with its line feed.
std::string usage_line(const UsageRow& row);
// The rows as CSV with a line of names before.
std::string usage_csv(std::span<const UsageRow> rows);

std::string day_of(TimeMs time);
bool is_day(std::string_view text);

struct UsageFilter {
  std::string from = {};   // the first day; empty: the oldest
  std::string to = {};     // the last day; empty: the newest
  std::string space = {};  // empty: all
};

class UsageLog {
 public:
  static constexpr std::uint64_t kGrowBytes = 4u << 20;

  // Makes the folder. Goes on with the day's file that is there; a last line that a crash left
  // unfinished is dropped. kDataLoss names the file and line that is none, kUnavailable when
  // another process writes it.
  static Result<std::unique_ptr<UsageLog>> open(const std::string& folder,
                                                const Clock& clock = system_clock());

  // An error leaves the counts counted: the next line that can be written has them.
  Status add(std::string_view space, const UsageCounts& counts);
  // Of this day.
  UsageCounts today(std::string_view space);

  // read() of its own folder.
  Result<std::vector<UsageRow>> read_back(const UsageFilter& filter) const {
    return read(folder_, filter);
  }
  // By day, then by namespace; also beside its writer. kInvalidArgument for what is no day.
  static Result<std::vector<UsageRow>> read(const std::string& folder, const UsageFilter& filter);

 private:
  using Counts = std::map<std::string, UsageCounts, std::less<>>;
  UsageLog(std::string folder, const Clock& clock) : folder_(std::move(folder)), clock_(clock) {}
  Status begin_day(const std::string& day) VECSTORE_REQUIRES(mutex_);
  Status write_anew() VECSTORE_REQUIRES(mutex_);

  const std::string folder_;
  const Clock& clock_;
  Mutex mutex_;
  std::string day_ VECSTORE_GUARDED_BY(mutex_);
  TimeMs day_ends_ VECSTORE_GUARDED_BY(mutex_) = 0;
  Counts counts_ VECSTORE_GUARDED_BY(mutex_);
  std::optional<AppendFile> file_ VECSTORE_GUARDED_BY(mutex_);
  std::uint64_t written_anew_ VECSTORE_GUARDED_BY(mutex_) = 0;  // bytes of it then
};

}  // namespace vecstore
