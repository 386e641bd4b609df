#include "rag/rerank/compress_reranker.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "rag/answer/passage_parts.h"
#include "rag/answer/word_keys.h"
#include "rag/rerank/mmr_reranker.h"
#include "rag/splitters/sentences.h"

namespace vecstore {
namespace {

// Neighbours as one span, with the white space between them.
std::vector<TextSpan> run_together(const std::vector<TextSpan>& sentences,
                                   const std::vector<bool>& kept) {
  std::vector<TextSpan> spans;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    if (!kept[i]) continue;
    const TextSpan& one = sentences[i];
    if (i > 0 && kept[i - 1]) {
      spans.back().end = one.end;
    } else {
      spans.push_back(one);
    }
  }
  return spans;
}

// Which of the sentences stay: none when none is good enough.
std::vector<bool> best_of(std::span<const double> scores, const CompressStep& step) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<bool> kept(scores.size());
  for (std::size_t i = 0; i < std::min(step.keep, order.size()); ++i) {
    const bool fits =
        step.least > 0 ? scores[order[i]] >= step.least : i == 0 || scores[order[i]] > step.least;
    kept[order[i]] = fits;
  }
  return kept;
}

}  // namespace

SentenceScorer score_by_words() {
  return [](std::string_view question,
            std::span<const std::string> sentences) -> Result<std::vector<double>> {
    const std::set<std::string> wanted = word_keys(question);
    std::map<std::string, double> having;
    std::vector<std::vector<std::string>> found(sentences.size());
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      for (const std::string& key : word_keys(sentences[i])) {
        if (!wanted.contains(key)) continue;
        found[i].push_back(key);
        ++having[key];
      }
    }
    const auto count = static_cast<double>(sentences.size());
    const auto worth = [&](const std::string& key) {
      const auto there = having.find(key);
      return std::log(1 + count / (there == having.end() ? 1 : there->second));
    };
    double most = 0;
    for (const std::string& key : wanted) most += worth(key);
    std::vector<double> scores(sentences.size());
    for (std::size_t i = 0; i < sentences.size(); ++i)
      for (const std::string& key : found[i]) scores[i] += worth(key) / most;
    return scores;
  };
}

SentenceScorer score_by_embedder(std::shared_ptr<const Embedder> embedder) {
  return [embedder = std::move(embedder)](
             std::string_view question,
             std::span<const std::string> sentences) -> Result<std::vector<double>> {
    VECSTORE_ASSIGN(const std::vector<float> asked, embedder->embed_query(question));
    VECSTORE_ASSIGN(const std::vector<float> rows, embedder->embed_batch(sentences));
    std::vector<double> scores;
    for (std::size_t i = 0; i < sentences.size(); ++i)
      scores.push_back(vector_likeness(
          asked,
          std::span(rows).subspan(i * embedder->info().dimension, embedder->info().dimension)));
    return scores;
  };
}

SentenceScorer score_by_model(std::shared_ptr<const Reranker> model) {
  return [model = std::move(model)](
             std::string_view question,
             std::span<const std::string> sentences) -> Result<std::vector<double>> {
    VECSTORE_ASSIGN(const std::vector<RankedText> ranked,
                    model->rerank(question, sentences, sentences.size()));
    std::vector<double> scores(sentences.size());
    std::vector<bool> scored(sentences.size());
    for (const RankedText& one : ranked) {
      if (one.index >= scores.size())
        return internal_error("reranker '" + model->name() + "' gave a text that there is not");
      scores[one.index] = one.score;
      scored[one.index] = true;
    }
    if (std::ranges::count(scored, false) > 0)
      return internal_error("reranker '" + model->name() + "' left out a text");
    return scores;
  };
}

Result<std::shared_ptr<const HitReranker>> CompressReranker::make(CompressStep step,
                                                                  SentenceScorer scorer) {
  if (step.keep == 0) return invalid_argument("compress: keep must be at least 1");
  return std::shared_ptr<const HitReranker>(new CompressReranker(step, std::move(scorer)));
}

Result<Hits> CompressReranker::rerank(std::string_view question, Hits hits, std::size_t k) const {
  if (hits.size() > k) hits.hits.resize(k);
  std::vector<std::vector<TextSpan>> of_hits;
  std::vector<std::string> sentences;
  for (const Hit& hit : hits) {
    of_hits.emplace_back();
    if (!hit.text) continue;
    of_hits.back() = find_sentences(*hit.text, {0, hit.text->size()});
    for (const TextSpan& one : of_hits.back()) sentences.emplace_back(one.of(*hit.text));
  }
  std::vector<double> scores;
  if (!sentences.empty()) {
    VECSTORE_ASSIGN(scores, scorer_(question, sentences));
  }
  std::vector<Hit> out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    Hit& hit = hits.hits[i];
    const std::vector<TextSpan>& own = of_hits[i];
    const std::vector<bool> kept = best_of(std::span(scores).subspan(at, own.size()), step_);
    at += own.size();
    const bool speaks = std::ranges::count(kept, true) > 0;
    if (!own.empty() && !speaks) continue;
    if (speaks) keep_spans(hit, run_together(own, kept));
    out.push_back(std::move(hit));
  }
  hits.hits = std::move(out);
  return hits;
}

}  // namespace vecstore
