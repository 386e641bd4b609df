#include "db/salvage/log_remains.h"

#include <algorithm>

#include "db/store_files.h"

namespace vecstore::db {

using storage::LogFileReader;

bool LogRemains::missing_between(std::uint64_t first, std::uint64_t last) const {
  return std::ranges::any_of(
      gaps_, [&](const LogGap& gap) { return gap.first < last && gap.second > first; });
}

Status LogRemains::read(std::uint64_t database) {
  VECSTORE_TRY(open_files(database));
  for (std::size_t i = 0; i < readers_.size(); ++i) VECSTORE_TRY(find_records(i));
  std::ranges::stable_sort(places_, {}, &Place::sequence);
  if (start_ == 0 && !readers_.empty()) last_ = readers_.front()->first_sequence().value_or(1) - 1;
  for (const Place& place : places_) {
    LogFileReader& reader = *readers_[place.file];
    storage::LogRecord record;
    std::uint64_t end = 0;
    VECSTORE_ASSIGN(const auto found, reader.read(place.offset, &record, &end));
    if (found == LogFileReader::Found::kRecord)
      VECSTORE_TRY(accept(reader.path(), place.offset, record));
  }
  if (places_.empty() && !readers_.empty() && !is_of_a_copy()) closed_ = false;
  if (readers_.empty() && start_ != 0) closed_ = false;  // the manifest counts on a log
  if (!group_.empty()) findings_.note("a batch at the end of the log has no end and was left out");
  if (!closed_)
    findings_.note(
        folder_ +
        " does not end with the mark of a clean close: what was written last may be gone");
  return {};
}

// A new store begins with record 1; one that was restored or salvaged has a first file with nothing
// in it that goes on where its source ended.
bool LogRemains::is_of_a_copy() const {
  const LogFileReader& only = *readers_.front();
  return readers_.size() == 1 && only.path() == storage::log_file_path(folder_, 1) &&
         only.first_sequence().value_or(0) > 1;
}

Status LogRemains::open_files(std::uint64_t database) {
  const auto names = files_.list(folder_);
  if (names.status().code() == Code::kNotFound) return {};
  VECSTORE_TRY(names.status());
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : *names)
    if (const auto number = storage::parse_log_file_name(name)) numbers.push_back(*number);
  std::ranges::sort(numbers);
  std::uint32_t salt = salt_of(database);
  bool salted = database != 0;
  for (std::size_t i = 0; i < numbers.size() && !salted; ++i) {
    const auto found =
        storage::read_log_file_salt(files_, storage::log_file_path(folder_, numbers[i]));
    if (is_refused(found.status())) return found.status();
    salted = found.ok();
    if (salted) salt = *found;
  }
  for (const std::uint64_t number : numbers) {
    const std::string path = storage::log_file_path(folder_, number);
    auto reader = LogFileReader::open(files_, path, salt, number);
    if (is_refused(reader.status())) return reader.status();
    if (reader.ok()) readers_.push_back(*std::move(reader));
    if (!reader.ok()) findings_.lost({.file = path, .records = 0}, reader.status());
  }
  return {};
}

// Bad bytes are searched from one end to the other: behind a header that verifies there need not be
// what was written behind it.
Status LogRemains::find_records(std::size_t index) {
  LogFileReader& file = *readers_[index];
  const bool header = file.first_sequence().has_value();
  if (!header) findings_.note(file.path() + " at offset 0: the header is damaged");
  std::uint64_t offset = header ? storage::kLogFileHeaderBytes : 0;
  while (offset < file.size()) {
    storage::LogRecord record;
    std::uint64_t end = offset + 1;
    auto found = LogFileReader::Found::kBad;
    if (offset > 0) {
      VECSTORE_ASSIGN(found, file.read(offset, &record, &end));
    }
    if (found == LogFileReader::Found::kRecord) {
      places_.push_back({record.sequence, offset, index});
      offset = end;
      continue;
    }
    VECSTORE_ASSIGN(const auto next, file.find(offset + 1, 0));
    if (!next) {
      findings_.note(file.path() + " at offset " + std::to_string(offset) +
                     ": no record verifies in the last " + std::to_string(file.size() - offset) +
                     " bytes; an unfinished write looks the same");
      return {};
    }
    offset = next->offset;
  }
  return {};
}

Status LogRemains::accept(const std::string& path, std::uint64_t offset,
                          const storage::LogRecord& record) {
  if (record.sequence <= last_) return {};
  const std::uint64_t first = std::max(last_ + 1, start_);
  const bool begun = last_ != 0 || start_ != 0;
  if (begun && record.sequence > first) {
    gaps_.push_back({first, record.sequence - 1});
    findings_.add({.file = path,
                   .offset = offset,
                   .records = start_ == 0 ? 0 : record.sequence - first,
                   .reason = "the log's records " + std::to_string(first) + " to " +
                             std::to_string(record.sequence - 1) +
                             ", before this place, are damaged or missing"});
  }
  last_ = record.sequence;
  closed_ = record.type == storage::LogType::kMark;
  const bool commit = record.type == storage::LogType::kCommit;
  if (record.in_group && !commit) {
    group_.add(record);
    return {};
  }
  VECSTORE_TRY(deliver_group());
  return commit ? Status() : apply_(record);
}

Status LogRemains::deliver_group() {
  return group_.deliver_to([this](const storage::LogRecord& member) { return apply_(member); });
}

}  // namespace vecstore::db
