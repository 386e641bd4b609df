#include "query/filter/filter_pattern.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace vecstore::query {
namespace {

bool contains(const PatternSet& set, char32_t c) {
  for (const PatternRange& range : set) {
    if (c <= range.high) return c >= range.low;
  }
  return false;
}

bool is_word(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::uint8_t first_byte(char32_t c) {
  std::string bytes;
  append_utf8(bytes, c >= 0xd800 && c <= 0xdfff ? 0xe000 : c);
  return static_cast<std::uint8_t>(bytes[0]);
}

}  // namespace

class PatternCompiler {
 public:
  explicit PatternCompiler(Pattern& pattern) : pattern_(pattern) {}

  Status node(const PatternNode& node) {
    switch (node.kind) {
      case PatternNode::Kind::kSet:
        pattern_.sets_.push_back(node.set);
        return add(Pattern::Kind::kSet, pattern_.sets_.size() - 1);
      case PatternNode::Kind::kAssertion:
        return add(Pattern::Kind::kAssertion, static_cast<std::size_t>(node.assertion));
      case PatternNode::Kind::kSequence:
        for (const PatternNode& part : node.parts) VECSTORE_TRY(this->node(part));
        return {};
      case PatternNode::Kind::kChoice:
        return choice(node);
      case PatternNode::Kind::kRepeat:
        return repeat(node);
    }
    return {};
  }

  Status add(Pattern::Kind kind, std::size_t value = 0) {
    if (pattern_.states_.size() == kMaxPatternStates)
      return invalid_argument("a pattern needs more than " + std::to_string(kMaxPatternStates) +
                              " states: fewer or smaller repeats");
    pattern_.states_.push_back({kind, static_cast<std::uint32_t>(value)});
    return {};
  }

 private:
  std::size_t here() const { return pattern_.states_.size(); }
  void lead_here(std::size_t state) {
    pattern_.states_[state].value = static_cast<std::uint32_t>(here());
  }

  Status choice(const PatternNode& node) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      const std::size_t split = here();
      const bool last = i + 1 == node.parts.size();
      if (!last) VECSTORE_TRY(add(Pattern::Kind::kSplit));
      VECSTORE_TRY(this->node(node.parts[i]));
      if (last) break;
      ends.push_back(here());
      VECSTORE_TRY(add(Pattern::Kind::kJump));
      lead_here(split);
    }
    for (const std::size_t end : ends) lead_here(end);
    return {};
  }

  Status repeat(const PatternNode& node) {
    const PatternNode& part = node.parts[0];
    for (std::uint32_t i = 0; i < node.least; ++i) {
      const std::size_t before = here();
      VECSTORE_TRY(this->node(part));
      if (here() == before) return {};  // an empty part, however often
    }
    if (node.most == kPatternUnbounded) return loop(part);
    std::vector<std::size_t> exits;
    for (std::uint32_t i = node.least; i < node.most; ++i) {
      exits.push_back(here());
      VECSTORE_TRY(add(Pattern::Kind::kSplit));
      VECSTORE_TRY(this->node(part));
    }
    for (const std::size_t exit : exits) lead_here(exit);
    return {};
  }

  Status loop(const PatternNode& part) {
    const std::size_t begin = here();
    VECSTORE_TRY(add(Pattern::Kind::kSplit));
    VECSTORE_TRY(node(part));
    VECSTORE_TRY(add(Pattern::Kind::kJump, begin));
    lead_here(begin);
    return {};
  }

  Pattern& pattern_;
};

Result<Pattern> Pattern::compile(std::string_view text) {
  VECSTORE_ASSIGN(const PatternNode tree, parse_pattern(text));
  Pattern pattern;
  PatternCompiler compiler(pattern);
  VECSTORE_TRY(compiler.node(tree));
  VECSTORE_TRY(compiler.add(Kind::kFound));
  pattern.find_first_bytes();
  return pattern;
}

// As if every assertion held.
void Pattern::find_first_bytes() {
  std::vector<bool> seen(states_.size());
  std::vector<std::uint32_t> open = {0};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const State& state = states_[at];
    if (state.kind == Kind::kFound) {
      may_be_empty_ = true;
    } else if (state.kind == Kind::kSet) {
      for (const PatternRange& range : sets_[state.value]) {
        const std::size_t last = first_byte(range.high);
        for (std::size_t byte = first_byte(range.low); byte <= last; ++byte)
          first_bytes_[byte] = true;
        // What is not UTF-8 counts as this character, whatever its bytes.
        if (range.low <= 0xfffd && range.high >= 0xfffd)
          std::fill(first_bytes_.begin() + 0x80, first_bytes_.end(), true);
      }
    } else {
      if (state.kind != Kind::kAssertion) open.push_back(state.value);
      if (state.kind != Kind::kJump) open.push_back(at + 1);
    }
  }
}

// One walk through a text. A mark per state says for which position it was last entered, so that
// each is entered once however many ways lead there.
class PatternRun {
 public:
  PatternRun(const Pattern& pattern, std::string_view text) : pattern_(pattern), text_(text) {
    std::fill_n(marks_, pattern.states_.size(), 0u);
  }

  bool found() {
    for (mark_ = 1;; ++mark_) {
      if (reached_count_ == 0 && !pattern_.may_be_empty_) pass_over();
      at_end_ = position_ == text_.size();
      const CodePoint c = at_end_ ? CodePoint{} : decode_utf8(text_.substr(position_));
      next_ = c.value;
      waiting_count_ = 0;
      if (enter(0)) return true;
      for (std::size_t i = 0; i < reached_count_; ++i) {
        if (enter(reached_[i])) return true;
      }
      if (at_end_) return false;
      step(c);
    }
  }

 private:
  // To the next byte with which a match can begin.
  void pass_over() {
    const std::size_t from = position_;
    while (position_ < text_.size() &&
           !pattern_.first_bytes_[static_cast<std::uint8_t>(text_[position_])])
      ++position_;
    if (position_ > from) before_ = static_cast<unsigned char>(text_[position_ - 1]);
  }

  bool holds(PatternAssertion assertion) const {
    const bool at_begin = position_ == 0;
    switch (assertion) {
      case PatternAssertion::kTextBegin:
        return at_begin;
      case PatternAssertion::kTextEnd:
        return at_end_;
      case PatternAssertion::kLineBegin:
        return at_begin || before_ == '\n';
      case PatternAssertion::kLineEnd:
        return at_end_ || next_ == '\n';
      case PatternAssertion::kWordEdge:
      case PatternAssertion::kNoWordEdge:
        break;
    }
    const bool edge = (!at_begin && is_word(before_)) != (!at_end_ && is_word(next_));
    return edge == (assertion == PatternAssertion::kWordEdge);
  }

  // Enters the state and all that it leads to without a character; true when that is kFound.
  bool enter(std::uint32_t first) {
    std::size_t open = 0;
    open_[open++] = static_cast<std::uint16_t>(first);
    while (open > 0) {
      const std::uint16_t at = open_[--open];
      if (marks_[at] == mark_) continue;
      marks_[at] = mark_;
      const Pattern::State& state = pattern_.states_[at];
      switch (state.kind) {
        case Pattern::Kind::kFound:
          return true;
        case Pattern::Kind::kSet:
          waiting_[waiting_count_++] = at;
          break;
        case Pattern::Kind::kAssertion:
          if (holds(static_cast<PatternAssertion>(state.value)))
            open_[open++] = static_cast<std::uint16_t>(at + 1);
          break;
        case Pattern::Kind::kSplit:
          open_[open++] = static_cast<std::uint16_t>(at + 1);
          [[fallthrough]];
        case Pattern::Kind::kJump:
          open_[open++] = static_cast<std::uint16_t>(state.value);
          break;
      }
    }
    return false;
  }

  void step(const CodePoint& c) {
    reached_count_ = 0;
    for (std::size_t i = 0; i < waiting_count_; ++i) {
      const std::uint16_t at = waiting_[i];
      if (contains(pattern_.sets_[pattern_.states_[at].value], c.value))
        reached_[reached_count_++] = static_cast<std::uint16_t>(at + 1);
    }
    before_ = c.value;
    position_ += c.size;
  }

  const Pattern& pattern_;
  const std::string_view text_;
  std::size_t position_ = 0;
  char32_t before_ = 0;  // the character before position_, or its last byte
  char32_t next_ = 0;
  bool at_end_ = false;
  std::uint32_t mark_ = 0;
  std::size_t reached_count_ = 0;
  std::size_t waiting_count_ = 0;
  std::uint16_t reached_[kMaxPatternStates];   // by the last character
  std::uint16_t waiting_[kMaxPatternStates];   // for the next one
  std::uint16_t open_[2 * kMaxPatternStates];  // every entered state opens at most two
  std::uint32_t marks_[kMaxPatternStates];
};

bool Pattern::found_in(std::string_view text) const { return PatternRun(*this, text).found(); }

}  // namespace vecstore::query
