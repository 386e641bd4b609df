// Scores made anew from themselves, a number of the metadata, or a function of one's own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "rag/rerank/hit_reranker.h"
#include "vecstore/fusion.h"

namespace vecstore {

// In this order: scores are normalized, a field is added, low ones leave.
struct ScoreStep {
  Normalization normalization = Normalization::kNone;  // of the scores, and of the field's values
  std::string field = {};  // a key of the metadata whose number counts, too; true counts as 1
  double weight = 0.5;     // (1 - |weight|) score + |weight| value; below 0 less of it is better
  double otherwise = 0;    // the value of hits without that number, after normalization
  std::optional<double> least = {};  // hits with a lower score leave
  bool operator==(const ScoreStep&) const = default;
};

class ScoreReranker final : public HitReranker {
 public:
  // kInvalidArgument for a weight that is not within -1 and 1.
  static Result<std::shared_ptr<const HitReranker>> make(ScoreStep step);

  const std::string& name() const override { return name_; }
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;

 private:
  explicit ScoreReranker(ScoreStep step) : step_(std::move(step)) {}
  void add_field(Hits& hits) const;

  std::string name_ = "score";
  ScoreStep step_;
};

// A new score for the hit at `rank`, from 1.
using ScoreFunction =
    std::function<Result<double>(std::string_view question, const Hit& hit, std::size_t rank)>;

class FunctionReranker final : public HitReranker {
 public:
  FunctionReranker(std::string name, ScoreFunction function)
      : name_(std::move(name)), function_(std::move(function)) {}

  const std::string& name() const override { return name_; }
  // One call for each hit. kInvalidArgument when a score is not a finite number.
  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override;

 private:
  std::string name_;
  ScoreFunction function_;
};

}  // namespace vecstore
