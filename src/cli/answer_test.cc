#include "cli/answer.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Answer, a_hit_has_the_members_that_programs_rely_on) {
  const Hit hit{
      .id = "a", .score = 0.5, .distance = 0.25, .metadata = {{"year", 2024}}, .text = "t"};
  EXPECT_EQ(
      Value(hit_object(hit, 1)).to_json(),
      R"({"rank":1,"id":"a","score":0.5,"distance":0.25,"text":"t","metadata":{"year":2024}})");
}

TEST(Answer, passages_show_id_path_and_text) {
  Hits hits;
  hits.hits.push_back({.id = "docs/a.md#1",
                       .score = 0.5,
                       .metadata = {{"title", "A"}, {"headings", List{"A", "B"}}},
                       .text = "some\ntext"});
  testing::internal::CaptureStdout();
  print_hits(Output(OutputFormat::kTable, true), hits);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "1.  docs/a.md#1  0.5000\n    A › B\n    some text\n");
}

TEST(Answer, a_highlighted_passage_stands_between_dots_and_its_words_in_json) {
  Hits hits;
  hits.hits.push_back({.id = "a", .text = "one two three four"});
  hits.hits[0].highlights = {{.field = "text", .offset = 4, .length = 3},
                             {.field = "tags", .item = 2, .offset = 0, .length = 1}};
  hits.hits[0].passage = Highlight{.field = "text", .offset = 4, .length = 9};
  testing::internal::CaptureStdout();
  print_hits(Output(OutputFormat::kTable, true), hits);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "1.  a  0.0000\n    … two three …\n");
  const std::string json = Value(hit_object(hits[0], 1)).to_json();
  EXPECT_NE(json.find(R"("highlights":[{"field":"text","offset":4,"length":3},)"
                      R"({"field":"tags","offset":0,"length":1,"item":2}],)"
                      R"("passage":{"field":"text","offset":4,"length":9})"),
            std::string::npos)
      << json;
}

TEST(Answer, a_citation_names_source_and_section) {
  Hit hit{.id = "x#3"};
  EXPECT_EQ(citation(hit), "x#3");
  hit.metadata = {{"source", "docs/a.md"}, {"title", "A"}, {"headings", List{"A", "B"}}};
  EXPECT_EQ(citation(hit), "docs/a.md › A › B");
  hit.metadata = {{"source", "docs/b.txt"}, {"title", "b.txt"}};
  EXPECT_EQ(citation(hit), "docs/b.txt");
}

TEST(Answer, json_is_one_object) {
  Hits hits;
  hits.hits.push_back({.id = "a", .score = 0.5, .distance = 0.5});
  hits.took_ms = 2.5;
  testing::internal::CaptureStdout();
  print_hits(Output(OutputFormat::kJson, false), hits);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "{\"hits\":[{\"rank\":1,\"id\":\"a\",\"score\":0.5,\"distance\":0.5,\"metadata\":{}}],"
            "\"took_ms\":2.5}\n");
}

}  // namespace
}  // namespace vecstore
