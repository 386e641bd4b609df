// A segment as it would be if the graph of one field had other codes.
#pragma once

#include <memory>

#include "base/large_buffer.h"
#include "db/segment/file_segment.h"
#include "index/crew.h"

namespace vecstore::db {

// All but the codes is the segment's own. The rows are compared by codes that lie in memory as
// those of an opened index do.
class RecodedSegment final : public query::Segment {
 public:
  // The segment has an index of `field`; its rows are coded as `as` says, in one pass over the
  // vectors.
  static Result<std::shared_ptr<const RecodedSegment>> make(std::shared_ptr<const FileSegment> of,
                                                            const VectorField& as,
                                                            std::uint32_t field,
                                                            const index::Pace& pace);

  std::uint64_t dead_rows() const override { return of_->dead_rows(); }
  std::uint64_t dead_at(query::Row row) const override { return of_->dead_at(row); }
  Result<query::RowInfo> info(query::Row row) const override { return of_->info(row); }
  bool has_times() const override { return of_->has_times(); }
  Result<std::string_view> id(query::Row row, Bytes& scratch) const override {
    return of_->id(row, scratch);
  }
  Result<ByteView> metadata(query::Row row, Bytes& scratch) const override {
    return of_->metadata(row, scratch);
  }
  Result<std::optional<std::string_view>> text(query::Row row, Bytes& scratch) const override {
    return of_->text(row, scratch);
  }
  bool has_field(std::uint32_t field) const override { return of_->has_field(field); }
  Result<bool> has_vector(std::uint32_t field, query::Row row) const override {
    return of_->has_vector(field, row);
  }
  bool all_have_vector(std::uint32_t field) const override { return of_->all_have_vector(field); }
  Result<index::DenseRows> dense(std::uint32_t field, query::Row first, std::uint32_t limit,
                                 Bytes& scratch, std::vector<float>& factors) const override {
    return of_->dense(field, first, limit, scratch, factors);
  }
  void prefetch_dense(std::uint32_t field, query::Row row) const override {
    of_->prefetch_dense(field, row);
  }
  Result<ByteView> vector_bytes(std::uint32_t field, query::Row row,
                                Bytes& scratch) const override {
    return of_->vector_bytes(field, row, scratch);
  }
  Result<const index::HnswIndex*> index(std::uint32_t field) const override;
  const index::HnswIndex* index_at_hand(std::uint32_t field) const override;
  Result<query::SharedCodes> codes(std::uint32_t field, query::Row rows) const override {
    return of_->codes(field, rows);
  }
  Result<const meta::Columns*> columns() const override { return of_->columns(); }

 private:
  RecodedSegment(std::shared_ptr<const FileSegment> of, std::uint32_t field, LargeBuffer codes,
                 index::HnswIndex index);

  const std::shared_ptr<const FileSegment> of_;
  const std::uint32_t field_;
  const LargeBuffer codes_;
  const index::HnswIndex index_;
};

}  // namespace vecstore::db
