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
  packed_frequencies_ = nullptr;
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
  packed_frequencies_ = bytes.data() + 2 + row_bytes;
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

// Reads `count` positions.
bool Postings::read_positions(const std::byte* end, std::uint32_t count,
                              std::vector<std::uint32_t>& out) {
  ByteReader in(ByteView(position_at_, end));
  std::uint64_t position = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t step = in.varint();
    if (!in.ok() || step > kGreatest - position) return false;
    position += step;
    out.push_back(static_cast<std::uint32_t>(position));
  }
  position_at_ = end - in.remaining();
  return true;
}

bool Postings::encoded_positions(std::vector<std::uint32_t>& out) {
  if (!has_positions_) {
    auto bytes =
        field_->positions().view(entry_.positions_at, entry_.positions_bytes, position_scratch_);
    if (!bytes.ok()) {
      fail("has no positions");
      status_ = bytes.status();
      return false;
    }
    position_bytes_ = *bytes;
  }
  const std::uint32_t begin =
      long_list() && block_ > 0 ? load_u32(directory_ + (block_ - 1) * kEntryBytes + 8) : 0;
  const auto end = long_list() ? load_u32(directory_ + block_ * kEntryBytes + 8)
                               : static_cast<std::uint32_t>(position_bytes_.size());
  if (begin > end || end > position_bytes_.size()) return false;
  if (!has_positions_ || position_block_ != block_ || position_posting_ > at_) {
    has_positions_ = true;
    position_block_ = block_;
    position_posting_ = 0;
    position_at_ = position_bytes_.data() + begin;
  }
  const std::byte* block_end = position_bytes_.data() + end;
  std::uint64_t before = 0;
  for (; position_posting_ < at_; ++position_posting_) before += frequencies()[position_posting_];
  position_at_ = skip_varints(position_at_, block_end, before);
  if (position_at_ == nullptr) {
    has_positions_ = false;
    return false;
  }
  ++position_posting_;
  return read_positions(block_end, frequencies()[at_], out);
}

bool Postings::positions(std::vector<std::uint32_t>& out) {
  out.clear();
  if (term_ != nullptr) {
    const std::byte* at = memory_positions_[at_];
    std::uint32_t position = 0;
    for (std::uint32_t i = 0; i < frequencies_[at_]; ++i)
      out.push_back(position += trusted_varint(at));
    return true;
  }
  if (encoded_positions(out)) return true;
  if (status_.ok()) fail("has positions that cannot be read in block " + std::to_string(block_));
  return false;
}

}  // namespace vecstore::text
