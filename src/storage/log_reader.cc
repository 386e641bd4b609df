#include "storage/log_reader.h"

#include <algorithm>
#include <utility>

#include "base/mutant.h"
#include "storage/log_file.h"
#include "storage/log_group.h"

namespace vecstore::storage {
namespace {

using Found = LogFileReader::Found;

std::string span_text(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "record " + std::to_string(first);
  return "records " + std::to_string(first) + " to " + std::to_string(last);
}

class LogReader {
 public:
  LogReader(io::FileSystem& files, const std::string& folder, std::uint32_t salt,
            const LogRange& range, const LogApply& apply, LogState& state)
      : files_(files),
        folder_(folder),
        salt_(salt),
        range_(range),
        from_(std::max<std::uint64_t>(range.from, 1)),
        apply_(apply),
        state_(state) {}

  Result<LogTail> run();

 private:
  Status list_files();
  Result<std::size_t> first_file();
  Result<std::unique_ptr<LogFileReader>> open(std::size_t index);
  Status read_file(std::size_t index);
  Result<std::uint64_t> begin(std::size_t index, LogFileReader& reader);
  Status enter(std::size_t index, const LogFileReader& reader);
  Status go_on(std::size_t index, LogFileReader& reader);
  bool begins_at_place(std::size_t index) const;
  Status accept(const LogFileReader& reader, std::uint64_t offset, const LogRecord& record);
  Status deliver(const LogRecord& record);
  Result<std::optional<std::uint64_t>> judge(LogFileReader& reader, std::uint64_t offset,
                                             std::uint64_t search_from, bool newest);
  Result<std::uint64_t> highest_synced(LogFileReader& reader, const LogFileReader::Place& place);
  void move_tail(std::size_t index, std::uint64_t offset);
  Status nothing_left() const;
  Status move_tail_behind(std::size_t index, LogFileReader& reader, std::uint64_t record,
                          std::uint64_t end);
  void note_dropped();

  io::FileSystem& files_;
  const std::string& folder_;
  const std::uint32_t salt_;
  const LogRange& range_;
  const std::uint64_t from_;
  const LogApply& apply_;
  LogState& state_;
  LogTail tail_;
  std::uint64_t expected_ = 0;  // sequence of the next record; 0 before the first file
  PendingGroup group_;
  bool ended_ = false;
};

Result<LogTail> LogReader::run() {
  state_ = {};
  state_.last_sequence = from_ - 1;
  VECSTORE_TRY(list_files());
  if (tail_.files.empty() && range_.after && range_.after->file != 0)
    return not_found(folder_ + " holds no log file");
  if (tail_.files.empty()) return std::move(tail_);
  VECSTORE_ASSIGN(std::size_t index, first_file());
  for (; index < tail_.files.size() && !ended_; ++index) VECSTORE_TRY(read_file(index));
  if (!range_.after && !tail_.file && from_ > 1) return nothing_left();
  if (!tail_.more) note_dropped();
  return std::move(tail_);
}

Status LogReader::list_files() {
  auto names = files_.list(folder_);
  if (names.status().code() == Code::kNotFound) return {};
  VECSTORE_TRY(names.status());
  for (const std::string& name : *names) {
    if (auto number = parse_log_file_name(name)) tail_.files.push_back({*number, 0, 0});
  }
  std::ranges::sort(tail_.files, {}, &LogFile::number);
  return {};
}

Result<std::unique_ptr<LogFileReader>> LogReader::open(std::size_t index) {
  LogFile& file = tail_.files[index];
  VECSTORE_ASSIGN(auto reader, LogFileReader::open(files_, log_file_path(folder_, file.number),
                                                   salt_, file.number));
  file.size = reader->size();
  file.first_sequence = reader->first_sequence().value_or(0);
  return reader;
}

// Only the newest file may have a bad header: the others were synced when their successor was made.
Result<std::size_t> LogReader::first_file() {
  for (std::size_t index = 0; index < tail_.files.size(); ++index)
    if (begins_at_place(index)) return index;
  for (std::size_t index = tail_.files.size(); index-- > 0;) {
    VECSTORE_ASSIGN(auto reader, open(index));
    bool newest = index + 1 == tail_.files.size();
    auto first = reader->first_sequence();
    if (!first && !newest) return data_loss(reader->path() + " at offset 0: the header is damaged");
    if (first && *first <= from_) return index;
  }
  std::uint64_t first = tail_.files.front().first_sequence;
  if (first == 0) return std::size_t{0};  // a single file with a bad header: read_file judges it
  const std::string what = log_file_path(folder_, tail_.files.front().number) +
                           " at offset 0: the log begins behind " + span_text(from_, first - 1);
  return range_.after ? not_found(what) : data_loss(what);
}

// Records between the place and `from` that are not there would be a gap.
bool LogReader::begins_at_place(std::size_t index) const {
  return range_.after && range_.after->next_sequence == from_ &&
         range_.after->file == tail_.files[index].number;
}

Status LogReader::read_file(std::size_t index) {
  VECSTORE_ASSIGN(auto reader, open(index));
  bool newest = index + 1 == tail_.files.size();
  std::uint64_t end = 1;
  VECSTORE_ASSIGN(std::uint64_t offset, begin(index, *reader));
  LogRecord record;
  while (true) {
    Found found = Found::kBad;
    if (offset > 0) {
      VECSTORE_ASSIGN(found, reader->read(offset, &record, &end));
    }
    if (found == Found::kEnd) return {};
    if (found == Found::kRecord) {
      VECSTORE_TRY(accept(*reader, offset, record));
      // unreached: the record was read just now: it is in the window
      if (group_.empty()) VECSTORE_TRY(move_tail_behind(index, *reader, offset, end));
      if (tail_.more) return {};
      offset = end;
      continue;
    }
    VECSTORE_ASSIGN(auto resume, judge(*reader, offset, end, newest));
    if (!resume) return {};
    offset = *resume;
  }
}

// Where the first record is looked for; 0 for a bad header.
Result<std::uint64_t> LogReader::begin(std::size_t index, LogFileReader& reader) {
  if (expected_ == 0 && begins_at_place(index)) {
    VECSTORE_TRY(go_on(index, reader));
    return tail_.offset;
  }
  if (!reader.first_sequence()) return std::uint64_t{0};
  VECSTORE_TRY(enter(index, reader));
  return std::uint64_t{kLogFileHeaderBytes};
}

// The place is where it was when it was found, unless a writer has cut what stood before it.
Status LogReader::go_on(std::size_t index, LogFileReader& reader) {
  const LogPlace& place = *range_.after;
  bool same = reader.size() >= place.offset;
  if (same && place.last_offset != 0) {
    VECSTORE_ASSIGN(const std::uint32_t checksum, reader.checksum_at(place.last_offset));
    same = checksum == place.last_checksum;
  } else if (same) {
    same = reader.first_sequence() == place.next_sequence;
  }
  if (!same && !VECSTORE_MUTANT("follow.cut_unseen"))
    return aborted(reader.path() + " at offset " + std::to_string(place.offset) +
                   ": what was read before was taken back");
  expected_ = place.next_sequence;
  move_tail(index, place.offset);
  tail_.last_offset = place.last_offset;
  tail_.last_checksum = place.last_checksum;
  return {};
}

// The file's place in the sequence.
Status LogReader::enter(std::size_t index, const LogFileReader& reader) {
  std::uint64_t first = *reader.first_sequence();
  if (expected_ == 0) expected_ = first;
  if (first < expected_) {
    return data_loss(reader.path() + " at offset 0: begins with record " + std::to_string(first) +
                     " where " + std::to_string(expected_) + " belongs");
  }
  if (first > expected_) {
    return data_loss(reader.path() + " at offset 0: " + span_text(expected_, first - 1) +
                     " are missing before it");
  }
  if (group_.empty()) move_tail(index, kLogFileHeaderBytes);
  return {};
}

void LogReader::move_tail(std::size_t index, std::uint64_t offset) {
  tail_.file = index;
  tail_.offset = offset;
  tail_.next_sequence = expected_;
  tail_.last_offset = 0;
  state_.last_sequence = std::max(from_, expected_) - 1;
}

Status LogReader::move_tail_behind(std::size_t index, LogFileReader& reader, std::uint64_t record,
                                   std::uint64_t end) {
  move_tail(index, end);
  tail_.last_offset = record;
  // unreached: the record was read just now: it is in the window
  VECSTORE_ASSIGN(tail_.last_checksum, reader.checksum_at(record));
  tail_.more = state_.bytes >= range_.max_bytes;
  ended_ = tail_.more;
  return {};
}

Status LogReader::accept(const LogFileReader& reader, std::uint64_t offset,
                         const LogRecord& record) {
  auto damage = [&](const std::string& what) {
    return data_loss(reader.path() + " at offset " + std::to_string(offset) + ": " + what);
  };
  if (record.sequence < expected_) {
    return damage("record " + std::to_string(record.sequence) + " where " +
                  std::to_string(expected_) + " belongs");
  }
  if (VECSTORE_MUTANT("log.gap_accepted")) expected_ = std::max(expected_, record.sequence);
  if (record.sequence > std::max(expected_, from_)) {
    return damage(span_text(std::max(expected_, from_), record.sequence - 1) + " are missing");
  }
  if (record.sequence > expected_) group_.clear();  // a gap below `from_`
  const bool commit = record.type == LogType::kCommit;
  if (!group_.empty() && !record.in_group && !commit) {
    return damage("record " + std::to_string(record.sequence) + " follows a group without an end");
  }
  expected_ = record.sequence + 1;
  state_.epoch = std::max(state_.epoch, record.epoch);
  const bool waits = record.in_group && !VECSTORE_MUTANT("log.half_batch_applied");
  if (waits && !commit) {
    group_.add(record);
    return {};
  }
  VECSTORE_TRY(group_.deliver_to([this](const LogRecord& member) { return deliver(member); }));
  return deliver(record);
}

Status LogReader::deliver(const LogRecord& record) {
  if (record.sequence < from_) return {};
  state_.bytes += encoded_log_record_size(record.payload.size());
  return apply_(record);
}

// Bad bytes at `offset`: an error when they are damage, where to go on when nothing needed is
// missing, nothing when the log ends here. A bad file header is at offset 0.
Result<std::optional<std::uint64_t>> LogReader::judge(LogFileReader& reader, std::uint64_t offset,
                                                      std::uint64_t search_from, bool newest) {
  const std::uint64_t missing = std::max(expected_, from_);
  const std::string where = reader.path() + " at offset " + std::to_string(offset);
  VECSTORE_ASSIGN(auto behind, reader.find(search_from, std::max<std::uint64_t>(expected_, 1) - 1));
  if (offset > 0 && behind && behind->header.record.sequence <= from_) {
    state_.notes.push_back(where + ": damaged records, which are in segments already");
    expected_ = behind->header.record.sequence;
    group_.clear();
    return std::optional(behind->offset);
  }
  Status damage =
      data_loss(where + (offset == 0 ? std::string(": the header is damaged")
                                     : ": record " + std::to_string(missing) + " is damaged"));
  if (!newest) return damage;
  if (behind) {
    VECSTORE_ASSIGN(std::uint64_t synced, highest_synced(reader, *behind));
    if (VECSTORE_MUTANT("log.claim_ignored")) synced = 0;
    if (synced >= missing) return damage;
    VECSTORE_ASSIGN(bool unwritten, reader.has_zero_sector(offset, behind->offset));
    if (!unwritten) return damage;
  }
  ended_ = true;
  return std::optional<std::uint64_t>();
}

// What `place` and all record headers behind it claim.
Result<std::uint64_t> LogReader::highest_synced(LogFileReader& reader,
                                                const LogFileReader::Place& place) {
  const std::uint64_t after = place.header.record.sequence;
  std::uint64_t synced = place.header.record.synced;
  std::uint64_t offset = place.offset + place.header.size();
  while (true) {
    VECSTORE_ASSIGN(auto next, reader.find(offset, after));
    if (!next) return synced;
    synced = std::max(synced, next->header.record.synced);
    offset = next->offset + next->header.size();
  }
}

// Whoever counts on what came before `from` had it synced, in a file with a header: a log of which
// nothing can be read was not left so by a power cut.
Status LogReader::nothing_left() const {
  const LogFile& newest = tail_.files.back();
  return data_loss(log_file_path(folder_, newest.number) + " at offset 0: the header is " +
                   (newest.size == 0 ? "missing, the file is empty" : "damaged") +
                   ", and no other file has the log's records from " + std::to_string(from_));
}

void LogReader::note_dropped() {
  for (std::size_t index = tail_.file.value_or(0); index < tail_.files.size(); ++index) {
    const LogFile& file = tail_.files[index];
    std::uint64_t offset = tail_.file == index ? tail_.offset : 0;
    if (file.size == 0)
      state_.notes.push_back(log_file_path(folder_, file.number) +
                             " is empty: nothing had been synced to it, or what it held is lost");
    if (file.size <= offset) continue;
    state_.notes.push_back(log_file_path(folder_, file.number) + ": " +
                           std::to_string(file.size - offset) + " bytes from offset " +
                           std::to_string(offset) + " were an unfinished write and were dropped");
  }
}

}  // namespace

std::optional<LogPlace> LogTail::place() const {
  if (!file) return std::nullopt;
  return LogPlace{files[*file].number, offset, next_sequence, last_offset, last_checksum};
}

Result<LogTail> read_log(io::FileSystem& files, const std::string& folder, std::uint32_t salt,
                         const LogRange& range, const LogApply& apply, LogState* state) {
  return LogReader(files, folder, salt, range, apply, *state).run();
}

}  // namespace vecstore::storage
