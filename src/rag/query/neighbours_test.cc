#include "rag/query/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "rag/answer/passage_parts.h"
#include "rag/ingest/ingest.h"
#include "rag/ingest/word_embedder.h"

namespace vecstore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kManual =
    "# Pump\n\nOil it on Mondays.\n\nIt is green.\n\nIt holds two litres.\n\n# Filter\n\nChange "
    "it.\n\nBurn it.\n";

// Four chunks: the section "Pump" in three, "Filter" as one.
class NeighboursTest : public ::testing::Test {
 protected:
  NeighboursTest() {
    folder_.write("docs/manual.md", kManual);
    folder_.write("docs/other.md", "Nothing here.\n");
    IngestOptions options{.paths = {(folder_ / "docs").string()}};
    options.splitting.chunk_size = 24;
    options.splitting.chunk_overlap = 0;
    EXPECT_TRUE(ingest(database_, "docs", embedder_, options).ok());
    Scan scan = collection().scan().value();
    for (const Record& record : scan.next().value()) texts_[record.id] = *record.text;
  }

  Collection collection() { return database_.collection("docs").value(); }

  // The chunks with those texts, as a query would give them.
  Hits hits_for(const std::vector<std::string>& texts) {
    Hits hits;
    for (const std::string& text : texts) {
      for (const auto& [id, known] : texts_) {
        if (known.find(text) == known.npos) continue;
        const Record record = collection().get(id).value();
        hits.hits.push_back(
            {.id = id, .score = 1, .metadata = record.metadata, .text = record.text});
      }
    }
    EXPECT_EQ(hits.size(), texts.size());
    return hits;
  }

  std::vector<std::string> grown(const std::vector<std::string>& texts,
                                 const NeighbourOptions& options) {
    std::vector<std::string> out;
    const Hits hits = with_neighbours(collection(), hits_for(texts), options).value();
    for (const Hit& hit : hits) {
      out.push_back(*hit.text);
      for (const PassagePart& part : parts_of(hit))
        EXPECT_EQ(kManual.substr(static_cast<std::size_t>(part.start), part.text.size()),
                  part.text);
      EXPECT_EQ(*hit.metadata.find("start")->as_int(), parts_of(hit).front().start);
      EXPECT_EQ(*hit.metadata.find("end")->as_int(), parts_of(hit).back().end());
    }
    return out;
  }

  TestFolder folder_;
  Database database_ = Database::in_memory().value();
  WordEmbedder embedder_;
  std::map<std::string, std::string> texts_;
};

TEST_F(NeighboursTest, a_window_is_so_many_chunks_to_both_sides) {
  ASSERT_EQ(texts_.size(), 5u) << "four of the manual, one of the other file";
  EXPECT_THAT(grown({"green"}, {}), ElementsAre("It is green."));
  EXPECT_THAT(grown({"green"}, {.window = 1}),
              ElementsAre("# Pump\n\nOil it on Mondays.\n\nIt is green.\n\nIt holds two litres."));
  EXPECT_THAT(grown({"Burn"}, {.window = 1}),
              ElementsAre("It holds two litres.\n\n# Filter\n\nChange it.\n\nBurn it."));
  EXPECT_EQ(grown({"green"}, {.window = 9})[0].size(), kManual.size() - 1)
      << "to the ends of the file, and not beyond";
}

TEST_F(NeighboursTest, a_section_ends_where_the_headings_change) {
  EXPECT_THAT(grown({"green"}, {.parent = Parent::kSection}),
              ElementsAre(HasSubstr("It is green.\n\nIt holds two litres.")));
  EXPECT_EQ(grown({"green"}, {.parent = Parent::kSection})[0].find("Change"), std::string::npos);
  EXPECT_THAT(grown({"green"}, {.parent = Parent::kDocument})[0], HasSubstr("Burn it."));
}

TEST_F(NeighboursTest, no_chunk_is_shown_twice) {
  EXPECT_EQ(grown({"green", "litres"}, {.window = 1}).size(), 1u) << "the second is in the first";
  const auto apart = grown({"Mondays", "litres"}, {.window = 1});
  ASSERT_EQ(apart.size(), 2u);
  EXPECT_THAT(apart[0], HasSubstr("It is green."));
  EXPECT_EQ(apart[1].find("green"), std::string::npos);
  EXPECT_THAT(apart[1], HasSubstr("It holds two litres."));
}

TEST_F(NeighboursTest, a_hit_grows_to_so_many_bytes) {
  const std::size_t green = std::string("It is green.").size();
  EXPECT_THAT(grown({"green"}, {.window = 2, .max_bytes = green}), ElementsAre("It is green."));
  EXPECT_THAT(grown({"green"}, {.window = 2, .max_bytes = green + 20}),
              ElementsAre("It is green.\n\nIt holds two litres."));
  EXPECT_THAT(grown({"green"}, {.window = 2, .max_bytes = 1}), ElementsAre("It is green."));
}

TEST_F(NeighboursTest, what_is_no_chunk_stays_as_it_is) {
  Hits hits = hits_for({"green"});
  Hit record{.id = "docs/manual.md#x", .metadata = hits.hits[0].metadata, .text = "x"};
  Hit bare{.id = "bare", .text = "y"};
  Hit textless = hits.hits[0];
  textless.text.reset();
  Hit shortened = hits.hits[0];
  keep_spans(shortened, {{0, 2}, {6, 11}});
  Hit begun = hits.hits[0];
  keep_spans(begun, {{0, 5}});
  for (const Hit& one : {record, bare, textless, shortened, begun}) {
    Hits given;
    given.hits = {one};
    const Hits grown = with_neighbours(collection(), given, {.window = 2}).value();
    EXPECT_EQ(grown[0].text, one.text);
    EXPECT_EQ(grown[0].metadata, one.metadata);
  }
}

TEST_F(NeighboursTest, a_chunk_that_is_gone_ends_the_window) {
  std::string gone;
  for (const auto& [id, text] : texts_)
    if (text == "It is green.") gone = id;
  const Hits hits = hits_for({"litres"});
  EXPECT_TRUE(collection().remove(gone).ok());
  const Hits grown = with_neighbours(collection(), hits, {.window = 2}).value();
  EXPECT_EQ(grown[0].text->find("Mondays"), std::string::npos);
}

TEST_F(NeighboursTest, pages_go_from_the_first_chunk_to_the_last) {
  Collection pages = database_.create_collection("pages", {}).value();
  for (std::int64_t n = 0; n < 4; ++n) {
    Record record{.id = "a.pdf#" + std::to_string(n), .text = "page"};
    record.metadata = {
        {"source", "a.pdf"}, {"start", n * 10}, {"end", n * 10 + 4}, {"page", n + 1}};
    if (n == 3) record.metadata["document"] = 1;
    EXPECT_TRUE(pages.upsert(record).ok());
  }
  const Record second = pages.get("a.pdf#1").value();
  Hits hits;
  hits.hits = {{.id = second.id, .metadata = second.metadata, .text = second.text}};
  const Hit grown = with_neighbours(pages, hits, {.window = 2}).value()[0];
  EXPECT_EQ(grown.text, "page\n\npage\n\npage") << "the fourth is of another document";
  EXPECT_EQ(grown.metadata.find("page")->as_int() ? *grown.metadata.find("page")->as_int() : 0, 1);
  EXPECT_EQ(*grown.metadata.find("page_end")->as_int(), 3);
}

TEST_F(NeighboursTest, a_window_has_an_end_and_a_parent_a_name) {
  EXPECT_THAT(with_neighbours(collection(), Hits(), {.window = 101}).status().message(),
              HasSubstr("at most 100 chunks"));
  EXPECT_EQ(parse_parent("section").value(), Parent::kSection);
  EXPECT_EQ(parent_name(Parent::kDocument), "document");
  EXPECT_THAT(parse_parent("sections").status().message(), HasSubstr("did you mean 'section'?"));
}

TEST_F(NeighboursTest, a_token_ends_it) {
  CancelToken token;
  NeighbourOptions options{.window = 1, .cancel = token};
  EXPECT_EQ(grown({"Monday"}, options).size(), 1u);
  token.cancel();
  EXPECT_EQ(with_neighbours(collection(), hits_for({"Monday"}), options).status().code(),
            Code::kCancelled);
}

}  // namespace
}  // namespace vecstore
