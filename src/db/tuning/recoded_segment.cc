#include "db/tuning/recoded_segment.h"

#include <algorithm>
#include <string>
#include <utility>

#include "db/segment/index_writer.h"

namespace vecstore::db {

Result<std::shared_ptr<const RecodedSegment>> RecodedSegment::make(
    std::shared_ptr<const FileSegment> of, const VectorField& as, std::uint32_t field,
    const index::Pace& pace) {
  // unreached: who measures has read the graph before
  VECSTORE_ASSIGN(const index::HnswIndex* present, of->index(field));
  VECSTORE_ASSIGN(const index::BuiltHnswIndex coded, recode_field(*of, as, field, pace));
  LargeBuffer codes(coded.codes.size());
  if (codes.bytes().size() != coded.codes.size())
    return resource_exhausted("no memory for " + std::to_string(coded.codes.size()) +
                              " bytes of codes");
  std::copy(coded.codes.begin(), coded.codes.end(), codes.bytes().begin());
  // unreached: they were made for the rows of this graph
  VECSTORE_ASSIGN(index::HnswIndex index, present->with_codes(coded.space, codes.bytes()));
  return std::shared_ptr<const RecodedSegment>(
      new RecodedSegment(std::move(of), field, std::move(codes), std::move(index)));
}

RecodedSegment::RecodedSegment(std::shared_ptr<const FileSegment> of, std::uint32_t field,
                               LargeBuffer codes, index::HnswIndex index)
    : of_(std::move(of)), field_(field), codes_(std::move(codes)), index_(std::move(index)) {}

Result<const index::HnswIndex*> RecodedSegment::index(std::uint32_t field) const {
  if (field != field_) return of_->index(field);
  return &index_;
}

const index::HnswIndex* RecodedSegment::index_at_hand(std::uint32_t field) const {
  return field == field_ ? &index_ : of_->index_at_hand(field);
}

}  // namespace vecstore::db
