#include "meta/instant.h"

#include <chrono>

namespace vecstore::meta {
namespace {

constexpr std::int64_t kNanosPerMs = 1'000'000;
constexpr int kWrong = -1;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_[0]; }

  bool accept(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool at_digit() const { return peek() >= '0' && peek() <= '9'; }

  // Exactly `count` digits as a number of at most `most`, else kWrong.
  int digits(int count, int most) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!at_digit()) return kWrong;
      value = value * 10 + (text_[0] - '0');
      text_.remove_prefix(1);
    }
    return value <= most ? value : kWrong;
  }

  // The digits after a point, one to nine, as nanoseconds.
  int fraction() {
    int value = 0;
    int count = 0;
    for (; count < 9 && at_digit(); ++count) value = value * 10 + digits(1, 9);
    if (count == 0 || at_digit()) return kWrong;
    for (; count < 9; ++count) value *= 10;
    return value;
  }

 private:
  std::string_view text_;
};

std::optional<std::int64_t> read_days(Reader& in) {
  const int year = in.digits(4, 9999);
  if (year == kWrong || !in.accept('-')) return {};
  const int month = in.digits(2, 12);
  if (month == kWrong || !in.accept('-')) return {};
  const int day = in.digits(2, 31);
  if (day == kWrong) return {};
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Nanoseconds since midnight.
std::optional<std::int64_t> read_clock(Reader& in) {
  const int hour = in.digits(2, 23);
  if (hour == kWrong || !in.accept(':')) return {};
  const int minute = in.digits(2, 59);
  if (minute == kWrong) return {};
  int second = 0;
  int nanos = 0;
  if (in.accept(':')) {
    second = in.digits(2, 59);
    if (second == kWrong) return {};
    if (in.accept('.') || in.accept(',')) nanos = in.fraction();
    if (nanos == kWrong) return {};
  }
  return (std::int64_t{hour} * 3600 + minute * 60 + second) * 1'000'000'000 + nanos;
}

// Minutes east of UTC; 0 when nothing is written.
std::optional<int> read_offset(Reader& in) {
  if (in.at_end() || in.accept('Z') || in.accept('z')) return 0;
  const bool east = in.accept('+');
  if (!east && !in.accept('-')) return {};
  const int hours = in.digits(2, 23);
  if (hours == kWrong) return {};
  int minutes = 0;
  if (in.accept(':') || in.at_digit()) minutes = in.digits(2, 59);
  if (minutes == kWrong) return {};
  return (east ? 1 : -1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  Reader in(text);
  const std::optional<std::int64_t> days = read_days(in);
  if (!days) return {};
  std::int64_t nanos = 0;
  int offset_minutes = 0;
  if (in.accept('T') || in.accept('t') || in.accept(' ')) {
    const std::optional<std::int64_t> clock = read_clock(in);
    const std::optional<int> offset = clock ? read_offset(in) : std::nullopt;
    if (!offset) return {};
    nanos = *clock;
    offset_minutes = *offset;
  }
  if (!in.at_end()) return {};
  return Instant{*days * 86'400'000 + nanos / kNanosPerMs - offset_minutes * std::int64_t{60'000},
                 static_cast<std::int32_t>(nanos % kNanosPerMs)};
}

}  // namespace vecstore::meta
