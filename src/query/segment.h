// What a query sees of a segment: rows in columns, whether they lie in memory or in a file. db
// implements it; readers hold it through a Snapshot that says which rows count.
//
// Safe from many threads. Rows never change; only dead_at() of a row goes from 0 to the sequence of
// the write that replaced or removed it. Methods that can touch a file verify what they read and
// return kDataLoss naming file and offset.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "index/coded_rows.h"
#include "index/dense_rows.h"
#include "index/hnsw_index.h"
#include "meta/columns.h"
#include "vecstore/record.h"
#include "vecstore/status.h"

namespace vecstore::query {

using Row = std::uint32_t;
using SharedCodes = std::shared_ptr<const index::CodedRows>;

// The times and version of a row: 40 bytes, kept in a column of their own.
struct RowInfo {
  std::uint64_t sequence = 0;  // of the write that made the row
  TimeMs created_at = 0;
  TimeMs updated_at = 0;
  TimeMs expires_at = 0;
  TimeMs deleted_at = 0;
};

class Segment {
 public:
  virtual ~Segment() = default;

  // How many rows are dead by now, for whoever looks.
  virtual std::uint64_t dead_rows() const = 0;
  // 0 while the row is the newest of its id, else the sequence of the write that ended it.
  virtual std::uint64_t dead_at(Row row) const = 0;
  virtual Result<RowInfo> info(Row row) const = 0;
  // True when some row may expire or is soft-deleted.
  virtual bool has_times() const = 0;
  virtual Result<std::string_view> id(Row row, Bytes& scratch) const = 0;
  // Ask for where the id of a row lies, and for the id itself once that has come: of many rows, all
  // of the one and then all of the other. They cost nothing to be wrong.
  virtual void prefetch_id_place(Row) const {}
  virtual void prefetch_id(Row) const {}
  // As encode_object writes it; empty for {}.
  virtual Result<ByteView> metadata(Row row, Bytes& scratch) const = 0;
  virtual Result<std::optional<std::string_view>> text(Row row, Bytes& scratch) const = 0;

  // False when no row of the segment has the field.
  virtual bool has_field(std::uint32_t field) const = 0;
  virtual Result<bool> has_vector(std::uint32_t field, Row row) const = 0;
  // True only when it is known that every row has the vector.
  virtual bool all_have_vector(std::uint32_t) const { return false; }
  // Up to `limit` rows of a dense field from `first`; rows without the vector hold anything.
  // `scratch` may back the result.
  virtual Result<index::DenseRows> dense(std::uint32_t field, Row first, std::uint32_t limit,
                                         Bytes& scratch,
                                         std::vector<float>& factor_scratch) const = 0;
  // Asks for a row of a dense field that will be read soon: it costs nothing to be wrong.
  virtual void prefetch_dense(std::uint32_t, Row) const {}
  // The stored bytes of one vector of any kind; empty when the row lacks it.
  virtual Result<ByteView> vector_bytes(std::uint32_t field, Row row, Bytes& scratch) const = 0;

  // What finds the nearest rows of a field without looking at all; null when there is nothing.
  virtual Result<const index::HnswIndex*> index(std::uint32_t) const { return nullptr; }
  // The same for a search that can do without: if it is in memory, or so many have asked for it
  // that it pays to read it now.
  virtual const index::HnswIndex* index_at_hand(std::uint32_t) const { return nullptr; }
  // Codes of rows of a field from the first on, where there is no such index: as many as there are
  // by now of the first `rows`, some of which this call may add. Null when none are kept.
  virtual Result<SharedCodes> codes(std::uint32_t, Row) const { return SharedCodes(); }
  // The metadata by field; null when there are none.
  virtual Result<const meta::Columns*> columns() const { return nullptr; }
};

struct SegmentRows {
  std::shared_ptr<const Segment> segment;
  Row rows = 0;  // the first rows; later ones are not yet committed
};

// One state of a collection, unchanging while it is held.
struct Snapshot {
  std::vector<SegmentRows> segments;
  std::uint64_t sequence = 0;  // the last write it sees

  // True when the row was live at `sequence`: committed by then, and not yet replaced or removed.
  bool live(const Segment& segment, Row row) const {
    const std::uint64_t dead = segment.dead_at(row);
    return dead == 0 || dead > sequence;
  }
};

// Live, not soft-deleted, not expired at `now`.
inline bool active(const RowInfo& info, TimeMs now) {
  return info.deleted_at == 0 && (info.expires_at == 0 || info.expires_at > now);
}

}  // namespace vecstore::query
