#include "db/segment/text_index_writer.h"

#include "db/segment/segment_format.h"
#include "text/index/encode_field.h"

namespace vecstore::db {

Status write_text_index(const SegmentPlan& plan, storage::BlockFileWriter& file) {
  if (plan.schema.analyzer == nullptr) return {};
  std::vector<std::vector<Row>> new_rows(plan.sources.size());
  std::vector<text::FieldSource> sources(plan.sources.size());
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    VECSTORE_ASSIGN(sources[i].field, plan.sources[i]->text_index(plan.sources[i]->rows()));
    new_rows[i].assign(sources[i].field.bound(), text::kNoRow);
    sources[i].new_rows = new_rows[i];
  }
  for (std::size_t row = 0; row < plan.rows.size(); ++row) {
    const SourceRow& from = plan.rows[row];
    if (from.row < new_rows[from.source].size())
      new_rows[from.source][from.row] = static_cast<Row>(row);
  }
  VECSTORE_ASSIGN(const text::EncodedField field,
                  text::encode_field(sources, static_cast<Row>(plan.rows.size()),
                                     plan.schema.analyzer->fingerprint()));
  const Bytes* const blocks[] = {&field.terms, &field.postings, &field.positions, &field.lengths};
  for (std::size_t i = 0; i < std::size(kTextBlocks); ++i)
    VECSTORE_TRY(file.add(kTextBlocks[i], storage::BlockLayout::kPaged, *blocks[i]));
  return {};
}

}  // namespace vecstore::db
