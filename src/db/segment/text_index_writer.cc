#include "db/segment/text_index_writer.h"

#include "db/segment/segment_format.h"
#include "text/index/encode_field.h"

namespace vecstore::db {

Status write_text_index(const SegmentPlan& plan, std::uint32_t field,
                        storage::BlockFileWriter& file) {
  const IndexedText& of = plan.schema.texts[field];
  if (of.analyzer == nullptr) return {};
  std::vector<std::vector<Row>> new_rows(plan.sources.size());
  std::vector<text::FieldSource> sources(plan.sources.size());
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    VECSTORE_ASSIGN(sources[i].field, plan.sources[i]->text_index(field, plan.sources[i]->rows()));
    new_rows[i].assign(sources[i].field.bound(), text::kNoRow);
    sources[i].new_rows = new_rows[i];
  }
  for (std::size_t row = 0; row < plan.rows.size(); ++row) {
    const SourceRow& from = plan.rows[row];
    if (from.row < new_rows[from.source].size())
      new_rows[from.source][from.row] = static_cast<Row>(row);
  }
  VECSTORE_ASSIGN(
      const text::EncodedField encoded,
      text::encode_field(sources, static_cast<Row>(plan.rows.size()), of.analyzer->fingerprint()));
  const Bytes* const blocks[] = {&encoded.terms, &encoded.postings, &encoded.positions,
                                 &encoded.lengths};
  const TextBlocks names = text_blocks(of, field);
  for (std::size_t i = 0; i < names.size(); ++i)
    VECSTORE_TRY(file.add(names[i], storage::BlockLayout::kPaged, *blocks[i]));
  return {};
}

}  // namespace vecstore::db
