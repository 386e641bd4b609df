#include "db/segment/file_text.h"

#include <string>

#include "db/segment/segment_format.h"

namespace vecstore::db {
namespace {

Result<text::Part> part(const storage::BlockFile& file, const std::string& name) {
  VECSTORE_ASSIGN(const storage::Block block, file.block(name));
  return text::Part{block.size(),
                    [block](std::uint64_t offset, std::uint64_t length, Bytes& scratch) {
                      return block.view(offset, length, scratch);
                    }};
}

Result<text::FieldParts> parts(const storage::BlockFile& file, const TextBlocks& names) {
  text::FieldParts all;
  // unreached: it has the block, as load() asked
  VECSTORE_ASSIGN(all.terms, part(file, names[0]));
  VECSTORE_ASSIGN(all.postings, part(file, names[1]));
  VECSTORE_ASSIGN(all.positions, part(file, names[2]));
  VECSTORE_ASSIGN(all.lengths, part(file, names[3]));
  return all;
}

}  // namespace

void FileText::set(std::shared_ptr<const storage::BlockFile> file, const IndexedText& field,
                   std::uint32_t number) {
  file_ = std::move(file);
  field_ = field;
  number_ = number;
}

Result<text::FieldView> FileText::view(const StoredSegment& segment) const {
  const Loaded* ready = ready_.load(std::memory_order_acquire);
  if (ready == nullptr) {
    const char* source = field_.path.empty() ? "text.end" : "metadata.end";
    if (field_.analyzer == nullptr || !file_->has(source)) return text::FieldView();
    MutexLock lock(mutex_);
    if (owned_ == nullptr) {
      VECSTORE_ASSIGN(owned_, load(segment));
      ready_.store(owned_.get(), std::memory_order_release);
    }
    ready = owned_.get();
  }
  if (ready->blocks) return text::FieldView(*ready->blocks);
  return text::FieldView(*ready->made, ready->rows);
}

Result<std::unique_ptr<const FileText::Loaded>> FileText::load(const StoredSegment& segment) const {
  auto loaded = std::make_unique<Loaded>();
  loaded->rows = segment.rows();
  const TextBlocks names = text_blocks(field_, number_);
  if (!file_->has(names[0])) {
    VECSTORE_TRY(make(segment, *loaded));
    return std::unique_ptr<const Loaded>(std::move(loaded));
  }
  VECSTORE_ASSIGN(text::FieldParts blocks, parts(*file_, names));
  auto reader = text::FieldReader::open(std::move(blocks), field_.analyzer->fingerprint());
  if (reader.ok()) {
    loaded->blocks = *std::move(reader);
    if (loaded->blocks->rows() != loaded->rows)
      return data_loss(file_->path() + ": text field '" + field_.name + "' has " +
                       std::to_string(loaded->blocks->rows()) + " rows, the segment " +
                       std::to_string(loaded->rows));
  } else if (reader.status().code() == Code::kFailedPrecondition) {
    VECSTORE_TRY(make(segment, *loaded));
  } else {
    return reader.status().with_context(file_->path());
  }
  return std::unique_ptr<const Loaded>(std::move(loaded));
}

Status FileText::make(const StoredSegment& segment, Loaded& into) const {
  into.made = std::make_unique<text::MemoryField>();
  TextScratch strings;
  text::RowTerms terms;
  Bytes scratch;
  for (Row row = 0; row < segment.rows(); ++row) {
    std::optional<std::string_view> content;
    ByteView metadata;
    if (field_.path.empty()) {
      VECSTORE_ASSIGN(content, segment.text(row, scratch));
    } else {
      VECSTORE_ASSIGN(metadata, segment.metadata(row, scratch));
    }
    strings_of(field_, content, metadata, strings.strings);
    make_terms(*field_.analyzer, strings, terms);
    VECSTORE_TRY(into.made->prepare(row, terms));
    into.made->publish();
  }
  return {};
}

}  // namespace vecstore::db
