// For tests: hits, and rerankers that can be predicted.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rag/rerank/hit_reranker.h"
#include "vecstore/reranker.h"

namespace vecstore {

inline Hit scored_hit(std::string id, double score, std::optional<std::string> text = {}) {
  Hit made;
  made.id = std::move(id);
  made.score = score;
  made.text = std::move(text);
  return made;
}

inline Hits hits_of(std::vector<Hit> hits) {
  Hits made;
  made.hits = std::move(hits);
  return made;
}

inline std::vector<std::string> ids_of(const Hits& hits) {
  std::vector<std::string> out;
  for (const Hit& one : hits) out.push_back(one.id);
  return out;
}

inline std::vector<double> scores_of(const Hits& hits) {
  std::vector<double> out;
  for (const Hit& one : hits) out.push_back(one.score);
  return out;
}

// Scores by a table of ids; those that are not in it leave.
class TableReranker final : public HitReranker {
 public:
  explicit TableReranker(std::map<std::string, double> table, bool vectors = false)
      : table_(std::move(table)), vectors_(vectors) {}

  const std::string& name() const override { return name_; }
  bool reads_vectors() const override { return vectors_; }

  Result<Hits> rerank(std::string_view question, Hits hits, std::size_t k) const override {
    if (question == "broken") return unavailable("out of order");
    std::erase_if(hits.hits, [&](const Hit& hit) { return !table_.contains(hit.id); });
    for (Hit& hit : hits.hits) hit.score = table_.at(hit.id);
    std::ranges::stable_sort(hits.hits, std::ranges::greater(), &Hit::score);
    if (hits.size() > k) hits.hits.resize(k);
    return hits;
  }

 private:
  std::string name_ = "table";
  std::map<std::string, double> table_;
  bool vectors_;
};

// By the lengths of texts: the longer the better, or the shorter.
class ByLength final : public Reranker {
 public:
  explicit ByLength(bool longest)
      : name_(longest ? "longest" : "shortest"), sign_(longest ? 1 : -1) {}
  const std::string& name() const override { return name_; }
  Result<std::vector<RankedText>> rerank(std::string_view, std::span<const std::string> texts,
                                         std::size_t count) const override {
    std::vector<RankedText> ranked;
    for (std::size_t i = 0; i < texts.size(); ++i)
      ranked.push_back({i, sign_ * static_cast<double>(texts[i].size())});
    std::ranges::stable_sort(ranked, std::ranges::greater(), &RankedText::score);
    ranked.resize(std::min(count, ranked.size()));
    return ranked;
  }

 private:
  std::string name_;
  double sign_;
};

}  // namespace vecstore
