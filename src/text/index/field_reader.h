// An encoded text field, opened. What open() checks is its header and offsets; everything else is
// checked as it is read, and damage is kDataLoss that names the place. Safe from many threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/coding.h"
#include "text/index/field_format.h"
#include "text/index/term_dictionary.h"

namespace vecstore::text {

class FieldReader {
 public:
  // Keeps the parts; costs the lengths and the dictionary's offsets. kFailedPrecondition when the
  // field was written under another fingerprint or a newer format.
  static Result<FieldReader> open(FieldParts parts, std::uint64_t fingerprint);
  FieldReader(FieldReader&&) = default;  // it looks into itself
  FieldReader& operator=(FieldReader&&) = default;

  Row rows() const { return rows_; }
  FieldStatistics statistics() const { return statistics_; }
  const Dictionary& dictionary() const { return dictionary_; }

  // `row` is below rows().
  std::uint32_t length(Row row) const {
    const std::byte* at = lengths_.data() + std::size_t{row} * length_bytes_;
    switch (length_bytes_) {
      case 1:
        return static_cast<std::uint32_t>(*at);
      case 2:
        return load_u16(at);
      default:
        return load_u32(at);
    }
  }

  // By row, where every length is one byte; else null.
  const std::byte* short_lengths() const { return length_bytes_ == 1 ? lengths_.data() : nullptr; }

  const Part& postings() const { return postings_; }
  const Part& positions() const { return positions_; }

 private:
  FieldReader() = default;
  Status read_header(ByteView header, const FieldParts& parts, std::uint64_t fingerprint,
                     DictionaryShape& shape);
  Status check_sizes(const FieldParts& parts, const DictionaryShape& shape) const;

  Dictionary dictionary_;
  Part postings_;
  Part positions_;
  Part length_part_;
  Bytes length_scratch_;
  ByteView lengths_;
  std::uint32_t length_bytes_ = 1;
  Row rows_ = 0;
  FieldStatistics statistics_;
};

}  // namespace vecstore::text
