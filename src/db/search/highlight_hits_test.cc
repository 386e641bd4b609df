#include "db/search/highlight_hits.h"

#include <gtest/gtest.h>

#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

struct Library {
  TestDatabase test;
  Collection things =
      test.things({.dimension = 2,
                   .text = {.fields = {{.name = "title"}, {.name = "text"}, {.name = "tags"}}}});

  Library() {
    Record record{.id = "a", .text = "Opening a file. The files that were opened are closed."};
    record.metadata =
        Metadata{{"title", "How to open files"}, {"tags", List{"io", 3, "file system"}}};
    record.vector = Vector({1, 0});
    EXPECT_TRUE(things.upsert(record).ok());
  }
  Hit ask(Query query) {
    query.include.highlights = true;
    return things.query(query).value()[0];
  }
};

// "title: open; text: Opening, opened"
std::string marked(const Hit& hit) {
  std::string text, field;
  for (const Highlight& one : hit.highlights) {
    std::string of = *hit.text;
    if (one.field == "title") of = *hit.metadata.find("title")->as_string();
    if (one.field == "tags") of = one.item == 0 ? "io" : "file system";
    const std::string place = one.field + (one.item > 0 ? "." + std::to_string(one.item) : "");
    text += place == field ? ", " : (text.empty() ? "" : "; ") + place + ": ";
    text += of.substr(one.offset, one.length);
    field = place;
  }
  return text;
}

TEST(HighlightHits, are_the_words_in_every_field_searched) {
  Library library;
  EXPECT_EQ(marked(library.ask({.text = "open file"})),
            "title: open, files; text: Opening, file, files, opened; tags.1: file");
  EXPECT_EQ(marked(library.ask({.text = "file", .text_fields = {"title", "tags"}})),
            "title: files; tags.1: file");
  EXPECT_EQ(
      marked(library.ask({.text = "title:open +text:clos*", .text_syntax = TextSyntax::kQuery})),
      "title: open; text: closed");
}

TEST(HighlightHits, of_stages_are_taken_together) {
  Library library;
  Query query{.prefetch = {{.text = "open"}, {.text = "opened close", .text_fields = {"text"}}}};
  EXPECT_EQ(marked(library.ask(query)), "title: open; text: Opening, opened, closed");
}

TEST(HighlightHits, a_passage_is_the_part_with_the_most_words) {
  Library library;
  const Query query{.text = "opened closed", .include = {.passage_bytes = 30}};
  const Hit hit = library.things.query(query).value()[0];
  EXPECT_TRUE(hit.highlights.empty());
  ASSERT_TRUE(hit.passage.has_value());
  EXPECT_LE(hit.passage->length, 30u);
  const std::string passage = hit.text->substr(hit.passage->offset, hit.passage->length);
  EXPECT_NE(passage.find("opened are closed"), std::string::npos) << passage;
}

TEST(HighlightHits, without_a_text_are_an_error) {
  Library library;
  EXPECT_EQ(
      code_of(library.things.query({.vector = Vector({1, 0}), .include = {.highlights = true}})),
      Code::kInvalidArgument);
  EXPECT_TRUE(library.things.query({.vector = Vector({1, 0})}).value()[0].highlights.empty());
}

TEST(HighlightHits, are_bounded) {
  TestDatabase test;
  Collection things = test.things({.dimension = 2});
  std::string many;
  for (std::size_t i = 0; i < kMaxHighlights + 500; ++i) many += "word ";
  Record one{.id = "a", .text = many};
  ASSERT_TRUE(things.upsert(one).ok());
  const Hits hits = things.query({.text = "word", .include = {.highlights = true}}).value();
  ASSERT_EQ(hits[0].highlights.size(), kMaxHighlights);
  EXPECT_EQ(hits[0].highlights.back().offset, (kMaxHighlights - 1) * 5);
  one.text = std::string(kMaxHighlightBytes, ' ') + "word";
  ASSERT_TRUE(things.upsert(one).ok());
  EXPECT_TRUE(things.query({.text = "word", .include = {.highlights = true}})
                  .value()[0]
                  .highlights.empty());
}

}  // namespace
}  // namespace vecstore
