// The door to whoever judges answers: a rule, a model, a person.
//
// To add one: derive from AnswerJudge. offline_judge.h goes by words and, where there is one, by an
// embedder; chat_judge.h asks a model that writes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

// kUnreadable: the judge said something else than yes or no. It is counted and never a score.
enum class Verdict : unsigned char { kNo, kYes, kUnreadable };

// Safe from many threads. An error is one of the judge itself: no verdict will come.
class AnswerJudge {
 public:
  virtual ~AnswerJudge() = default;

  // With its version: another name may judge otherwise.
  virtual const std::string& name() const = 0;

  // For each statement, whether it follows from the texts.
  virtual Result<std::vector<Verdict>> supported(std::span<const std::string> statements,
                                                 std::span<const std::string> texts) const = 0;

  // For each passage, whether it helps to answer the question; `reference` is the right answer,
  // empty where nobody knows it.
  virtual Result<std::vector<Verdict>> useful(std::string_view question, std::string_view reference,
                                              std::span<const std::string> passages) const = 0;

  // How far the answer is one to this question, right or wrong: 0 to 1; none when unreadable.
  virtual Result<std::optional<double>> addresses(std::string_view question,
                                                  std::string_view answer) const = 0;

  // How far two texts say the same: 0 to 1; none when unreadable.
  virtual Result<std::optional<double>> sameness(std::string_view a, std::string_view b) const = 0;
};

}  // namespace vecstore
