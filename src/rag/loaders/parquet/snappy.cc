#include "rag/loaders/parquet/snappy.h"

#include <algorithm>
#include <cstdint>

namespace vecstore {
namespace {

// Three bytes copy 64 at most: what claims to be more is not worth the memory.
constexpr std::size_t kMaxRatio = 22;

class SnappyReader {
 public:
  SnappyReader(std::string_view in, std::size_t size) : in_(in), size_(size) { out_.reserve(size); }

  bool run() {
    while (!in_.empty()) {
      const auto tag = static_cast<std::uint8_t>(in_[0]);
      in_.remove_prefix(1);
      if (!((tag & 3) == 0 ? literal(tag) : copy(tag))) return false;
    }
    return out_.size() == size_;
  }
  std::string take() { return std::move(out_); }

 private:
  bool number(std::size_t bytes, std::size_t& value) {
    if (in_.size() < bytes) return false;
    value = 0;
    for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(in_[i]);
    in_.remove_prefix(bytes);
    return true;
  }

  bool literal(std::uint8_t tag) {
    std::size_t length = tag >> 2;
    constexpr std::size_t kMaxInTag = 59;
    if (length > kMaxInTag && !number(length - kMaxInTag, length)) return false;
    if (length >= in_.size() || length >= size_ - out_.size()) return false;
    out_.append(in_.substr(0, ++length));
    in_.remove_prefix(length);
    return true;
  }

  bool copy(std::uint8_t tag) {
    std::size_t offset = 0, length = (tag >> 2) + std::size_t{1};
    if ((tag & 3) == 1) {
      if (!number(1, offset)) return false;
      offset |= static_cast<std::size_t>(tag >> 5) << 8;
      length = ((tag >> 2) & 7) + std::size_t{4};
    } else if (!number((tag & 3) == 2 ? 2 : 4, offset)) {
      return false;
    }
    if (offset == 0 || offset > out_.size() || length > size_ - out_.size()) return false;
    // A copy may reach into what it writes: then the last `offset` bytes repeat.
    for (std::size_t i = 0; i < length; ++i) out_.push_back(out_[out_.size() - offset]);
    return true;
  }

  std::string_view in_;
  std::size_t size_;
  std::string out_;
};

}  // namespace

Result<std::string> unpack_snappy(std::string_view packed, std::size_t size, LoadBudget& budget) {
  std::uint64_t stated = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (packed.empty()) return data_loss("what snappy packed is cut short");
    const auto byte = static_cast<std::uint8_t>(packed[0]);
    packed.remove_prefix(1);
    stated |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  if (stated != size || size / kMaxRatio > packed.size()) {
    return data_loss("what snappy packed has another size than its page");
  }
  VECSTORE_TRY(budget.unpack(size));
  SnappyReader reader(packed, size);
  if (!reader.run()) return data_loss("what snappy packed is damaged");
  return reader.take();
}

}  // namespace vecstore
