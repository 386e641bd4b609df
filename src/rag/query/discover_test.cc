#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.h"
#include "rag/rerank/test_hits.h"
#include "vecstore/database.h"
#include "vecstore/limits.h"
#include "vecstore/recommend.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

double cosine(const DenseVector& a, const DenseVector& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    aa += static_cast<double>(a[i]) * static_cast<double>(a[i]);
    bb += static_cast<double>(b[i]) * static_cast<double>(b[i]);
  }
  return ab / std::sqrt(aa * bb);
}

class DiscoverTest : public ::testing::Test {
 protected:
  void fill(const std::vector<std::pair<std::string, DenseVector>>& vectors) {
    for (const auto& [id, vector] : vectors) {
      Record record{.id = id, .vector = vector, .text = "text of " + id};
      record.metadata["length"] = static_cast<std::int64_t>(id.size());
      ASSERT_TRUE(things_.upsert(record).ok());
      vectors_[id] = vector;
    }
  }
  // Four corners of a square, seen from above, and what lies between.
  void fill_corners() {
    fill({{"north", {0, 1, 1}},
          {"south", {0, -1, 1}},
          {"east", {1, 0, 1}},
          {"west", {-1, 0, 1}},
          {"ne", {2, 2, 2}},
          {"nw", {-1, 1, 1}},
          {"se", {1, -1, 1}},
          {"sw", {-3, -3, 3}}});
  }

  std::vector<std::string> found(const Discovery& discovery, Query query = {}) {
    return ids_of(discover(things_, discovery, std::move(query)).value());
  }
  std::string refusal(const Discovery& discovery, Query query = {}) {
    return discover(things_, discovery, std::move(query)).status().message();
  }

  std::map<std::string, DenseVector> vectors_;
  Database database_ = Database::in_memory().value();
  Collection things_ = database_.create_collection("things", {.dimension = 3}).value();
};

TEST_F(DiscoverTest, pairs_alone_say_which_side) {
  fill_corners();
  const Hits hits =
      discover(things_, {.pairs = {{"north", "south"}, {"east", "west"}}}, {.k = 4}).value();
  EXPECT_EQ(hits[0].id, "ne");
  EXPECT_EQ(hits[0].score, 0) << "right of both";
  EXPECT_LT(hits[1].score, 0);
  EXPECT_EQ(hits[3].id, "sw");
  EXPECT_THAT(found({.pairs = {{"south", "north"}}}, {.k = 2}), ElementsAre("se", "sw"))
      << "equally far right: by id";
}

TEST_F(DiscoverTest, within_a_region_the_target_comes_first) {
  fill_corners();
  const Discovery north{.target = "nw", .pairs = {{"north", "south"}}};
  const Hits hits = discover(things_, north, {.k = 5}).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("ne", "west", "sw", "east", "se")) << "ne alone is north";
}

TEST_F(DiscoverTest, more_pairs_come_before_a_likeness) {
  fill_corners();
  const DenseVector target = {-1, -1, 1};  // as sw is
  const Hits hits =
      discover(things_, {.pairs = {{"north", "south"}}}, {.vector = target, .k = 6}).value();
  EXPECT_THAT(ids_of(hits), ElementsAre("nw", "ne", "sw", "west", "se", "east"));
  EXPECT_NEAR(hits[0].score, 1 + (cosine({-1, 1, 1}, target) + 1) / 2, 1e-5);
  EXPECT_NEAR(hits[2].score, 1, 1e-5) << "no pair, as like as can be";
  EXPECT_FALSE(hits[0].vector) << "it was not asked for";
  EXPECT_FALSE(hits[0].distance);
  EXPECT_EQ(hits[0].text, "text of nw");
}

TEST_F(DiscoverTest, filters_offsets_and_includes_hold) {
  fill_corners();
  const Discovery discovery{.pairs = {{"north", "south"}}};
  const Filter two = Filter::parse("length = 2").value();
  EXPECT_THAT(found(discovery, {.k = 10, .filter = two}), ElementsAre("ne", "nw", "sw", "se"));
  EXPECT_THAT(found(discovery, {.k = 2, .filter = two, .offset = 1}), ElementsAre("nw", "sw"));
  EXPECT_EQ(discover(things_, discovery, {.include = {.vector = true}}).value()[0].vector,
            Vector(vectors_["ne"]));
}

// The first ten by the definition, over all rows.
std::vector<std::string> exact_ten(const std::map<std::string, DenseVector>& vectors,
                                   const Discovery& discovery) {
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [id, vector] : vectors) {
    if (id == discovery.target) continue;
    double score = (cosine(vector, vectors.at(discovery.target)) + 1) / 2;
    bool named = false;
    for (const ContextPair& pair : discovery.pairs) {
      named = named || id == pair.like || id == pair.unlike;
      score += cosine(vector, vectors.at(pair.like)) > cosine(vector, vectors.at(pair.unlike));
    }
    if (!named) order.emplace_back(-score, id);
  }
  std::ranges::sort(order);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < 10; ++i) ids.push_back(order[i].second);
  return ids;
}

TEST_F(DiscoverTest, few_records_are_ranked_exactly_and_many_nearly) {
  Random random(7);
  things_ = database_.create_collection("wide", {.dimension = 16}).value();
  std::vector<std::pair<std::string, DenseVector>> rows;
  for (int i = 0; i < 3000; ++i) {
    DenseVector vector(16);
    for (float& x : vector) x = static_cast<float>(random.normal());
    rows.emplace_back(std::to_string(i), std::move(vector));
  }
  fill(rows);
  std::ptrdiff_t same = 0;
  for (int trial = 0; trial < 20; ++trial) {
    const auto draw = [&] { return std::to_string(random.below(3000)); };
    const Discovery discovery{.target = draw(), .pairs = {{draw(), draw()}, {draw(), draw()}}};
    const std::vector<std::string> exact = exact_ten(vectors_, discovery);
    Discovery all = discovery;
    all.candidates = 3000;
    EXPECT_EQ(found(all), exact);
    for (const std::string& id : found(discovery)) same += std::ranges::count(exact, id);
  }
  EXPECT_GE(same, 180) << "of 200";
}

TEST_F(DiscoverTest, what_cannot_be_meant_is_refused) {
  fill_corners();
  EXPECT_THAT(refusal({}), HasSubstr("0 pairs of examples; 1 to 50"));
  EXPECT_THAT(refusal({.pairs = std::vector<ContextPair>(51)}), HasSubstr("51 pairs"));
  const Discovery pair{.pairs = {{"north", "south"}}};
  EXPECT_THAT(refusal({.pairs = {{"north", "up"}}}), HasSubstr("example 'up'"));
  EXPECT_THAT(refusal({.target = "up", .pairs = pair.pairs}), HasSubstr("example 'up'"));
  EXPECT_THAT(refusal({.target = "ne", .pairs = pair.pairs}, {.vector = {1, 1, 1}}),
              HasSubstr("not both"));
  EXPECT_THAT(refusal(pair, {.vector = {1, 1}}), HasSubstr("has 2 components"));
  EXPECT_THAT(refusal(pair, {.text = "words"}), HasSubstr("a query with text"));
  EXPECT_THAT(refusal(pair, {.formula = "score"}), HasSubstr("a query with formula"));
  EXPECT_THAT(refusal(pair, {.mmr = Mmr{}}), HasSubstr("a query with mmr"));
  EXPECT_THAT(refusal(pair, {.k = 0}), HasSubstr("k 0"));
  Discovery many = pair;
  many.candidates = kMaxK + 1;
  EXPECT_THAT(refusal(many, {.k = 3}), HasSubstr("10001 candidates; offset + k (3) to 10000"));
  many.candidates = 6;
  EXPECT_THAT(refusal(many, {.k = 3, .offset = 4}), HasSubstr("6 candidates; offset + k (7)"));
  EXPECT_TRUE(discover(things_, many, {.k = 3, .offset = 3}).ok());
  ASSERT_TRUE(things_.upsert({.id = "none", .text = "no vector"}).ok());
  EXPECT_THAT(refusal({.pairs = {{"north", "none"}}}), HasSubstr("has no vector"));
}

}  // namespace
}  // namespace vecstore
