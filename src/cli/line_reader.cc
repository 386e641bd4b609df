#include "cli/line_reader.h"

#include "cli/read_file.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

Result<LineReader> LineReader::open(const std::string& path) {
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (!file) return system_error("read", path);
  return LineReader(path, file);
}

Result<bool> LineReader::next(std::string& line) {
  line.clear();
  std::FILE* file = file_.get();
  int c = EOF;
  flockfile(file);
  while (line.size() <= kMaxLineBytes && (c = getc_unlocked(file)) != EOF && c != '\n') {
    line += static_cast<char>(c);
  }
  funlockfile(file);
  if (std::ferror(file)) return system_error("read", path_);
  if (c == EOF && line.empty()) return false;
  ++line_;
  if (line.size() > kMaxLineBytes) {
    return Status(Code::kUnknown, path_ + ": line " + std::to_string(line_) + " is longer than " +
                                      std::to_string(kMaxLineBytes) + " bytes");
  }
  offset_ += line.size() + (c == '\n' ? 1 : 0);
  if (line_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace vecstore
