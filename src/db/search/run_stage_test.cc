#include "db/search/run_stage.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "base/random.h"
#include "base/test_share.h"
#include "db/search/test_naive_tree.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

CollectionOptions two_fields() {
  CollectionOptions options{.dimension = 3, .metric = Metric::kEuclidean};
  options.fields = {{.name = "other", .dimension = 2, .metric = Metric::kDot}};
  options.text.analyzer = "simple";
  return options;
}

double number_of(const Value* n, double otherwise) {
  return n == nullptr || n->as_int() == nullptr ? otherwise : static_cast<double>(*n->as_int());
}

// Random records in files and in memory, some replaced, changed and removed; and random trees that
// are answered twice.
class RandomTrees {
 public:
  explicit RandomTrees(std::uint64_t seed) : random_(seed) {
    test_.options.seal_rows = static_cast<std::uint32_t>(8 + seed % 20);
    test_.options.memory_map = seed % 2 == 0;
    test_.open();
    things_.emplace(test_.things(two_fields()));
    for (int i = 0; i < 70; ++i) change();
  }

  // How many hits there were.
  std::size_t compare(int trees) {
    for (int i = 0; i < trees && !testing::Test::HasFailure(); ++i) {
      if (i % 20 == 19) change();
      compare_one(random_query(1 + random_.below(3), 8));
    }
    return hits_;
  }

 private:
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  DenseVector random_vector(std::size_t dimension) {
    DenseVector vector(dimension);
    for (float& x : vector) x = static_cast<float>(random_.below(7)) - 2.5f;
    return vector;
  }
  std::string words(std::size_t most) {
    std::string text;
    for (std::size_t i = random_.below(most + 1); i > 0; --i)
      text += "w" + std::to_string(random_.below(6)) + " ";
    return text;
  }

  void change() {
    texts_.clear();
    const std::string id = "id" + std::to_string(random_.below(60));
    if (one_in(6)) {
      ASSERT_TRUE(things_->remove(id).ok());
      records_.erase(id);
      return;
    }
    if (one_in(6) && records_.contains(id)) {
      Update update{.id = id};
      update.metadata_patch = Metadata{{"n", static_cast<std::int64_t>(random_.below(5))}};
      ASSERT_TRUE(things_->update(update).ok());
      merge_patch(records_[id].metadata, *update.metadata_patch);
      return;
    }
    Record record{.id = id};
    if (!one_in(6)) record.vector = random_vector(3);
    if (!one_in(4)) record.vectors.push_back({"other", random_vector(2)});
    if (!one_in(4)) record.text = words(6);
    if (!one_in(6)) record.metadata["n"] = static_cast<std::int64_t>(random_.below(5));
    if (!one_in(4)) record.metadata["g"] = random_group();
    ASSERT_TRUE(things_->upsert(record).ok());
    records_[id] = record;
  }

  Value random_group() {
    const Value groups[] = {1, 1.0, 2, "a", "b", true, List{1, 2}, Object{{"x", 1}}, Value()};
    return groups[random_.below(std::size(groups))];
  }

  Filter random_filter() {
    const char* filters[] = {"n < 3",
                             "n != 2",
                             "NOT n = 1",
                             "n IS NULL",
                             "$id > 'id3'",
                             "$text LIKE '%w1%'",
                             "n >= 0 OR g = 'a'",
                             "n = 7"};
    return Filter(filters[random_.below(std::size(filters))]);
  }

  Query random_query(std::size_t depth, std::size_t most) {
    Query query;
    if (!one_in(3)) ask_for_rows(query);
    query.k = 1 + random_.below(most);
    query.offset = one_in(3) ? random_.below(4) : 0;
    if (one_in(3)) query.filter = random_filter();
    if (one_in(6)) query.min_score = random_.uniform() - 0.3;
    if (depth > 1)
      for (std::size_t i = random_.below(4); i > 0; --i)
        query.prefetch.push_back(random_query(depth - 1, 30));
    const bool hybrid = !query.vector.empty() && !query.text.empty();
    const bool fused = query.vector.empty() && query.text.empty() && !query.prefetch.empty();
    if (hybrid || fused) query.fusion = random_fusion(hybrid ? 2 : query.prefetch.size());
    if (one_in(5)) query.formula = random_formula(query);
    if (one_in(4)) {
      query.mmr = Mmr{.lambda = static_cast<double>(random_.below(5)) / 4};
      if (one_in(3)) query.mmr->field = "other";
    }
    if (one_in(6) && !query.mmr) query.autocut = 1 + random_.below(2);
    if (one_in(4))
      query.group_by = GroupBy{.field = one_in(3) ? "n" : "g", .max_hits = 1 + random_.below(2)};
    if (!query.prefetch.empty()) return query;
    const bool chooses = hybrid || query.mmr || query.group_by || !query.formula.empty();
    if (chooses && one_in(2)) query.candidates = query.offset + query.k + random_.below(9);
    if (one_in(2)) query.effort = Effort::kMaxRecall;
    if (query.effort != Effort::kMaxRecall) query.plan = Plan::kScan;
    return query;
  }

  void ask_for_rows(Query& query) {
    const std::uint64_t kind = random_.below(3);
    if (kind != 0) {
      query.field = one_in(3) ? "other" : kDefaultField;
      query.vector = random_vector(query.field == "other" ? 2 : 3);
      if (one_in(6)) query.max_distance = random_.uniform() * 6 - 1;
    }
    const char* texts[] = {"w0", "w1 w2", "w3 w3 w4", "w0 w1 w2 w3 w4 w5", "nothing"};
    if (kind != 1) query.text = texts[random_.below(std::size(texts))];
  }

  Fusion random_fusion(std::size_t arms) {
    Fusion fusion{.method = static_cast<FusionMethod>(random_.below(8))};
    fusion.alpha = static_cast<double>(random_.below(5)) / 4;
    if (one_in(2))
      for (std::size_t i = 0; i < arms; ++i)
        fusion.weights.push_back(static_cast<double>(random_.below(3)) + (i == 0 ? 1 : 0));
    return fusion;
  }

  std::string random_formula(const Query& query) {
    const bool hybrid = !query.vector.empty() && !query.text.empty();
    const std::size_t stages = query.prefetch.empty() ? hybrid ? 2 : 0 : query.prefetch.size();
    for (;;) {
      const NaiveFormula& formula = formulas_[random_.below(formulas_.size())];
      if (formula.stages <= stages) return formula.text;
    }
  }

  void compare_one(const Query& query) {
    const Result<Hits> hits = things_->query(query);
    ASSERT_TRUE(hits.ok()) << hits.status().to_string();
    const NaiveTree naive{records_, fields_, formulas_,
                          [this](const std::string& text) { return scores_of(text); }};
    const std::vector<RankedRow> expected = naive.answer(query);
    SCOPED_TRACE(plan_of(query));
    ASSERT_EQ(hits->size(), expected.size());
    hits_ += expected.size();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Hit& hit = (*hits)[i];
      ASSERT_EQ(hit.id, expected[i].id) << "at " << i;
      EXPECT_EQ(hit.score, expected[i].score) << hit.id;
      EXPECT_EQ(hit.distance, expected[i].distance) << hit.id;
      ASSERT_EQ(hit.arms.size(), expected[i].arms.size()) << hit.id;
      for (std::size_t arm = 0; arm < hit.arms.size(); ++arm)
        EXPECT_EQ(hit.arms[arm].rank, expected[i].arms[arm].rank);
      EXPECT_TRUE(hit.metadata == records_[hit.id].metadata);
      EXPECT_EQ(hit.group.has_value(), query.group_by.has_value());
      if (hit.group) {
        EXPECT_TRUE(*hit.group == naive.group_of(query, hit.id));
      }
    }
  }

  std::string plan_of(Query query) {
    query.explain = Explain::kPlan;
    return things_->query(query).value().explanation->to_string();
  }

  const std::map<std::string, double>& scores_of(const std::string& text) {
    if (const auto known = texts_.find(text); known != texts_.end()) return known->second;
    std::map<std::string, double>& scores = texts_[text];
    const Hits hits = things_->query({.text = text, .k = 10'000}).value();
    for (const Hit& hit : hits) scores[hit.id] = hit.score;
    return scores;
  }

  Random random_;
  std::size_t hits_ = 0;
  TestDatabase test_;
  std::optional<Collection> things_;
  std::map<std::string, Record> records_;
  std::map<std::string, std::map<std::string, double>> texts_;
  const std::vector<VectorField> fields_ = {
      {.name = kDefaultField, .dimension = 3, .metric = Metric::kEuclidean},
      {.name = "other", .dimension = 2, .metric = Metric::kDot}};
  const std::vector<NaiveFormula> formulas_ = {
      {"score * 2 + default(n, -1)", 0,
       [](double score, const auto&, const Value* n) { return score * 2 + number_of(n, -1); }},
      {"default(n, 0) / 4", 0,
       [](double, const auto&, const Value* n) { return number_of(n, 0) / 4; }},
      {"$1 - score", 1,
       [](double score, const auto& stages, const Value*) { return stages[0] - score; }},
      {"$2 * 3 + $1", 2,
       [](double, const auto& stages, const Value*) { return stages[1] * 3 + stages[0]; }}};
};

TEST(QueryTree, ten_thousand_random_trees_are_answered_as_they_are_defined) {
  std::printf("seeds 1 to %zu\n", 100 / kShare);
  std::size_t hits = 0;
  for (std::uint64_t seed = 1; seed <= 100 / kShare; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    hits += RandomTrees(seed).compare(110);
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(hits, 22'000u / kShare) << "two for each tree";
}

}  // namespace
}  // namespace vecstore::db
