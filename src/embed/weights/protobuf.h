// The wire format of protocol buffers, read: a message is fields, each a number and a value of one
// of four kinds. No memory is taken and nothing is copied.
//
//   for (ProtobufReader reader(bytes); reader.next();) use(reader.field());
//   if (!reader.ok()) ...
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace vecstore {

enum class WireKind : unsigned char { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct ProtobufField {
  std::uint32_t number;
  WireKind kind;
  std::uint64_t value;  // of a number
  ByteView bytes;       // of a string, a message or a packed list; else empty
};

class ProtobufReader {
 public:
  explicit ProtobufReader(ByteView message) : left_(message) {}

  // False at the end, and when what follows is no field: then ok() is false, too.
  bool next();
  const ProtobufField& field() const { return field_; }
  bool ok() const { return ok_; }

  // A number of up to ten bytes taken from the front of `from`; false when there is none.
  static bool take_varint(ByteView& from, std::uint64_t& value);

 private:
  bool read();

  ByteView left_;
  ProtobufField field_ = {};
  bool ok_ = true;
};

}  // namespace vecstore
