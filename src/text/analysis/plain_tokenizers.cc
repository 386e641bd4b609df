#include "text/analysis/plain_tokenizers.h"

#include <algorithm>

#include "base/utf8.h"
#include "text/analysis/unicode.h"
#include "text/analysis/word_break.h"

namespace vecstore::text {
namespace {

std::string folded(std::string_view text) {
  std::string out;
  append_folded(text, out);
  return out;
}

// The next run of characters that `belongs` accepts, from `at` on; false at the end.
template <typename Belongs>
bool next_run(std::string_view text, std::size_t& at, Span& run, Belongs belongs) {
  const auto skip = [&](bool inside) {
    while (at < text.size()) {
      const CodePoint c = decode_utf8(text.substr(at));
      if (belongs(word_class(c.value)) != inside) return;
      at += c.size;
    }
  };
  skip(false);
  run.begin = at;
  skip(true);
  run.end = at;
  return run.begin < run.end;
}

bool is_space(WordClass c) { return c == WordClass::kSpace; }

bool in_identifier(WordClass c) {
  return c == WordClass::kLetter || c == WordClass::kNumeric || c == WordClass::kIdeograph ||
         c == WordClass::kKatakana || c == WordClass::kComplex || c == WordClass::kExtend ||
         c == WordClass::kExtendNumLet;
}

// Folding makes one other letter of it. (ß becomes two.)
bool is_capital(std::string_view character) {
  const std::string other = folded(character);
  if (other.empty()) return false;
  return other != character && decode_utf8(other).size == other.size();
}

// What a character is within an identifier.
enum class Shape { kLower, kUpper, kDigit, kMark, kUnderscore };

Shape shape_of(std::string_view character, char32_t value) {
  switch (word_class(value)) {
    case WordClass::kExtendNumLet:
      return Shape::kUnderscore;
    case WordClass::kExtend:
      return Shape::kMark;
    case WordClass::kNumeric:
      return Shape::kDigit;
    default:
      return is_capital(character) ? Shape::kUpper : Shape::kLower;
  }
}

// Whether a part begins between two characters, when `next` follows the second: openFile,
// HTTPServer, v2.
bool part_begins(Shape before, Shape here, Shape next) {
  if (here == Shape::kMark || before == here) {
    return before == Shape::kUpper && here == Shape::kUpper && next == Shape::kLower;
  }
  return !(before == Shape::kUpper && here == Shape::kLower);
}

// The parts of the identifier in `run`.
void split_identifier(std::string_view text, const Span& run, std::vector<Span>& parts) {
  parts.clear();
  const auto shape_at = [&](std::size_t at, std::size_t& size) {
    if (at >= run.end) return Shape::kUnderscore;
    const CodePoint c = decode_utf8(text.substr(at));
    size = c.size;
    return shape_of(text.substr(at, c.size), c.value);
  };
  Shape before = Shape::kUnderscore;
  std::size_t size = 0;
  std::size_t next_size = 0;
  Shape here = shape_at(run.begin, size);
  for (std::size_t at = run.begin; at < run.end; at += size, size = next_size) {
    const Shape next = shape_at(at + size, next_size);
    const Shape shape = here;
    here = next;
    if (shape == Shape::kUnderscore) {
      before = shape;
      continue;
    }
    if (before == Shape::kUnderscore || part_begins(before, shape, next)) parts.push_back({at, at});
    parts.back().end = at + size;
    if (shape != Shape::kMark) before = shape;
  }
}

}  // namespace

void WhitespaceTokenizer::tokenize(std::string_view text, Tokens& out) const {
  std::size_t at = 0;
  Span run;
  for (std::uint32_t position = 0;
       next_run(text, at, run, [](WordClass c) { return !is_space(c); }); ++position) {
    out.add(text.substr(run.begin, run.end - run.begin), position, run.begin, run.end);
  }
}

std::uint64_t WhitespaceTokenizer::version() const { return unicode_tables(); }

void CodeTokenizer::tokenize(std::string_view text, Tokens& out) const {
  std::size_t at = 0;
  Span run;
  std::vector<Span> parts;
  std::uint32_t position = 0;
  while (next_run(text, at, run, in_identifier)) {
    split_identifier(text, run, parts);
    if (parts.empty()) continue;
    const std::string whole = folded(text.substr(run.begin, run.end - run.begin));
    if (parts.size() > 1) out.add(whole, position, run.begin, run.end);
    for (const Span& part : parts) {
      out.add(folded(text.substr(part.begin, part.end - part.begin)), position++, part.begin,
              part.end);
    }
  }
}

std::string CodeTokenizer::normalize(std::string_view word) const { return folded(word); }
std::uint64_t CodeTokenizer::version() const { return unicode_tables(); }

struct NgramTokenizer::Unit {
  std::string text;
  Span span;
};

void NgramTokenizer::add_runs(const std::vector<Unit>& units, std::string_view separator,
                              std::uint32_t position, Tokens& out) const {
  const std::size_t shortest = std::min(options_.min, units.size());
  for (std::size_t first = 0; first + shortest <= units.size() && shortest > 0;
       ++first, ++position) {
    std::string run;
    const std::size_t end = std::min(units.size(), first + options_.max);
    for (std::size_t i = first; i < end; ++i) {
      if (i > first) run.append(separator);
      run.append(units[i].text);
      if (i + 1 - first >= shortest) {
        out.add(run, position, units[first].span.begin, units[i].span.end);
      }
    }
  }
}

void NgramTokenizer::tokenize(std::string_view text, Tokens& out) const {
  std::vector<Unit> units;
  if (options_.words) {
    WordBreaker words(text);
    for (Span span; words.next(span);) {
      units.push_back({folded(text.substr(span.begin, span.end - span.begin)), span});
    }
    return add_runs(units, " ", 0, out);
  }
  std::uint32_t position = 0;
  std::size_t at = 0;
  for (Span run; next_run(text, at, run, [](WordClass c) { return !is_space(c); });) {
    units.clear();
    for (std::size_t i = run.begin; i < run.end;) {
      const CodePoint c = decode_utf8(text.substr(i));
      const bool mark = word_class(c.value) == WordClass::kExtend && !units.empty();
      if (!mark) units.push_back({"", {i, i}});
      units.back().span.end = i += c.size;
    }
    for (Unit& unit : units) {
      unit.text = folded(text.substr(unit.span.begin, unit.span.end - unit.span.begin));
    }
    add_runs(units, "", position, out);
    position += static_cast<std::uint32_t>(units.size()) + 1;
  }
}

std::string NgramTokenizer::normalize(std::string_view word) const { return folded(word); }
std::uint64_t NgramTokenizer::version() const { return unicode_tables(); }

}  // namespace vecstore::text
