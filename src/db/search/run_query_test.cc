#include "db/search/run_query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "db/test_database.h"

namespace vecstore {
namespace {

using std::chrono::milliseconds;

Ids ids_of(const Hits& hits) {
  Ids ids;
  for (const Hit& hit : hits) ids.push_back(hit.id);
  return ids;
}

// `rows` documents of ten parts each: part 3 of document 7 is "d7-3".
struct Documents {
  TestDatabase test;
  Collection things;
  Random random{5};

  explicit Documents(int rows = 400) : things(test.things({.dimension = 4})) {
    std::vector<Record> records;
    for (int i = 0; i < rows; ++i) {
      Record one{.id = "d" + std::to_string(i / 10) + "-" + std::to_string(i % 10)};
      one.vector = random_vector();
      one.metadata = Metadata{{"doc", i / 10}, {"part", i % 10}};
      one.text = i % 3 == 0 ? "a third word" : "any word";
      records.push_back(std::move(one));
    }
    EXPECT_TRUE(things.upsert_many(std::span(records).first(records.size() / 2)).ok());
    EXPECT_TRUE(things.flush().ok());
    EXPECT_TRUE(things.upsert_many(std::span(records).subspan(records.size() / 2)).ok());
  }
  Vector random_vector() {
    DenseVector vector(4);
    for (float& x : vector) x = static_cast<float>(random.normal());
    return vector;
  }
  Hits ask(const Query& query) { return things.query(query).value(); }
};

TEST(QueryTree, a_stage_searches_under_its_filter_and_those_above) {
  Documents documents;
  const Query stage{.vector = documents.random_vector(), .k = 5, .filter = "part < 3"};
  const Hits hits = documents.ask({.k = 50, .filter = "doc = 21", .prefetch = {stage}});
  Ids ids = ids_of(hits);
  std::ranges::sort(ids);
  EXPECT_EQ(ids, (Ids{"d21-0", "d21-1", "d21-2"}));
}

TEST(QueryTree, now_is_one_instant_for_all_stages) {
  TestDatabase test;
  Collection things = test.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  const char* fresh = "$created_at >= now()";
  EXPECT_EQ(things.query({.filter = fresh, .prefetch = {{.filter = fresh}, {.text = "text"}}})
                .value()
                .size(),
            1u);
}

TEST(QueryTree, groups_widen_until_there_are_enough) {
  Documents documents(1000);
  const Vector vector = documents.random_vector();
  for (const std::size_t most : {1u, 3u}) {
    Query query{.vector = vector, .k = 90, .group_by = GroupBy{"doc", most}, .candidates = 95};
    const Hits hits = documents.ask(query);
    ASSERT_EQ(hits.size(), 90u);
    std::map<std::int64_t, std::size_t> groups;
    for (const Hit& hit : hits) {
      EXPECT_EQ(*hit.group, *hit.metadata.find("doc"));
      ++groups[*hit.group->as_int()];
    }
    for (const auto& [doc, count] : groups) EXPECT_LE(count, most);
    const Hits all = documents.ask({.vector = vector, .k = 1000});
    EXPECT_EQ(hits[0].id, all[0].id);
    query.k = 95;
    query.offset = 10;
    query.candidates = 0;
    EXPECT_EQ(documents.ask(query).size(), most == 1 ? 90u : 95u) << "there are 100 documents";
  }
}

TEST(QueryTree, groups_do_not_widen_beyond_a_threshold) {
  Documents documents(1000);
  Query query{.vector = documents.random_vector(), .k = 50};
  query.group_by = GroupBy{"doc"};
  query.candidates = 50;
  EXPECT_GE(documents.ask(query).distances, 2000u);
  query.min_score = 0.99;
  EXPECT_EQ(documents.ask(query).distances, 1000u);
  query.min_score.reset();
  query.max_distance = 0.01;
  EXPECT_EQ(documents.ask(query).distances, 1000u);
}

TEST(QueryTree, records_without_the_field_are_one_group) {
  TestDatabase test;
  Collection things = test.things();
  for (const char* id : {"a", "b", "c"})
    ASSERT_TRUE(things.upsert({.id = id, .vector = {1, 0}}).ok());
  ASSERT_TRUE(things.upsert({.id = "d", .vector = {1, 0}, .metadata = {{"g", 1}}}).ok());
  const Hits hits = things.query({.group_by = GroupBy{"g"}}).value();
  EXPECT_EQ(ids_of(hits), (Ids{"a", "d"}));
  EXPECT_TRUE(hits[0].group->is_null());
  EXPECT_FALSE(things.query({}).value()[0].group.has_value());
}

// Every kind of query that can be a stage.
std::vector<Query> kinds(Documents& documents) {
  const Query by_vector{.vector = documents.random_vector(), .k = 100};
  const Query by_text{.text = "third", .k = 100};
  Query hybrid = by_vector;
  hybrid.text = "third";
  Query formula = by_vector, mmr = by_vector, grouped = by_vector;
  formula.formula = "score + part";
  mmr.mmr = Mmr();
  grouped.group_by = GroupBy{"doc"};
  Query again = by_vector, by_words = by_text;
  again.prefetch = {by_text};
  by_words.prefetch = {by_vector};
  const Query listing{.k = 100}, filtered{.text = "word", .filter = "$text LIKE '%third%'"};
  const Query fused{.prefetch = {by_vector, by_text}};
  return {by_vector, by_text,  hybrid,  formula,  mmr,  grouped,
          again,     by_words, listing, filtered, fused};
}

TEST(QueryTree, is_cancelled_in_every_kind_of_stage) {
  Documents documents;
  CancelToken token;
  token.cancel();
  for (const Query& kind : kinds(documents)) {
    Query alone = kind;
    alone.cancel = token;
    EXPECT_TRUE(documents.ask(alone).partial);
    const Hits below = documents.ask({.prefetch = {kind, {.text = "word"}}, .cancel = token});
    EXPECT_TRUE(below.partial);
    const Hits whole = documents.ask({.prefetch = {kind, {.text = "word"}}});
    EXPECT_FALSE(whole.partial);
    EXPECT_FALSE(whole.empty());
  }
}

// The first stage takes longer than there is time: every later one is asked too late.
TEST(QueryTree, ends_at_its_deadline_in_every_kind_of_stage) {
  Documents documents(6000);
  Query slow{.vector = documents.random_vector(), .k = 5000, .mmr = Mmr(), .candidates = 6000};
  for (const Query& kind : kinds(documents)) {
    const Hits hits = documents.ask({.prefetch = {slow, kind}, .timeout = milliseconds(5)});
    EXPECT_TRUE(hits.partial);
    EXPECT_LT(hits.distances, 10'000'000u) << "12 million would be all";
  }
  slow.timeout = milliseconds(5);
  const Hits hits = documents.ask(slow);
  EXPECT_TRUE(hits.partial);
}

// At no moment does it fail, or find what is not there.
TEST(QueryTree, can_be_cancelled_at_any_moment) {
  Documents documents(3000);
  const std::vector<Query> stages = kinds(documents);
  for (int i = 0; i < 60; ++i) {
    Query query{.k = 1000, .filter = "part != 5", .prefetch = stages};
    query.cancel = CancelToken();
    std::thread canceller([token = *query.cancel, i]() mutable {
      for (const double end = monotonic_ms() + i * 0.04; monotonic_ms() < end;) continue;
      token.cancel();
    });
    const Result<Hits> hits = documents.things.query(query);
    canceller.join();
    ASSERT_TRUE(hits.ok()) << hits.status().to_string();
    std::set<std::string> ids;
    for (const Hit& hit : *hits) {
      EXPECT_NE(*hit.metadata.find("part"), Value(5));
      EXPECT_TRUE(ids.insert(hit.id).second) << "twice";
    }
  }
}

TEST(QueryTree, counts_what_all_stages_did) {
  Documents documents;
  const Query stage{.vector = documents.random_vector(), .k = 7};
  EXPECT_EQ(documents.ask(stage).distances, 400u);
  const Hits hits = documents.ask(
      {.vector = documents.random_vector(), .prefetch = {stage, stage, {.text = "third"}}});
  EXPECT_GE(hits.distances, 800u + 10u);
  EXPECT_LE(hits.distances, 800u + 17u) << "what the stages found, and no more";
}

TEST(QueryTree, distances_do_not_depend_on_the_order_of_stages) {
  Documents documents;
  const Query by_vector{.vector = documents.random_vector(), .k = 400}, by_text{.text = "third"};
  const Hits hits = documents.ask({.k = 20, .prefetch = {by_text, by_vector}});
  ASSERT_EQ(hits.size(), 20u);
  for (const Hit& hit : hits) EXPECT_TRUE(hit.distance.has_value()) << hit.id;
  for (const Hit& hit : documents.ask(by_text)) EXPECT_FALSE(hit.distance.has_value());
}

TEST(QueryTree, what_mmr_ordered_has_no_jumps) {
  Documents documents;
  const Query picked{.vector = documents.random_vector(), .k = 12, .mmr = Mmr{.lambda = 0.3}};
  EXPECT_EQ(documents.ask({.k = 12, .autocut = 1, .prefetch = {picked}}).size(), 12u);
}

TEST(QueryTree, groups_follow_keys_and_positions_and_what_is_not_there_is_one_group) {
  TestDatabase test;
  Collection things = test.things();
  const auto put = [&](const std::string& id, const Metadata& metadata) {
    ASSERT_TRUE(things.upsert({.id = id, .vector = {1, 2}, .metadata = metadata}).ok());
  };
  put("a", {{"deep", Object{{"n", 1}}}, {"list", List{"x", "y"}}});
  put("b", {{"deep", Object{{"n", 1}}}, {"list", List{"x"}}});
  put("c", {{"deep", "no object"}, {"list", "no list"}});
  put("d", {});
  const auto groups = [&](const std::string& field) {
    const Query query{.vector = Vector{1.0f, 2.0f}, .k = 10, .group_by = GroupBy{field}};
    return ids_of(things.query(query).value());
  };
  EXPECT_EQ(groups("deep.n"), (Ids{"a", "c"}));
  EXPECT_EQ(groups("list[0]"), (Ids{"a", "c"}));
  EXPECT_EQ(groups("list[1]"), (Ids{"a", "b"}));
  for (const char* wrong : {"", "$id", "a..b"}) {
    const Query query{.vector = Vector{1.0f, 2.0f}, .group_by = GroupBy{wrong}};
    EXPECT_EQ(code_of(things.query(query)), Code::kInvalidArgument) << wrong;
  }
}

TEST(QueryTree, every_effort_finds_the_nearest_where_every_row_is_looked_at) {
  Documents documents(60);
  const Vector vector = documents.random_vector();
  const Ids exact = ids_of(documents.ask({.vector = vector, .k = 5, .plan = Plan::kScan}));
  for (const Effort effort : {Effort::kFast, Effort::kHighRecall})
    EXPECT_EQ(ids_of(documents.ask({.vector = vector, .k = 5, .effort = effort})), exact);
}

}  // namespace
}  // namespace vecstore
