#include "service/tenancy/usage_log.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "base/utf8.h"
#include "service/tenancy/namespace_file.h"

namespace vecstore {
namespace {

constexpr std::string_view kBefore = "usage-", kAfter = ".jsonl";
constexpr TimeMs kDayMs = 86'400'000;
constexpr std::size_t kMaxFileBytes = 64u << 20;

struct CountRow {
  std::string_view name;
  std::uint64_t UsageCounts::*member;
};
constexpr std::array kCounts = {
    CountRow{"requests", &UsageCounts::requests}, CountRow{"queries", &UsageCounts::queries},
    CountRow{"upserts", &UsageCounts::upserts},   CountRow{"deletes", &UsageCounts::deletes},
    CountRow{"bytes_in", &UsageCounts::bytes_in}, CountRow{"bytes_out", &UsageCounts::bytes_out}};

std::string file_of(const std::string& folder, const std::string& day) {
  return folder + "/" + std::string(kBefore) + day + std::string(kAfter);
}

Result<UsageRow> parse_row(std::string_view line, const std::string& day) {
  const Result<Value> json = Value::parse_json(line);
  const Object* object = json.ok() ? json->as_object() : nullptr;
  if (!object || object->size() != kCounts.size() + 2) return data_loss("it is no line of usage");
  const Value* of = object->find("day");
  const Value* space = object->find("namespace");
  if (!of || !of->as_string() || *of->as_string() != day)
    return data_loss("it is not of the day " + day);
  if (!space || !space->as_string() || !is_namespace_id(*space->as_string()))
    return data_loss("it names no namespace");
  UsageRow row{day, *space->as_string(), {}};
  for (const CountRow& one : kCounts) {
    const Value* count = object->find(one.name);
    if (!count || !count->as_int() || *count->as_int() < 0)
      return data_loss("'" + std::string(one.name) + "' is no count");
    row.counts.*one.member = static_cast<std::uint64_t>(*count->as_int());
  }
  return row;
}

// The counts of a day; what comes after the last line feed was never finished. No file: no counts.
Result<std::map<std::string, UsageCounts, std::less<>>> read_day(const std::string& path,
                                                                 const std::string& day) {
  std::map<std::string, UsageCounts, std::less<>> counts;
  const Result<std::string> text = read_whole(path, kMaxFileBytes);
  if (text.status().code() == Code::kNotFound) return counts;
  VECSTORE_TRY(text.status());
  std::string_view rest = *text;
  for (std::size_t number = 1; rest.find('\n') != rest.npos; ++number) {
    const std::size_t end = rest.find('\n');
    const Result<UsageRow> row = parse_row(rest.substr(0, end), day);
    VECSTORE_TRY(row.status().with_context(path + ", line " + std::to_string(number)));
    counts[row->space] = row->counts;
    rest.remove_prefix(end + 1);
  }
  return counts;
}

// Of the files in the folder whose names are those of days.
Result<std::vector<std::string>> days_in(const std::string& folder) {
  std::vector<std::string> days;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  if (error == std::errc::no_such_file_or_directory) return days;
  if (error) return Status(Code::kUnknown, "cannot read " + folder + ": " + error.message());
  for (const auto& file : files) {
    const std::string name = file.path().filename().string();
    if (name.size() != kBefore.size() + 10 + kAfter.size() || !name.starts_with(kBefore) ||
        !name.ends_with(kAfter))
      continue;
    const std::string day = name.substr(kBefore.size(), 10);
    if (is_day(day)) days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  return days;
}

}  // namespace

UsageCounts& UsageCounts::operator+=(const UsageCounts& other) {
  for (const CountRow& one : kCounts) this->*one.member += other.*one.member;
  return *this;
}

Object usage_object(const UsageRow& row) {
  Object object{{"day", row.day}, {"namespace", row.space}};
  for (const CountRow& one : kCounts)
    object[one.name] = static_cast<std::int64_t>(row.counts.*one.member);
  return object;
}

std::string usage_line(const UsageRow& row) { return Value(usage_object(row)).to_json() + "\n"; }

// Neither days nor ids have what CSV would quote.
std::string usage_csv(std::span<const UsageRow> rows) {
  std::string out = "day,namespace";
  for (const CountRow& one : kCounts) out += "," + std::string(one.name);
  out += "\n";
  for (const UsageRow& row : rows) {
    out += row.day + "," + row.space;
    for (const CountRow& one : kCounts) out += "," + std::to_string(row.counts.*one.member);
    out += "\n";
  }
  return out;
}

std::string day_of(TimeMs time) {
  const std::chrono::sys_time<std::chrono::milliseconds> instant{std::chrono::milliseconds(time)};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(instant));
  const auto digits = [](unsigned number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::to_string(static_cast<int>(date.year())) + "-" +
         digits(static_cast<unsigned>(date.month())) + "-" +
         digits(static_cast<unsigned>(date.day()));
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
    return value;
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

Result<std::unique_ptr<UsageLog>> UsageLog::open(const std::string& folder, const Clock& clock) {
  std::unique_ptr<UsageLog> log(new UsageLog(folder, clock));
  MutexLock lock(log->mutex_);
  VECSTORE_TRY(log->begin_day(day_of(clock.now_ms())));
  return log;
}

Status UsageLog::begin_day(const std::string& day) {
  VECSTORE_ASSIGN(Counts counts, read_day(file_of(folder_, day), day));
  day_ = day;
  counts_ = std::move(counts);
  day_ends_ = (clock_.now_ms() / kDayMs + 1) * kDayMs;
  file_.reset();
  return {};
}

Status UsageLog::write_anew() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return Status(Code::kUnknown, "cannot make " + folder_ + ": " + error.message());
  std::string text;
  for (const auto& [space, counts] : counts_) text += usage_line({day_, space, counts});
  const std::string path = file_of(folder_, day_);
  file_.reset();
  VECSTORE_TRY(replace_file(path, text));
  VECSTORE_ASSIGN(AppendFile file, AppendFile::open(path));
  file_.emplace(std::move(file));
  written_anew_ = file_->bytes();
  return {};
}

Status UsageLog::add(std::string_view space, const UsageCounts& counts) {
  MutexLock lock(mutex_);
  Status turned;
  if (clock_.now_ms() >= day_ends_) {
    if (!counts_.empty()) turned = write_anew();
    if (turned.ok()) turned = begin_day(day_of(clock_.now_ms()));
  }
  auto at = counts_.find(space);
  if (at == counts_.end()) at = counts_.emplace(std::string(space), UsageCounts()).first;
  at->second += counts;
  VECSTORE_TRY(turned);
  if (!file_ || file_->bytes() - written_anew_ >= kGrowBytes) return write_anew();
  const std::uint64_t before = file_->bytes();
  const Status written = file_->append(usage_line({day_, at->first, at->second}));
  if (written.ok()) return {};
  // A part of a line must not become the beginning of the next one.
  if (!file_->truncate(before).ok()) file_.reset();
  return written;
}

UsageCounts UsageLog::today(std::string_view space) {
  MutexLock lock(mutex_);
  const auto at = counts_.find(space);
  return at == counts_.end() || clock_.now_ms() >= day_ends_ ? UsageCounts() : at->second;
}

Result<std::vector<UsageRow>> UsageLog::read(const std::string& folder, const UsageFilter& filter) {
  for (const std::string* day : {&filter.from, &filter.to})
    if (!day->empty() && !is_day(*day))
      return invalid_argument("'" + shorten(*day) + "' is no day, one is 2026-11-23");
  VECSTORE_ASSIGN(const std::vector<std::string> days, days_in(folder));
  std::vector<UsageRow> rows;
  for (const std::string& day : days) {
    if ((!filter.from.empty() && day < filter.from) || (!filter.to.empty() && day > filter.to))
      continue;
    VECSTORE_ASSIGN(const auto counts, read_day(file_of(folder, day), day));
    for (const auto& [space, of_it] : counts)
      if (filter.space.empty() || filter.space == space) rows.push_back({day, space, of_it});
  }
  return rows;
}

}  // namespace vecstore
