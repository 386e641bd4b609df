#include "rag/loaders/parquet/parquet_encodings.h"

#include <algorithm>
#include <bit>

namespace vecstore {
namespace {

Status cut_short() { return data_loss("a page is shorter than its values"); }

bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto next = static_cast<std::uint8_t>(bytes[0]);
    bytes.remove_prefix(1);
    value |= std::uint64_t{next & 0x7fU} << shift;
    if (next < 0x80) return true;
  }
  return false;
}

bool take_zigzag(std::string_view& bytes, std::uint64_t& value) {
  if (!take_varint(bytes, value)) return false;
  value = (value >> 1) ^ (~(value & 1) + 1);
  return true;
}

// `width` bits (at most 64) from bit `at` on, the lowest bit first; within the bytes.
std::uint64_t bits_at(std::string_view bytes, std::uint64_t at, unsigned width) {
  std::uint64_t value = 0;
  for (unsigned got = 0; got < width;) {
    const auto byte = static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(at / 8)]);
    const auto from = static_cast<unsigned>(at % 8);
    const unsigned some = std::min(8 - from, width - got);
    const std::uint64_t part = (std::uint64_t{byte} >> from) & ((1U << some) - 1);
    value |= part << got;
    got += some;
    at += some;
  }
  return value;
}

}  // namespace

unsigned bit_width_of(std::uint64_t most) { return static_cast<unsigned>(std::bit_width(most)); }

Status decode_runs(std::string_view bytes, unsigned width, std::size_t count,
                   std::vector<std::uint32_t>& out) {
  if (width > 32) return data_loss("a page has values of " + std::to_string(width) + " bits");
  for (std::size_t left = count; left > 0;) {
    std::uint64_t head = 0;
    if (!take_varint(bytes, head)) return cut_short();
    std::uint64_t run = head >> 1;
    if ((head & 1) == 0) {  // one value, over and over
      const std::size_t value_bytes = (width + 7) / 8;
      if (bytes.size() < value_bytes) return cut_short();
      const auto value =
          static_cast<std::uint32_t>(bits_at(bytes, 0, static_cast<unsigned>(value_bytes * 8)));
      bytes.remove_prefix(value_bytes);
      const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(run, left));
      out.insert(out.end(), some, value);
      left -= some;
      continue;
    }
    // Groups of eight; the last may be cut where nothing of it is wanted.
    run = std::min<std::uint64_t>(run, std::uint64_t{left} / 8 + 1);
    const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(run * 8, left));
    if ((std::uint64_t{some} * width + 7) / 8 > bytes.size()) return cut_short();
    for (std::size_t i = 0; i < some; ++i) {
      out.push_back(static_cast<std::uint32_t>(bits_at(bytes, std::uint64_t{i} * width, width)));
    }
    bytes.remove_prefix(
        static_cast<std::size_t>(std::min<std::uint64_t>(run * width, bytes.size())));
    left -= some;
  }
  return {};
}

Status decode_bit_packed_levels(std::string_view bytes, unsigned width, std::size_t count,
                                std::vector<std::uint32_t>& out) {
  if (width > 32 || (std::uint64_t{count} * width + 7) / 8 > bytes.size()) return cut_short();
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t value = 0;
    for (unsigned bit = 0; bit < width; ++bit, ++at) {
      const auto byte = static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(at / 8)]);
      value = value << 1 | ((byte >> (7 - at % 8)) & 1U);
    }
    out.push_back(value);
  }
  return {};
}

namespace {

struct DeltaHead {
  std::uint64_t block = 0, miniblocks = 0, count = 0, first = 0;
};

bool take_delta_head(std::string_view& bytes, DeltaHead& head) {
  const bool there = take_varint(bytes, head.block) && take_varint(bytes, head.miniblocks) &&
                     take_varint(bytes, head.count) && take_zigzag(bytes, head.first);
  constexpr std::uint64_t kMaxBlock = std::uint64_t{1} << 31;
  return there && head.block > 0 && head.block <= kMaxBlock && head.miniblocks > 0 &&
         head.block % head.miniblocks == 0 && (head.block / head.miniblocks) % 8 == 0;
}

}  // namespace

Status decode_delta(std::string_view& bytes, std::size_t count, std::vector<std::int64_t>& out) {
  DeltaHead head;
  if (!take_delta_head(bytes, head)) return data_loss("a page of differences is damaged");
  if (head.count != count) return data_loss("a page of differences has another count of values");
  if (count == 0) return {};
  std::uint64_t value = head.first;  // differences wrap around
  out.push_back(static_cast<std::int64_t>(value));
  const std::uint64_t each = head.block / head.miniblocks;
  for (std::size_t left = count - 1; left > 0;) {
    std::uint64_t least = 0;
    if (!take_zigzag(bytes, least) || bytes.size() < head.miniblocks) return cut_short();
    const std::string_view widths = bytes.substr(0, static_cast<std::size_t>(head.miniblocks));
    bytes.remove_prefix(widths.size());
    for (std::size_t mini = 0; mini < widths.size() && left > 0; ++mini) {
      const auto width = static_cast<std::uint8_t>(widths[mini]);
      const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(each, left));
      if (width > 64 || (std::uint64_t{some} * width + 7) / 8 > bytes.size()) return cut_short();
      for (std::size_t i = 0; i < some; ++i) {
        value += least + bits_at(bytes, std::uint64_t{i} * width, width);
        out.push_back(static_cast<std::int64_t>(value));
      }
      const std::uint64_t whole = each / 8 * width;
      bytes.remove_prefix(static_cast<std::size_t>(std::min<std::uint64_t>(whole, bytes.size())));
      left -= some;
    }
  }
  return {};
}

Status decode_delta_lengths(std::string_view bytes, std::size_t count,
                            std::vector<std::string_view>& out) {
  std::vector<std::int64_t> lengths;
  VECSTORE_TRY(decode_delta(bytes, count, lengths));
  for (const std::int64_t length : lengths) {
    if (length < 0 || static_cast<std::uint64_t>(length) > bytes.size()) return cut_short();
    out.push_back(bytes.substr(0, static_cast<std::size_t>(length)));
    bytes.remove_prefix(static_cast<std::size_t>(length));
  }
  return {};
}

Result<SharedPrefixes> decode_delta_bytes(std::string_view bytes, std::size_t count) {
  SharedPrefixes parts;
  VECSTORE_TRY(decode_delta(bytes, count, parts.prefixes));
  VECSTORE_TRY(decode_delta_lengths(bytes, count, parts.suffixes));
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t shared = parts.prefixes[i];
    if (shared < 0 || static_cast<std::uint64_t>(shared) > before) {
      return data_loss("a value shares more than the one before it has");
    }
    before = static_cast<std::uint64_t>(shared) + parts.suffixes[i].size();
    parts.total_bytes += before;
  }
  return parts;
}

void join_prefixes(const SharedPrefixes& parts, std::string& arena,
                   std::vector<std::string_view>& out) {
  arena.reserve(static_cast<std::size_t>(parts.total_bytes));  // so that views stay
  std::size_t before = 0;
  for (std::size_t i = 0; i < parts.suffixes.size(); ++i) {
    const std::size_t begin = arena.size();
    arena.append(arena, before, static_cast<std::size_t>(parts.prefixes[i]));
    arena.append(parts.suffixes[i]);
    out.push_back(std::string_view(arena).substr(begin));
    before = begin;
  }
}

Result<std::string> decode_byte_stream_split(std::string_view bytes, std::size_t width,
                                             std::size_t count) {
  if (width == 0 || bytes.size() / width < count) return cut_short();
  std::string out(width * count, '\0');
  for (std::size_t stream = 0; stream < width; ++stream) {
    for (std::size_t i = 0; i < count; ++i) out[i * width + stream] = bytes[stream * count + i];
  }
  return out;
}

}  // namespace vecstore
