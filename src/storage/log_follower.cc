#include "storage/log_follower.h"

#include <utility>

#include "storage/log_file.h"

namespace vecstore::storage {

LogFollower::LogFollower(io::FileSystem& files, std::string folder, std::uint32_t salt,
                         const LogTail& tail, std::uint64_t last_sequence)
    : files_(&files),
      folder_(std::move(folder)),
      salt_(salt),
      last_sequence_(last_sequence),
      place_(tail.place().value_or(LogPlace())) {}

Result<bool> LogFollower::is_unchanged() const {
  if (place_.file == 0) return false;
  const std::string path = log_file_path(folder_, place_.file);
  const auto reader = LogFileReader::open(*files_, path, salt_, place_.file);
  if (!reader.ok() || (*reader)->size() != place_.offset) return false;
  if (place_.last_offset != 0) {
    VECSTORE_ASSIGN(const std::uint32_t checksum, (*reader)->checksum_at(place_.last_offset));
    if (checksum != place_.last_checksum) return false;
  }
  VECSTORE_ASSIGN(const bool next, files_->exists(log_file_path(folder_, place_.file + 1)));
  return !next;
}

Result<LogPiece> LogFollower::read(std::uint64_t max_bytes) const {
  LogPiece piece;
  LogState state;
  LogRange range{.from = last_sequence_ + 1, .max_bytes = max_bytes};
  range.after = place_;  // no file has the number 0
  const auto keep = [&](const LogRecord& record) {
    piece.records.add(record);
    return Status();
  };
  VECSTORE_ASSIGN(const LogTail tail, read_log(*files_, folder_, salt_, range, keep, &state));
  piece.last_sequence = state.last_sequence;
  piece.more = tail.more;
  piece.end = tail.place().value_or(place_);
  return piece;
}

void LogFollower::accept(const LogPiece& piece) {
  place_ = piece.end;
  last_sequence_ = piece.last_sequence;
}

}  // namespace vecstore::storage
