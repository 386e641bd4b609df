#include "cli/eval_runs.h"

#include <algorithm>
#include <span>

#include "base/clock.h"
#include "cli/interrupt.h"

namespace vecstore {
namespace {

constexpr std::size_t kQueriesAtATime = 256;

std::vector<RankedHit> ranking_of(const Hits& hits) {
  std::vector<RankedHit> ranking;
  for (const Hit& hit : hits) ranking.push_back({hit.id, hit.score});
  return ranking;
}

// The runs of one mode: as found, and ranked anew where that is asked for.
class ModeRuns {
 public:
  ModeRuns(Session& session, const EvalRunOptions& options, Mode mode)
      : session_(session), options_(options), mode_(mode) {
    found_.name = mode_name(mode);
    reranked_.name = found_.name + "+rerank";
    if (!options.rerank.asked()) return;
    std::string name = found_.name;
    for (const RerankStage& stage : session.rerank_pipeline->stages()) {
      steps_.emplace_back();
      steps_.back().name = name += "+" + stage.step->name();
    }
    steps_.pop_back();  // the last one's is what comes out
  }

  Status add(const Collection& collection, std::span<const EvalQuestion> some) {
    std::vector<Question> questions;
    for (const EvalQuestion& one : some) {
      questions.push_back({one.text, one.vector, one.filter});
      if (mode_ == Mode::kText) questions.back().vector.reset();
    }
    VECSTORE_ASSIGN(const std::vector<Query> queries,
                    make_retrieval_queries(session_, options_.retrieval, collection, questions,
                                           options_.common, mode_));
    const double start = monotonic_ms();
    VECSTORE_ASSIGN(const std::vector<Hits> answers, collection.query_many(queries));
    found_.took_ms += monotonic_ms() - start;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      found_.rankings.push_back(ranking_of(answers[i]));
      if (options_.rerank.asked()) VECSTORE_TRY(rerank(some[i], answers[i]));
    }
    return {};
  }

  void move_to(std::vector<RankedRun>& runs) {
    const double found_ms = found_.took_ms;
    runs.push_back(std::move(found_));
    if (!options_.rerank.asked()) return;
    for (RankedRun& step : steps_) {
      step.took_ms += found_ms;
      runs.push_back(std::move(step));
    }
    reranked_.took_ms += found_ms;
    runs.push_back(std::move(reranked_));
  }

 private:
  // The candidates in their new order, the others behind them in the old one.
  Status rerank(const EvalQuestion& question, const Hits& answer) {
    if (interrupted()) return Status(Code::kCancelled, "interrupted while hits were ranked anew");
    if (!question.text)
      return invalid_argument("--rerank needs the 'text' of query '" + question.id + "'");
    VECSTORE_ASSIGN(const std::size_t most, hits_to_find(session_, options_.rerank, 1));
    const std::size_t count = std::min(most, answer.size());
    Hits candidates;
    candidates.hits.assign(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(count));
    const double start = monotonic_ms();
    const auto keep = [&](const Hits& ranked, RankedRun& to) {
      to.took_ms += monotonic_ms() - start;
      std::vector<RankedHit> ranking = ranking_of(ranked);
      for (std::size_t i = count; i < answer.size(); ++i)
        ranking.push_back({answer[i].id, answer[i].score});
      to.rankings.push_back(std::move(ranking));
    };
    const auto watch = [&](std::size_t step, const Hits& ranked) {
      if (step < steps_.size()) keep(ranked, steps_[step]);
    };
    VECSTORE_ASSIGN(const Hits ranked, reranked(session_, options_.rerank, question.text,
                                                std::move(candidates), count, watch));
    keep(ranked, reranked_);
    return {};
  }

  Session& session_;
  const EvalRunOptions& options_;
  Mode mode_;
  RankedRun found_, reranked_;
  std::vector<RankedRun> steps_;
};

}  // namespace

Result<std::vector<RankedRun>> run_modes(Session& session, const Collection& collection,
                                         const std::vector<EvalQuestion>& questions,
                                         const EvalRunOptions& options) {
  std::vector<RankedRun> runs;
  const std::span<const EvalQuestion> all(questions);
  for (const Mode mode : options.modes) {
    ModeRuns of_mode(session, options, mode);
    for (std::size_t begin = 0; begin < all.size(); begin += kQueriesAtATime) {
      const std::size_t size = std::min(kQueriesAtATime, all.size() - begin);
      VECSTORE_TRY(of_mode.add(collection, all.subspan(begin, size)));
    }
    of_mode.move_to(runs);
  }
  return runs;
}

}  // namespace vecstore
