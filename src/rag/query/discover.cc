#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "rag/query/example_vectors.h"
#include "vecstore/limits.h"
#include "vecstore/recommend.h"

namespace vecstore {
namespace {

using Unit = std::vector<double>;

constexpr std::size_t kFewestCandidates = 200;
constexpr double kBelowOne = 0.999999;  // the target's part of a score never reaches another pair

double cosine(const Unit& a, const Unit& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Status check(const Discovery& discovery, const Query& query) {
  if (discovery.pairs.empty() || discovery.pairs.size() > kMaxPairs)
    return invalid_argument("discover: " + std::to_string(discovery.pairs.size()) +
                            " pairs of examples; 1 to " + std::to_string(kMaxPairs) +
                            " are expected");
  if (!discovery.target.empty() && !query.vector.empty())
    return invalid_argument("discover: the target is an id or the query's vector, not both");
  if (!query.vector.empty() && query.vector.dense() == nullptr)
    return invalid_argument("discover: the query's vector is not dense");
  const std::pair<bool, const char*> others[] = {{!query.text.empty(), "text"},
                                                 {!query.prefetch.empty(), "prefetch"},
                                                 {!query.formula.empty(), "formula"},
                                                 {query.mmr.has_value(), "mmr"},
                                                 {query.group_by.has_value(), "group_by"},
                                                 {query.max_distance.has_value(), "max_distance"},
                                                 {query.min_score.has_value(), "min_score"},
                                                 {query.autocut > 0, "autocut"},
                                                 {query.target_recall > 0, "target_recall"},
                                                 {query.candidates > 0, "candidates"},
                                                 {query.plan != Plan::kAuto, "plan"},
                                                 {query.explain != Explain::kNo, "explain"}};
  for (const auto& [given, name] : others)
    if (given) return invalid_argument(std::string("discover: a query with ") + name);
  if (query.k < 1 || query.k > kMaxK || query.offset > kMaxK - query.k)
    return invalid_argument("discover: k " + std::to_string(query.k) + " and offset " +
                            std::to_string(query.offset) + "; together they are 1 to " +
                            std::to_string(kMaxK));
  const std::size_t wanted = query.offset + query.k;
  if (discovery.candidates > 0 && (discovery.candidates < wanted || discovery.candidates > kMaxK))
    return invalid_argument("discover: " + std::to_string(discovery.candidates) +
                            " candidates; offset + k (" + std::to_string(wanted) + ") to " +
                            std::to_string(kMaxK) + " are expected");
  return {};
}

struct Pair {
  Unit like, unlike;
};

class Region {
 public:
  static Result<Region> make(const Collection& collection, const Discovery& discovery,
                             const Query& query) {
    Region region;
    if (!discovery.target.empty()) {
      VECSTORE_ASSIGN(region.target_, example_vector(collection, discovery.target, query.field));
    } else if (!query.vector.empty()) {
      region.target_ = unit_length(*query.vector.dense());
    }
    for (const ContextPair& one : discovery.pairs) {
      Pair pair;
      VECSTORE_ASSIGN(pair.like, example_vector(collection, one.like, query.field));
      VECSTORE_ASSIGN(pair.unlike, example_vector(collection, one.unlike, query.field));
      region.pairs_.push_back(std::move(pair));
    }
    if (region.target_ && region.target_->size() != region.pairs_.front().like.size())
      return invalid_argument("discover: the query's vector has " +
                              std::to_string(region.target_->size()) + " components, field '" +
                              query.field + "' has " +
                              std::to_string(region.pairs_.front().like.size()));
    return region;
  }

  // What to look for, so that what is in the region is among what is found: the target; where all
  // pairs point from it; where each pair points.
  std::vector<DenseVector> directions() const {
    Unit all = target_.value_or(Unit(pairs_.front().like.size()));
    std::vector<Unit> wanted;
    if (target_) wanted.push_back(*target_);
    for (const Pair& pair : pairs_) {
      Unit one = target_.value_or(pair.like);
      for (std::size_t i = 0; i < one.size(); ++i) {
        const double away = pair.like[i] - pair.unlike[i];
        one[i] += away;
        all[i] += away / static_cast<double>(pairs_.size());
      }
      wanted.push_back(std::move(one));
    }
    wanted.push_back(std::move(all));
    std::vector<DenseVector> rounded;
    for (const Unit& one : wanted)
      if (std::ranges::any_of(one, [](double x) { return x > 1e-6 || x < -1e-6; }))
        rounded.emplace_back(one.begin(), one.end());
    return rounded;
  }

  // (score, how far on the right side)
  std::pair<double, double> judge(const DenseVector& vector) const {
    const Unit unit = unit_length(vector);
    double right = 0, missing = 0, margin = 0;
    for (const Pair& pair : pairs_) {
      const double difference = cosine(unit, pair.like) - cosine(unit, pair.unlike);
      right += difference > 0 ? 1 : 0;
      missing += std::min(difference, 0.0);
      margin += difference;
    }
    if (!target_) return {missing, margin};
    const double likeness = std::clamp((cosine(unit, *target_) + 1) / 2, 0.0, 1.0);
    return {right + likeness * kBelowOne, margin};
  }

 private:
  std::optional<Unit> target_;
  std::vector<Pair> pairs_;
};

std::vector<std::string> names_of(const Discovery& discovery) {
  std::vector<std::string> names;
  if (!discovery.target.empty()) names.push_back(discovery.target);
  for (const ContextPair& pair : discovery.pairs)
    names.insert(names.end(), {pair.like, pair.unlike});
  return names;
}

// One query for each direction, each with the vectors of what it finds.
std::vector<Query> candidate_queries(const Region& region, const Discovery& discovery,
                                     const Query& query) {
  const std::size_t wanted = query.offset + query.k;
  Query common = query;
  common.k = discovery.candidates > 0 ? discovery.candidates
                                      : std::clamp(10 * wanted, kFewestCandidates, kMaxK);
  common.offset = 0;
  common.filter = without_ids(names_of(discovery), query.filter);
  common.include.vector = true;
  std::vector<Query> queries;
  for (DenseVector& direction : region.directions()) {
    common.vector = std::move(direction);
    queries.push_back(common);
  }
  return queries;
}

struct Judged {
  double score, margin;
  Hit hit;
};

bool before(const Judged& a, const Judged& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.margin != b.margin ? a.margin > b.margin : a.hit.id < b.hit.id;
}

}  // namespace

Result<Hits> discover(const Collection& collection, const Discovery& discovery, Query query) {
  VECSTORE_TRY(check(discovery, query));
  VECSTORE_ASSIGN(const Region region, Region::make(collection, discovery, query));
  const std::vector<Query> queries = candidate_queries(region, discovery, query);
  if (queries.empty()) return invalid_argument("discover: the pairs cancel each other out");
  VECSTORE_ASSIGN(std::vector<Hits> found, collection.query_many(queries));
  std::map<std::string, Judged> candidates;
  Hits answer;
  for (Hits& hits : found) {
    answer.partial = answer.partial || hits.partial;
    for (Hit& hit : hits.hits) {
      const auto [score, margin] = region.judge(*hit.vector->dense());
      const std::string id = hit.id;
      candidates.try_emplace(id, Judged{score, margin, std::move(hit)});
    }
  }
  std::vector<Judged> order;
  for (auto& [id, judged] : candidates) order.push_back(std::move(judged));
  std::ranges::sort(order, before);
  for (std::size_t i = query.offset; i < std::min(order.size(), query.offset + query.k); ++i) {
    Hit& hit = order[i].hit;
    hit.score = order[i].score;
    hit.distance.reset();
    hit.arms.clear();
    if (!query.include.vector) hit.vector.reset();
    answer.hits.push_back(std::move(hit));
  }
  return answer;
}

}  // namespace vecstore
