#include "text/index/memory_field.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>

#include "base/coding.h"
#include "base/hash.h"
#include "text/index/posting_bytes.h"

namespace vecstore::text {
namespace {

constexpr std::size_t kFirstTable = 256;
constexpr std::size_t kFirstTotals = 64;
constexpr std::size_t kSmallChunk = 24;
constexpr std::size_t kLargeChunk = std::size_t{1} << 14;

std::size_t varint_bytes(std::uint64_t value) {
  return value < 0x80 ? 1 : (static_cast<std::size_t>(std::bit_width(value)) + 6) / 7;
}

std::uint32_t bytes_of(std::uint64_t state) { return static_cast<std::uint32_t>(state); }

}  // namespace

std::uint32_t MemoryTerm::rows(Row bound) const {
  std::uint32_t count = 0;
  const PostingChunk* chunk = first_chunk();
  while (chunk != nullptr) {
    const PostingChunk* next = chunk->next.load(std::memory_order_acquire);
    const std::uint64_t state = chunk->state.load(std::memory_order_acquire);
    if (next == nullptr || next->first_row >= bound) break;  // this one may reach beyond the bound
    count += static_cast<std::uint32_t>(state >> 32);
    chunk = next;
  }
  if (chunk == nullptr) return 0;
  MemoryPostingReader reader(*chunk);
  while (reader.next() && reader.row() < bound) ++count;
  return count;
}

MemoryField::MemoryField() {
  tables_.push_back(std::make_unique<Table>(kFirstTable));
  table_.store(tables_.back().get(), std::memory_order_release);
}
MemoryField::~MemoryField() = default;

const MemoryTerm* MemoryField::find(std::string_view text, std::uint64_t hash) const {
  const Table& table = *table_.load(std::memory_order_acquire);
  for (std::size_t slot = hash & table.mask;; slot = (slot + 1) & table.mask) {
    const MemoryTerm* term = table.slots[slot].load(std::memory_order_acquire);
    if (term == nullptr || (term->hash_ == hash && term->text_ == text)) return term;
  }
}

void MemoryField::grow_table() {
  const Table& old = *tables_.back();
  auto table = std::make_unique<Table>((old.mask + 1) * 2);
  for (const auto& slot : old.slots) {
    MemoryTerm* term = slot.load(std::memory_order_relaxed);
    if (term == nullptr) continue;
    std::size_t place = term->hash_ & table->mask;
    while (table->slots[place].load(std::memory_order_relaxed) != nullptr) {
      place = (place + 1) & table->mask;
    }
    table->slots[place].store(term, std::memory_order_relaxed);
  }
  tables_.push_back(std::move(table));
  table_.store(tables_.back().get(), std::memory_order_release);
}

MemoryTerm* MemoryField::find_or_add(std::string_view text) {
  const std::uint64_t hash = hash64(as_bytes(text));
  if (const MemoryTerm* term = find(text, hash)) return const_cast<MemoryTerm*>(term);
  if (terms_ >= tables_.back()->mask / 2) grow_table();
  std::byte* memory = arena_.allocate(sizeof(MemoryTerm) + text.size());
  if (memory == nullptr) return nullptr;
  auto* term = new (memory) MemoryTerm;
  auto* copy = reinterpret_cast<char*>(memory + sizeof(MemoryTerm));
  std::ranges::copy(text, copy);
  term->text_ = {copy, text.size()};
  term->hash_ = hash;
  ++terms_;
  Table& table = *tables_.back();
  std::size_t slot = term->hash_ & table.mask;
  while (table.slots[slot].load(std::memory_order_relaxed) != nullptr)
    slot = (slot + 1) & table.mask;
  table.slots[slot].store(term, std::memory_order_release);
  return term;
}

MemoryField::Totals& MemoryField::totals(Row row) const {
  const auto chunk = static_cast<std::size_t>(std::bit_width(row / kFirstTotals + 1)) - 1;
  return totals_[chunk][row - kFirstTotals * ((std::size_t{1} << chunk) - 1)];
}

bool MemoryField::reserve_rows(Row row) {
  const auto last = static_cast<std::size_t>(std::bit_width(row / kFirstTotals + 1)) - 1;
  for (std::size_t chunk = 0; chunk <= last; ++chunk) {
    if (totals_[chunk]) continue;
    totals_[chunk].reset(new (std::nothrow) Totals[kFirstTotals << chunk]);
    if (!totals_[chunk]) return false;
  }
  return true;
}

PostingChunk* MemoryField::new_chunk(const MemoryTerm& term, std::size_t bytes) {
  const std::size_t usual =
      term.last_ == nullptr ? kSmallChunk : std::size_t{term.last_->capacity} * 2;
  const std::size_t capacity = std::max(bytes, std::min(usual, kLargeChunk));
  std::byte* memory = arena_.allocate(sizeof(PostingChunk) + capacity);
  if (memory == nullptr) return nullptr;
  auto* chunk = new (memory) PostingChunk;
  chunk->first_row = row_;
  chunk->capacity = static_cast<std::uint32_t>(capacity);
  return chunk;
}

// Where a posting of so many bytes, without its row, goes.
PostingChunk* MemoryField::chunk_for(const MemoryTerm& term, std::size_t bytes) {
  PostingChunk* last = term.last_;
  const std::size_t needed = bytes + varint_bytes(row_ - term.last_row_);
  const bool fits =
      last != nullptr &&
      last->capacity - bytes_of(last->state.load(std::memory_order_relaxed)) >= needed;
  return fits ? last : new_chunk(term, bytes + 1);
}

// Everything that can fail: terms and room for each posting.
bool MemoryField::prepare_terms(const RowTerms& terms) {
  pending_.clear();
  RowTermReader reader(terms);
  while (reader.next()) {
    MemoryTerm* term = find_or_add(reader.term());
    if (term == nullptr) return false;
    PostingChunk* chunk = chunk_for(*term, reader.posting().size());
    if (chunk == nullptr) return false;
    pending_.push_back({term, chunk, reader.posting(), reader.frequency()});
  }
  return true;
}

void MemoryField::publish_posting(const Pending& pending) {
  MemoryTerm& term = *pending.term;
  if (pending.frequency > term.greatest_frequency_.load(std::memory_order_relaxed)) {
    term.greatest_frequency_.store(pending.frequency, std::memory_order_relaxed);
  }
  if (length_ < term.least_length_.load(std::memory_order_relaxed)) {
    term.least_length_.store(length_, std::memory_order_relaxed);
  }
  PostingChunk& chunk = *pending.chunk;
  const std::uint64_t state = chunk.state.load(std::memory_order_relaxed);
  const bool is_new = state == 0;
  std::byte* to = chunk.data() + bytes_of(state);
  std::uint64_t delta = is_new ? 0 : row_ - term.last_row_;
  for (; delta >= 0x80; delta >>= 7) *to++ = static_cast<std::byte>(delta | 0x80);
  *to++ = static_cast<std::byte>(delta);
  std::memcpy(to, pending.bytes.data(), pending.bytes.size());
  const auto used = static_cast<std::uint64_t>(to - chunk.data()) + pending.bytes.size();
  chunk.state.store(((state >> 32) + 1) << 32 | used, std::memory_order_release);
  term.last_row_ = row_;
  if (!is_new) return;
  if (term.last_ == nullptr) {
    term.first_.store(&chunk, std::memory_order_release);
  } else {
    term.last_->next.store(&chunk, std::memory_order_release);
  }
  term.last_ = &chunk;
}

void MemoryField::publish_totals() {
  const Row first = rows_.load(std::memory_order_relaxed);
  Totals sum = first == 0 ? Totals{0, 0, 0} : totals(first - 1);
  sum.length = 0;
  for (Row gap = first; gap < row_; ++gap) totals(gap) = sum;
  totals(row_) = {length_, sum.rows + 1, sum.total_length + length_};
  rows_.store(row_ + 1, std::memory_order_release);
}

Status MemoryField::prepare(Row row, const RowTerms& terms) {
  assert(row >= rows_.load(std::memory_order_relaxed));
  row_ = row;
  length_ = terms.length();
  if (reserve_rows(row) && prepare_terms(terms)) return {};
  pending_.clear();
  return resource_exhausted("no memory for the text of a record");
}

void MemoryField::publish() {
  if (pending_.empty()) return;
  for (const Pending& pending : pending_) publish_posting(pending);
  pending_.clear();
  publish_totals();
  const std::size_t slots = (tables_.back()->mask + 1) * sizeof(void*) * 2;
  bytes_.store(arena_.allocated_bytes() + slots + (row_ + 1) * sizeof(Totals),
               std::memory_order_relaxed);
}

FieldStatistics MemoryField::statistics(Row bound) const {
  const Row rows = std::min(bound, rows_.load(std::memory_order_acquire));
  if (rows == 0) return {};
  const Totals& sum = totals(rows - 1);
  return {sum.rows, sum.total_length};
}

}  // namespace vecstore::text
