#include "cli/line_reader.h"

#include "cli/read_file.h"

namespace vecstore {
namespace {

constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

Result<LineReader> LineReader::open(const std::string& path) {
  VECSTORE_ASSIGN(InFile file, InFile::open(path));
  return LineReader(std::move(file));
}

// Up to and with the line's end; of a line that is too long `line` keeps a part, `bytes` counts
// all.
Result<bool> LineReader::next_raw(std::string& line, std::size_t& bytes) {
  line.clear();
  bytes = 0;
  for (;;) {
    VECSTORE_ASSIGN(const std::string_view next, file_.peek());
    if (next.empty()) return bytes > 0;
    const std::size_t end = next.find('\n');
    const std::string_view part = next.substr(0, end);
    bytes += part.size();
    if (bytes <= kMaxLineBytes) line += part;
    file_.skip(part.size() + (end == next.npos ? 0 : 1));
    if (end != next.npos) return true;
  }
}

Result<bool> LineReader::next(std::string& line) {
  std::size_t bytes = 0;
  VECSTORE_ASSIGN(const bool more, next_raw(line, bytes));
  if (!more) return false;
  ++line_;
  if (bytes > kMaxLineBytes) {
    return invalid_argument("the line has " + std::to_string(bytes) + " bytes, the limit is " +
                            std::to_string(kMaxLineBytes));
  }
  if (line_ == 1) VECSTORE_TRY(check_not_utf16(file_.path(), line));
  if (line_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace vecstore
