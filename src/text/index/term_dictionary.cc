#include "text/index/term_dictionary.h"

#include <algorithm>

#include "base/coding.h"
#include "text/analysis/tokens.h"

namespace vecstore::text {
namespace {

Status damaged_block(std::uint32_t block, const std::string& what) {
  return data_loss("text index: dictionary block " + std::to_string(block) + ": " + what);
}

bool plausible(const TermEntry& entry, const DictionaryShape& shape) {
  return entry.rows >= 1 && entry.rows <= shape.rows &&
         entry.postings_bytes <= shape.postings_bytes - kPaddingBytes &&
         entry.postings_at <= shape.postings_bytes - kPaddingBytes - entry.postings_bytes &&
         entry.positions_bytes <= shape.positions_bytes &&
         entry.positions_at <= shape.positions_bytes - entry.positions_bytes;
}

}  // namespace

void DictionaryWriter::add(std::string_view term, const TermEntry& entry) {
  std::size_t shared = 0;
  if (terms_ % kTermsPerBlock == 0) {
    put_u32(offsets_, static_cast<std::uint32_t>(bytes_.size()));
    put_varint(bytes_, entry.postings_at);
    put_varint(bytes_, entry.positions_at);
  } else {
    const auto [mine, other] = std::ranges::mismatch(term, last_);
    shared = static_cast<std::size_t>(mine - term.begin());
  }
  put_varint(bytes_, shared);
  put_string(bytes_, term.substr(shared));
  put_varint(bytes_, entry.rows);
  put_varint(bytes_, entry.postings_bytes);
  put_varint(bytes_, entry.positions_bytes);
  last_ = term;
  ++terms_;
}

void DictionaryWriter::finish(Bytes& out) {
  put_u32(offsets_, static_cast<std::uint32_t>(bytes_.size()));
  put_bytes(out, offsets_);
  put_bytes(out, bytes_);
}

Result<Dictionary> Dictionary::open(Part part, const DictionaryShape& shape) {
  Dictionary dictionary;
  dictionary.part_ = std::move(part);
  dictionary.shape_ = shape;
  const std::uint64_t bytes = (std::uint64_t{shape.blocks} + 1) * 4;
  VECSTORE_ASSIGN(dictionary.offsets_,
                  dictionary.part_.view(kHeaderBytes, bytes, dictionary.offset_scratch_));
  for (std::uint32_t b = 0; b < shape.blocks; ++b) {
    if (load_u32(dictionary.offsets_.data() + b * 4) >=
        load_u32(dictionary.offsets_.data() + b * 4 + 4)) {
      return damaged_block(b, "its offset does not ascend");
    }
  }
  if (load_u32(dictionary.offsets_.data()) != 0 ||
      load_u32(dictionary.offsets_.data() + std::size_t{shape.blocks} * 4) !=
          shape.dictionary_bytes) {
    return data_loss("text index: the dictionary's offsets do not span its " +
                     std::to_string(shape.dictionary_bytes) + " bytes");
  }
  return dictionary;
}

Result<ByteView> Dictionary::block(std::uint32_t number, Bytes& scratch) const {
  const std::uint32_t begin = load_u32(offsets_.data() + std::size_t{number} * 4);
  const std::uint32_t end = load_u32(offsets_.data() + std::size_t{number} * 4 + 4);
  return part_.view(kHeaderBytes + offsets_.size() + begin, end - begin, scratch);
}

// The last block whose first term is not greater; 0 when all are.
Result<std::uint32_t> Dictionary::block_of(std::string_view term) const {
  std::uint32_t low = 0, high = shape_.blocks;
  Bytes scratch;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    VECSTORE_ASSIGN(const ByteView bytes, block(middle, scratch));
    ByteReader reader(bytes);
    reader.varint();
    reader.varint();
    const std::uint64_t shared = reader.varint();
    const std::string_view first = reader.string();
    if (!reader.ok() || shared != 0) return damaged_block(middle, "its first term cannot be read");
    (first <= term ? low : high) = middle;
  }
  return low;
}

Result<std::optional<TermEntry>> Dictionary::find(std::string_view term) const {
  Cursor cursor(*this);
  VECSTORE_TRY(cursor.seek(term));
  if (cursor.at_end() || cursor.term() != term) return std::optional<TermEntry>();
  return std::optional<TermEntry>(cursor.entry());
}

Status Dictionary::Cursor::damaged(const char* what) const {
  const std::uint32_t read =
      block_ + 1 == dictionary_->shape_.blocks
          ? dictionary_->shape_.terms - block_ * static_cast<std::uint32_t>(kTermsPerBlock)
          : static_cast<std::uint32_t>(kTermsPerBlock);
  return damaged_block(block_, "term " + std::to_string(read - left_) + " " + what);
}

Status Dictionary::Cursor::enter(std::uint32_t block) {
  block_ = block;
  const std::uint64_t before = std::uint64_t{block} * kTermsPerBlock;
  left_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kTermsPerBlock, dictionary_->shape_.terms - before));
  VECSTORE_ASSIGN(rest_, dictionary_->block(block, scratch_));
  ByteReader reader(rest_);
  entry_ = {};
  entry_.postings_at = reader.varint();
  entry_.positions_at = reader.varint();
  if (!reader.ok()) return damaged("has no place");
  rest_ = rest_.last(reader.remaining());
  term_.clear();
  return read_term();
}

Status Dictionary::Cursor::read_term() {
  ByteReader reader(rest_);
  const std::uint64_t shared = reader.varint();
  const std::string_view suffix = reader.string();
  const bool first = term_.empty();
  if (!reader.ok() || shared > term_.size() || suffix.empty() ||
      shared + suffix.size() > kMaxTermBytes) {
    return damaged("cannot be read");
  }
  // Every term is greater than the one before: its suffix begins with a greater byte, or goes on
  // where that one ends.
  if (!first && shared < term_.size() &&
      static_cast<unsigned char>(suffix[0]) <=
          static_cast<unsigned char>(term_[static_cast<std::size_t>(shared)])) {
    return damaged("does not ascend");
  }
  term_.resize(static_cast<std::size_t>(shared));
  term_.append(suffix);
  const std::uint64_t rows = reader.varint();
  entry_.postings_at += entry_.postings_bytes;
  entry_.positions_at += entry_.positions_bytes;
  entry_.postings_bytes = reader.varint();
  entry_.positions_bytes = reader.varint();
  entry_.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, kNoRow));
  if (!reader.ok() || !plausible(entry_, dictionary_->shape_))
    return damaged("has numbers that cannot be");
  rest_ = rest_.last(reader.remaining());
  if (--left_ == 0 && !rest_.empty()) return damaged("is followed by something else");
  return {};
}

Status Dictionary::Cursor::next() {
  if (at_end_) return {};
  if (left_ > 0) return read_term();
  at_end_ = block_ + 1 >= dictionary_->shape_.blocks;
  if (at_end_) return {};
  const std::string before = term_;
  VECSTORE_TRY(enter(block_ + 1));
  return before < term_ ? Status() : damaged("does not ascend");
}

Status Dictionary::Cursor::seek(std::string_view term) {
  at_end_ = dictionary_->shape_.blocks == 0;
  if (at_end_) return {};
  VECSTORE_ASSIGN(const std::uint32_t block, dictionary_->block_of(term));
  VECSTORE_TRY(enter(block));
  while (!at_end_ && std::string_view(term_) < term) VECSTORE_TRY(next());
  return {};
}

}  // namespace vecstore::text
