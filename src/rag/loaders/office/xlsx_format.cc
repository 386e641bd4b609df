#include "rag/loaders/office/xlsx_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace vecstore {
namespace {

constexpr std::int64_t kSecondsADay = 86'400;

// Without what stands in quotes, in brackets (but [h], [m], [s], which count time) or behind a
// backslash, and without all after the first section.
std::string bare_code(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = code[i];
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', i), code.size());
      const char first = i + 1 < code.size() ? code[i + 1] : '\0';
      if (std::string_view("hHmMsS").find(first) != std::string_view::npos && end - i <= 3) {
        out += 'h';
      }
      i = end;
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

std::string two(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// Days since 1970-01-01 as a date (H. Hinnant, chrono-compatible low-level date algorithms).
std::string show_day(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = days / 146'097, day_of_era = days % 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return std::to_string(year) + "-" + two(month) + "-" +
         two(day_of_year - (153 * shifted + 2) / 5 + 1);
}

std::string show_time(std::int64_t seconds) {
  return two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

std::string show_general(double value) {
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 15);
  return error == std::errc() ? std::string(buffer, end) : std::string();
}

}  // namespace

NumberFormat read_number_format(std::string_view code) {
  const std::string bare = bare_code(code);
  if (bare.find("general") != bare.npos) return NumberFormat::kGeneral;
  if (bare.find('%') != bare.npos) return NumberFormat::kPercent;
  const bool time = bare.find_first_of("hs") != bare.npos;
  const bool date =
      bare.find_first_of("yd") != bare.npos || (!time && bare.find('m') != bare.npos);  // "mmm"
  if (date && time) return NumberFormat::kDateTime;
  if (date) return NumberFormat::kDate;
  return time ? NumberFormat::kTime : NumberFormat::kGeneral;
}

NumberFormat built_in_format(int id) {
  if (id == 9 || id == 10) return NumberFormat::kPercent;
  if (id == 22) return NumberFormat::kDateTime;
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return NumberFormat::kTime;
  const bool date = (id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 ||
                    (id >= 50 && id <= 54) || id == 57 || id == 58;
  if (date) return NumberFormat::kDate;
  if (id >= 32 && id <= 35) return NumberFormat::kTime;
  return NumberFormat::kGeneral;
}

std::string show_number(double value, NumberFormat format, bool from_1904) {
  constexpr double kBeyond = 2'958'466;  // 10000-01-01
  if (format == NumberFormat::kPercent) return show_general(value * 100) + "%";
  if (format == NumberFormat::kGeneral || !(value >= 0 && value < kBeyond)) {
    return show_general(value);
  }
  const auto total = static_cast<std::int64_t>(std::llround(value * kSecondsADay));
  std::int64_t day = total / kSecondsADay;
  const std::int64_t seconds = total % kSecondsADay;
  if (format == NumberFormat::kTime) return show_time(total);
  if (from_1904) day += 1462;
  if (day == 0) return show_time(seconds);
  if (day == 60) return show_general(value);  // 1900-02-29, which never was
  const std::string date = show_day(day - 25'569 + (day < 60 ? 1 : 0));
  return seconds == 0 ? date : date + "T" + show_time(seconds);
}

}  // namespace vecstore
