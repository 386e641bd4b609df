// Judges of whom a test knows what they say.
#pragma once

#include <algorithm>
#include <deque>

#include "rag/eval/answer_judge.h"

namespace vecstore {

// Says yes to what has "good" in it, cannot be read where there is "odd", and no else.
class WordJudge final : public AnswerJudge {
 public:
  const std::string& name() const override {
    static const std::string kName = "word";
    return kName;
  }
  Result<std::vector<Verdict>> supported(std::span<const std::string> statements,
                                         std::span<const std::string>) const override {
    return of(statements);
  }
  Result<std::vector<Verdict>> useful(std::string_view, std::string_view,
                                      std::span<const std::string> passages) const override {
    return of(passages);
  }
  Result<std::optional<double>> addresses(std::string_view,
                                          std::string_view answer) const override {
    if (answer.find("odd") != answer.npos) return std::optional<double>();
    return std::optional(0.5);
  }
  Result<std::optional<double>> sameness(std::string_view, std::string_view) const override {
    return std::optional(0.2);
  }

 private:
  static std::vector<Verdict> of(std::span<const std::string> texts) {
    std::vector<Verdict> verdicts;
    for (const std::string& text : texts)
      verdicts.push_back(text.find("odd") != text.npos    ? Verdict::kUnreadable
                         : text.find("good") != text.npos ? Verdict::kYes
                                                          : Verdict::kNo);
    return verdicts;
  }
};

}  // namespace vecstore
