#include "text/index/encode_field.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "text/index/bit_packing.h"

namespace vecstore::text {
namespace {

// The terms of one source in order.
class TermWalk {
 public:
  Status begin(const FieldView& field) {
    field_ = &field;
    if (field.file() != nullptr) {
      cursor_.emplace(field.file()->dictionary());
      return cursor_->seek("");
    }
    VECSTORE_TRY(field.for_each_term(
        "", [this](std::string_view term, std::uint32_t) { terms_.push_back(term); }));
    std::ranges::sort(terms_);
    return {};
  }
  bool at_end() const { return cursor_ ? cursor_->at_end() : at_ == terms_.size(); }
  std::string_view term() const { return cursor_ ? cursor_->term() : terms_[at_]; }
  Status next() {
    if (cursor_) return cursor_->next();
    ++at_;
    return {};
  }
  Result<std::unique_ptr<Postings>> postings() const {
    return cursor_ ? Postings::open(*field_->file(), cursor_->entry())
                   : field_->postings(terms_[at_]);
  }

 private:
  const FieldView* field_ = nullptr;
  std::optional<Dictionary::Cursor> cursor_;
  std::vector<std::string_view> terms_;
  std::size_t at_ = 0;
};

// All postings of one term.
struct Gathered {
  std::vector<Row> rows;
  std::vector<std::uint32_t> frequencies;
  std::vector<std::size_t> position_begin;
  std::vector<std::uint32_t> positions;

  void clear() {
    rows.clear();
    frequencies.clear();
    position_begin.clear();
    positions.clear();
  }
};

class Encoder {
 public:
  Encoder(Row rows, std::uint64_t fingerprint) : lengths_(rows), fingerprint_(fingerprint) {}

  Status run(std::span<const FieldSource> sources);
  EncodedField finish();

 private:
  void take_lengths(const FieldSource& source);
  Status gather(const TermWalk& walk, const FieldSource& source);
  void sort_gathered();
  Status write_term(std::string_view term);
  void write_short();
  void write_long();
  void write_positions(std::size_t first, std::size_t last);

  std::vector<std::uint32_t> lengths_;
  std::uint64_t fingerprint_;
  FieldStatistics statistics_;
  EncodedField out_;
  DictionaryWriter dictionary_;
  Gathered term_;
  std::vector<std::uint32_t> scratch_;
};

Row new_row(const FieldSource& source, Row row) {
  return source.new_rows.empty() ? row : source.new_rows[row];
}

void Encoder::take_lengths(const FieldSource& source) {
  for (Row row = 0; row < source.field.bound(); ++row) {
    const Row target = new_row(source, row);
    const std::uint32_t length = source.field.length(row);
    if (target == kNoRow || length == 0) continue;
    lengths_[target] = length;
    ++statistics_.rows;
    statistics_.length += length;
  }
}

Status Encoder::gather(const TermWalk& walk, const FieldSource& source) {
  VECSTORE_ASSIGN(const auto postings, walk.postings());
  std::vector<std::uint32_t> positions;
  for (; postings && postings->row() != kNoRow; postings->next()) {
    const Row row = new_row(source, postings->row());
    if (row == kNoRow) continue;
    if (!postings->positions(positions)) return postings->status();
    term_.rows.push_back(row);
    term_.frequencies.push_back(postings->frequency());
    term_.position_begin.push_back(term_.positions.size());
    term_.positions.insert(term_.positions.end(), positions.begin(), positions.end());
  }
  return postings ? postings->status() : Status();
}

void Encoder::sort_gathered() {
  if (std::ranges::is_sorted(term_.rows)) return;
  std::vector<std::size_t> order(term_.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [this](std::size_t i) { return term_.rows[i]; });
  Gathered sorted;
  for (const std::size_t i : order) {
    sorted.rows.push_back(term_.rows[i]);
    sorted.frequencies.push_back(term_.frequencies[i]);
    sorted.position_begin.push_back(term_.position_begin[i]);
  }
  sorted.positions = std::move(term_.positions);
  term_ = std::move(sorted);
}

void Encoder::write_positions(std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    std::uint32_t before = 0;
    for (std::uint32_t p = 0; p < term_.frequencies[i]; ++p) {
      const std::uint32_t position = term_.positions[term_.position_begin[i] + p];
      put_varint(out_.positions, position - before);
      before = position;
    }
  }
}

void Encoder::write_short() {
  Row before = 0;
  for (std::size_t i = 0; i < term_.rows.size(); ++i) {
    put_varint(out_.postings, term_.rows[i] - before);
    put_varint(out_.postings, term_.frequencies[i]);
    before = term_.rows[i];
  }
  write_positions(0, term_.rows.size());
}

void Encoder::write_long() {
  const std::size_t count = term_.rows.size();
  const std::size_t positions_at = out_.positions.size();
  Bytes directory, data;
  Row before = kNoRow;  // -1
  for (std::size_t first = 0; first < count; first += kPostingsPerBlock) {
    const std::size_t last = std::min<std::size_t>(count, first + kPostingsPerBlock);
    std::vector<std::uint32_t> deltas, frequencies;
    std::vector<Impact> impacts;
    for (std::size_t i = first; i < last; ++i) {
      deltas.push_back(term_.rows[i] - before - 1);
      frequencies.push_back(term_.frequencies[i] - 1);
      impacts.push_back({term_.frequencies[i], lengths_[term_.rows[i]]});
      before = term_.rows[i];
    }
    const unsigned row_bits = bits_needed(deltas), frequency_bits = bits_needed(frequencies);
    put_u8(data, static_cast<std::uint8_t>(row_bits));
    put_u8(data, static_cast<std::uint8_t>(frequency_bits));
    pack_bits(deltas, row_bits, data);
    pack_bits(frequencies, frequency_bits, data);
    write_positions(first, last);
    put_u32(directory, before);
    put_u32(directory, static_cast<std::uint32_t>(data.size()));
    put_u32(directory, static_cast<std::uint32_t>(out_.positions.size() - positions_at));
    const Impacts bounds = Impacts::of(impacts);
    for (const std::uint8_t code : bounds.frequencies) put_u8(directory, code);
    for (const std::uint8_t code : bounds.lengths) put_u8(directory, code);
  }
  put_bytes(out_.postings, directory);
  put_bytes(out_.postings, data);
}

Status Encoder::write_term(std::string_view term) {
  if (term_.rows.empty()) return {};
  sort_gathered();
  TermEntry entry;
  entry.rows = static_cast<std::uint32_t>(term_.rows.size());
  entry.postings_at = out_.postings.size();
  entry.positions_at = out_.positions.size();
  if (entry.rows <= kPostingsPerBlock) {
    write_short();
  } else {
    write_long();
  }
  entry.postings_bytes = out_.postings.size() - entry.postings_at;
  entry.positions_bytes = out_.positions.size() - entry.positions_at;
  dictionary_.add(term, entry);
  const std::uint64_t greatest =
      std::max({entry.postings_bytes, entry.positions_bytes, dictionary_.dictionary_bytes()});
  if (greatest > 0xffffffff)
    return resource_exhausted("text index: a list of " + std::to_string(greatest) + " bytes");
  return {};
}

Status Encoder::run(std::span<const FieldSource> sources) {
  std::vector<TermWalk> walks(sources.size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    take_lengths(sources[s]);
    VECSTORE_TRY(walks[s].begin(sources[s].field));
  }
  while (true) {
    const TermWalk* least = nullptr;
    for (const TermWalk& walk : walks) {
      if (!walk.at_end() && (least == nullptr || walk.term() < least->term())) least = &walk;
    }
    if (least == nullptr) return {};
    const std::string term(least->term());
    term_.clear();
    for (std::size_t s = 0; s < sources.size(); ++s) {
      if (walks[s].at_end() || walks[s].term() != term) continue;
      VECSTORE_TRY(gather(walks[s], sources[s]));
      VECSTORE_TRY(walks[s].next());
    }
    VECSTORE_TRY(write_term(term));
  }
}

EncodedField Encoder::finish() {
  out_.postings.resize(out_.postings.size() + kPaddingBytes);
  const std::uint32_t greatest = lengths_.empty() ? 0 : *std::ranges::max_element(lengths_);
  const std::uint32_t width = greatest < 0x100 ? 1 : greatest < 0x10000 ? 2 : 4;
  Bytes& terms = out_.terms;
  put_u32(terms, kFieldFormat);
  put_u32(terms, static_cast<std::uint32_t>(lengths_.size()));
  put_u32(terms, static_cast<std::uint32_t>(statistics_.rows));
  put_u32(terms, dictionary_.terms());
  put_u64(terms, statistics_.length);
  put_u64(terms, fingerprint_);
  put_u64(terms, out_.postings.size());
  put_u64(terms, out_.positions.size());
  put_u32(terms, width);
  put_u32(terms, 0);
  put_u64(terms, dictionary_.dictionary_bytes());
  dictionary_.finish(terms);
  for (const std::uint32_t length : lengths_) {
    for (std::uint32_t byte = 0; byte < width; ++byte)
      put_u8(out_.lengths, static_cast<std::uint8_t>(length >> (8 * byte)));
  }
  return std::move(out_);
}

}  // namespace

Result<EncodedField> encode_field(std::span<const FieldSource> sources, Row rows,
                                  std::uint64_t fingerprint) {
  Encoder encoder(rows, fingerprint);
  VECSTORE_TRY(encoder.run(sources));
  return encoder.finish();
}

}  // namespace vecstore::text
