#include "vecstore/query_json.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

std::string error_of(const std::string& json) { return query_from_json(json).status().message(); }

std::string again(const std::string& json) {
  const Result<Query> query = query_from_json(json);
  return query.ok() ? query_to_json(*query) : query.status().message();
}

// Every member of every struct, at another value than the default.
constexpr char kEverything[] =
    R"({"vector":[0.1,-2.0],"field":"title","text":"open \"a\" file","text_syntax":"query",)"
    R"("text_fields":["title^3"],"k":7,)"
    R"("filter":"year >= 2020","offset":3,"effort":"high_recall","ef":99,"target_recall":0.95,"plan":"walk",)"
    R"("fusion":{"method":"weighted_sum","alpha":0.25,"weights":[1.0,0.5],"rrf_k":10.0,)"
    R"("normalization":"z_score"},"max_distance":1.5,"min_score":-0.5,"autocut":2,)"
    R"("prefetch":[{"text":"a","k":100},{"k":50,"prefetch":[{}]}],"formula":"score * 2",)"
    R"("mmr":{"lambda":0.7,"field":"title"},"group_by":{"field":"source","max_hits":2},)"
    R"("candidates":200,"explain":"analyze","include":{"metadata":false,"text":false,)"
    R"("vector":true,"highlights":true,"passage_bytes":80},"timeout_ms":250})";

TEST(QueryJson, has_every_member_of_a_query) {
  const Query query = query_from_json(kEverything).value();
  EXPECT_EQ(query.vector, Vector({0.1f, -2}));
  EXPECT_EQ(query.field, "title");
  EXPECT_EQ(query.text, "open \"a\" file");
  EXPECT_EQ(query.text_syntax, TextSyntax::kQuery);
  EXPECT_EQ(query.text_fields, std::vector<std::string>{"title^3"});
  EXPECT_EQ(query.k, 7u);
  EXPECT_EQ(query.filter.to_string(), "year >= 2020");
  EXPECT_EQ(query.offset, 3u);
  EXPECT_EQ(query.effort, Effort::kHighRecall);
  EXPECT_EQ(query.ef, 99u);
  EXPECT_EQ(query.target_recall, 0.95);
  EXPECT_EQ(query.plan, Plan::kWalk);
  EXPECT_EQ(query.fusion.method, FusionMethod::kWeightedSum);
  EXPECT_EQ(query.fusion.alpha, 0.25);
  EXPECT_EQ(query.fusion.weights, (std::vector<double>{1, 0.5}));
  EXPECT_EQ(query.fusion.rrf_k, 10);
  EXPECT_EQ(query.fusion.normalization, Normalization::kZScore);
  EXPECT_EQ(query.max_distance, 1.5);
  EXPECT_EQ(query.min_score, -0.5);
  EXPECT_EQ(query.autocut, 2u);
  ASSERT_EQ(query.prefetch.size(), 2u);
  EXPECT_EQ(query.prefetch[1].prefetch.size(), 1u);
  EXPECT_EQ(query.formula, "score * 2");
  EXPECT_EQ(query.mmr->lambda, 0.7);
  EXPECT_EQ(query.mmr->field, "title");
  EXPECT_EQ(query.group_by->field, "source");
  EXPECT_EQ(query.group_by->max_hits, 2u);
  EXPECT_EQ(query.candidates, 200u);
  EXPECT_EQ(query.explain, Explain::kAnalyze);
  EXPECT_FALSE(query.include.metadata);
  EXPECT_TRUE(query.include.vector && query.include.highlights);
  EXPECT_EQ(query.include.passage_bytes, 80u);
  EXPECT_EQ(query.timeout.count(), 250);
  EXPECT_EQ(query_to_json(query), kEverything);
}

TEST(QueryJson, what_is_the_default_is_not_written) {
  EXPECT_EQ(query_to_json({}), "{}");
  EXPECT_EQ(again("{}"), "{}");
  EXPECT_EQ(again(R"({"k": 10, "field": "vector", "fusion": {"alpha": 0.3}, "prefetch": []})"),
            "{}");
  EXPECT_EQ(again(R"({"k": null, "mmr": null})"), "{}");
  EXPECT_EQ(again(R"({"mmr": {}})"), R"({"mmr":{}})") << "there, with its defaults";
  EXPECT_EQ(again(R"({"mmr": {"lambda": 0.5}, "max_distance": 0})"),
            R"({"max_distance":0.0,"mmr":{}})");
}

TEST(QueryJson, vectors_and_filters_have_the_forms_of_records_and_filters) {
  EXPECT_EQ(again(R"({"vector": {"dimension": 9, "indices": [1, 4], "values": [1, 2]}})"),
            R"({"vector":{"dimension":9,"indices":[1,4],"values":[1.0,2.0]}})");
  EXPECT_EQ(again(R"({"vector": [[1, 2], [3, 4]]})"), R"({"vector":[[1.0,2.0],[3.0,4.0]]})");
  EXPECT_EQ(again(R"({"vector": {"dimension": 8, "bits": "gA=="}})"),
            R"({"vector":{"dimension":8,"bits":"gA=="}})");
  EXPECT_EQ(again(R"({"filter": {"year": {"$gte": 2020}, "lang": "en"}})"),
            R"({"filter":"year >= 2020 AND lang = 'en'"})");
}

TEST(QueryJson, errors_name_the_stage_and_the_member) {
  EXPECT_EQ(error_of("[]"), "query: expected an object");
  EXPECT_EQ(error_of("{"), Value::parse_json("{").status().message());
  EXPECT_EQ(error_of(R"({"vectr": [1]})"), "query: unknown member 'vectr', did you mean 'vector'");
  EXPECT_EQ(error_of(R"({"prefetch": [{}, {"mmr": {"lamda": 1}}]})"),
            "query: prefetch: [1]: mmr: unknown member 'lamda', did you mean 'lambda'");
  EXPECT_EQ(error_of(R"({"k": 1.5})"), "query: k: expected an integer that is not negative");
  EXPECT_EQ(error_of(R"({"k": -1})"), "query: k: expected an integer that is not negative");
  EXPECT_EQ(error_of(R"({"k": 99999999999})"), "query: k: expected a smaller integer");
  EXPECT_EQ(error_of(R"({"text": 1})"), "query: text: expected a string");
  EXPECT_EQ(error_of(R"({"min_score": "1"})"), "query: min_score: expected a number");
  EXPECT_EQ(error_of(R"({"include": {"text": 1}})"),
            "query: include: text: expected true or false");
  EXPECT_EQ(error_of(R"({"fusion": {"weights": [1, "2"]}})"),
            "query: fusion: weights: [1]: expected a number");
  EXPECT_EQ(error_of(R"({"prefetch": {}})"), "query: prefetch: expected a list");
  EXPECT_EQ(error_of(R"({"explain": "yes"})"),
            "query: explain: unknown explain 'yes', known are no, plan, analyze");
  EXPECT_NE(error_of(R"({"effort": "hard"})").find("effort: unknown effort 'hard'"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"filter": "year >"})").find("filter: filter column"), std::string::npos);
  EXPECT_EQ(error_of(R"({"filter": 1})"), "query: filter: expected a string or an object");
  EXPECT_NE(error_of(R"({"vector": []})").find("query: vector: a vector is"), std::string::npos);
  EXPECT_EQ(error_of(R"({"k": 1, "k": 2})"),
            Value::parse_json(R"({"k": 1, "k": 2})").status().message());
}

TEST(QueryJson, stages_as_deep_as_json_may_be_are_read) {
  std::string json = "{}";
  for (int depth = 0; depth < 31; ++depth) json = R"({"prefetch":[)" + json + "]}";
  EXPECT_EQ(again(json), json) << "how deep a tree may be is checked when it runs";
  json.clear();
  for (int depth = 0; depth < 100'000; ++depth) json += R"({"prefetch":[)";
  EXPECT_NE(error_of(json).find("deep"), std::string::npos) << error_of(json);
}

Query random_query(Random& random, int depth) {
  Query query;
  const auto maybe = [&random] { return random.below(3) == 0; };
  if (maybe()) query.vector = {static_cast<float>(random.normal()), 1e-30f, 3e38f};
  if (maybe()) query.field = "f\"\n\x01é";
  if (maybe()) query.text = "a\tb";
  if (maybe()) query.text_syntax = TextSyntax::kQuery;
  if (maybe()) query.text_fields = {"title^3", "a.`b c`"};
  if (maybe()) query.autocut = random.below(9);
  if (maybe()) query.k = random.below(20'000);
  if (maybe()) query.filter = field("`odd key`.x[2]") >= random.normal();
  if (maybe()) query.offset = random.below(100);
  if (maybe()) query.effort = static_cast<Effort>(random.below(4));
  if (maybe()) query.ef = random.below(100);
  if (maybe()) query.target_recall = random.uniform();
  if (maybe()) query.plan = static_cast<Plan>(random.below(4));
  if (maybe()) query.fusion.method = static_cast<FusionMethod>(random.below(8));
  if (maybe()) query.fusion.weights = {random.uniform(), random.normal() * 1e200};
  if (maybe()) query.fusion.normalization = static_cast<Normalization>(random.below(4));
  if (maybe()) query.max_distance = random.normal();
  if (maybe()) query.min_score = random.normal() * 1e-300;
  if (maybe()) query.formula = "score + year";
  if (maybe()) query.mmr = Mmr{.lambda = random.uniform()};
  if (maybe()) query.group_by = GroupBy{.field = "a.b", .max_hits = random.below(5)};
  if (maybe()) query.candidates = random.below(1000);
  if (maybe()) query.explain = static_cast<Explain>(random.below(3));
  if (maybe())
    query.include = {.metadata = maybe(),
                     .text = maybe(),
                     .vector = maybe(),
                     .highlights = maybe(),
                     .passage_bytes = random.below(200)};
  if (maybe()) query.timeout = std::chrono::milliseconds(random.below(10'000));
  for (std::uint64_t n = depth > 0 ? random.below(3) : 0; n > 0; --n)
    query.prefetch.push_back(random_query(random, depth - 1));
  return query;
}

void expect_equal(const Query& a, const Query& b) {
  EXPECT_EQ(a.vector, b.vector);
  EXPECT_EQ(a.field, b.field);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.text_syntax, b.text_syntax);
  EXPECT_EQ(a.k, b.k);
  EXPECT_EQ(a.target_recall, b.target_recall);
  EXPECT_EQ(*a.filter.node().value(), *b.filter.node().value());
  EXPECT_EQ(std::tie(a.offset, a.effort, a.ef, a.plan, a.formula, a.candidates, a.explain),
            std::tie(b.offset, b.effort, b.ef, b.plan, b.formula, b.candidates, b.explain));
  EXPECT_EQ(std::tie(a.fusion.method, a.fusion.alpha, a.fusion.weights, a.fusion.normalization),
            std::tie(b.fusion.method, b.fusion.alpha, b.fusion.weights, b.fusion.normalization));
  EXPECT_EQ(std::tie(a.max_distance, a.min_score, a.timeout),
            std::tie(b.max_distance, b.min_score, b.timeout));
  ASSERT_EQ(a.mmr.has_value(), b.mmr.has_value());
  EXPECT_EQ(a.mmr.value_or(Mmr()).lambda, b.mmr.value_or(Mmr()).lambda);
  ASSERT_EQ(a.group_by.has_value(), b.group_by.has_value());
  EXPECT_EQ(a.group_by.value_or(GroupBy()).max_hits, b.group_by.value_or(GroupBy()).max_hits);
  EXPECT_EQ(a.include, b.include);
  EXPECT_EQ(std::tie(a.text_fields, a.autocut), std::tie(b.text_fields, b.autocut));
  ASSERT_EQ(a.prefetch.size(), b.prefetch.size());
  for (std::size_t i = 0; i < a.prefetch.size(); ++i) expect_equal(a.prefetch[i], b.prefetch[i]);
}

TEST(QueryJson, random_queries_survive_the_round_trip) {
  Random random(8);
  for (int round = 0; round < 2'000; ++round) {
    const Query query = random_query(random, 3);
    const Result<Query> read = query_from_json(query_to_json(query));
    ASSERT_TRUE(read.ok()) << read.status().message() << query_to_json(query);
    expect_equal(query, *read);
    if (HasFailure()) FAIL() << query_to_json(query);
  }
}

TEST(QueryJson, times_and_names_of_another_type_are_refused_with_their_member) {
  for (const char* member : {"timeout_ms", "effort", "plan", "text_syntax", "explain"}) {
    const std::string json = "{\"" + std::string(member) + "\": [1]}";
    const Status status = query_from_json(json).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << json;
    EXPECT_NE(status.message().find(member), std::string::npos) << status.message();
  }
}

}  // namespace
}  // namespace vecstore
