#include "cli/vector_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/number.h"
#include "base/utf8.h"
#include "cli/read_file.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr std::uint64_t kMaxHeaderBytes = 1 << 16;

std::size_t size_of(NumberType type) {
  switch (type) {
    case NumberType::kI1:
    case NumberType::kU1:
      return 1;
    case NumberType::kF2:
    case NumberType::kI2:
    case NumberType::kU2:
      return 2;
    case NumberType::kF4:
    case NumberType::kI4:
    case NumberType::kU4:
      return 4;
    default:
      return 8;
  }
}

std::uint64_t load(const unsigned char* at, std::size_t bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t from = big_endian ? i : bytes - 1 - i;
    value = value << 8 | at[from];
  }
  return value;
}

// IEEE half: 5 bits of exponent, 10 of mantissa.
double half_to_double(std::uint16_t half) {
  const int exponent = half >> 10 & 31;
  const int mantissa = half & 1023;
  const double sign = half & 0x8000 ? -1 : 1;
  if (exponent == 31) return mantissa == 0 ? sign * HUGE_VAL : std::nan("");
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

double number_at(const unsigned char* at, NumberType type, bool big_endian) {
  const std::uint64_t bits = load(at, size_of(type), big_endian);
  switch (type) {
    case NumberType::kF2:
      return half_to_double(static_cast<std::uint16_t>(bits));
    case NumberType::kF4:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case NumberType::kF8:
      return std::bit_cast<double>(bits);
    case NumberType::kI1:
      return static_cast<std::int8_t>(bits);
    case NumberType::kI2:
      return static_cast<std::int16_t>(bits);
    case NumberType::kI4:
      return static_cast<std::int32_t>(bits);
    case NumberType::kI8:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    default:
      return static_cast<double>(bits);
  }
}

struct NamedType {
  const char* name;
  NumberType type;
};
constexpr NamedType kNpyTypes[] = {
    {"<f2", NumberType::kF2}, {"<f4", NumberType::kF4}, {"<f8", NumberType::kF8},
    {"|i1", NumberType::kI1}, {"|u1", NumberType::kU1}, {"<i2", NumberType::kI2},
    {"<u2", NumberType::kU2}, {"<i4", NumberType::kI4}, {"<u4", NumberType::kU4},
    {"<i8", NumberType::kI8}, {"<i1", NumberType::kI1}, {"<u1", NumberType::kU1}};

// What follows 'key': in the Python dictionary of an NPY header.
std::string_view after_key(std::string_view text, const std::string& key) {
  const std::size_t at = text.find("'" + key + "':");
  if (at == text.npos) return {};
  text.remove_prefix(at + key.size() + 3);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// "(3, 4)" as its numbers; nothing when it is not a tuple of them.
std::optional<std::vector<std::uint64_t>> parse_shape(std::string_view text) {
  std::vector<std::uint64_t> shape;
  if (!text.starts_with('(')) return std::nullopt;
  text = text.substr(1, text.find(')') - 1);
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view digits = text.substr(0, comma);
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (digits.empty()) continue;
    const auto number = parse_int64(digits);
    if (!number || *number < 0) return std::nullopt;
    shape.push_back(static_cast<std::uint64_t>(*number));
  }
  return shape;
}

}  // namespace

Status VectorFile::wrong(const std::string& what) const {
  return {Code::kUnknown, file_.path() + ": " + what};
}

Result<bool> VectorFile::read_exactly(void* to, std::size_t bytes) {
  VECSTORE_ASSIGN(const std::size_t got, file_.read(to, bytes));
  return got == bytes;
}

Result<VectorFile> VectorFile::open(const std::string& path, std::string_view format) {
  VECSTORE_ASSIGN(InFile opened, InFile::open(path));
  VectorFile file(std::move(opened));
  if (format == "npy") {
    VECSTORE_TRY(file.read_npy_header());
  } else if (format == "idx") {
    VECSTORE_TRY(file.read_idx_header());
  } else {
    file.row_heads_ = true;
    file.type_ = format == "bvecs"   ? NumberType::kU1
                 : format == "ivecs" ? NumberType::kI4
                                     : NumberType::kF4;
  }
  return file;
}

Status VectorFile::read_npy_header() {
  std::array<unsigned char, 8> magic{};
  VECSTORE_ASSIGN(const bool has_magic, read_exactly(magic.data(), magic.size()));
  if (!has_magic || std::memcmp(magic.data(), "\x93NUMPY", 6) != 0) return wrong("not an NPY file");
  if (magic[6] < 1 || magic[6] > 3) return wrong("NPY version " + std::to_string(magic[6]));
  std::array<unsigned char, 4> length{};
  const std::size_t length_bytes = magic[6] == 1 ? 2 : 4;
  VECSTORE_ASSIGN(const bool has_length, read_exactly(length.data(), length_bytes));
  if (!has_length) return wrong("ends within the NPY header");
  const std::uint64_t bytes = load(length.data(), length_bytes, false);
  if (bytes > kMaxHeaderBytes) return wrong("an NPY header of " + std::to_string(bytes) + " bytes");
  std::string text(bytes, ' ');
  VECSTORE_ASSIGN(const bool has_text, read_exactly(text.data(), bytes));
  if (!has_text) return wrong("ends within the NPY header");
  return read_npy_description(text);
}

Status VectorFile::read_npy_description(const std::string& text) {
  const std::string_view quoted = after_key(text, "descr");
  const std::string_view type = quoted.substr(0, std::min(quoted.find(','), quoted.size()));
  const auto known = std::find_if(std::begin(kNpyTypes), std::end(kNpyTypes), [&](NamedType one) {
    return type == "'" + std::string(one.name) + "'";
  });
  if (known == std::end(kNpyTypes)) {
    return wrong("numbers of type " + std::string(type) +
                 ": little-endian floats and integers are read");
  }
  type_ = known->type;
  const std::string_view order = after_key(text, "fortran_order");
  if (!order.starts_with("False") && !order.starts_with("True")) {
    return wrong("the NPY header does not say 'fortran_order': False");
  }
  if (!order.starts_with("False")) {
    return wrong("columns come first (Fortran order): save numpy.ascontiguousarray(x)");
  }
  const std::string_view said = after_key(text, "shape");
  const std::optional<std::vector<std::uint64_t>> shape = parse_shape(said);
  if (!shape) {
    return wrong("the NPY header has no shape of sizes: " +
                 shorten(said.substr(0, said.find(')') + 1)));  // npos + 1 is 0
  }
  if (shape->size() != 2) {
    return wrong("the array has " + std::to_string(shape->size()) +
                 " dimensions, a matrix of one vector per row is needed");
  }
  rows_ = shape->front();
  columns_ = shape->back();
  if (columns_ == 0 || columns_ > kMaxDimension) {
    return wrong(std::to_string(columns_) + " columns, 1 to " + std::to_string(kMaxDimension) +
                 " are possible");
  }
  return {};
}

Status VectorFile::read_idx_header() {
  std::array<unsigned char, 4> magic{};
  VECSTORE_ASSIGN(const bool has_magic, read_exactly(magic.data(), 4));
  if (!has_magic || magic[0] != 0 || magic[1] != 0) return wrong("not an IDX file");
  if (magic[3] < 2) return wrong("an IDX file of single numbers, not of vectors");
  switch (magic[2]) {
    case 0x08:
      type_ = NumberType::kU1;
      break;
    case 0x09:
      type_ = NumberType::kI1;
      break;
    case 0x0d:
      type_ = NumberType::kF4;
      break;
    default:
      return wrong("IDX numbers of type " + std::to_string(magic[2]));
  }
  big_endian_ = true;
  columns_ = 1;
  for (int i = 0; i < magic[3]; ++i) {
    std::array<unsigned char, 4> size{};
    VECSTORE_ASSIGN(const bool has_size, read_exactly(size.data(), 4));
    if (!has_size) return wrong("ends within the IDX header");
    const std::uint64_t n = load(size.data(), 4, true);
    (i == 0 ? rows_ : columns_) = i == 0 ? n : columns_ * n;
    if (columns_ > kMaxDimension) return wrong("more than 65536 numbers in a vector");
  }
  return columns_ == 0 ? wrong("vectors without numbers") : Status();
}

// The dimension before each row of fvecs; false at the end of the file.
Result<bool> VectorFile::read_row_head() {
  std::array<unsigned char, 4> head{};
  VECSTORE_ASSIGN(const std::size_t got, file_.read(head.data(), 4));
  if (got == 0) return false;
  const std::uint64_t columns = load(head.data(), 4, false);
  const std::string row = "row " + std::to_string(rows_read_);
  if (got != 4) return wrong("ends within " + row);
  if (columns == 0 || columns > kMaxDimension) {
    const auto said = static_cast<std::int32_t>(columns);  // as the format has it
    return wrong(row + " says it has " + std::to_string(said) + " numbers, 1 to " +
                 std::to_string(kMaxDimension) + " are possible");
  }
  columns_ = columns;
  return true;
}

Result<bool> VectorFile::next(std::vector<double>& row) {
  if (row_heads_) {
    VECSTORE_ASSIGN(const bool more, read_row_head());
    if (!more) return false;
  } else if (rows_read_ == rows_) {
    VECSTORE_ASSIGN(const std::string_view rest, file_.peek());
    return rest.empty() ? Result<bool>(false) : wrong("goes on after its last row");
  }
  const std::size_t size = size_of(type_);
  buffer_.resize(columns_ * size);
  VECSTORE_ASSIGN(const bool whole, read_exactly(buffer_.data(), buffer_.size()));
  if (!whole) {
    return wrong("ends within row " + std::to_string(rows_read_) +
                 (rows_ > 0 ? " of " + std::to_string(rows_) : ""));
  }
  row.resize(columns_);
  for (std::size_t i = 0; i < columns_; ++i) {
    row[i] = number_at(buffer_.data() + i * size, type_, big_endian_);
  }
  ++rows_read_;
  return true;
}

Result<std::vector<std::vector<double>>> read_rows(const std::string& path, std::string_view format,
                                                   std::size_t limit) {
  VECSTORE_ASSIGN(VectorFile file, VectorFile::open(path, format));
  std::vector<std::vector<double>> rows;
  std::vector<double> row;
  while (rows.size() < limit) {
    VECSTORE_ASSIGN(const bool more, file.next(row));
    if (!more) break;
    rows.push_back(row);
  }
  return rows;
}

Result<std::vector<float>> to_floats(const std::vector<double>& row) {
  std::vector<float> floats(row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    floats[i] = static_cast<float>(row[i]);
    if (!std::isfinite(floats[i])) {
      return invalid_argument("column " + std::to_string(i) + " is " + format_double(row[i]) +
                              ", no finite 32-bit float");
    }
  }
  return floats;
}

std::string npy_header(std::uint64_t rows, std::uint64_t columns) {
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(rows) +
                     ", " + std::to_string(columns) + "), }";
  constexpr std::size_t kAlignment = 64, kMagicBytes = 10;
  while ((kMagicBytes + text.size() + 1) % kAlignment != 0) text += ' ';
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

}  // namespace vecstore
