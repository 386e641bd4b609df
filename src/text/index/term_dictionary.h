// The terms of an encoded field in order, and where their lists are. Bytes are believed only after
// they were checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "text/index/field_format.h"

namespace vecstore::text {

// A term's numbers and places.
struct TermEntry {
  std::uint32_t rows = 0;
  std::uint64_t postings_at = 0;
  std::uint64_t postings_bytes = 0;
  std::uint64_t positions_at = 0;
  std::uint64_t positions_bytes = 0;
};

// Writes the dictionary term by term, in ascending order.
class DictionaryWriter {
 public:
  // Lists lie one after the other: the places in `entry` are taken as they come.
  void add(std::string_view term, const TermEntry& entry);
  std::uint32_t terms() const { return terms_; }
  // The offsets, the last included, then the dictionary.
  void finish(Bytes& out);
  std::uint64_t dictionary_bytes() const { return bytes_.size(); }

 private:
  Bytes offsets_;
  Bytes bytes_;
  std::string last_;
  std::uint32_t terms_ = 0;
};

struct DictionaryShape {
  std::uint32_t terms = 0;
  std::uint32_t blocks = 0;
  std::uint32_t rows = 0;  // of the segment
  std::uint64_t postings_bytes = 0;
  std::uint64_t positions_bytes = 0;
  std::uint64_t dictionary_bytes = 0;
};

class Dictionary {
 public:
  Dictionary() = default;              // of no terms
  Dictionary(Dictionary&&) = default;  // it looks into itself
  Dictionary& operator=(Dictionary&&) = default;

  // `part` is the block `terms`. Reads and checks the offsets.
  static Result<Dictionary> open(Part part, const DictionaryShape& shape);

  Result<std::optional<TermEntry>> find(std::string_view term) const;

  // Walks terms in order.
  class Cursor;

 private:
  Result<ByteView> block(std::uint32_t number, Bytes& scratch) const;
  Result<std::uint32_t> block_of(std::string_view term) const;

  Part part_;
  DictionaryShape shape_;
  Bytes offset_scratch_;
  ByteView offsets_;
};

class Dictionary::Cursor {
 public:
  explicit Cursor(const Dictionary& dictionary) : dictionary_(&dictionary) {}

  // To the first term that is not less than `term`.
  Status seek(std::string_view term);
  Status next();
  bool at_end() const { return at_end_; }
  std::string_view term() const { return term_; }
  const TermEntry& entry() const { return entry_; }

 private:
  Status enter(std::uint32_t block);
  Status read_term();
  Status damaged(const char* what) const;

  const Dictionary* dictionary_;
  std::uint32_t block_ = 0;
  std::uint32_t left_ = 0;  // terms of the block not yet read
  Bytes scratch_;
  ByteView rest_;
  std::string term_;
  TermEntry entry_;
  bool at_end_ = false;
};

}  // namespace vecstore::text
