// The text of one row as an index takes it: each term once, with its positions. Made outside of
// whatever orders the writers, so that they wait for less; about as large as the text.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "text/analysis/tokens.h"

namespace vecstore::text {

class RowTerms {
 public:
  RowTerms() = default;
  explicit RowTerms(const Tokens& tokens) { assign(tokens); }
  // Replaces the content.
  void assign(const Tokens& tokens);

  // How long scores take the text to be.
  std::uint32_t length() const { return length_; }

 private:
  friend class RowTermReader;
  Bytes bytes_;  // of each term: varint its bytes, the bytes, its posting
  std::uint32_t length_ = 0;
};

// The terms one after the other, in no order that means anything.
class RowTermReader {
 public:
  explicit RowTermReader(const RowTerms& terms)
      : at_(terms.bytes_.data()), end_(at_ + terms.bytes_.size()) {}

  // False at the end.
  bool next();
  std::string_view term() const { return term_; }
  std::uint32_t frequency() const { return frequency_; }
  // Varint frequency, varint bytes of the positions, the positions as in docs/format/text.md.
  ByteView posting() const { return posting_; }

 private:
  const std::byte* at_;
  const std::byte* end_;
  std::string_view term_;
  std::uint32_t frequency_ = 0;
  ByteView posting_;
};

}  // namespace vecstore::text
