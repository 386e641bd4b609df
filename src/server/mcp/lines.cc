#include "server/mcp/lines.h"

#include <utility>

namespace vecstore {

std::optional<CutLine> LineCutter::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', looked_);
    if (dropping_) {
      buffer_.erase(0, end == buffer_.npos ? buffer_.npos : end + 1);
      looked_ = 0;
      if (end == buffer_.npos) return std::nullopt;
      dropping_ = false;
      continue;
    }
    if (end == buffer_.npos && buffer_.size() <= most_) {
      looked_ = buffer_.size();
      return std::nullopt;
    }
    if (end == buffer_.npos || end > most_) {
      dropping_ = true;
      looked_ = 0;
      return CutLine{.too_long = true};
    }
    CutLine line{.text = buffer_.substr(0, end)};
    if (line.text.ends_with('\r')) line.text.pop_back();
    buffer_.erase(0, end + 1);
    looked_ = 0;
    return line;
  }
}

std::optional<CutLine> LineCutter::last() {
  if (dropping_ || buffer_.empty()) return std::nullopt;
  CutLine line{.text = std::exchange(buffer_, {})};
  if (line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

}  // namespace vecstore
