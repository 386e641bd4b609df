#include "rag/splitters/separator_program.h"

#include <algorithm>

#include "base/utf8.h"
#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

bool is_word(char32_t value) {
  const auto category = unicode::category(unicode::traits(value));
  return value == '_' || (category >= unicode::Category::kLu && category <= unicode::Category::kN);
}

bool is_digit(char32_t value) { return value >= '0' && value <= '9'; }

// Where the character before `at` begins; `at` is not 0.
std::size_t before(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

bool is_at(TextPlace place, std::string_view text, std::size_t at) {
  switch (place) {
    case TextPlace::kBegin:
      return at == 0;
    case TextPlace::kEnd:
      return at == text.size();
    case TextPlace::kEndOrLastLine:
      return at == text.size() || (at + 1 == text.size() && text[at] == '\n');
    default:
      break;
  }
  const bool left = at > 0 && is_word(decode_utf8(text.substr(before(text, at))).value);
  const bool right = at < text.size() && is_word(decode_utf8(text.substr(at)).value);
  return (left != right) == (place == TextPlace::kWordEdge);
}

// The threads at one place of the text, first the one that backtracking would try first.
class Threads {
 public:
  explicit Threads(std::size_t instructions) : seen_(instructions) {}

  struct Thread {
    std::uint32_t at;
    std::size_t begin;  // of the match
  };

  void clear() {
    threads_.clear();
    ++generation_;
  }
  bool empty() const { return threads_.empty(); }
  const std::vector<Thread>& all() const { return threads_; }
  bool take(std::uint32_t at) {
    if (seen_[at] == generation_) return false;
    seen_[at] = generation_;
    return true;
  }
  void add(std::uint32_t at, std::size_t begin) { threads_.push_back({at, begin}); }

 private:
  std::vector<std::uint64_t> seen_;
  std::uint64_t generation_ = 1;
  std::vector<Thread> threads_;
};

class Machine {
 public:
  Machine(const SeparatorProgram& program, SeparatorRun& run)
      : program_(program), run_(run), now_(program.code.size()), next_(program.code.size()) {}

  bool find(std::size_t from, bool not_empty, TextSpan& match) {
    const std::string_view text = run_.text;
    bool found = false;
    for (std::size_t at = from;;) {
      if (now_.empty() && !found && !program_.prefix.empty()) {
        at = text.find(program_.prefix, at);
        if (at == text.npos) break;
      }
      if (!found) follow(now_, 0, at, at);
      if (now_.empty() && found) break;
      const CodePoint c = at < text.size() ? decode_utf8(text.substr(at)) : CodePoint{0, 0, true};
      next_.clear();
      for (const Threads::Thread& thread : now_.all()) {
        if (++run_.steps > run_.most_steps) return false;
        const SeparatorInstruction& todo = program_.code[thread.at];
        if (todo.kind == SeparatorInstruction::kAccept) {
          if (not_empty && thread.begin == at && at == from) continue;
          match = {thread.begin, at};
          found = true;
          break;  // those behind come later in backtracking's order
        }
        if (c.size > 0 && program_.classes[todo.x].contains(c.value)) {
          follow(next_, thread.at + 1, thread.begin, at + c.size);
        }
      }
      std::swap(now_, next_);
      if (at == text.size()) break;
      at += c.size;
    }
    return found;
  }

 private:
  // Adds what can be reached from an instruction without taking a character.
  void follow(Threads& threads, std::uint32_t from, std::size_t begin, std::size_t at) {
    open_.assign(1, from);
    while (!open_.empty()) {
      const std::uint32_t here = open_.back();
      open_.pop_back();
      if (!threads.take(here)) continue;
      ++run_.steps;
      const SeparatorInstruction& todo = program_.code[here];
      switch (todo.kind) {
        case SeparatorInstruction::kClass:
        case SeparatorInstruction::kAccept:
          threads.add(here, begin);
          break;
        case SeparatorInstruction::kSplit:
          open_.push_back(todo.y);
          [[fallthrough]];
        case SeparatorInstruction::kJump:
          open_.push_back(todo.x);
          break;
        case SeparatorInstruction::kPlace:
          if (is_at(static_cast<TextPlace>(todo.x), run_.text, at)) open_.push_back(here + 1);
          break;
        case SeparatorInstruction::kLook:
          if (sees(*program_.looks[todo.x], at)) open_.push_back(here + 1);
          break;
      }
    }
  }

  bool sees(const LookAround& look, std::size_t at) {
    for (std::size_t i = 0; i < look.behind; ++i) {
      if (at == 0) return look.negated;
      at = before(run_.text, at);
    }
    return matches_at(look.inside, at) != look.negated;
  }

  // Of look-arounds, which are bounded.
  bool matches_at(const SeparatorProgram& program, std::size_t at) {
    Machine inside(program, run_);
    inside.follow(inside.now_, 0, at, at);
    while (!inside.now_.empty()) {
      inside.next_.clear();
      const bool more = at < run_.text.size();
      const CodePoint c = more ? decode_utf8(run_.text.substr(at)) : CodePoint{0, 0, true};
      for (const Threads::Thread& thread : inside.now_.all()) {
        ++run_.steps;
        const SeparatorInstruction& todo = program.code[thread.at];
        if (todo.kind == SeparatorInstruction::kAccept) return true;
        if (more && program.classes[todo.x].contains(c.value)) {
          inside.follow(inside.next_, thread.at + 1, 0, at + c.size);
        }
      }
      at += c.size;
      std::swap(inside.now_, inside.next_);
    }
    return false;
  }

  const SeparatorProgram& program_;
  SeparatorRun& run_;
  Threads now_, next_;
  std::vector<std::uint32_t> open_;
};

}  // namespace

bool CharacterClass::contains(char32_t value) const {
  bool inside = std::ranges::any_of(
      ranges, [value](const auto& range) { return range.first <= value && value <= range.second; });
  if (!inside && kinds != 0) {
    if (kinds & (kSpace | kNotSpace)) inside = kinds & (is_space(value) ? kSpace : kNotSpace);
    if (!inside && kinds & (kWord | kNotWord)) inside = kinds & (is_word(value) ? kWord : kNotWord);
    if (!inside && kinds & (kDigit | kNotDigit)) {
      inside = kinds & (is_digit(value) ? kDigit : kNotDigit);
    }
  }
  return inside != negated;
}

bool find_match(const SeparatorProgram& program, SeparatorRun& run, std::size_t from,
                bool not_empty, TextSpan& match) {
  return Machine(program, run).find(from, not_empty, match);
}

}  // namespace vecstore
