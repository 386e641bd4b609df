#include "embed/weights/protobuf.h"

#include "base/coding.h"

namespace vecstore {

bool ProtobufReader::take_varint(ByteView& from, std::uint64_t& value) {
  value = 0;
  for (unsigned i = 0; i < 10 && i < from.size(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(from[i]);
    if (i == 9 && byte > 1) return false;  // beyond 64 bits
    value |= (byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      from = from.subspan(i + 1);
      return true;
    }
  }
  return false;
}

bool ProtobufReader::next() {
  if (left_.empty() || !ok_) return false;
  ok_ = read();
  return ok_;
}

bool ProtobufReader::read() {
  std::uint64_t tag = 0, length = 0;
  if (!take_varint(left_, tag) || tag >> 32 != 0 || tag >> 3 == 0) return false;
  field_ = {static_cast<std::uint32_t>(tag >> 3), static_cast<WireKind>(tag & 7), 0, {}};
  switch (field_.kind) {
    case WireKind::kVarint:
      return take_varint(left_, field_.value);
    case WireKind::kFixed64:
      if (left_.size() < 8) return false;
      field_.value = load_u64(left_.data());
      left_ = left_.subspan(8);
      return true;
    case WireKind::kFixed32:
      if (left_.size() < 4) return false;
      field_.value = load_u32(left_.data());
      left_ = left_.subspan(4);
      return true;
    case WireKind::kBytes:
      if (!take_varint(left_, length) || length > left_.size()) return false;
      field_.bytes = left_.first(static_cast<std::size_t>(length));
      left_ = left_.subspan(static_cast<std::size_t>(length));
      return true;
  }
  return false;  // groups, which no format of today uses
}

}  // namespace vecstore
