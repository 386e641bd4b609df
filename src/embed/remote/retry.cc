#include "embed/remote/retry.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/number.h"

namespace vecstore {
namespace {

constexpr double kMsOfDay = 86'400'000;

std::optional<double> non_negative(std::string_view text) {
  const std::optional<double> value = parse_double(text);
  return value && *value >= 0 ? value : std::nullopt;
}

// The days since 1970-01-01 of a day in the Gregorian calendar (Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

// A number of exactly the digits that stand at [at, at + size).
std::optional<std::int64_t> digits_at(std::string_view text, std::size_t at, std::size_t size) {
  const std::string_view digits = text.substr(at, size);
  if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  return parse_int64(digits);
}

std::optional<double> unit_ms(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1000;
  if (unit == "m") return 60'000;
  if (unit == "h") return 3'600'000;
  return std::nullopt;
}

std::optional<double> retry_after(const std::string& value, std::int64_t unix_now_ms) {
  if (const auto seconds = non_negative(value)) return *seconds * 1000;
  if (const auto date = parse_http_date_ms(value))
    return static_cast<double>(std::max<std::int64_t>(*date - unix_now_ms, 0));
  return std::nullopt;
}

std::optional<double> reset_of(const HttpResponse& response, std::string_view kind) {
  const std::string* left = response.header("x-ratelimit-remaining-" + std::string(kind));
  const std::string* reset = response.header("x-ratelimit-reset-" + std::string(kind));
  if (left == nullptr || reset == nullptr || *left != "0") return std::nullopt;
  return parse_duration_ms(*reset);
}

}  // namespace

bool is_worth_retrying(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429) return true;
  return status >= 500 && status <= 599 && status != 501 && status != 505;
}

std::optional<double> asked_wait_ms(const HttpResponse& response, std::int64_t unix_now_ms) {
  if (const std::string* ms = response.header("retry-after-ms"))
    if (const auto wait = non_negative(*ms)) return wait;
  if (const std::string* after = response.header("retry-after"))
    if (const auto wait = retry_after(*after, unix_now_ms)) return wait;
  std::optional<double> longest;
  for (const std::string_view kind : {"requests", "tokens"})
    if (const auto wait = reset_of(response, kind)) longest = std::max(longest.value_or(0), *wait);
  if (longest) return longest;
  const std::string* reset = response.header("x-ratelimit-reset");
  if (reset == nullptr || response.status != 429) return std::nullopt;
  const std::optional<double> ms = parse_duration_ms(*reset);
  if (!ms || *ms < 365 * kMsOfDay) return ms;
  return std::max(*ms - static_cast<double>(unix_now_ms), 0.0);  // a moment, not a while
}

std::optional<double> parse_duration_ms(std::string_view text) {
  if (const auto seconds = non_negative(text)) return *seconds * 1000;
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view rest = text.substr(unit_at);
    const std::size_t unit_size = std::min(rest.find_first_of("0123456789."), rest.size());
    const std::optional<double> number = non_negative(text.substr(0, unit_at));
    const std::optional<double> unit = unit_ms(rest.substr(0, unit_size));
    if (!number || !unit) return std::nullopt;
    total += *number * *unit;
    text = rest.substr(unit_size);
  }
  return std::isfinite(total) ? std::optional(total) : std::nullopt;
}

std::optional<std::int64_t> parse_http_date_ms(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT")
    return std::nullopt;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = digits_at(text, 5, 2);
  const auto year = digits_at(text, 12, 4);
  const auto hour = digits_at(text, 17, 2);
  const auto minute = digits_at(text, 20, 2);
  const auto second = digits_at(text, 23, 2);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 60 || *year < 1601)
    return std::nullopt;
  const std::int64_t days = days_of(*year, month - kMonths.begin() + 1, *day);
  return (((days * 24 + *hour) * 60 + *minute) * 60 + *second) * 1000;
}

double backoff_ms(const Backoff& backoff, int attempt, Random& random) {
  const double most =
      std::min(std::ldexp(backoff.first_ms, std::min(attempt, 60)), backoff.most_ms);
  return random.uniform() * most;
}

}  // namespace vecstore
