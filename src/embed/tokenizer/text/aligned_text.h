// A text on its way to the model, and for each of its bytes the place in the source that it came
// from.
//
// All bytes of a character have the same place. What is put in gets the place of the character
// before it, in the manner of the reference implementation: offsets are equal only if every step
// moves places as it does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {

// Bytes of the source: [begin, end).
struct Place {
  std::uint32_t begin;
  std::uint32_t end;

  bool operator==(const Place&) const = default;
};

// How many times its source's length a text may grow; what a hostile file puts in beyond is cut.
inline constexpr std::size_t kMaxGrowth = 32;

struct AlignedText {
  std::string text;
  std::vector<Place> places;  // as many as bytes
  std::size_t limit = 0;      // of bytes

  bool empty() const { return text.empty(); }

  // Makes it the bytes [begin, end) of `source`, each at its own place.
  void assign(std::string_view source, std::size_t begin, std::size_t end);

  // Leaves it empty, with the limit of `other`.
  void clear_for(const AlignedText& other);

  void append(char32_t value, Place place);
  void append_text(std::string_view more, Place place);

  // Bytes [begin, end) of another text with their places.
  void append_part(const AlignedText& from, std::size_t begin, std::size_t end);
};

// Where text that is put in before byte `at` of `text` comes from: the character before it.
Place place_before(const AlignedText& text, std::size_t at);

// A character of the new text. At 0 it takes the place of the next character of the old; below 0
// so many more characters are dropped after that one; above 0 it is put in.
struct Change {
  char32_t value;
  int change;
};

// Appends to `to` what `changes` make of the bytes of `from` that begin at `begin`.
void apply_changes(const AlignedText& from, std::size_t begin, std::span<const Change> changes,
                   AlignedText& to);

// The characters by which byte-level vocabularies write bytes: printable ones stand for themselves,
// the rest for U+0100 and on.
char32_t byte_character(unsigned char byte);

// Appends the bytes [begin, end) of `from` so written.
void append_bytes_as_characters(const AlignedText& from, std::size_t begin, std::size_t end,
                                AlignedText& to);

}  // namespace vecstore
