// Reads whatever verifies in a damaged log, where recovery would stop: docs/format/log.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "db/salvage/findings.h"
#include "io/file_system.h"
#include "storage/log_file.h"
#include "storage/log_group.h"
#include "storage/log_record.h"

namespace vecstore::db {

// Sequences of records that are not there although later ones are, both ends included.
using LogGap = std::pair<std::uint64_t, std::uint64_t>;

class LogRemains {
 public:
  // Records below `start` are all in segments: it does not matter that they are missing. 0: nobody
  // knows where the log began. The error of `apply` ends the reading.
  LogRemains(io::FileSystem& files, std::string folder, std::uint64_t start,
             std::function<Status(const storage::LogRecord&)> apply, Findings& findings)
      : files_(files),
        folder_(std::move(folder)),
        start_(start),
        apply_(std::move(apply)),
        findings_(findings) {}

  // Hands over every record that verifies, in order of their sequences wherever they are. Members
  // of a batch follow when its end is there, or when later records show that it was. `database` 0:
  // of whatever the files belong to. Memory: 24 bytes a record.
  Status read(std::uint64_t database);

  std::uint64_t last() const { return last_; }  // sequence of the last record that verified
  // True when a record that is missing may have come between the two.
  bool missing_between(std::uint64_t first, std::uint64_t last) const;

 private:
  struct Place {
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    std::size_t file = 0;
  };

  bool is_of_a_copy() const;
  Status open_files(std::uint64_t database);
  Status find_records(std::size_t index);
  Status accept(const std::string& path, std::uint64_t offset, const storage::LogRecord& record);
  Status deliver_group();

  io::FileSystem& files_;
  const std::string folder_;
  const std::uint64_t start_;
  const std::function<Status(const storage::LogRecord&)> apply_;
  Findings& findings_;
  std::vector<std::unique_ptr<storage::LogFileReader>> readers_;
  std::vector<Place> places_;
  std::uint64_t last_ = 0;
  bool closed_ = true;  // the last record is the mark of a clean close, or nothing was to be there
  storage::PendingGroup group_;
  std::vector<LogGap> gaps_;
};

}  // namespace vecstore::db
