#include "db/search/mmr.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/random.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

Ids ids_of(const Hits& hits) {
  Ids ids;
  for (const Hit& hit : hits) ids.push_back(hit.id);
  return ids;
}

double cosine(const DenseVector& a, const DenseVector& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]), y = static_cast<double>(b[i]);
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

// What LangChain's maximal_marginal_relevance(lambda_mult) picks of its fetch_k candidates: the
// most similar first, then the best of lambda times the similarity to the query, less (1 - lambda)
// times the greatest similarity to one picked.
Ids langchain(const std::vector<std::pair<std::string, DenseVector>>& candidates,
              const DenseVector& query, double lambda, std::size_t k) {
  Ids picked;
  std::vector<const DenseVector*> vectors;
  while (picked.size() < std::min(k, candidates.size())) {
    double most = -std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (std::ranges::count(picked, candidates[i].first) > 0) continue;
      double alike = vectors.empty() ? 0 : -1;
      for (const DenseVector* other : vectors)
        alike = std::max(alike, cosine(candidates[i].second, *other));
      const double fit = cosine(candidates[i].second, query);
      const double score = vectors.empty() ? fit : lambda * fit - (1 - lambda) * alike;
      if (score <= most) continue;
      most = score;
      best = i;
    }
    picked.push_back(candidates[best].first);
    vectors.push_back(&candidates[best].second);
  }
  return picked;
}

struct Fixture {
  TestDatabase test;
  Collection things;
  Random random{17};
  std::map<std::string, DenseVector> vectors;

  explicit Fixture(int rows = 200) : things(test.things({.dimension = 8})) {
    for (int i = 0; i < rows; ++i) {
      const std::string id = "id" + std::to_string(i);
      vectors[id] = random_vector();
      EXPECT_TRUE(things.upsert({.id = id, .vector = Vector(vectors[id])}).ok());
      if (i != rows / 2) continue;
      EXPECT_TRUE(things.flush().ok());
    }
  }
  DenseVector random_vector() {
    DenseVector vector(8);
    for (float& x : vector) x = static_cast<float>(random.normal());
    return vector;
  }
};

TEST(Mmr, picks_what_langchain_picks) {
  Fixture fixture;
  for (int i = 0; i < 60; ++i) {
    const DenseVector query = fixture.random_vector();
    const double lambda = static_cast<double>(i % 11) / 10;
    const Hits nearest = fixture.things.query({.vector = Vector(query), .k = 40}).value();
    std::vector<std::pair<std::string, DenseVector>> candidates;
    for (const Hit& hit : nearest) candidates.emplace_back(hit.id, fixture.vectors[hit.id]);
    const Hits hits =
        fixture.things
            .query(
                {.vector = Vector(query), .k = 10, .mmr = Mmr{.lambda = lambda}, .candidates = 40})
            .value();
    EXPECT_EQ(ids_of(hits), langchain(candidates, query, lambda, 10)) << "lambda " << lambda;
  }
}

TEST(Mmr, keeps_the_ranking_at_lambda_one_and_the_scores_always) {
  Fixture fixture;
  Query query{.vector = Vector(fixture.random_vector()), .k = 30};
  const Hits plain = fixture.things.query(query).value();
  query.mmr = Mmr{.lambda = 1};
  EXPECT_EQ(ids_of(fixture.things.query(query).value()), ids_of(plain));
  query.mmr->lambda = 0.3;
  query.candidates = 30;
  const Hits other = fixture.things.query(query).value();
  EXPECT_NE(ids_of(other), ids_of(plain));
  for (const Hit& hit : other)
    EXPECT_EQ(hit.score, std::ranges::find(plain.hits, hit.id, &Hit::id)->score);
}

TEST(Mmr, takes_one_of_each_pair_of_twins_first) {
  TestDatabase test;
  Collection things = test.things({.dimension = 2});
  for (const char* id : {"a1", "a2", "a3"})
    ASSERT_TRUE(things.upsert({.id = id, .vector = {1, 0}}).ok());
  ASSERT_TRUE(things.upsert({.id = "b", .vector = {1, 1}}).ok());
  ASSERT_TRUE(things.upsert({.id = "none", .metadata = Metadata{{"n", 1}}}).ok());
  const Query near{.vector = {1, 0}, .k = 2, .mmr = Mmr{.lambda = 0.4}};
  EXPECT_EQ(ids_of(things.query(near).value()), (Ids{"a1", "b"}));
  const Query listing{.k = 3, .mmr = Mmr{.lambda = 0.2}};
  EXPECT_EQ(ids_of(things.query(listing).value()), (Ids{"a1", "none", "b"}))
      << "a row without the vector is like no other";
}

}  // namespace
}  // namespace vecstore::db
