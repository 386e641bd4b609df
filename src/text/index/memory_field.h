// The text field of a segment that is written to: rows are appended by one writer and searched by
// any number of readers at the same time, none of which waits.
//
// Readers look only at rows below a bound that they got after those rows were published (a
// snapshot's row count). What they may meet beyond it is ordered so:
// - A list is a chain of chunks of bytes. A posting's bytes are written before the chunk's state,
//   which says how many count, is stored with release; a chunk's content before the pointer to it.
//   Bytes that count never change.
// - A term is complete before its slot of the hash table is stored with release, a table before the
//   pointer to it. A table that was outgrown stays for those who still read it.
// - Lengths and totals of a row are written before the number of rows is stored with release.
// - A term's greatest frequency and least length are stored before its postings count, so that a
//   reader sees at least what bounds the postings it sees.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "text/index/arena.h"
#include "text/index/field_format.h"
#include "text/index/impacts.h"
#include "text/index/row_terms.h"

namespace vecstore::text {

// Postings in the order of their rows: varint row - row before in the chunk (first: 0), varint
// frequency, varint bytes of the positions, the positions as in docs/format/text.md.
struct PostingChunk {
  std::atomic<PostingChunk*> next = nullptr;
  std::atomic<std::uint64_t> state = 0;  // bytes that count in the low half, postings in the high
  Row first_row = 0;
  std::uint32_t capacity = 0;

  std::byte* data() { return reinterpret_cast<std::byte*>(this + 1); }
  const std::byte* data() const { return reinterpret_cast<const std::byte*>(this + 1); }
};

class MemoryTerm {
 public:
  std::string_view text() const { return text_; }
  // Rows below `bound` that have the term.
  std::uint32_t rows(Row bound) const;
  // No posting has a greater frequency or a smaller length.
  Impact best() const {
    return {greatest_frequency_.load(std::memory_order_relaxed),
            least_length_.load(std::memory_order_relaxed)};
  }
  const PostingChunk* first_chunk() const { return first_.load(std::memory_order_acquire); }

 private:
  friend class MemoryField;
  std::string_view text_;
  std::uint64_t hash_ = 0;
  std::atomic<PostingChunk*> first_ = nullptr;
  std::atomic<std::uint32_t> greatest_frequency_ = 0;
  std::atomic<std::uint32_t> least_length_ = 0xffffffff;
  PostingChunk* last_ = nullptr;  // the writer's
  Row last_row_ = 0;
};

class MemoryField {
 public:
  MemoryField();
  ~MemoryField();

  // A row is prepared, then published, which cannot fail. Rows ascend; those without terms may be
  // left out. What was prepared and not published counts for nothing, and its row may be prepared
  // again. kResourceExhausted: no memory. `terms` stay until the publication. Writer only.
  Status prepare(Row row, const RowTerms& terms);
  void publish();

  // Of the rows below `bound`.
  FieldStatistics statistics(Row bound) const;
  // 0 for a row that was left out.
  std::uint32_t length(Row row) const {
    return row < rows_.load(std::memory_order_acquire) ? totals(row).length : 0;
  }
  const MemoryTerm* find(std::string_view term) const { return find(term, hash64(as_bytes(term))); }
  // Every term in no order; some may have no row below the caller's bound.
  template <typename Fn>
  void for_each_term(Fn&& fn) const {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (std::size_t slot = 0; slot <= table.mask; ++slot) {
      if (const MemoryTerm* term = table.slots[slot].load(std::memory_order_acquire)) fn(*term);
    }
  }
  // What counts towards sealing, roughly what it occupies. Any thread.
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Table {
    explicit Table(std::size_t size) : mask(size - 1), slots(size) {}
    std::size_t mask;
    std::vector<std::atomic<MemoryTerm*>> slots;
  };
  struct Totals {  // of a row and all before it
    std::uint32_t length;
    std::uint32_t rows;
    std::uint64_t total_length;
  };
  struct Pending {  // a posting that is ready to be published
    MemoryTerm* term;
    PostingChunk* chunk;  // a new one, or the term's last
    ByteView bytes;       // without the row
    std::uint32_t frequency;
  };

  const MemoryTerm* find(std::string_view text, std::uint64_t hash) const;
  MemoryTerm* find_or_add(std::string_view text);
  void grow_table();
  bool prepare_terms(const RowTerms& terms);
  bool reserve_rows(Row row);
  PostingChunk* chunk_for(const MemoryTerm& term, std::size_t bytes);
  PostingChunk* new_chunk(const MemoryTerm& term, std::size_t bytes);
  void publish_posting(const Pending& pending);
  void publish_totals();
  Totals& totals(Row row) const;

  std::atomic<Table*> table_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::uint32_t terms_ = 0;
  Arena arena_;
  std::array<std::unique_ptr<Totals[]>, 27> totals_;  // chunks of 64, 128, … rows
  std::atomic<Row> rows_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;

  Row row_ = 0;  // what is prepared
  std::uint32_t length_ = 0;
  std::vector<Pending> pending_;
};

}  // namespace vecstore::text
