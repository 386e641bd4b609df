#include "text/index/postings.h"

#include <algorithm>
#include <functional>

#include "simd/unpack.h"
#include "text/index/bit_packing.h"

namespace vecstore::text {
namespace {

constexpr std::uint64_t kGreatest = 0xffffffff;

// Behind `count` varints, of which the last byte alone is below 128; null when they are not all
// there.
const std::byte* skip_varints(const std::byte* at, const std::byte* end, std::uint64_t count) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  while (count >= 8 && end - at >= 8) {
    count -= (~load_u64(at) >> 7 & kOnes) * kOnes >> 56;
    at += 8;
  }
  for (; count > 0; ++at) {
    if (at == end) return nullptr;
    count -= static_cast<std::uint64_t>(static_cast<std::uint8_t>(*at) < 128);
  }
  return at;
}

// Replaces `out` by `count` numbers that are written as distances; what follows them, or null.
const std::byte* read_ascending(const std::byte* at, const std::byte* end, std::uint32_t count,
                                std::vector<std::uint32_t>& out) {
  if (count > static_cast<std::size_t>(end - at)) return nullptr;
  out.resize(count);
  std::uint64_t position = 0;
  for (std::uint32_t& each : out) {
    if (at != end && static_cast<std::uint8_t>(*at) < 128) {
      position += static_cast<std::uint8_t>(*at++);
    } else {
      ByteReader in(ByteView(at, end));
      const std::uint64_t step = in.varint();
      if (!in.ok() || step > kGreatest) return nullptr;
      position += step;
      at = end - in.remaining();
    }
    if (position > kGreatest) return nullptr;
    each = static_cast<std::uint32_t>(position);
  }
  return at;
}

// `before` is kNoRow where none is.
bool ascend(std::span<const Row> rows, Row before) {
  if (before != kNoRow && rows.front() <= before) return false;
  return std::ranges::adjacent_find(rows, std::greater_equal<>()) == rows.end();
}

}  // namespace

std::unique_ptr<Postings> Postings::open(const MemoryField&, const MemoryTerm& term, Row bound) {
  std::unique_ptr<Postings> postings(new Postings);
  postings->term_ = &term;
  postings->bound_ = bound;
  if (const PostingChunk* first = term.first_chunk()) postings->reader_.emplace(*first);
  postings->term_rows_ = term.rows(bound);
  postings->load_memory();
  return postings;
}

Result<std::unique_ptr<Postings>> Postings::open(const FieldReader& field, const TermEntry& entry) {
  std::unique_ptr<Postings> postings(new Postings);
  postings->field_ = &field;
  postings->entry_ = entry;
  postings->term_rows_ = entry.rows;
  VECSTORE_ASSIGN(const ByteView padded,
                  field.postings().view(entry.postings_at, entry.postings_bytes + kPaddingBytes,
                                        postings->scratch_));
  postings->list_ = padded.first(padded.size() - kPaddingBytes);
  if (entry.rows <= kPostingsPerBlock) {
    postings->load_short();
  } else {
    postings->blocks_ = entry.rows / kPostingsPerBlock + (entry.rows % kPostingsPerBlock != 0);
    if (postings->list_.size() < std::size_t{postings->blocks_} * kEntryBytes) {
      postings->fail("is too short for its directory");
    } else {
      postings->directory_ = postings->list_.data();
      postings->load_block(0);
    }
  }
  if (!postings->status_.ok()) return postings->status_;
  return postings;
}

void Postings::fail(const std::string& what) {
  status_ = data_loss("text index: the list of " + std::to_string(entry_.rows) + " rows at " +
                      std::to_string(entry_.postings_at) + " of postings " + what);
  at_ = count_ = 0;
  blocks_ = 0;
  directory_ = nullptr;
  packed_frequencies_ = packed_sums_ = nullptr;
}

void Postings::load_memory() {
  at_ = count_ = 0;
  while (reader_ && count_ < kPostingsPerBlock) {
    if (!reader_->next() || reader_->row() >= bound_) {
      reader_.reset();
      break;
    }
    rows_[count_] = reader_->row();
    frequencies_[count_] = reader_->frequency();
    memory_positions_[count_] = reader_->positions();
    ++count_;
  }
}

void Postings::load_short() {
  ByteReader in(list_);
  std::uint64_t row = 0;
  for (std::uint32_t i = 0; i < entry_.rows; ++i) {
    const std::uint64_t delta = in.varint();
    const std::uint64_t frequency = in.varint();
    row += delta;
    const bool ascends = i == 0 || delta > 0;
    if (!in.ok() || !ascends || delta > kNoRow || row >= field_->rows() || frequency == 0 ||
        frequency > kNoRow) {
      return fail("cannot be read at posting " + std::to_string(i));
    }
    rows_[i] = static_cast<Row>(row);
    frequencies_[i] = static_cast<std::uint32_t>(frequency);
    sums_[i] = frequencies_[i] + (i == 0 ? 0 : sums_[i - 1]);
  }
  if (!in.at_end()) return fail("is too long");
  count_ = entry_.rows;
}

bool Postings::fill_block(ByteView bytes, Row before, Row last) {
  if (bytes.size() < 2) return false;
  const auto row_bits = static_cast<unsigned>(bytes[0]);
  frequency_bits_ = static_cast<unsigned>(bytes[1]);
  if (row_bits > 32 || frequency_bits_ > 32) return false;
  const std::size_t row_bytes = packed_bytes(count_, row_bits);
  if (bytes.size() != 2 + row_bytes + packed_bytes(count_, frequency_bits_)) return false;
  // kNoRow, which is before the first, is -1 in sums modulo 2^32.
  unpack_kernels().steps(bytes.data() + 2, row_bits, count_, before, rows_.data());
  packed_frequencies_ = packed_sums_ = bytes.data() + 2 + row_bytes;
  if (rows_[count_ - 1] != last) return false;
  // 128 steps of so many bits cannot go round and end beyond where they began.
  if (row_bits > 24 && !ascend(std::span(rows_).first(count_), before)) return false;
  if (frequency_bits_ < 32) return true;
  unpack_frequencies();  // one of 2^32 is written as 2^32 - 1, and comes back as 0
  return std::ranges::count(std::span(frequencies_).first(count_), 0u) == 0;
}

void Postings::unpack_frequencies() {
  unpack_kernels().added(packed_frequencies_, frequency_bits_, count_, 1, frequencies_.data());
  packed_frequencies_ = nullptr;
}

void Postings::load_block(std::uint32_t block) {
  const std::size_t directory_bytes = std::size_t{blocks_} * kEntryBytes;
  const std::byte* entry = directory_ + std::size_t{block} * kEntryBytes;
  const std::uint32_t begin = block == 0 ? 0 : load_u32(entry - kEntryBytes + 4);
  const std::uint32_t end = load_u32(entry + 4);
  const Row before = block == 0 ? kNoRow : last_row_of(block - 1);
  const Row last = last_row_of(block);
  count_ = block + 1 < blocks_ ? kPostingsPerBlock : entry_.rows - block * kPostingsPerBlock;
  at_ = 0;
  block_ = block;
  const bool placed = begin <= end && end <= list_.size() - directory_bytes &&
                      last < field_->rows() && (block == 0 || before < last) &&
                      (block + 1 < blocks_ || end == list_.size() - directory_bytes);
  if (!placed || !fill_block(list_.subspan(directory_bytes + begin, end - begin), before, last)) {
    fail("cannot be read in block " + std::to_string(block));
  }
}

void Postings::load_next() {
  if (term_ != nullptr) return load_memory();
  at_ = count_;
  if (block_ + 1 < blocks_) load_block(block_ + 1);
}

void Postings::seek(Row target) {
  while (count_ > 0 && rows_[count_ - 1] < target) {
    if (!long_list()) {
      load_next();
      if (term_ == nullptr) return;
      continue;
    }
    std::uint32_t block = block_ + 1;
    while (block < blocks_ && last_row_of(block) < target) ++block;
    if (block >= blocks_) {
      block_ = blocks_;
      at_ = count_ = 0;
      return;
    }
    load_block(block);
  }
  const Row* first = rows_.data() + at_;
  const Row* end = rows_.data() + count_;
  // Most often the next row or one close by.
  const Row* found = first;
  for (int step = 0; step < 8 && found != end && *found < target; ++step) ++found;
  if (found != end && *found < target) found = std::lower_bound(found, end, target);
  at_ = static_cast<std::uint32_t>(found - rows_.data());
}

Postings::Place Postings::place_of(std::uint32_t at) {
  const std::uint32_t frequency = frequencies()[at];
  if (term_ != nullptr) return {.frequency = frequency, .in_memory = memory_positions_[at]};
  if (packed_sums_ != nullptr) {  // of frequencies - 1: each is a step
    unpack_kernels().steps(packed_sums_, frequency_bits_, count_, 0, sums_.data());
    packed_sums_ = nullptr;
  }
  return {.frequency = frequency, .block = block_, .before = sums_[at] - frequency};
}

bool Postings::view_positions() {
  if (has_positions_) return true;
  auto bytes =
      field_->positions().view(entry_.positions_at, entry_.positions_bytes, position_scratch_);
  if (!bytes.ok()) {
    fail("has no positions");
    status_ = bytes.status();
    return false;
  }
  position_bytes_ = *bytes;
  return has_positions_ = true;
}

// Sets position_at_ to the place, from where it is when that is not behind; `end` is its block's.
bool Postings::find_positions(const Place& place, const std::byte*& end) {
  if (!view_positions()) return false;
  const std::byte* entry = directory_ + std::size_t{place.block} * kEntryBytes;
  const std::uint32_t begins =
      long_list() && place.block > 0 ? load_u32(entry - kEntryBytes + 8) : 0;
  const std::uint64_t ends = long_list() ? load_u32(entry + 8) : position_bytes_.size();
  if (begins > ends || ends > position_bytes_.size()) return false;
  if (position_at_ == nullptr || position_block_ != place.block ||
      positions_before_ > place.before) {
    position_at_ = position_bytes_.data() + begins;
    position_block_ = place.block;
    positions_before_ = 0;
  }
  end = position_bytes_.data() + ends;
  position_at_ = skip_varints(position_at_, end, place.before - positions_before_);
  return position_at_ != nullptr;
}

bool Postings::positions_of(const Place& place, std::vector<std::uint32_t>& out) {
  if (term_ != nullptr) {
    out.resize(place.frequency);
    const std::byte* at = place.in_memory;
    std::uint32_t position = 0;
    for (std::uint32_t& each : out) each = position += trusted_varint(at);
    return true;
  }
  if (!status_.ok()) return false;
  const std::byte* end = nullptr;
  if (find_positions(place, end)) {
    position_at_ = read_ascending(position_at_, end, place.frequency, out);
    positions_before_ = place.before + place.frequency;
    if (position_at_ != nullptr) return true;
  }
  if (status_.ok())
    fail("has positions that cannot be read in block " + std::to_string(place.block));
  return false;
}

}  // namespace vecstore::text
