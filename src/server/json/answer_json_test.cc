#include "server/json/answer_json.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(AnswerJson, a_hit_has_what_is_set_and_nothing_else) {
  Hits hits;
  hits.took_ms = 0.5;
  hits.hits = {{.id = "a\"b", .score = 0.25},
               {.id = "c",
                .score = 1,
                .distance = 0.0,
                .arms = {{.rank = 1, .score = 2, .share = 3}},
                .metadata = {{"year", 2024}},
                .text = "t",
                .vector = Vector{0.1f, 2},
                .highlights = {{.field = "text", .offset = 1, .length = 2}},
                .passage = Highlight{.field = "text", .item = 3},
                .group = Value("g")}};
  EXPECT_EQ(
      hits_json(hits),
      R"({"hits":[{"id":"a\"b","score":0.25},{"id":"c","score":1.0,"distance":0.0,)"
      R"("arms":[{"rank":1,"score":2.0,"share":3.0}],"group":"g","vector":[0.1,2.0],"text":"t",)"
      R"("highlights":[{"field":"text","offset":1,"length":2}],)"
      R"("passage":{"field":"text","item":3,"offset":0,"length":0},"metadata":{"year":2024}}],)"
      R"("partial":false,"took_ms":0.5,"rows_scanned":0,"distances":0})");
}

TEST(AnswerJson, vectors_of_every_kind_read_back_as_in_a_record) {
  for (const Vector& vector :
       {Vector{1, 2.5f}, Vector(SparseVector{.dimension = 9, .indices = {3}, .values = {0.5f}}),
        Vector(BinaryVector{.dimension = 8, .bytes = {7}}),
        Vector(MultiVector{.dimension = 2, .values = {1, 2, 3, 4}})}) {
    Hits hits;
    hits.hits = {{.id = "a", .vector = vector}};
    const Value json = Value::parse_json(hits_json(hits)).value();
    Object hit = *json.as_object()->find("hits")->as_list()->front().as_object();
    hit.erase("score");
    EXPECT_EQ(Record::from_json(hit).value().vector, vector);
  }
}

TEST(AnswerJson, pages_and_answers_are_lists) {
  EXPECT_EQ(scan_page_json({}), R"({"records":[]})");
  const ScanPage page{.records = {{.id = "a"}, {.id = "b"}}, .next = "b"};
  EXPECT_EQ(scan_page_json(page), R"({"records":[{"id":"a"},{"id":"b"}],"next":"b"})");
  EXPECT_EQ(many_hits_json({}), R"({"answers":[]})");
  EXPECT_EQ(write_result_json({.sequence = 3, .inserted = 2, .replaced = 1}),
            R"({"sequence":3,"inserted":2,"replaced":1})");
}

}  // namespace
}  // namespace vecstore
