// What a terminal needs: its width, colours, text that cannot take it over, and one line of
// progress.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vecstore {

bool is_terminal(int descriptor);
// Of standard output; 80 when it is no terminal.
std::size_t terminal_width();

// Columns that the text takes: wide characters two, combining ones none.
std::size_t display_width(std::string_view text);
// Control characters as spaces and bytes that are no UTF-8 as U+FFFD: what a stranger's text may
// not do to a terminal.
std::string printable(std::string_view text);
// What would be blanked there as in JSON strings ("\\n", "\\u001b"), the backslash too: from it the
// text can be read back.
std::string escaped(std::string_view text);
// At most `width` columns, "…" at the end when something was left out.
std::string fit(std::string_view text, std::size_t width);
// White space folded, cut into at most `lines` lines of at most `width` columns at spaces where
// possible.
std::string wrap(std::string_view text, std::size_t width, std::size_t lines,
                 std::string_view indent);

// "1,234,567", "1 file" and "2 files", "12.3 MB", "2m05s".
std::string format_count(std::uint64_t number);
std::string counted(std::uint64_t number, std::string_view thing);
std::string format_bytes(std::uint64_t bytes);
std::string format_duration(double seconds);

// One line on standard error that is written over, ten times a second at most, only on a terminal.
class Progress {
 public:
  explicit Progress(bool shown);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `total` 0: unknown. The rate is in `unit` per second.
  void update(std::uint64_t done, std::uint64_t total, std::string_view unit);
  // The same with a line of the caller's own; `now` draws it whenever the last was.
  void show(const std::string& line, bool now = false);
  // Removes the line.
  void clear();

 private:
  bool shown_;
  bool visible_ = false;
  double started_ms_;
  double drawn_ms_ = 0;
};

// "[#####-----] 50%"
std::string progress_bar(std::uint64_t done, std::uint64_t total);

// The text of that line, without colours: "import  [#####-----]  50%  1,000/2,000 records  500/s
// ETA 2s".
std::string progress_line(std::uint64_t done, std::uint64_t total, std::string_view unit,
                          double seconds);

}  // namespace vecstore
