// The rows that have a term, ascending, with how often and where: one cursor over lists in memory
// and in files, 128 postings at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "text/index/field_reader.h"
#include "text/index/impacts.h"
#include "text/index/memory_field.h"
#include "text/index/posting_bytes.h"

namespace vecstore::text {

class Postings {
 public:
  // Both keep a pointer to the field. At the first row.
  static Result<std::unique_ptr<Postings>> open(const FieldReader& field, const TermEntry& entry);
  static std::unique_ptr<Postings> open(const MemoryField& field, const MemoryTerm& term,
                                        Row bound);

  // kNoRow at the end, and after damage, which status() names.
  Row row() const { return at_ < count_ ? rows_[at_] : kNoRow; }
  std::uint32_t frequency() { return frequencies()[at_]; }
  void next() {
    if (++at_ >= count_) load_next();
  }
  // To the first row that is not before `target`; never backwards.
  void seek(Row target);

  // Where the term stands in the current row, ascending; replaces `out`. False after damage.
  bool positions(std::vector<std::uint32_t>& out) { return positions_of(place_of(at_), out); }

  // What is decoded from the current posting on.
  std::span<const Row> decoded_rows() const { return std::span(rows_).subspan(at_, count_ - at_); }
  std::span<const std::uint32_t> decoded_frequencies() {
    return std::span(frequencies(), count_).subspan(at_);
  }
  // Steps over `count` of them.
  void advance(std::size_t count) {
    at_ += static_cast<std::uint32_t>(count);
    if (at_ >= count_) load_next();
  }

  // The blocks of a long list in a file; other lists have none, nor has one after damage. Beside
  // these, seek() and next() must not be used.
  std::uint32_t blocks() const { return blocks_; }
  Row last_row_of(std::uint32_t block) const { return load_u32(directory_ + block * kEntryBytes); }
  const std::byte* impacts_of(std::uint32_t block) const {
    return directory_ + block * kEntryBytes + 12;
  }
  // Decodes a block, whose postings then are the decoded ones; false after damage.
  bool to_block(std::uint32_t block) {
    if (block != block_) load_block(block);
    return count_ > 0;
  }

  // What is decoded: a block of a long list, all of a short one, some of one in memory.
  std::span<const Row> block_rows() const { return std::span(rows_).first(count_); }
  std::span<const std::uint32_t> block_frequencies() { return {frequencies(), count_}; }

  // Where the positions of a posting are, whichever block is decoded later.
  struct Place {
    std::uint32_t frequency = 0;
    std::uint32_t block = 0;
    std::uint32_t before = 0;              // positions before them in the block
    const std::byte* in_memory = nullptr;  // of a list in memory
  };
  // Of the decoded posting number `at`.
  Place place_of(std::uint32_t at);
  // As positions(). Fastest when places ascend.
  bool positions_of(const Place& place, std::vector<std::uint32_t>& out);

  // Calls fn(frequency, length) with pairs that bound every posting in [from, to] from the current
  // one on; not at all when there is none. `from` never descends from call to call.
  template <typename Fn>
  void for_impacts(Row from, Row to, Fn&& fn);
  // The same with the blocks of a long list: fn(block).
  template <typename Fn>
  void for_blocks(Row from, Row to, Fn&& fn);

  // How many rows the term has; in memory an upper estimate.
  std::uint32_t rows_of_term() const { return term_rows_; }
  const Status& status() const { return status_; }

 private:
  Postings() = default;
  void load_next();
  void load_memory();
  void load_short();
  void load_block(std::uint32_t block);
  bool fill_block(ByteView bytes, Row before, Row last);
  void fail(const std::string& what);
  bool long_list() const { return directory_ != nullptr; }
  const std::uint32_t* frequencies() {
    if (packed_frequencies_ != nullptr) unpack_frequencies();
    return frequencies_.data();
  }
  void unpack_frequencies();
  bool find_positions(const Place& place, const std::byte*& end);
  bool view_positions();

  std::array<Row, kPostingsPerBlock> rows_;
  std::array<std::uint32_t, kPostingsPerBlock> frequencies_;
  std::array<std::uint32_t, kPostingsPerBlock> sums_;  // of the frequencies up to a posting's own
  std::uint32_t at_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t term_rows_ = 0;
  Status status_;

  // In memory.
  const MemoryTerm* term_ = nullptr;
  Row bound_ = 0;
  std::optional<MemoryPostingReader> reader_;
  std::array<const std::byte*, kPostingsPerBlock> memory_positions_;

  // In a file.
  const FieldReader* field_ = nullptr;
  TermEntry entry_;
  Bytes scratch_;
  ByteView list_;                                  // without the padding behind it
  const std::byte* directory_ = nullptr;           // of a long list
  const std::byte* packed_frequencies_ = nullptr;  // of the block, until somebody wants them
  const std::byte* packed_sums_ = nullptr;         // the same, until somebody wants their sums
  unsigned frequency_bits_ = 0;
  std::uint32_t blocks_ = 0;
  std::uint32_t block_ = 0;        // decoded
  std::uint32_t bound_block_ = 0;  // the first that for_impacts has not left behind
  Bytes position_scratch_;
  ByteView position_bytes_;
  bool has_positions_ = false;              // position_bytes_ was read
  const std::byte* position_at_ = nullptr;  // null: nowhere yet
  std::uint32_t position_block_ = 0;        // where that is
  std::uint32_t positions_before_ = 0;      // in the block
};

template <typename Fn>
void Postings::for_impacts(Row from, Row to, Fn&& fn) {
  if (row() > to) return;
  if (term_ != nullptr) {
    const Impact best = term_->best();
    return fn(best.frequency, best.length);
  }
  if (!long_list()) {
    for (std::uint32_t i = at_; i < count_ && rows_[i] <= to; ++i) {
      if (rows_[i] >= from) fn(frequencies_[i], field_->length(rows_[i]));
    }
    return;
  }
  for_blocks(from, to, [&](std::uint32_t block) {
    const std::byte* codes = impacts_of(block);
    for (std::size_t i = 0; i < Impacts::kPairs; ++i) {
      fn(static_cast<std::uint32_t>(decode_number(static_cast<std::uint8_t>(codes[i]))),
         static_cast<std::uint32_t>(
             decode_number(static_cast<std::uint8_t>(codes[i + Impacts::kPairs]))));
    }
  });
}

template <typename Fn>
void Postings::for_blocks(Row from, Row to, Fn&& fn) {
  if (row() > to) return;
  while (bound_block_ < blocks_ && last_row_of(bound_block_) < from) ++bound_block_;
  for (std::uint32_t block = bound_block_; block < blocks_; ++block) {
    if (block > 0 && last_row_of(block - 1) >= to) return;
    fn(block);
  }
}

}  // namespace vecstore::text
