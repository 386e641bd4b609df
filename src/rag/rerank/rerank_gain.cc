#include "rag/rerank/rerank_gain.h"

#include "base/clock.h"

namespace vecstore {
namespace {

std::vector<std::string> ranking_of(const Hits& hits) {
  std::vector<std::string> ids;
  for (const Hit& hit : hits) ids.push_back(hit.id);
  return ids;
}

}  // namespace

RerankGain::RerankGain(const RerankPipeline& pipeline, RankingMeasure measure)
    : pipeline_(pipeline), measure_(std::move(measure)) {
  for (const RerankStage& stage : pipeline.stages()) sums_.push_back({stage.step->name()});
}

Result<Hits> RerankGain::add(std::string_view question, Hits hits, std::size_t k) {
  std::vector<StageGain> now = sums_;
  double before = measure_(questions_, ranking_of(hits));
  double start = monotonic_ms();
  const auto watch = [&](std::size_t stage, const Hits& given) {
    StageGain& sum = now[stage];
    sum.ms += monotonic_ms() - start;
    const double after = measure_(questions_, ranking_of(given));
    sum.before += before;
    sum.after += after;
    sum.hits += static_cast<double>(given.size());
    before = after;
    start = monotonic_ms();
  };
  VECSTORE_ASSIGN(Hits out, pipeline_.rerank(question, std::move(hits), k, watch));
  sums_ = std::move(now);
  ++questions_;
  return out;
}

std::vector<StageGain> RerankGain::stages() const {
  std::vector<StageGain> means = sums_;
  const double count = questions_ == 0 ? 1 : static_cast<double>(questions_);
  for (StageGain& one : means) {
    one.before /= count;
    one.after /= count;
    one.hits /= count;
    one.ms /= count;
  }
  return means;
}

}  // namespace vecstore
