#include "rag/loaders/parquet/thrift_reader.h"

namespace vecstore {
namespace {

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

ThriftType type_of(std::uint8_t nibble) { return static_cast<ThriftType>(nibble); }

}  // namespace

std::uint8_t ThriftReader::byte() {
  if (failed_ || at_ == bytes_.size()) return fail(), std::uint8_t{0};
  return static_cast<std::uint8_t>(bytes_[at_++]);
}

std::uint64_t ThriftReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    value |= std::uint64_t{next & 0x7fU} << shift;
    if (next < 0x80) return value;
  }
  return fail(), 0;
}

std::size_t ThriftReader::length() {
  const std::uint64_t value = varint();
  if (failed_ || value > bytes_.size() - at_) return fail(), 0;
  return static_cast<std::size_t>(value);
}

void ThriftReader::pass(std::size_t bytes) {
  if (failed_ || bytes > bytes_.size() - at_) return fail();
  at_ += bytes;
}

bool ThriftReader::next(ThriftField& field) {
  const std::uint8_t head = byte();
  if (failed_ || head == 0) return false;
  constexpr int kMaxId = 0x7fff;
  field.type = type_of(head & 0x0f);
  const std::int64_t id = (head >> 4) != 0 ? field.id + (head >> 4) : unzigzag(varint());
  if (failed_ || id < 0 || id > kMaxId) return fail(), false;
  field.id = static_cast<int>(id);
  return true;
}

bool ThriftReader::expect(const ThriftField& field, ThriftType type) {
  if (field.type != type) fail();
  return !failed_;
}

std::int64_t ThriftReader::integer(const ThriftField& field) {
  switch (field.type) {
    case ThriftType::kByte:
      return static_cast<std::int8_t>(byte());
    case ThriftType::kInt16:
    case ThriftType::kInt32:
    case ThriftType::kInt64:
      return unzigzag(varint());
    default:
      return fail(), 0;
  }
}

bool ThriftReader::boolean(const ThriftField& field) {
  if (field.type != ThriftType::kTrue) expect(field, ThriftType::kFalse);
  return field.type == ThriftType::kTrue;
}

std::string_view ThriftReader::binary(const ThriftField& field) {
  if (!expect(field, ThriftType::kBinary)) return {};
  const std::size_t size = length();
  const std::string_view value = bytes_.substr(at_, size);
  pass(size);
  return value;
}

std::size_t ThriftReader::list(const ThriftField& field, ThriftType element, std::size_t most) {
  if (!expect(field, ThriftType::kList)) return 0;
  const std::uint8_t head = byte();
  const std::size_t count = (head >> 4) == 15 ? length() : std::size_t{head} >> 4;
  if (failed_ || count > most || count > bytes_.size() - at_) return fail(), 0;
  if (count > 0 && type_of(head & 0x0f) != element) return fail(), 0;
  return count;
}

void ThriftReader::skip_list(int depth) {
  const std::uint8_t head = byte();
  const std::size_t count = (head >> 4) == 15 ? length() : std::size_t{head} >> 4;
  const ThriftType type = type_of(head & 0x0f);
  const bool booleans = type == ThriftType::kTrue || type == ThriftType::kFalse;
  if (booleans) return pass(count);  // in a list a boolean takes a byte
  for (std::size_t i = 0; i < count && !failed_; ++i) skip(type, depth);
}

void ThriftReader::skip_map(int depth) {
  const std::size_t count = length();
  if (count == 0) return;
  const std::uint8_t types = byte();
  for (const ThriftType type : {type_of(types >> 4), type_of(types & 0x0f)}) {
    if (type == ThriftType::kTrue || type == ThriftType::kFalse) return fail();  // none in Parquet
  }
  for (std::size_t i = 0; i < count && !failed_; ++i) {
    skip(type_of(types >> 4), depth);
    skip(type_of(types & 0x0f), depth);
  }
}

// Recursive: the depth is bounded by a constant.
void ThriftReader::skip(ThriftType type, int depth) {
  if (failed_ || depth == kMaxThriftDepth) return fail();
  switch (type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse:
      return;
    case ThriftType::kByte:
      return pass(1);
    case ThriftType::kInt16:
    case ThriftType::kInt32:
    case ThriftType::kInt64:
      varint();
      return;
    case ThriftType::kDouble:
      return pass(sizeof(double));
    case ThriftType::kBinary:
      return pass(length());
    case ThriftType::kList:
    case ThriftType::kSet:
      return skip_list(depth + 1);
    case ThriftType::kMap:
      return skip_map(depth + 1);
    case ThriftType::kStruct:
      for (ThriftField field; next(field);) skip(field.type, depth + 1);
      return;
    case ThriftType::kStop:
      break;
  }
  fail();
}

}  // namespace vecstore
