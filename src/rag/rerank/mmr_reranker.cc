#include "rag/rerank/mmr_reranker.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "rag/rerank/fuse_rankings.h"

namespace vecstore {
namespace {

double cosine(double product, double a, double b) {
  return a > 0 && b > 0 ? product / std::sqrt(a * b) : 0;
}

double dense_likeness(const DenseVector& a, const DenseVector& b) {
  if (a.size() != b.size()) return 0;
  double product = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    of_a += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    of_b += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return cosine(product, of_a, of_b);
}

double squares(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum;
}

double sparse_likeness(const SparseVector& a, const SparseVector& b) {
  double product = 0;
  for (std::size_t i = 0, j = 0; i < a.indices.size() && j < b.indices.size();) {
    if (a.indices[i] == b.indices[j])
      product += static_cast<double>(a.values[i++]) * static_cast<double>(b.values[j++]);
    else if (a.indices[i] < b.indices[j])
      ++i;
    else
      ++j;
  }
  return cosine(product, squares(a.values), squares(b.values));
}

double binary_likeness(const BinaryVector& a, const BinaryVector& b) {
  if (a.dimension != b.dimension || a.dimension == 0) return 0;
  int unequal = 0;
  for (std::size_t i = 0; i < a.bytes.size(); ++i)
    unequal += std::popcount(static_cast<unsigned>(a.bytes[i] ^ b.bytes[i]));
  return 1 - 2 * static_cast<double>(unequal) / static_cast<double>(a.dimension);
}

}  // namespace

double vector_likeness(const Vector& a, const Vector& b) {
  if (a.empty() || b.empty() || a.kind() != b.kind()) return 0;
  if (a.dense()) return dense_likeness(*a.dense(), *b.dense());
  if (a.sparse()) return sparse_likeness(*a.sparse(), *b.sparse());
  if (a.binary()) return binary_likeness(*a.binary(), *b.binary());
  return 0;
}

Result<std::shared_ptr<const HitReranker>> MmrReranker::make(
    double lambda, std::shared_ptr<const Embedder> by_text) {
  if (!(lambda >= 0 && lambda <= 1))
    return invalid_argument("mmr: lambda must be from 0 to 1, it is " + std::to_string(lambda));
  return std::shared_ptr<const HitReranker>(new MmrReranker(lambda, std::move(by_text)));
}

Result<std::vector<Vector>> MmrReranker::vectors_of(const Hits& hits) const {
  std::vector<Vector> out(hits.size());
  if (!embedder_) {
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (!hits[i].vector) continue;
      if (hits[i].vector->multi())
        return failed_precondition(
            "mmr cannot compare the multi-vectors of the hits: mmr(by=text) embeds their texts");
      out[i] = *hits[i].vector;
    }
    return out;
  }
  std::vector<std::string> texts;
  std::vector<std::size_t> of_hit;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!hits[i].text || hits[i].text->empty()) continue;
    texts.push_back(*hits[i].text);
    of_hit.push_back(i);
  }
  VECSTORE_ASSIGN(const std::vector<float> rows, embedder_->embed_batch(texts));
  const std::size_t dimension = embedder_->info().dimension;
  for (std::size_t i = 0; i < of_hit.size(); ++i)
    out[of_hit[i]] = std::span(rows).subspan(i * dimension, dimension);
  return out;
}

Result<Hits> MmrReranker::rerank(std::string_view, Hits hits, std::size_t k) const {
  VECSTORE_ASSIGN(const std::vector<Vector> vectors, vectors_of(hits));
  std::vector<double> scores;
  for (const Hit& hit : hits) scores.push_back(hit.score);
  const std::vector<double> fit = scaled_scores(scores, Normalization::kMinMax);
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  std::vector<double> likest(hits.size(), kNone);  // to what was picked
  std::vector<bool> picked(hits.size());
  std::vector<Hit> out;
  while (out.size() < std::min(k, hits.size())) {
    std::size_t best = hits.size();
    double most = kNone;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const double alike = std::isinf(likest[i]) ? 0 : likest[i];
      const double worth = lambda_ * fit[i] - (1 - lambda_) * alike;
      if (picked[i] || !(best == hits.size() || worth > most)) continue;
      best = i;
      most = worth;
    }
    picked[best] = true;
    for (std::size_t i = 0; i < hits.size(); ++i)
      if (!picked[i]) likest[i] = std::max(likest[i], vector_likeness(vectors[best], vectors[i]));
    out.push_back(std::move(hits.hits[best]));
  }
  hits.hits = std::move(out);
  return hits;
}

}  // namespace vecstore
