// What each step of a pipeline gains: how good the ranking is before and after it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rag/rerank/rerank_pipeline.h"

namespace vecstore {

// How good a ranking of ids, best first, is for the question of that number: larger is better.
using RankingMeasure =
    std::function<double(std::size_t question, std::span<const std::string> ranking)>;

struct StageGain {
  std::string step = {};
  double before = 0, after = 0;  // means over the questions
  double hits = 0;               // that it gave, in the mean
  double ms = 0;                 // that it took, in the mean
};

class RerankGain {
 public:
  RerankGain(const RerankPipeline& pipeline, RankingMeasure measure);

  // Takes the hits of the next question through the steps, and gives what comes out.
  Result<Hits> add(std::string_view question, Hits hits, std::size_t k);

  // One for each step; of no question all 0.
  std::vector<StageGain> stages() const;

 private:
  const RerankPipeline& pipeline_;
  RankingMeasure measure_;
  std::vector<StageGain> sums_;
  std::size_t questions_ = 0;
};

}  // namespace vecstore
