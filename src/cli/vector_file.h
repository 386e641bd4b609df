// Matrices of numbers in files: NPY, fvecs, bvecs, ivecs and IDX, read row by row from any size.
//
// NPY: version 1 to 3, two dimensions, C order, little-endian floats of 2, 4 or 8 bytes and
// integers of 1 to 8. IDX: what MNIST comes in; all dimensions after the first make a row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/in_file.h"

namespace vecstore {

enum class NumberType { kF2, kF4, kF8, kI1, kU1, kI2, kU2, kI4, kU4, kI8 };

class VectorFile {
 public:
  // `format` is "npy", "fvecs", "bvecs", "ivecs" or "idx"; "-" is standard input. Content that is
  // not of that format is kUnknown.
  static Result<VectorFile> open(const std::string& path, std::string_view format);

  // The next row; false after the last. A file that ends within a row, or goes on after the last,
  // is an error.
  Result<bool> next(std::vector<double>& row);

  std::uint64_t rows_read() const { return rows_read_; }
  // 0: not known before the end.
  std::uint64_t rows() const { return rows_; }

 private:
  explicit VectorFile(InFile file) : file_(std::move(file)) {}

  Status read_npy_header();
  Status read_npy_description(const std::string& text);
  Status read_idx_header();
  Result<bool> read_row_head();
  Status wrong(const std::string& what) const;
  // False when the file ends before.
  Result<bool> read_exactly(void* to, std::size_t bytes);

  InFile file_;
  NumberType type_ = NumberType::kF4;
  bool big_endian_ = false;
  bool row_heads_ = false;  // fvecs: each row begins with its dimension
  std::uint64_t rows_ = 0, rows_read_ = 0;
  std::uint64_t columns_ = 0;
  std::vector<unsigned char> buffer_ = {};
};

// The rows of a whole file, for queries and truth; at most `limit`.
Result<std::vector<std::vector<double>>> read_rows(const std::string& path, std::string_view format,
                                                   std::size_t limit);

// What to_float made of each number; an error names the column that is beyond 32-bit floats.
Result<std::vector<float>> to_floats(const std::vector<double>& row);

// The 10-byte magic to the line end of an NPY file of little-endian f4.
std::string npy_header(std::uint64_t rows, std::uint64_t columns);

}  // namespace vecstore
