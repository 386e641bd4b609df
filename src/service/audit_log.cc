#include "service/audit_log.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace vecstore {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBegin = "audit-", kEnd = ".jsonl";
constexpr std::size_t kDigits = 16;
constexpr std::uint64_t kMaxFileBytes = 512u << 20;  // that is read: twice what is written

std::string file_name(std::uint64_t first) {
  const std::string number = std::to_string(first);
  return std::string(kBegin) + std::string(kDigits - std::min(kDigits, number.size()), '0') +
         number + std::string(kEnd);
}

bool is_log_file(std::string_view name) {
  if (name.size() != kBegin.size() + kDigits + kEnd.size()) return false;
  return name.starts_with(kBegin) && name.ends_with(kEnd) &&
         name.substr(kBegin.size(), kDigits).find_first_not_of("0123456789") == name.npos;
}

// In the order of their numbers.
std::vector<std::string> log_files(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (const std::string name = at->path().filename().string(); is_log_file(name))
      names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

struct FileReader {
  AuditReport report = {};
  std::string wanted = {};

  // `last`: may end with an unfinished line. Returns the bytes of whole lines.
  Result<std::uint64_t> read(const std::string& path, bool last) {
    VECSTORE_ASSIGN(const std::string text, read_whole(path, kMaxFileBytes));
    std::size_t at = 0;
    for (std::size_t line = 1; at < text.size(); ++line) {
      const std::size_t feed = text.find('\n', at);
      if (feed == text.npos && !last)
        return data_loss(path + " line " + std::to_string(line) + ": it is unfinished");
      report.unfinished = feed == text.npos;
      if (report.unfinished) break;
      const std::string_view content = std::string_view(text).substr(at, feed - at);
      const Status fits = check_audit_line(content, report.records == 0, report.end);
      VECSTORE_TRY(fits.with_context(path + " line " + std::to_string(line)));
      if (report.records++ == 0) report.first = report.end.sequence;
      if (line == 1 && !path.ends_with(file_name(report.end.sequence)))
        return data_loss(path + " begins with record " + std::to_string(report.end.sequence));
      report.contains = report.contains || report.end.hash == wanted;
      at = feed + 1;
    }
    ++report.files;
    return at;
  }
};

}  // namespace

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& folder,
                                                 const AuditOptions& options, const Clock& clock) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Status(Code::kUnknown, "cannot make " + folder + ": " + error.message());
  fs::permissions(folder, fs::perms::owner_all, error);
  std::unique_ptr<AuditLog> log(new AuditLog(folder, options, clock));
  MutexLock lock(log->mutex_);
  std::vector<std::string> names = log_files(folder);
  if (names.empty()) {
    VECSTORE_TRY(log->rotate());
    return log;
  }
  const std::string path = folder + "/" + names.back();
  VECSTORE_ASSIGN(log->file_, AppendFile::open(path));
  FileReader reader;
  if (names.size() > 1)
    VECSTORE_TRY(reader.read(folder + "/" + names[names.size() - 2], false).status());
  VECSTORE_ASSIGN(const std::uint64_t whole, reader.read(path, true));
  if (reader.report.unfinished) VECSTORE_TRY(log->file_->truncate(whole));
  log->end_ = reader.report.end;
  return log;
}

Status AuditLog::rotate() {
  VECSTORE_ASSIGN(AppendFile next, AppendFile::open(folder_ + "/" + file_name(end_.sequence + 1)));
  file_ = std::move(next);
  const std::vector<std::string> names = log_files(folder_);
  std::error_code ignored;
  for (std::size_t i = 0; i + options_.max_files < names.size(); ++i)
    fs::remove(fs::path(folder_) / names[i], ignored);
  return {};
}

Status AuditLog::add(const AuditEvent& event) {
  MutexLock lock(mutex_);
  if (file_->bytes() >= options_.file_bytes) VECSTORE_TRY(rotate());
  ChainEnd next = end_;
  const std::string line = audit_line(event, clock_.now_ms(), next);
  const std::uint64_t before = file_->bytes();
  if (const Status status = file_->append(line); !status.ok()) {
    (void)file_->truncate(before);  // of a line that is there in part
    return status;
  }
  end_ = next;
  return {};
}

ChainEnd AuditLog::end() const {
  MutexLock lock(mutex_);
  return end_;
}

Result<AuditReport> AuditLog::verify(const std::string& folder, const std::string& hash) {
  const std::vector<std::string> names = log_files(folder);
  if (names.empty()) return not_found("there is no audit log in " + folder);
  FileReader reader;
  reader.wanted = hash;
  for (const std::string& name : names) {
    VECSTORE_TRY(reader.read(folder + "/" + name, name == names.back()).status());
  }
  return reader.report;
}

}  // namespace vecstore
