#include "meta/dictionary.h"

#include <algorithm>
#include <cstddef>

#include "base/hash.h"

namespace vecstore::meta {

ByteView Dictionary::value(std::uint32_t number) const {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return ByteView(bytes_).subspan(begin, ends_[number] - begin);
}

std::uint32_t Dictionary::number_of(ByteView value) {
  if (slots_.size() < 2 * (ends_.size() + 1)) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash64(value) & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t number = slots_[slot] - 1;
    if (std::ranges::equal(this->value(number), value)) return number;
  }
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  ends_.push_back(bytes_.size());
  slots_[slot] = size();
  return size() - 1;
}

void Dictionary::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < size(); ++number) {
    std::size_t slot = hash64(value(number)) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

}  // namespace vecstore::meta
