#include "query/filter/filter_shift.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"
#include "query/filter/filter_lexer.h"

namespace vecstore::query {
namespace {

constexpr std::int64_t kMaxMonths = 120'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMaxMs = 3'652'425 * kDayMs;

struct Unit {
  std::string_view name;  // singular
  Shift each;
};

// The largest first: as they are printed. Weeks and years are read but not printed.
constexpr Unit kUnits[] = {
    {"year", {12, 0}},      {"month", {1, 0}},        {"week", {0, 7 * kDayMs}},
    {"day", {0, kDayMs}},   {"hour", {0, 3'600'000}}, {"minute", {0, 60'000}},
    {"second", {0, 1'000}}, {"millisecond", {0, 1}},
};
constexpr std::string_view kUnitNames[] = {"years", "months",  "weeks",   "days",
                                           "hours", "minutes", "seconds", "milliseconds"};

const Unit* find_unit(std::string_view word) {
  const auto known = [&](const Unit& unit) {
    return same_word(unit.name, word) ||
           (word.size() == unit.name.size() + 1 && (word.back() | 0x20) == 's' &&
            same_word(unit.name, word.substr(0, word.size() - 1)));
  };
  const Unit* unit = std::find_if(std::begin(kUnits), std::end(kUnits), known);
  return unit == std::end(kUnits) ? nullptr : unit;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the longest beginning of `text` for which `part` holds.
std::string_view take(std::string_view& text, bool (*part)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), part);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

void skip_spaces(std::string_view& text) {
  take(text, [](char c) { return c == ' '; });
}

Status wrong(std::string_view text, const std::string& what) {
  return invalid_argument("'" + shorten(text) + "' is no interval: " + what);
}

Status add(Shift& to, std::string_view text, std::int64_t count, const Unit& unit) {
  const std::int64_t most =
      unit.each.months != 0 ? kMaxMonths / unit.each.months : kMaxMs / unit.each.ms;
  if (count > most) return wrong(text, "more than 10000 years");
  to.months += count * unit.each.months;
  to.ms += count * unit.each.ms;
  if (to.months <= kMaxMonths && to.ms <= kMaxMs) return {};
  return wrong(text, "more than 10000 years");
}

void append_part(std::string& out, std::int64_t count, std::string_view unit) {
  if (count == 0) return;
  if (out.size() > 1) out += ' ';
  out += std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

}  // namespace

Result<Shift> parse_interval(std::string_view text) {
  Shift shift;
  std::string_view rest = text;
  skip_spaces(rest);
  if (rest.empty()) return wrong(text, "expected a number and a unit, as in 7 days");
  while (!rest.empty()) {
    const std::string_view digits = take(rest, is_digit);
    if (digits.empty()) return wrong(text, "expected a whole number, as in 7 days");
    skip_spaces(rest);
    const std::string_view word = take(rest, [](char c) { return c != ' ' && !is_digit(c); });
    skip_spaces(rest);
    const Unit* unit = find_unit(word);
    if (!unit) {
      const std::string_view near = nearest_name(word, kUnitNames);
      return wrong(text, "expected a unit from milliseconds to years after " + std::string(digits) +
                             (near.empty() ? "" : ", did you mean " + std::string(near)));
    }
    VECSTORE_TRY(add(shift, text, parse_int64(digits).value_or(INT64_MAX), *unit));
  }
  return shift;
}

Result<Shift> parse_shift(std::string_view text) {
  if (text.empty()) return Shift{};
  if (text[0] != '+' && text[0] != '-') return wrong(text, "expected + or -, as in -7 days");
  VECSTORE_ASSIGN(Shift shift, parse_interval(text.substr(1)));
  if (text[0] == '-') shift = {-shift.months, -shift.ms};
  return shift;
}

std::string print_shift(const Shift& shift) {
  if (shift == Shift{}) return {};
  const bool back = shift.months < 0 || shift.ms < 0;
  std::string out(1, back ? '-' : '+');
  append_part(out, back ? -shift.months : shift.months, "month");
  std::int64_t rest = back ? -shift.ms : shift.ms;
  for (const Unit& unit : kUnits) {
    if (unit.each.ms == 0 || unit.name == "week") continue;
    append_part(out, rest / unit.each.ms, unit.name);
    rest %= unit.each.ms;
  }
  return out;
}

TimeMs move_time(TimeMs time, const Shift& shift) {
  using std::chrono::year_month_day;
  if (shift.months == 0) return time + shift.ms;
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(time)};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  year_month_day day{midnight};
  day += std::chrono::months(static_cast<std::int32_t>(shift.months));
  if (!day.ok()) day = year_month_day{day.year() / day.month() / std::chrono::last};
  const auto moved = std::chrono::sys_days(day) + (at - midnight);
  return std::chrono::duration_cast<std::chrono::milliseconds>(moved.time_since_epoch()).count() +
         shift.ms;
}

}  // namespace vecstore::query
