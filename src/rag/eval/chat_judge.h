// A model that writes as a judge.
//
// What is judged is given as JSON, so that no text can pass for another or for an instruction; the
// answer has to be the JSON asked for and nothing else (blanks and one fence of ``` around it
// aside), or it is unreadable. One call each, at temperature 0.
#pragma once

#include <memory>

#include "rag/answer/chat_model.h"
#include "rag/eval/answer_judge.h"
#include "vecstore/value.h"

namespace vecstore {

class ChatJudge final : public AnswerJudge {
 public:
  explicit ChatJudge(std::shared_ptr<const ChatModel> model, ChatOptions options = {});

  // "PROVIDER/MODEL, prompts 1".
  const std::string& name() const override { return name_; }

  Result<std::vector<Verdict>> supported(std::span<const std::string> statements,
                                         std::span<const std::string> texts) const override;
  Result<std::vector<Verdict>> useful(std::string_view question, std::string_view reference,
                                      std::span<const std::string> passages) const override;
  Result<std::optional<double>> addresses(std::string_view question,
                                          std::string_view answer) const override;
  Result<std::optional<double>> sameness(std::string_view a, std::string_view b) const override;

 private:
  Result<std::string> ask(const char* instructions, const Object& material) const;
  Result<std::vector<Verdict>> ask_verdicts(const char* instructions, const Object& material,
                                            std::size_t count) const;
  Result<std::optional<double>> ask_score(const char* instructions, const Object& material) const;

  std::shared_ptr<const ChatModel> model_;
  ChatOptions options_;
  std::string name_;
};

}  // namespace vecstore
