// A segment as its collection sees it: query's columns, plus look-up by id and the marks of dead
// rows.
//
// Only the collection's writer marks rows; readers may look at any time. A mark is one relaxed
// 64-bit number: readers compare it with their snapshot's sequence, and marks they could confuse
// are made after that snapshot and thus greater.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "query/segment.h"
#include "text/index/field_view.h"

namespace vecstore::db {

class IndexFile;
using query::Row;
using query::RowInfo;

// From that instant on the row is in no answer.
inline bool expired(const RowInfo& info, TimeMs now) {
  return info.expires_at != 0 && info.expires_at <= now;
}

// Bytes by component, for statistics.
struct SegmentBytes {
  std::uint64_t ids = 0;
  std::uint64_t metadata = 0;
  std::uint64_t text = 0;
  std::uint64_t vectors = 0;
  std::uint64_t index = 0;  // its file
  std::uint64_t file = 0;   // the segment's own
};

class StoredSegment : public query::Segment {
 public:
  // Rows appended so far. Readers use the count of their snapshot instead.
  virtual Row rows() const = 0;

  // Of its file; 0 for memory.
  virtual std::uint64_t number() const { return 0; }

  // The newest row of `id` below `bound` that `accept`s; `hash` is hash64 of the id.
  virtual Result<std::optional<Row>> find(std::string_view id, std::uint64_t hash, Row bound,
                                          const std::function<bool(Row)>& accept) const = 0;

  // Of the first `bound` rows, a text field as its analyzer reads it; empty where nothing is
  // indexed. Lives as long as the segment.
  virtual Result<text::FieldView> text_index(std::uint32_t field, Row bound) const = 0;

  // Ends the row at `sequence`, or with 0 takes that back.
  void mark_dead(Row row, std::uint64_t sequence);

  // Whoever reads a count sees in last_death(), read afterwards, the deaths that it counts.
  std::uint64_t dead_rows() const override { return dead_rows_.load(std::memory_order_acquire); }
  // No row died later than this.
  std::uint64_t last_death() const { return last_death_.load(std::memory_order_relaxed); }
  virtual SegmentBytes bytes() const = 0;
  // Of its graphs; null while there is none.
  virtual const IndexFile* index_file() const { return nullptr; }
  // True when some field has a graph.
  virtual bool is_indexed() const { return false; }

  // Whether a query has asked for codes or a graph, so that the next will.
  bool was_queried() const { return queried_.load(std::memory_order_relaxed); }
  void mark_queried() const {
    if (!was_queried()) queried_.store(true, std::memory_order_relaxed);
  }

 protected:
  virtual void store_dead(Row row, std::uint64_t sequence) = 0;

 private:
  std::atomic<std::uint64_t> dead_rows_ = 0;
  std::atomic<std::uint64_t> last_death_ = 0;
  mutable std::atomic<bool> queried_ = false;
};

inline void StoredSegment::mark_dead(Row row, std::uint64_t sequence) {
  const bool was_dead = dead_at(row) != 0;
  store_dead(row, sequence);
  if (sequence > last_death()) last_death_.store(sequence, std::memory_order_relaxed);
  if (was_dead == (sequence != 0)) return;
  dead_rows_.fetch_add(sequence != 0 ? 1 : ~std::uint64_t{0}, std::memory_order_release);
}

}  // namespace vecstore::db
