#include <algorithm>
#include <cstdlib>

#include "base/json.h"
#include "base/value_codec.h"

// Whatever decodes must encode to the bytes it came from and be a value that JSON can carry.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecstore;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  ByteReader in(bytes);
  const auto value = decode_value(in);
  if (!value.ok()) return 0;
  Bytes again;
  encode_value(*value, again);
  const ByteView used = bytes.first(size - in.remaining());
  if (!std::ranges::equal(again, used)) std::abort();
  const auto from_text = parse_json(value->to_json());
  if (!from_text.ok() || *from_text != *value) std::abort();
  return 0;
}
