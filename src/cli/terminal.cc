#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr double kRedrawMs = 100;

struct Range {
  char32_t first, last;
};

// The blocks of Unicode that matter in practice: combining marks, and East Asian wide and emoji.
constexpr Range kNarrow[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0xa4cf},  {0xac00, 0xd7a3},
                           {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60},
                           {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

template <std::size_t n>
bool within(char32_t c, const Range (&ranges)[n]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

// What moves the cursor, or turns the direction of what follows.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e);
}

std::size_t width_of(char32_t c) { return within(c, kNarrow) ? 0 : within(c, kWide) ? 2 : 1; }

std::string with_unit(double value, const char* unit) {
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
  return text.data();
}

void append_line(std::string& out, std::string_view indent, std::string_view line) {
  out += indent;
  out += line;
  out += '\n';
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    width += width_of(c.value);
    text.remove_prefix(c.size);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint c = decode_utf8(text);
    append_utf8(out, is_control(c.value) ? U' ' : c.value);
    text.remove_prefix(c.size);
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(decode_utf8(text).size)) {
    const char32_t c = decode_utf8(text).value;
    if (c == '\n' || c == '\t' || c == '\r' || c == '\\') {
      out += '\\';
      out += c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : '\\';
    } else if (is_control(c)) {
      std::array<char, 8> code;
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
      out += code.data();
    } else {
      append_utf8(out, c);
    }
  }
  return out;
}

std::string fit(std::string_view text, std::size_t width) {
  const std::string clean = printable(text);
  if (display_width(clean) <= width) return clean;
  std::string out;
  std::size_t used = 0;
  for (std::string_view rest = clean; !rest.empty();) {
    const CodePoint c = decode_utf8(rest);
    if (used + width_of(c.value) + 1 > width) break;
    used += width_of(c.value);
    out += rest.substr(0, c.size);
    rest.remove_prefix(c.size);
  }
  return out + "…";
}

std::string wrap(std::string_view text, std::size_t width, std::size_t lines,
                 std::string_view indent) {
  const std::string clean = printable(text);
  std::string out, line;
  std::size_t begun = 0;
  for (std::string_view rest = clean; begun < lines;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.empty()) break;
    const std::string_view word = rest.substr(0, rest.find(' '));
    const bool fits = display_width(line) + display_width(word) < width;
    if (!line.empty() && !fits) {
      if (++begun == lines) {
        line += ' ';
        line += word;
        line = fit(line, width);
        break;
      }
      append_line(out, indent, line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += fit(word, width);
    rest.remove_prefix(word.size());
  }
  if (!line.empty()) append_line(out, indent, line);
  return out;
}

std::string format_count(std::uint64_t number) { return grouped_digits(number); }

std::string counted(std::uint64_t number, std::string_view thing) {
  return format_count(number) + " " + std::string(thing) + (number == 1 ? "" : "s");
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) value /= 1000, ++unit;
  return with_unit(value, kUnits[unit]);
}

std::string format_duration(double seconds) {
  if (seconds < 1) return with_unit(seconds * 1000, "ms");
  if (seconds < 60) return with_unit(seconds, "s");
  const auto whole = static_cast<std::int64_t>(seconds);
  std::array<char, 48> text;
  if (whole < 3600) {
    std::snprintf(text.data(), text.size(), "%dm%02ds", static_cast<int>(whole / 60),
                  static_cast<int>(whole % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%dh%02dm", static_cast<int>(whole / 3600),
                  static_cast<int>(whole / 60 % 60));
  }
  return text.data();
}

std::string progress_bar(std::uint64_t done, std::uint64_t total) {
  constexpr std::uint64_t kCells = 24;
  if (total == 0) done = total = 1;
  const std::uint64_t filled = std::min(kCells, done * kCells / total);
  std::string bar = "[";
  bar.append(filled, '#').append(kCells - filled, '-').append("] ");
  return bar + std::to_string(std::min<std::uint64_t>(100, done * 100 / total)) + "%";
}

std::string progress_line(std::uint64_t done, std::uint64_t total, std::string_view unit,
                          double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line;
  if (total > 0) {
    line = progress_bar(done, total) + "  " + format_count(done) + "/" + format_count(total) + " ";
  } else {
    line = format_count(done) + " ";
  }
  line += std::string(unit) + "  " + format_count(static_cast<std::uint64_t>(rate)) + "/s";
  if (total > done && rate > 0) {
    line += "  ETA " + format_duration(static_cast<double>(total - done) / rate);
  }
  return line;
}

Progress::Progress(bool shown)
    : shown_(shown && is_terminal(STDERR_FILENO)), started_ms_(monotonic_ms()) {}

Progress::~Progress() { clear(); }

void Progress::update(std::uint64_t done, std::uint64_t total, std::string_view unit) {
  show(progress_line(done, total, unit, (monotonic_ms() - started_ms_) / 1000));
}

void Progress::show(const std::string& line, bool now) {
  const double now_ms = monotonic_ms();
  if (!shown_ || (!now && now_ms - drawn_ms_ < kRedrawMs)) return;
  drawn_ms_ = now_ms;
  visible_ = true;
  std::fprintf(stderr, "\r%s\x1b[K", fit(line, terminal_width() - 1).c_str());
}

void Progress::clear() {
  if (visible_) std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace vecstore
