#include "text/index/field_reader.h"

namespace vecstore::text {
namespace {

Status damaged_header(const std::string& what) { return data_loss("text index: header: " + what); }

Status check_size(const char* name, std::uint64_t expected, const Part& part) {
  if (part.bytes == expected) return {};
  return damaged_header(std::string(name) + " should have " + std::to_string(expected) +
                        " bytes and has " + std::to_string(part.bytes));
}

}  // namespace

Status FieldReader::read_header(ByteView header, const FieldParts& parts, std::uint64_t fingerprint,
                                DictionaryShape& shape) {
  ByteReader in(header);
  const std::uint32_t format = in.u32();
  if (format > kFieldFormat) {
    return failed_precondition("text index: format " + std::to_string(format) +
                               " is newer than this version's " + std::to_string(kFieldFormat));
  }
  if (format != kFieldFormat) return damaged_header("format " + std::to_string(format));
  shape.rows = rows_ = in.u32();
  statistics_.rows = in.u32();
  shape.terms = in.u32();
  statistics_.length = in.u64();
  const std::uint64_t written_by = in.u64();
  shape.postings_bytes = in.u64();
  shape.positions_bytes = in.u64();
  length_bytes_ = in.u32();
  const std::uint32_t zero = in.u32();
  shape.dictionary_bytes = in.u64();
  shape.blocks = static_cast<std::uint32_t>((std::uint64_t{shape.terms} + kTermsPerBlock - 1) /
                                            kTermsPerBlock);
  if (written_by != fingerprint) {
    return failed_precondition(
        "text index: its terms were made by another analyzer, or another version of one");
  }
  if (zero != 0) return damaged_header("a field that should be 0 is " + std::to_string(zero));
  return check_sizes(parts, shape);
}

Status FieldReader::check_sizes(const FieldParts& parts, const DictionaryShape& shape) const {
  if (length_bytes_ != 1 && length_bytes_ != 2 && length_bytes_ != 4)
    return damaged_header("lengths of " + std::to_string(length_bytes_) + " bytes");
  if (statistics_.rows > rows_ || rows_ == kNoRow || statistics_.length < statistics_.rows) {
    return damaged_header(std::to_string(statistics_.rows) + " of " + std::to_string(rows_) +
                          " rows with text");
  }
  if (shape.postings_bytes < kPaddingBytes || shape.dictionary_bytes > parts.terms.bytes) {
    return damaged_header("sizes that cannot be");
  }
  VECSTORE_TRY(check_size(
      "terms", kHeaderBytes + (std::uint64_t{shape.blocks} + 1) * 4 + shape.dictionary_bytes,
      parts.terms));
  VECSTORE_TRY(check_size("postings", shape.postings_bytes, parts.postings));
  VECSTORE_TRY(check_size("positions", shape.positions_bytes, parts.positions));
  return check_size("lengths", std::uint64_t{rows_} * length_bytes_, parts.lengths);
}

Result<FieldReader> FieldReader::open(FieldParts parts, std::uint64_t fingerprint) {
  if (parts.terms.bytes < kHeaderBytes)
    return damaged_header(std::to_string(parts.terms.bytes) + " bytes");
  FieldReader reader;
  Bytes scratch;
  VECSTORE_ASSIGN(const ByteView header, parts.terms.view(0, kHeaderBytes, scratch));
  DictionaryShape shape;
  VECSTORE_TRY(reader.read_header(header, parts, fingerprint, shape));
  VECSTORE_ASSIGN(reader.dictionary_, Dictionary::open(std::move(parts.terms), shape));
  reader.postings_ = std::move(parts.postings);
  reader.positions_ = std::move(parts.positions);
  reader.length_part_ = std::move(parts.lengths);
  VECSTORE_ASSIGN(reader.lengths_,
                  reader.length_part_.view(0, reader.length_part_.bytes, reader.length_scratch_));
  return reader;
}

}  // namespace vecstore::text
