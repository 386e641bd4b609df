#include "rag/loaders/parquet/parquet_value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::size_t kMaxDecimalBytes = 32;  // 76 digits

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
// a - floor_div(a, b) * b, whose product may not be representable.
std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a % b + (a % b < 0 ? b : 0); }

void append_padded(std::string& out, std::int64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  out.append(digits - std::min(digits, text.size()), '0');
  out += text;
}

// Days from 1970-01-01 in the proleptic Gregorian calendar: days of eras of 400 years, in years
// that begin in March (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
void append_date(std::string& out, std::int64_t days) {
  constexpr std::int64_t kToMarchOfYear0 = 719'468, kEraDays = 146'097;
  days += kToMarchOfYear0;
  const std::int64_t era = floor_div(days, kEraDays), day = days - era * kEraDays;
  const std::int64_t year = (day - day / 1'460 + day / 36'524 - day / 146'096) / 365;
  const std::int64_t of_year = day - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  const std::int64_t full_year = year + era * 400 + (month >= 10 ? 1 : 0);
  if (full_year < 0 || full_year > 9'999) out += full_year < 0 ? '-' : '+';
  append_padded(out, std::abs(full_year), 4);
  out += '-';
  append_padded(out, month < 10 ? month + 3 : month - 9, 2);
  out += '-';
  append_padded(out, of_year - (153 * month + 2) / 5 + 1, 2);
}

// "03:04:05", and the fraction in as few of 3, 6 and 9 digits as hold it.
void append_time(std::string& out, std::int64_t seconds, std::int64_t nanoseconds) {
  append_padded(out, seconds / 3'600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  if (nanoseconds == 0) return;
  std::size_t digits = 9;
  while (nanoseconds % 1'000 == 0) nanoseconds /= 1'000, digits -= 3;
  out += '.';
  append_padded(out, nanoseconds, digits);
}

void append_timestamp(std::string& out, std::int64_t value, const ParquetElement& element) {
  const std::int64_t per_second = element.per_second;
  const std::int64_t seconds = floor_div(value, per_second);
  const std::int64_t days = floor_div(seconds, kDaySeconds);
  const std::int64_t nanoseconds = floor_mod(value, per_second) * (1'000'000'000 / per_second);
  append_date(out, days);
  out += 'T';
  append_time(out, floor_mod(seconds, kDaySeconds), nanoseconds);
  if (element.utc) out += 'Z';
}

// Nanoseconds of a day and its Julian number: timestamps of old writers.
void append_int96(std::string& out, std::string_view bytes) {
  constexpr std::int64_t kJulian1970 = 2'440'588, kPerSecond = 1'000'000'000;
  std::int64_t nanoseconds;
  std::uint32_t day;
  std::memcpy(&nanoseconds, bytes.data(), sizeof nanoseconds);
  std::memcpy(&day, bytes.data() + sizeof nanoseconds, sizeof day);
  const std::int64_t seconds = floor_div(nanoseconds, kPerSecond);
  const std::int64_t more_days = floor_div(seconds, kDaySeconds);
  append_date(out, std::int64_t{day} - kJulian1970 + more_days);
  out += 'T';
  append_time(out, floor_mod(seconds, kDaySeconds), floor_mod(nanoseconds, kPerSecond));
}

// Months, days and milliseconds as ISO 8601 has durations.
void append_interval(std::string& out, std::string_view bytes) {
  std::uint32_t parts[3];
  std::memcpy(parts, bytes.data(), sizeof parts);
  out += "P" + std::to_string(parts[0]) + "M" + std::to_string(parts[1]) + "DT" +
         std::to_string(parts[2] / 1'000);
  if (parts[2] % 1'000 != 0) {
    out += '.';
    append_padded(out, parts[2] % 1'000, 3);
  }
  out += 'S';
}

void append_uuid(std::string& out, std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

// Digits with the point `scale` from the right.
void append_scaled(std::string& out, bool negative, std::string digits, std::size_t scale) {
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  if (negative) out += '-';
  out += digits;
}

// Big-endian two's complement.
void append_big_decimal(std::string& out, std::string_view bytes, std::size_t scale) {
  constexpr std::uint32_t kBillion = 1'000'000'000;
  const bool negative = !bytes.empty() && static_cast<std::uint8_t>(bytes[0]) >= 0x80;
  std::vector<std::uint32_t> limbs;  // of nine digits, the least first
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(negative ? ~c : c);
    std::uint64_t carry = byte;
    for (std::uint32_t& limb : limbs) {
      carry += std::uint64_t{limb} << 8;
      limb = static_cast<std::uint32_t>(carry % kBillion);
      carry /= kBillion;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  std::size_t i = 0;
  if (negative) {  // the complement is one short of the magnitude
    for (; i < limbs.size() && limbs[i] == kBillion - 1; ++i) limbs[i] = 0;
    if (i == limbs.size())
      limbs.push_back(1);
    else
      ++limbs[i];
  }
  std::string digits = limbs.empty() ? "0" : std::to_string(limbs.back());
  for (i = limbs.size(); i-- > 1;) append_padded(digits, limbs[i - 1], 9);
  append_scaled(out, negative, std::move(digits), scale);
}

double half_to_double(std::uint16_t half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  double value =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  if (exponent == 31) value = fraction != 0 ? std::nan("") : HUGE_VAL;
  return (half & 0x8000) != 0 ? -value : value;
}

// Of NaN and infinities there is no form in JSON but a string.
ParquetForm float_form(double value) {
  return std::isfinite(value) ? ParquetForm::kBare : ParquetForm::kQuoted;
}

ParquetForm append_integer(const ParquetElement& element, std::int64_t value, std::string& out) {
  using enum ParquetLogical;
  const bool narrow = element.type == ParquetType::kInt32;
  switch (element.logical) {
    case kDate:
      append_date(out, value);
      return ParquetForm::kQuoted;
    case kTime: {
      const std::int64_t day = element.per_second * kDaySeconds;
      if (value < 0 || value >= day) break;
      const std::int64_t seconds = value / element.per_second;
      append_time(out, seconds, value % element.per_second * (1'000'000'000 / element.per_second));
      return ParquetForm::kQuoted;
    }
    case kTimestamp:
      append_timestamp(out, value, element);
      return ParquetForm::kQuoted;
    case kDecimal: {
      const std::uint64_t bits = static_cast<std::uint64_t>(value);
      append_scaled(out, value < 0, std::to_string(value < 0 ? ~bits + 1 : bits),
                    static_cast<std::size_t>(element.scale));
      return ParquetForm::kBare;
    }
    default:
      break;
  }
  if (element.logical == kInteger && !element.is_signed) {
    out += std::to_string(narrow ? std::uint64_t{static_cast<std::uint32_t>(value)}
                                 : static_cast<std::uint64_t>(value));
  } else {
    out += std::to_string(value);
  }
  return ParquetForm::kBare;
}

bool is_text(std::string_view bytes) {
  const auto control = [](char c) {
    return static_cast<std::uint8_t>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
  };
  return is_valid_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), control);
}

ParquetForm append_bytes(const ParquetElement& element, std::string_view bytes, std::string& out) {
  using enum ParquetLogical;
  constexpr std::size_t kUuidBytes = 16, kIntervalBytes = 12;
  switch (element.logical) {
    case kString:
    case kEnum:
    case kJson:
      out += bytes;
      return ParquetForm::kQuoted;
    case kDecimal:
      if (bytes.size() > kMaxDecimalBytes) return ParquetForm::kNone;
      append_big_decimal(out, bytes, static_cast<std::size_t>(element.scale));
      return ParquetForm::kBare;
    case kUuid:
      if (bytes.size() != kUuidBytes) return ParquetForm::kNone;
      append_uuid(out, bytes);
      return ParquetForm::kQuoted;
    case kInterval:
      if (bytes.size() != kIntervalBytes) return ParquetForm::kNone;
      append_interval(out, bytes);
      return ParquetForm::kQuoted;
    case kFloat16: {
      std::uint16_t half = 0;
      if (bytes.size() != sizeof half) return ParquetForm::kNone;
      std::memcpy(&half, bytes.data(), sizeof half);
      append_double(out, half_to_double(half));
      return float_form(half_to_double(half));
    }
    case kBinary:
      return ParquetForm::kNone;
    default:
      if (!is_text(bytes)) return ParquetForm::kNone;
      out += bytes;
      return ParquetForm::kQuoted;
  }
}

}  // namespace

ParquetForm append_parquet_value(const ParquetElement& element, const ParquetCell& cell,
                                 std::string& out) {
  switch (*element.type) {
    case ParquetType::kBoolean:
      out += cell.number != 0 ? "true" : "false";
      return ParquetForm::kBare;
    case ParquetType::kInt32:
    case ParquetType::kInt64:
      return append_integer(element, cell.number, out);
    case ParquetType::kFloat: {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(cell.number));
      append_float(out, value);
      return float_form(static_cast<double>(value));
    }
    case ParquetType::kDouble: {
      const auto value = std::bit_cast<double>(cell.number);
      append_double(out, value);
      return float_form(value);
    }
    case ParquetType::kInt96:
      append_int96(out, cell.bytes);
      return ParquetForm::kQuoted;
    case ParquetType::kByteArray:
    case ParquetType::kFixed:
      return append_bytes(element, cell.bytes, out);
  }
  return ParquetForm::kNone;
}

}  // namespace vecstore
