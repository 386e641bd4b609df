// A judge that needs no network and says the same of the same texts for ever: by words and, where
// one is given, by an embedder.
//
// A statement follows from a text that has most of its words (by their first six letters; those of
// three letters and less say nothing), all of its numbers, and denies as it does. A rule is not a
// reader: it misses what is said in other words and believes what is said with the same words in
// another order. Good for noticing that something got worse; how good it is stands in
// docs/design/033-evaluation.md.
#pragma once

#include <memory>

#include "rag/eval/answer_judge.h"
#include "vecstore/embedder.h"

namespace vecstore {

class OfflineJudge final : public AnswerJudge {
 public:
  explicit OfflineJudge(std::shared_ptr<const Embedder> embedder = {});

  // "words 1", "words 1, MODEL".
  const std::string& name() const override { return name_; }

  Result<std::vector<Verdict>> supported(std::span<const std::string> statements,
                                         std::span<const std::string> texts) const override;
  Result<std::vector<Verdict>> useful(std::string_view question, std::string_view reference,
                                      std::span<const std::string> passages) const override;
  Result<std::optional<double>> addresses(std::string_view question,
                                          std::string_view answer) const override;
  Result<std::optional<double>> sameness(std::string_view a, std::string_view b) const override;

 private:
  std::shared_ptr<const Embedder> embedder_;
  std::string name_;
};

}  // namespace vecstore
