#include "rag/rerank/rerank_steps.h"

#include <algorithm>

#include "base/number.h"
#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kMarks = ",|()=\"";

bool ends_word(char c) { return kBlanks.find(c) != kBlanks.npos || kMarks.find(c) != kMarks.npos; }

class StepsParser {
 public:
  explicit StepsParser(std::string_view text) : text_(text) {}

  Result<std::vector<RerankStepText>> all() {
    VECSTORE_ASSIGN(std::vector<RerankStepText> steps, pipeline(0));
    if (at_ < text_.size()) return expected("'|' or the end");
    return steps;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }

  bool next_is(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }

  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  Status expected(const std::string& what) {
    skip_blanks();
    const std::string found =
        at_ == text_.size() ? "the end" : "'" + shorten(text_.substr(at_)) + "'";
    return invalid_argument("steps, column " + std::to_string(at_ + 1) + ": expected " + what +
                            ", found " + found);
  }

  std::string word() {
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<std::string> quoted() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    if (!take('"')) return expected("'\"'");
    return out;
  }

  Result<std::string> value() {
    if (next_is('"')) return quoted();
    std::string out = word();
    if (out.empty()) return expected("a value");
    return out;
  }

  Result<std::vector<RerankStepText>> pipeline(std::size_t depth) {
    std::vector<RerankStepText> steps;
    do {
      std::string name = word();
      if (name.empty()) return expected("the name of a step");
      VECSTORE_ASSIGN(RerankStepText made, step(std::move(name), depth));
      steps.push_back(std::move(made));
    } while (take('|'));
    return steps;
  }

  // What stands behind the name.
  Result<RerankStepText> step(std::string name, std::size_t depth) {
    if (++count_ > kMaxRerankSteps)
      return invalid_argument("steps: there are more than " + std::to_string(kMaxRerankSteps));
    RerankStepText made{std::move(name), {}, {}};
    if (!take('(')) return made;
    if (depth == kMaxRerankDepth)
      return invalid_argument("steps: brackets are more than " + std::to_string(kMaxRerankDepth) +
                              " deep");
    while (!take(')')) {
      VECSTORE_TRY(argument(made, depth + 1));
      take(',');
    }
    return made;
  }

  // "name=value", or an arm: "0.5 model | mmr".
  Status argument(RerankStepText& to, std::size_t depth) {
    const std::size_t begin = at_;
    const std::string first = word();
    if (first.empty()) return expected("an option, a step or ')'");
    if (take('=')) {
      const auto same = [&](const auto& option) { return option.first == first; };
      if (std::ranges::any_of(to.options, same))
        return invalid_argument("steps: '" + first + "' stands twice in " + to.name);
      VECSTORE_ASSIGN(std::string given, value());
      to.options.emplace_back(first, std::move(given));
      return {};
    }
    RerankArmText arm;
    if (const auto weight = parse_double(first)) {
      arm.weight = *weight;
    } else {
      at_ = begin;
    }
    VECSTORE_ASSIGN(arm.steps, pipeline(depth));
    to.arms.push_back(std::move(arm));
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
};

}  // namespace

Result<std::vector<RerankStepText>> parse_rerank_steps(std::string_view text) {
  return StepsParser(text).all();
}

}  // namespace vecstore
