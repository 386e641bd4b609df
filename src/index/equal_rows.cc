#include "index/equal_rows.h"

#include <algorithm>
#include <numeric>

#include "base/hash.h"

namespace vecstore::index {

std::vector<std::uint32_t> first_equal_rows(ByteView rows, std::size_t stride,
                                            const std::function<bool(std::uint32_t)>& present) {
  struct Hashed {
    std::uint64_t hash;
    std::uint32_t row;
    bool operator<(const Hashed& other) const {
      return hash != other.hash ? hash < other.hash : row < other.row;
    }
  };
  const auto bytes_of = [&](std::uint32_t row) { return rows.subspan(row * stride, stride); };
  const auto count = static_cast<std::uint32_t>(rows.size() / stride);
  std::vector<Hashed> hashed;
  for (std::uint32_t row = 0; row < count; ++row)
    if (present(row)) hashed.push_back({hash64(bytes_of(row)), row});
  std::sort(hashed.begin(), hashed.end());
  std::vector<std::uint32_t> first(count);
  std::iota(first.begin(), first.end(), 0u);
  for (std::size_t i = 1; i < hashed.size(); ++i) {
    if (hashed[i].hash != hashed[i - 1].hash) continue;
    // Different rows of one hash may come in any order: then some are not found, and no matter.
    const std::uint32_t other = first[hashed[i - 1].row];
    const ByteView a = bytes_of(other), b = bytes_of(hashed[i].row);
    if (std::equal(a.begin(), a.end(), b.begin())) first[hashed[i].row] = other;
  }
  return first;
}

}  // namespace vecstore::index
