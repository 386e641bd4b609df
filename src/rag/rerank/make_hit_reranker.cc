#include "rag/rerank/make_hit_reranker.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/number.h"
#include "rag/rerank/combined_reranker.h"
#include "rag/rerank/compress_reranker.h"
#include "rag/rerank/mmr_reranker.h"
#include "rag/rerank/rerank_steps.h"
#include "rag/rerank/text_reranker.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

using Step = std::shared_ptr<const HitReranker>;

// The options of one step, each read once; what nobody reads is an error.
class StepOptions {
 public:
  explicit StepOptions(const RerankStepText& step) : step_(step), read_(step.options.size()) {}

  std::optional<std::string> text(std::string_view name) {
    known_.push_back(name);
    for (std::size_t i = 0; i < step_.options.size(); ++i) {
      if (step_.options[i].first != name) continue;
      read_[i] = true;
      return step_.options[i].second;
    }
    return std::nullopt;
  }

  Result<std::optional<double>> number(std::string_view name) {
    const std::optional<std::string> given = text(name);
    if (!given) return std::optional<double>();
    const std::optional<double> number = parse_double(*given);
    if (!number) return wrong(name, "a number", *given);
    return number;
  }

  Result<double> number(std::string_view name, double otherwise) {
    VECSTORE_ASSIGN(const std::optional<double> given, number(name));
    return given.value_or(otherwise);
  }

  Result<std::size_t> count(std::string_view name, std::size_t otherwise) {
    const std::optional<std::string> given = text(name);
    if (!given) return otherwise;
    const std::optional<std::int64_t> number = parse_int64(*given);
    if (!number || *number < 1 || *number > static_cast<std::int64_t>(kMaxK))
      return wrong(name, "from 1 to " + std::to_string(kMaxK), *given);
    return static_cast<std::size_t>(*number);
  }

  Result<Normalization> normalization(Normalization otherwise) {
    const std::optional<std::string> given = text("normalize");
    if (!given) return otherwise;
    return parse_normalization(*given);
  }

  // One of `choices`, by its number; the first when not given.
  Result<std::size_t> choice(std::string_view name, std::span<const std::string_view> choices) {
    const std::optional<std::string> given = text(name);
    if (!given) return std::size_t{0};
    const auto found = std::ranges::find(choices, *given);
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    return invalid_argument(step_.name + ": unknown " + std::string(name) + " '" + *given + "', " +
                            nearest_or_known(*given, choices));
  }

  Status all_read() const {
    for (std::size_t i = 0; i < read_.size(); ++i) {
      if (read_[i]) continue;
      const std::string& name = step_.options[i].first;
      return invalid_argument(step_.name + ": unknown option '" + name + "', " +
                              nearest_or_known(name, known_));
    }
    return {};
  }

 private:
  Status wrong(std::string_view name, const std::string& wanted, const std::string& given) const {
    return invalid_argument(step_.name + ": " + std::string(name) + " must be " + wanted +
                            ", it is '" + given + "'");
  }

  const RerankStepText& step_;
  std::vector<bool> read_;
  std::vector<std::string_view> known_;
};

// What a step is made of.
struct Making {
  const RerankStepText& text;
  StepOptions& options;
  const RerankSources& sources;
};

Result<std::vector<RerankStage>> make_stages(const std::vector<RerankStepText>& steps,
                                             const RerankSources& sources);

Result<std::shared_ptr<const Reranker>> model_of(const Making& making) {
  const std::string name = making.options.text("name").value_or("");
  if (!making.sources.model) return failed_precondition("there is no model to rerank with");
  return making.sources.model(name);
}

Result<std::shared_ptr<const Embedder>> embedder_of(const Making& making) {
  if (!making.sources.embedder)
    return failed_precondition(making.text.name + ": there is no model to embed texts with");
  return making.sources.embedder();
}

Result<Step> make_model(const Making& making) {
  VECSTORE_ASSIGN(auto model, model_of(making));
  return Step(std::make_shared<TextReranker>(std::move(model)));
}

Result<Step> make_mmr(const Making& making) {
  constexpr std::array<std::string_view, 2> kBy = {"vector", "text"};
  VECSTORE_ASSIGN(const double lambda, making.options.number("lambda", 0.7));
  VECSTORE_ASSIGN(const std::size_t by, making.options.choice("by", kBy));
  std::shared_ptr<const Embedder> embedder;
  if (by == 1) {
    VECSTORE_ASSIGN(embedder, embedder_of(making));
  }
  return MmrReranker::make(lambda, std::move(embedder));
}

Result<Step> make_score(const Making& making) {
  ScoreStep step;
  step.field = making.options.text("field").value_or("");
  VECSTORE_ASSIGN(step.normalization,
                  making.options.normalization(step.field.empty() ? Normalization::kNone
                                                                  : Normalization::kMinMax));
  VECSTORE_ASSIGN(step.weight, making.options.number("weight", step.weight));
  VECSTORE_ASSIGN(step.otherwise, making.options.number("otherwise", step.otherwise));
  VECSTORE_ASSIGN(step.least, making.options.number("least"));
  return ScoreReranker::make(std::move(step));
}

Result<Step> make_function(const Making& making) {
  const std::string name = making.options.text("name").value_or("");
  const auto found = making.sources.functions.find(name);
  if (found != making.sources.functions.end())
    return Step(std::make_shared<FunctionReranker>(name, found->second));
  std::vector<std::string_view> known;
  for (const auto& [one, function] : making.sources.functions) known.push_back(one);
  if (known.empty()) return failed_precondition("function: there is none here");
  return invalid_argument("function: there is no '" + name + "', " + nearest_or_known(name, known));
}

Result<Step> make_compress(const Making& making) {
  constexpr std::array<std::string_view, 3> kBy = {"words", "text", "model"};
  CompressStep step;
  VECSTORE_ASSIGN(step.keep, making.options.count("keep", step.keep));
  VECSTORE_ASSIGN(step.least, making.options.number("least", step.least));
  VECSTORE_ASSIGN(const std::size_t by, making.options.choice("by", kBy));
  if (by == 1) {
    VECSTORE_ASSIGN(auto embedder, embedder_of(making));
    return CompressReranker::make(step, score_by_embedder(std::move(embedder)));
  }
  if (by == 2) {
    VECSTORE_ASSIGN(auto model, model_of(making));
    return CompressReranker::make(step, score_by_model(std::move(model)));
  }
  return CompressReranker::make(step, score_by_words());
}

Result<Step> make_combination(const Making& making, RankFusion how) {
  RankFusionOptions options{.how = how};
  if (how == RankFusion::kRrf) {
    VECSTORE_ASSIGN(options.rrf_k, making.options.number("rrf_k", options.rrf_k));
  } else if (how == RankFusion::kEnsemble) {
    VECSTORE_ASSIGN(options.normalization, making.options.normalization(options.normalization));
  }
  std::vector<WeightedReranker> arms;
  for (const RerankArmText& arm : making.text.arms) {
    VECSTORE_ASSIGN(auto stages, make_stages(arm.steps, making.sources));
    arms.push_back({std::make_shared<RerankPipeline>(std::move(stages)), arm.weight});
  }
  return CombinedReranker::make(making.text.name, std::move(arms), options);
}

// The order as it is.
class FoundOrder final : public HitReranker {
 public:
  const std::string& name() const override { return name_; }
  Result<Hits> rerank(std::string_view, Hits hits, std::size_t k) const override {
    if (hits.size() > k) hits.hits.resize(k);
    return hits;
  }

 private:
  std::string name_ = "found";
};

struct StepKind {
  std::string_view name;
  Result<Step> (*make)(const Making& making);
};

constexpr StepKind kKinds[] = {
    {"found", [](const Making&) -> Result<Step> { return Step(std::make_shared<FoundOrder>()); }},
    {"model", make_model},
    {"mmr", make_mmr},
    {"score", make_score},
    {"function", make_function},
    {"compress", make_compress},
    {"rrf", [](const Making& making) { return make_combination(making, RankFusion::kRrf); }},
    {"ensemble",
     [](const Making& making) { return make_combination(making, RankFusion::kEnsemble); }},
    {"borda", [](const Making& making) { return make_combination(making, RankFusion::kBorda); }}};

bool combines(std::string_view name) {
  return name == "rrf" || name == "ensemble" || name == "borda";
}

Result<RerankStage> make_stage(const RerankStepText& text, const RerankSources& sources) {
  const auto kind = std::ranges::find(kKinds, text.name, &StepKind::name);
  if (kind == std::end(kKinds)) {
    std::vector<std::string_view> known;
    for (const StepKind& one : kKinds) known.push_back(one.name);
    return invalid_argument("there is no step '" + text.name + "', " +
                            nearest_or_known(text.name, known));
  }
  if (!combines(text.name) && !text.arms.empty())
    return invalid_argument(text.name + " combines no steps");
  StepOptions options(text);
  RerankStage stage;
  VECSTORE_ASSIGN(stage.step, kind->make({text, options, sources}));
  VECSTORE_ASSIGN(stage.k, options.count("k", 0));
  VECSTORE_TRY(options.all_read());
  return stage;
}

Result<std::vector<RerankStage>> make_stages(const std::vector<RerankStepText>& steps,
                                             const RerankSources& sources) {
  std::vector<RerankStage> stages;
  for (const RerankStepText& step : steps) {
    VECSTORE_ASSIGN(RerankStage stage, make_stage(step, sources));
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace

Result<std::shared_ptr<const RerankPipeline>> make_rerank_pipeline(std::string_view steps,
                                                                   const RerankSources& sources) {
  VECSTORE_ASSIGN(const std::vector<RerankStepText> parsed, parse_rerank_steps(steps));
  VECSTORE_ASSIGN(std::vector<RerankStage> stages, make_stages(parsed, sources));
  return std::make_shared<const RerankPipeline>(std::move(stages));
}

}  // namespace vecstore
