#include "db/segment/file_text.h"

#include <string>

#include "db/segment/segment_format.h"

namespace vecstore::db {
namespace {

Result<text::Part> part(const storage::BlockFile& file, const char* name) {
  VECSTORE_ASSIGN(const storage::Block block, file.block(name));
  return text::Part{block.size(),
                    [block](std::uint64_t offset, std::uint64_t length, Bytes& scratch) {
                      return block.view(offset, length, scratch);
                    }};
}

Result<text::FieldParts> parts(const storage::BlockFile& file) {
  text::FieldParts all;
  VECSTORE_ASSIGN(all.terms, part(file, kTextBlocks[0]));
  VECSTORE_ASSIGN(all.postings, part(file, kTextBlocks[1]));
  VECSTORE_ASSIGN(all.positions, part(file, kTextBlocks[2]));
  VECSTORE_ASSIGN(all.lengths, part(file, kTextBlocks[3]));
  return all;
}

}  // namespace

void FileText::set(std::shared_ptr<const storage::BlockFile> file,
                   std::shared_ptr<const text::Analyzer> analyzer) {
  file_ = std::move(file);
  analyzer_ = std::move(analyzer);
}

Result<text::FieldView> FileText::view(const StoredSegment& segment) const {
  const Loaded* ready = ready_.load(std::memory_order_acquire);
  if (ready == nullptr) {
    if (analyzer_ == nullptr || !file_->has("text.end")) return text::FieldView();
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
  if (!file_->has(kTextBlocks[0])) {
    VECSTORE_TRY(make(segment, *loaded));
    return std::unique_ptr<const Loaded>(std::move(loaded));
  }
  VECSTORE_ASSIGN(text::FieldParts blocks, parts(*file_));
  auto reader = text::FieldReader::open(std::move(blocks), analyzer_->fingerprint());
  if (reader.ok()) {
    loaded->blocks = *std::move(reader);
    if (loaded->blocks->rows() != loaded->rows)
      return data_loss(file_->path() + ": the text index has " +
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
  text::Tokens tokens;
  Bytes scratch;
  for (Row row = 0; row < segment.rows(); ++row) {
    VECSTORE_ASSIGN(const auto content, segment.text(row, scratch));
    if (!content) continue;
    analyzer_->analyze(*content, tokens);
    VECSTORE_TRY(into.made->prepare(row, tokens));
    into.made->publish();
  }
  return {};
}

}  // namespace vecstore::db
