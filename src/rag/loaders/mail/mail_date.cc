#include "rag/loaders/mail/mail_date.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "base/number.h"

namespace vecstore {
namespace {

using namespace std::string_view_literals;

// Words of letters, digits and signs, up to the first comment.
std::vector<std::string_view> words_of(std::string_view field) {
  std::vector<std::string_view> words;
  field = field.substr(0, std::min<std::size_t>(field.find('('), 100));
  while (words.size() < 10) {
    field.remove_prefix(std::min(field.find_first_not_of(" \t,"), field.size()));
    if (field.empty()) break;
    words.push_back(field.substr(0, field.find_first_of(" \t,")));
    field.remove_prefix(words.back().size());
  }
  return words;
}

// 1 to 12, or 0.
int month_number(std::string_view word) {
  constexpr std::array kMonths = {"jan"sv, "feb"sv, "mar"sv, "apr"sv, "may"sv, "jun"sv,
                                  "jul"sv, "aug"sv, "sep"sv, "oct"sv, "nov"sv, "dec"sv};
  std::string name(word.substr(0, 3));
  for (char& c : name) c = static_cast<char>(c | 0x20);
  auto found = std::ranges::find(kMonths, std::string_view(name));
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

// The number, or -1 when the word is none or lies outside [low, high].
int number_in(std::string_view word, int low, int high) {
  const auto number = parse_int64(word);
  return number && *number >= low && *number <= high ? static_cast<int>(*number) : -1;
}

std::string zone_of(std::string_view word) {
  struct Named {
    std::string_view name, offset;
  };
  constexpr std::array kNamed = {Named{"EST", "-05:00"}, Named{"EDT", "-04:00"},
                                 Named{"CST", "-06:00"}, Named{"CDT", "-05:00"},
                                 Named{"MST", "-07:00"}, Named{"MDT", "-06:00"},
                                 Named{"PST", "-08:00"}, Named{"PDT", "-07:00"}};
  for (const Named& named : kNamed) {
    if (word == named.name) return std::string(named.offset);
  }
  const bool sign = word.starts_with('+') || word.starts_with('-');
  const bool digits = sign && word.size() == 5 && number_in(word.substr(1, 2), 0, 23) >= 0 &&
                      number_in(word.substr(3, 2), 0, 59) >= 0;
  if (!digits || word.substr(1) == "0000") return "Z";
  return std::string(word.substr(0, 3)) + ":" + std::string(word.substr(3));
}

int year_of(std::string_view word) {
  const int year = number_in(word, 0, 9999);
  if (word.size() == 2 && year >= 0) return year < 50 ? 2000 + year : 1900 + year;
  if (word.size() == 3 && year >= 0) return 1900 + year;
  return word.size() == 4 ? year : -1;
}

int days_in(int month, int year) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

}  // namespace

std::string mail_date(std::string_view field) {
  std::vector<std::string_view> words = words_of(field);
  const bool weekday = !words.empty() && number_in(words[0], 0, 99) < 0;
  if (weekday) words.erase(words.begin());
  if (words.size() < 4) return {};
  const int month = month_number(words[1]), year = year_of(words[2]);
  if (month == 0 || year < 0) return {};
  const int day = number_in(words[0], 1, days_in(month, year));
  const std::string_view time = words[3];
  const std::size_t first = time.find(':'),
                    second = time.find(':', std::min(first, time.size()) + 1);
  if (day < 0 || first == time.npos) return {};
  const int hour = number_in(time.substr(0, first), 0, 23);
  const int minute = number_in(time.substr(first + 1, second - first - 1), 0, 59);
  const int seconds = second == time.npos ? 0 : number_in(time.substr(second + 1), 0, 60);
  if (hour < 0 || minute < 0 || seconds < 0) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute,
                std::min(seconds, 59));
  return text + zone_of(words.size() > 4 ? words[4] : std::string_view());
}

}  // namespace vecstore
