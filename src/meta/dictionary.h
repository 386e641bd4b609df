// Different values of a column as they are met: each gets the next number. Values are bytes; what
// they mean, the column knows.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace vecstore::meta {

class Dictionary {
 public:
  // The number of `value`, which is new at most once.
  std::uint32_t number_of(ByteView value);

  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  // Of all different values together.
  std::size_t value_bytes() const { return bytes_.size(); }
  ByteView value(std::uint32_t number) const;

 private:
  void grow();

  Bytes bytes_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> slots_;  // number + 1, 0 is free; a power of two
};

}  // namespace vecstore::meta
