// A stream of bytes cut into lines, of which none may be longer than was said.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vecstore {

struct CutLine {
  std::string text = {};  // without its end, which is "\n" or "\r\n"
  bool too_long = false;  // then it was dropped, to its end
};

// Holds one line and what came after it.
class LineCutter {
 public:
  explicit LineCutter(std::size_t most) : most_(most) {}

  void add(std::string_view bytes) { buffer_ += bytes; }
  // The next line that is complete, or too long already.
  std::optional<CutLine> next();
  // What is left when the stream has ended: a last line without an end.
  std::optional<CutLine> last();

 private:
  const std::size_t most_;
  std::string buffer_;
  std::size_t looked_ = 0;  // no line ends before here
  bool dropping_ = false;   // the rest of a line that was too long
};

}  // namespace vecstore
