#include "rag/rerank/rerank_hits.h"

#include <algorithm>

namespace vecstore {
namespace {

bool has_text(const Hit& hit) { return hit.text && !hit.text->empty(); }

// Each index once, all of texts that were given.
Status check_ranking(const std::vector<RankedText>& ranked, std::size_t texts,
                     const std::string& name) {
  std::vector<bool> seen(texts);
  for (const RankedText& one : ranked) {
    if (one.index >= texts || seen[one.index]) {
      return internal_error("reranker '" + name + "' gave text " + std::to_string(one.index) +
                            " of " + std::to_string(texts) + " twice, or there is none");
    }
    seen[one.index] = true;
  }
  return {};
}

}  // namespace

Result<Hits> rerank_hits(const Reranker& reranker, std::string_view question, Hits hits,
                         std::size_t k) {
  std::vector<Hit> given = std::move(hits.hits);
  const auto without = std::stable_partition(given.begin(), given.end(), has_text);
  const auto with_text = static_cast<std::size_t>(without - given.begin());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < with_text; ++i) texts.push_back(*given[i].text);
  std::vector<RankedText> ranked;
  if (!texts.empty()) {
    VECSTORE_ASSIGN(ranked, reranker.rerank(question, texts, std::min(k, texts.size())));
    VECSTORE_TRY(check_ranking(ranked, texts.size(), reranker.name()));
  }
  hits.hits.clear();
  for (const RankedText& one : ranked) {
    hits.hits.push_back(std::move(given[one.index]));
    hits.hits.back().score = one.score;
  }
  const double last = ranked.empty() ? 0 : ranked.back().score;
  for (std::size_t i = with_text; i < given.size() && hits.hits.size() < k; ++i) {
    hits.hits.push_back(std::move(given[i]));
    hits.hits.back().score = last;
  }
  return hits;
}

}  // namespace vecstore
