// Reads Thrift's compact protocol, in which Parquet writes its footer and page headers.
//
// The first mistake stops it: from then on every read gives nothing and failed() is true, so that a
// caller checks once. Nothing is longer than the bytes that are left, lists hold no more elements
// than bytes, and what is skipped nests kMaxThriftDepth deep at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vecstore {

inline constexpr int kMaxThriftDepth = 32;

enum class ThriftType : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kInt16 = 4,
  kInt32 = 5,
  kInt64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

struct ThriftField {  // one for each struct that is read: ids are written as differences
  int id = 0;
  ThriftType type = ThriftType::kStop;
};

class ThriftReader {
 public:
  explicit ThriftReader(std::string_view bytes) : bytes_(bytes) {}

  // The next field of a struct; false at its end. Its value must be read or skipped.
  bool next(ThriftField& field);

  // The value of the field; a failure when it is of another type.
  std::int64_t integer(const ThriftField& field);
  bool boolean(const ThriftField& field);
  std::string_view binary(const ThriftField& field);
  void enter_struct(const ThriftField& field) { expect(field, ThriftType::kStruct); }
  // How many elements; they follow. A failure when they are of another type or more than `most`.
  std::size_t list(const ThriftField& field, ThriftType element, std::size_t most);

  void skip(const ThriftField& field) { skip(field.type, 0); }

  void fail() { failed_ = true; }
  bool failed() const { return failed_; }
  std::size_t position() const { return at_; }

 private:
  bool expect(const ThriftField& field, ThriftType type);
  std::uint8_t byte();
  std::uint64_t varint();
  std::size_t length();
  void pass(std::size_t bytes);
  void skip(ThriftType type, int depth);
  void skip_list(int depth);
  void skip_map(int depth);

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace vecstore
