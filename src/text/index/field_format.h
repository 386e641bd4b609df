// Sizes and places in the blocks of a text field: docs/format/text.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "vecstore/status.h"

namespace vecstore::text {

using Row = std::uint32_t;
inline constexpr Row kNoRow = 0xffffffff;  // beyond every row; also: a row that is dropped

inline constexpr std::uint32_t kFieldFormat = 1;
inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kTermsPerBlock = 16;
inline constexpr std::uint32_t kPostingsPerBlock = 128;
inline constexpr std::size_t kEntryBytes = 20;   // of a long list's directory
inline constexpr std::size_t kPaddingBytes = 8;  // behind all postings

// A field of a segment as bytes.
struct EncodedField {
  Bytes terms;
  Bytes postings;
  Bytes positions;
  Bytes lengths;
};

// One of the four blocks, wherever it lies: `view` is that of storage's blocks. It returns `length`
// bytes from `offset`, verified, either of a map or read into `scratch`, and fails when they are
// not all there.
struct Part {
  std::uint64_t bytes = 0;
  std::function<Result<ByteView>(std::uint64_t offset, std::uint64_t length, Bytes& scratch)> view;
};

// Bytes at hand, which must outlive it.
inline Part part_of(ByteView bytes) {
  return {
      bytes.size(),
      [bytes](std::uint64_t offset, std::uint64_t length, Bytes&) -> Result<ByteView> {
        if (offset > bytes.size() || length > bytes.size() - offset) {
          return data_loss("text index: bytes " + std::to_string(offset) + " to " +
                           std::to_string(offset + length) + " of " + std::to_string(bytes.size()));
        }
        return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
      }};
}

struct FieldParts {
  Part terms;
  Part postings;
  Part positions;
  Part lengths;
};

inline FieldParts parts_of(const EncodedField& field) {
  return {part_of(field.terms), part_of(field.postings), part_of(field.positions),
          part_of(field.lengths)};
}

struct FieldStatistics {
  std::uint64_t rows = 0;    // that have a token
  std::uint64_t length = 0;  // of all of them together
  bool operator==(const FieldStatistics&) const = default;
};

}  // namespace vecstore::text
