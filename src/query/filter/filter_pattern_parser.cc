#include "query/filter/filter_pattern_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore::query {
namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t kMaxGroups = 100;  // inside one another
constexpr std::uint32_t kMaxRepeats = 1'000;
constexpr char32_t kMaxCharacter = 0x10ffff;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

PatternNode set_node(PatternSet set) { return {.kind = Kind::kSet, .set = std::move(set)}; }

PatternNode assertion_node(PatternAssertion assertion) {
  return {.kind = Kind::kAssertion, .assertion = assertion};
}

void make_normal(PatternSet& set) {
  std::sort(set.begin(), set.end(),
            [](const PatternRange& a, const PatternRange& b) { return a.low < b.low; });
  PatternSet merged;
  for (const PatternRange& range : set) {
    if (!merged.empty() && range.low <= merged.back().high + 1) {
      merged.back().high = std::max(merged.back().high, range.high);
    } else {
      merged.push_back(range);
    }
  }
  set = std::move(merged);
}

// Of a normal set.
PatternSet inverse(const PatternSet& set) {
  PatternSet rest;
  char32_t next = 0;
  for (const PatternRange& range : set) {
    if (range.low > next) rest.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kMaxCharacter) rest.push_back({next, kMaxCharacter});
  return rest;
}

void add_other_case(PatternSet& set) {
  const std::size_t count = set.size();
  for (std::size_t i = 0; i < count; ++i) {
    const PatternRange range = set[i];
    const auto add = [&](char32_t first, char32_t last, char32_t other) {
      const char32_t low = std::max(range.low, first);
      const char32_t high = std::min(range.high, last);
      if (low <= high) set.push_back({low - first + other, high - first + other});
    };
    add('a', 'z', 'A');
    add('A', 'Z', 'a');
  }
}

// \d, \w, \s and their inverses.
std::optional<PatternSet> named_set(char32_t letter) {
  PatternSet set;
  if ((letter | 0x20) == 'd') {
    set = {{'0', '9'}};
  } else if ((letter | 0x20) == 'w') {
    set = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  } else if ((letter | 0x20) == 's') {
    set = {{'\t', '\r'}, {' ', ' '}};
  } else {
    return {};
  }
  return letter < 'a' ? inverse(set) : set;
}

std::optional<PatternAssertion> named_assertion(char32_t letter) {
  switch (letter) {
    case 'b':
      return PatternAssertion::kWordEdge;
    case 'B':
      return PatternAssertion::kNoWordEdge;
    case 'A':
      return PatternAssertion::kTextBegin;
    case 'z':
      return PatternAssertion::kTextEnd;
    default:
      return {};
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<PatternNode> whole() {
    if (const std::size_t at = invalid_utf8_at(text_); at != std::string_view::npos)
      return error_at(at, "invalid UTF-8");
    VECSTORE_TRY(flags());
    VECSTORE_ASSIGN(PatternNode node, choice());
    if (position_ < text_.size()) return error_at(position_, "')' without '('");
    return node;
  }

 private:
  Status error_at(std::size_t position, const std::string& message) const;
  bool at(std::string_view what) const { return text_.substr(position_).starts_with(what); }
  bool at_end() const { return position_ == text_.size(); }
  bool accept(std::string_view what);
  char32_t next();

  Status flags();
  Result<PatternNode> choice();
  Result<PatternNode> sequence();
  Result<PatternNode> repeated(PatternNode atom);
  Status counts(PatternNode& repeat);
  Result<std::uint32_t> count();
  Result<PatternNode> atom();
  Result<PatternNode> group();
  Result<PatternNode> escape();
  Result<PatternNode> set();
  Status set_item(PatternSet& into);
  Result<char32_t> set_end();
  Result<char32_t> escaped_character();
  Result<char32_t> hex_character(std::size_t digits);
  PatternNode character(char32_t c) const;
  PatternSet cased(PatternSet set) const;

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t groups_ = 0;
  bool any_case_ = false;
  bool lines_ = false;
  bool dot_is_all_ = false;
};

Status Parser::error_at(std::size_t position, const std::string& message) const {
  std::size_t character = 1;
  for (std::string_view rest = text_.substr(0, position); !rest.empty(); ++character)
    rest.remove_prefix(decode_utf8(rest).size);
  return invalid_argument("pattern position " + std::to_string(character) + ": " + message);
}

bool Parser::accept(std::string_view what) {
  if (!at(what)) return false;
  position_ += what.size();
  return true;
}

char32_t Parser::next() {
  const CodePoint point = decode_utf8(text_.substr(position_));
  position_ += point.size;
  return point.value;
}

Status Parser::flags() {
  const std::size_t begin = position_;
  if (!at("(?") || at("(?:")) return {};
  position_ += 2;
  for (; !at_end() && !at(")"); ++position_) {
    any_case_ = any_case_ || at("i");
    lines_ = lines_ || at("m");
    dot_is_all_ = dot_is_all_ || at("s");
    if (!at("i") && !at("m") && !at("s"))
      return error_at(begin, "only (?:..) and, at the beginning, the flags i, m and s as in (?i)");
  }
  if (!accept(")")) return error_at(begin, "the closing ')' is missing");
  return {};
}

Result<PatternNode> Parser::choice() {
  VECSTORE_ASSIGN(PatternNode first, sequence());
  if (!at("|")) return first;
  PatternNode node{.kind = Kind::kChoice};
  node.parts.push_back(std::move(first));
  while (accept("|")) {
    VECSTORE_ASSIGN(PatternNode part, sequence());
    node.parts.push_back(std::move(part));
  }
  return node;
}

Result<PatternNode> Parser::sequence() {
  PatternNode node{.kind = Kind::kSequence};
  while (!at_end() && !at("|") && !at(")")) {
    VECSTORE_ASSIGN(PatternNode part, atom());
    VECSTORE_ASSIGN(part, repeated(std::move(part)));
    node.parts.push_back(std::move(part));
  }
  return node;
}

Result<PatternNode> Parser::repeated(PatternNode part) {
  PatternNode repeat{.kind = Kind::kRepeat, .most = kPatternUnbounded};
  const std::size_t begin = position_;
  if (accept("?")) {
    repeat.most = 1;
  } else if (accept("+")) {
    repeat.least = 1;
  } else if (at("{")) {
    VECSTORE_TRY(counts(repeat));
  } else if (!accept("*")) {
    return part;
  }
  accept("?");  // lazy: finds the same
  if (at("*") || at("+") || at("?") || at("{"))
    return error_at(position_, "a repeat of '" +
                                   std::string(text_.substr(begin, position_ - begin)) +
                                   "': put what repeats in (?:..)");
  repeat.parts.push_back(std::move(part));
  return repeat;
}

// {m}, {m,} or {m,n}.
Status Parser::counts(PatternNode& repeat) {
  const std::size_t begin = position_;
  accept("{");
  VECSTORE_ASSIGN(repeat.least, count());
  repeat.most = repeat.least;
  if (accept(",")) {
    repeat.most = kPatternUnbounded;
    if (!at("}")) {
      VECSTORE_ASSIGN(repeat.most, count());
    }
  }
  if (!accept("}")) return error_at(position_, "expected '}', as in {2,5}; a brace is written \\{");
  if (repeat.most >= repeat.least) return {};
  return error_at(begin, "{" + std::to_string(repeat.least) + "," + std::to_string(repeat.most) +
                             "} is from more to less");
}

Result<std::uint32_t> Parser::count() {
  std::uint32_t value = 0;
  const std::size_t begin = position_;
  for (; position_ < text_.size() && is_digit(text_[position_]); ++position_) {
    value = value * 10 + static_cast<std::uint32_t>(text_[position_] - '0');
    if (value > kMaxRepeats)
      return error_at(begin, "more than " + std::to_string(kMaxRepeats) + " repeats");
  }
  if (position_ > begin) return value;
  return error_at(begin, "expected a number, as in {2,5}; a brace is written \\{");
}

Result<PatternNode> Parser::atom() {
  if (at("(")) return group();
  if (at("[")) return set();
  if (at("\\")) return escape();
  if (at("*") || at("+") || at("?") || at("{"))
    return error_at(position_,
                    "nothing to repeat before '" + std::string(text_.substr(position_, 1)) +
                        "'; the character is written \\" + std::string(text_.substr(position_, 1)));
  if (accept("^"))
    return assertion_node(lines_ ? PatternAssertion::kLineBegin : PatternAssertion::kTextBegin);
  if (accept("$"))
    return assertion_node(lines_ ? PatternAssertion::kLineEnd : PatternAssertion::kTextEnd);
  if (!accept(".")) return character(next());
  return set_node(inverse(dot_is_all_ ? PatternSet{} : PatternSet{{'\n', '\n'}}));
}

Result<PatternNode> Parser::group() {
  const std::size_t begin = position_;
  accept("(");
  if (!accept("?:") && at("?"))
    return error_at(begin, "only (?:..) and, at the beginning, the flags i, m and s as in (?i)");
  if (++groups_ > kMaxGroups)
    return error_at(begin,
                    "more than " + std::to_string(kMaxGroups) + " groups inside one another");
  VECSTORE_ASSIGN(PatternNode node, choice());
  --groups_;
  if (!accept(")")) return error_at(begin, "the closing ')' is missing");
  return node;
}

Result<PatternNode> Parser::escape() {
  if (position_ + 1 == text_.size()) return error_at(position_, "a lone backslash at the end");
  const char32_t letter = static_cast<unsigned char>(text_[position_ + 1]);
  if (std::optional<PatternSet> known = named_set(letter)) {
    position_ += 2;
    return set_node(*std::move(known));
  }
  if (const std::optional<PatternAssertion> known = named_assertion(letter)) {
    position_ += 2;
    return assertion_node(*known);
  }
  VECSTORE_ASSIGN(const char32_t c, escaped_character());
  return character(c);
}

PatternSet Parser::cased(PatternSet set) const {
  if (any_case_) add_other_case(set);
  make_normal(set);
  return set;
}

PatternNode Parser::character(char32_t c) const { return set_node(cased({{c, c}})); }

Result<PatternNode> Parser::set() {
  const std::size_t begin = position_;
  accept("[");
  const bool inverted = accept("^");
  PatternSet items;
  bool first = true;  // a ] there is itself
  while (!at_end() && (first || !at("]"))) {
    VECSTORE_TRY(set_item(items));
    first = false;
  }
  if (!accept("]")) return error_at(begin, "the closing ']' is missing");
  items = cased(std::move(items));
  return set_node(inverted ? inverse(items) : std::move(items));
}

// A character, a range or a named set.
Status Parser::set_item(PatternSet& into) {
  const std::size_t begin = position_;
  if (at("[:")) return error_at(begin, "named classes are \\d, \\w and \\s");
  if (at("\\") && position_ + 1 < text_.size()) {
    if (const auto known = named_set(static_cast<unsigned char>(text_[position_ + 1]))) {
      into.insert(into.end(), known->begin(), known->end());
      position_ += 2;
      return {};
    }
  }
  VECSTORE_ASSIGN(const char32_t low, set_end());
  char32_t high = low;
  if (at("-") && !at("-]")) {
    accept("-");
    if (at_end()) return error_at(begin, "a range without an end");
    VECSTORE_ASSIGN(high, set_end());
  }
  if (low > high) return error_at(begin, "a range from more to less");
  into.push_back({low, high});
  return {};
}

Result<char32_t> Parser::set_end() {
  if (at("\\")) return escaped_character();
  return next();
}

// A backslash and what it makes one character of.
Result<char32_t> Parser::escaped_character() {
  const std::size_t begin = position_;
  accept("\\");
  if (at_end()) return error_at(begin, "a lone backslash at the end");
  if (accept("x{")) return hex_character(0);
  if (accept("x")) return hex_character(2);
  if (accept("u")) return hex_character(4);
  const char32_t letter = next();
  constexpr std::string_view kLetters = "ntrfv";
  constexpr std::string_view kMeanings = "\n\t\r\f\v";
  if (letter < 128 && kLetters.find(static_cast<char>(letter)) != std::string_view::npos)
    return static_cast<char32_t>(kMeanings[kLetters.find(static_cast<char>(letter))]);
  const bool named = letter > 127 || is_digit(static_cast<char>(letter)) ||
                     ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'z');
  if (!named) return letter;
  const std::string written(text_.substr(begin, position_ - begin));
  return error_at(begin, letter >= '1' && letter <= '9'
                             ? "'" + written + "' refers back, which takes time without bounds"
                             : "unknown escape '" + written + "'");
}

// That many hexadecimal digits; 0: up to a brace.
Result<char32_t> Parser::hex_character(std::size_t digits) {
  const std::size_t begin = position_;
  std::uint32_t value = 0;
  std::size_t read = 0;
  for (; !at_end() && read < (digits == 0 ? 6 : digits); ++read, ++position_) {
    const char c = text_[position_];
    const int lower = c | 0x20;
    if (!is_digit(c) && (lower < 'a' || lower > 'f')) break;
    value = value * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  const bool whole = digits == 0 ? read > 0 && accept("}") : read == digits;
  if (!whole)
    return error_at(begin, "expected hexadecimal digits, as in \\x41, \\u00e9, \\x{1f600}");
  if (value > kMaxCharacter || (value >= 0xd800 && value <= 0xdfff))
    return error_at(begin, "no character has this number");
  return static_cast<char32_t>(value);
}

}  // namespace

Result<PatternNode> parse_pattern(std::string_view text) {
  if (text.size() <= kMaxPatternBytes) return Parser(text).whole();
  return invalid_argument("a pattern of " + std::to_string(text.size()) + " bytes, the limit is " +
                          std::to_string(kMaxPatternBytes));
}

}  // namespace vecstore::query
