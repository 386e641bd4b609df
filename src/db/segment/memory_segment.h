// The rows written since the last seal, searchable at once: columns that one writer appends to
// while readers look.
//
// Rows become visible through the Snapshot's row count, which the writer publishes under a mutex
// after the row is complete; a column that appears later (a field's first vector) is released
// before that. Thus readers need no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/chunked_array.h"
#include "db/schema.h"
#include "db/segment/id_map.h"
#include "db/segment/record_codec.h"
#include "db/segment/stored_segment.h"
#include "vecstore/limits.h"

namespace vecstore::db {

class MemorySegment : public StoredSegment {
 public:
  // With as many text fields as the schemas of what is appended.
  explicit MemorySegment(std::size_t text_fields);
  ~MemorySegment() override;

  // Copies the record into a new row. kResourceExhausted, with nothing changed, when there is no
  // memory. Writer only.
  Result<Row> append(const Schema& schema, const RecordView& record, std::uint64_t hash,
                     const RowInfo& info);

  Row rows() const override { return rows_.load(std::memory_order_relaxed); }
  // Payload bytes held, and what the index of the texts takes: both count towards sealing.
  std::uint64_t payload_bytes() const { return payload_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t index_bytes() const;

  std::uint64_t dead_at(Row row) const override;
  Result<RowInfo> info(Row row) const override;
  Result<std::string_view> id(Row row, Bytes& scratch) const override;
  Result<ByteView> metadata(Row row, Bytes& scratch) const override;
  Result<std::optional<std::string_view>> text(Row row, Bytes& scratch) const override;
  bool has_field(std::uint32_t field) const override;
  Result<bool> has_vector(std::uint32_t field, Row row) const override;
  Result<index::DenseRows> dense(std::uint32_t field, Row first, std::uint32_t limit,
                                 Bytes& scratch, std::vector<float>& factor_scratch) const override;
  Result<ByteView> vector_bytes(std::uint32_t field, Row row, Bytes& scratch) const override;
  Result<query::SharedCodes> codes(std::uint32_t field, Row rows) const override;
  Result<std::optional<Row>> find(std::string_view id, std::uint64_t hash, Row bound,
                                  const std::function<bool(Row)>& accept) const override;
  Result<text::FieldView> text_index(std::uint32_t field, Row bound) const override {
    return text::FieldView(texts_[field], bound);
  }
  bool has_times() const override { return has_times_.load(std::memory_order_relaxed); }
  SegmentBytes bytes() const override;

 protected:
  void store_dead(Row row, std::uint64_t sequence) override;

 private:
  struct Column;  // one vector field
  bool reserve(const Schema& schema, const RecordView& record, Row row);
  std::byte* allocate(std::size_t bytes);
  bool store_bytes(ChunkedArray& column, Row row, ByteView bytes);
  Status prepare_texts(const Schema& schema, const RecordView& record, Row row);
  void store_vector(Column& column, Row row, ByteView bytes);

  ChunkedArray infos_;
  ChunkedArray dead_;
  ChunkedArray ids_;  // views into the arena, as the next two
  ChunkedArray metadata_;
  ChunkedArray text_;
  std::array<std::atomic<Column*>, kMaxFields> columns_ = {};
  std::vector<std::unique_ptr<Column>> owned_columns_;
  IdMap id_map_;
  std::vector<text::MemoryField> texts_;
  std::vector<text::RowTerms> terms_;  // the writer's, reused
  TextScratch text_scratch_;
  std::vector<std::unique_ptr<std::byte[]>> arena_;
  std::byte* arena_at_ = nullptr;
  std::size_t arena_left_ = 0;
  std::atomic<Row> rows_ = 0;
  std::atomic<std::uint64_t> payload_bytes_ = 0;
  std::atomic<std::uint64_t> vector_bytes_ = 0;
  std::atomic<std::uint64_t> metadata_bytes_ = 0;
  std::atomic<std::uint64_t> text_bytes_ = 0;
  std::atomic<std::uint64_t> id_bytes_ = 0;
  std::atomic<bool> has_times_ = false;
};

}  // namespace vecstore::db
