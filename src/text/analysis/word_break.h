// Text into words, as Unicode divides it (UAX #29): letters and digits with what may stand inside
// them ("don't", "3.14", "foo_bar"), each ideograph and each emoji by itself. What is neither is
// passed over.
#pragma once

#include <cstddef>
#include <string_view>

#include "text/analysis/unicode.h"

namespace vecstore::text {

struct Span {
  std::size_t begin = 0;  // in bytes
  std::size_t end = 0;
  bool operator==(const Span&) const = default;
};

// The next word at or after a place in a text, which must outlive this.
class WordBreaker {
 public:
  explicit WordBreaker(std::string_view text) : text_(text) {}

  // False at the end of the text.
  bool next(Span& word);

  struct Unit {  // a character and the marks that belong to it
    WordClass kind = WordClass::kOther;
    std::size_t end = 0;
  };

 private:
  // Whether the word goes on beyond at_, where `last` ends; if so `last` becomes its next
  // character.
  bool goes_on_after(Unit& last);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace vecstore::text
