// An audit log: a folder of files of JSON lines that are chained by hashes
// (service/audit_record.h).
//
// A file is called audit-N.jsonl after the first sequence number in it; with kFileBytes the next
// one begins, and the oldest goes when there are more than `max_files`. A line is given to the
// system before add() returns: a killed process loses none, a power cut may lose the last ones.
// Safe from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/sync.h"
#include "service/audit_record.h"
#include "service/durable_file.h"

namespace vecstore {

struct AuditOptions {
  std::uint64_t file_bytes = 16u << 20;  // 4 KiB to 256 MiB
  std::size_t max_files = 16;            // at least 2
};

struct AuditReport {
  std::size_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t first = 0;  // sequence of the oldest record; above 1 where older files are gone
  ChainEnd end = {};
  bool unfinished = false;  // the last line was not written to its end: a crash, or being written
  bool contains = false;    // the hash that was asked for
};

class AuditLog {
 public:
  // Makes the folder. Goes on with the chain that is there; a last line that a crash left
  // unfinished is cut off. kDataLoss when the newest file does not verify, kUnavailable when
  // another process writes it.
  static Result<std::unique_ptr<AuditLog>> open(const std::string& folder,
                                                const AuditOptions& options,
                                                const Clock& clock = system_clock());

  Status add(const AuditEvent& event);
  ChainEnd end() const;

  // Reads the whole log, also beside its writer. kDataLoss names the first file and line that do
  // not fit; kNotFound when there is no log. `hash`: whether one of the records has it.
  static Result<AuditReport> verify(const std::string& folder, const std::string& hash = {});

 private:
  AuditLog(std::string folder, const AuditOptions& options, const Clock& clock)
      : folder_(std::move(folder)), options_(options), clock_(clock) {}
  Status rotate() VECSTORE_REQUIRES(mutex_);

  const std::string folder_;
  const AuditOptions options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  ChainEnd end_ VECSTORE_GUARDED_BY(mutex_);
  std::optional<AppendFile> file_ VECSTORE_GUARDED_BY(mutex_);
};

}  // namespace vecstore
