#include "base/number.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/number_digits.h"

namespace vecstore {
namespace {

// Takes digits off the front; false when there is none.
bool skip_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool skip_one_of(std::string_view& text, std::string_view choices) {
  if (text.empty() || choices.find(text.front()) == choices.npos) return false;
  text.remove_prefix(1);
  return true;
}

bool is_decimal(std::string_view text) {
  skip_one_of(text, "-");
  if (!skip_digits(text)) return false;
  if (skip_one_of(text, ".") && !skip_digits(text)) return false;
  if (skip_one_of(text, "eE")) {
    skip_one_of(text, "+-");
    if (!skip_digits(text)) return false;
  }
  return text.empty();
}

// A number taken apart: sign, digits without a point, and the power of ten of the first digit.
struct Scientific {
  bool negative = false;
  std::string_view first;
  std::string_view rest;
  int exponent = 0;
};

Scientific take_apart(std::string_view text) {
  Scientific parts;
  parts.negative = skip_one_of(text, "-");
  const std::size_t e = text.find('e');
  parts.first = text.substr(0, 1);
  if (e > 2) parts.rest = text.substr(2, e - 2);
  const bool negative_power = text[e + 1] == '-';
  const std::string_view power = text.substr(e + 2);
  std::from_chars(power.data(), power.data() + power.size(), parts.exponent);
  if (negative_power) parts.exponent = -parts.exponent;
  return parts;
}

void append_plain(std::string& out, const Scientific& parts) {
  if (parts.exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-parts.exponent - 1), '0');
    out.append(parts.first).append(parts.rest);
    return;
  }
  const auto whole = static_cast<std::size_t>(parts.exponent);  // digits of rest before the point
  out.append(parts.first).append(parts.rest.substr(0, whole));
  if (parts.rest.size() > whole) {
    out.append(".").append(parts.rest.substr(whole));
  } else {
    out.append(whole - parts.rest.size(), '0').append(".0");
  }
}

void append_power(std::string& out, const Scientific& parts) {
  out.append(parts.first);
  if (!parts.rest.empty()) out.append(".").append(parts.rest);
  out.append("e").append(std::to_string(parts.exponent));
}

template <typename T>
void append_number(std::string& out, T value) {
  if (!std::isfinite(value)) {
    out.append(std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return;
  }
  std::array<char, kDigitsBytes> buffer;
  const std::size_t length = write_shortest(value, buffer);
  const Scientific parts = take_apart({buffer.data(), length});
  if (parts.negative) out.push_back('-');
  if (parts.exponent >= -5 && parts.exponent < 16) {
    append_plain(out, parts);
  } else {
    append_power(out, parts);
  }
}

}  // namespace

std::optional<std::int64_t> parse_int64(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

std::optional<double> parse_double(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  const double value = read_decimal(text);
  if (std::isinf(value)) return std::nullopt;
  return value;
}

void append_double(std::string& out, double value) { append_number(out, value); }

void append_float(std::string& out, float value) { append_number(out, value); }

std::string format_double(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

std::string format_float(float value) {
  std::string out;
  append_float(out, value);
  return out;
}

std::string grouped_digits(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace vecstore
