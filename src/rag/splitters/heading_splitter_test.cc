#include "rag/splitters/heading_splitter.h"

#include <gtest/gtest.h>

#include "rag/loaders/html_loader.h"
#include "rag/loaders/markdown_loader.h"

namespace vecstore {
namespace {

using Path = std::vector<std::string>;

struct Piece {
  std::string text;
  Path headings;
  bool operator==(const Piece&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Piece& piece) {
  out << '"' << piece.text << '"';
  for (const std::string& heading : piece.headings) out << " > " << heading;
  return out;
}

std::vector<Piece> split(const Document& document, SplitterOptions options = {1000, 0}) {
  std::vector<Piece> out;
  auto chunks = HeadingSplitter::create(options).value().split(document).value();
  for (const Chunk& chunk : chunks) {
    out.push_back({document.text.substr(chunk.begin, chunk.end - chunk.begin), chunk.headings});
  }
  return out;
}

std::vector<Piece> split_markdown(std::string_view file, SplitterOptions options = {1000, 0}) {
  return split(MarkdownLoader().load({file, "a.md"}).value()[0], options);
}

TEST(HeadingSplitter, sections_are_chunks_with_their_path) {
  EXPECT_EQ(split_markdown("Intro.\n\n# A\n\nFirst.\n\n## B\n\nSecond.\n\n# C\n\nThird.\n"),
            (std::vector<Piece>{{"Intro.", {}},
                                {"# A\n\nFirst.", {"A"}},
                                {"## B\n\nSecond.", {"A", "B"}},
                                {"# C\n\nThird.", {"C"}}}));
}

TEST(HeadingSplitter, long_sections_are_cut_and_keep_the_path) {
  EXPECT_EQ(
      split_markdown("# A\n\none two three\n\nfour five", {10, 0}),
      (std::vector<Piece>{{"# A\n\none two", {"A"}}, {"three", {"A"}}, {"four five", {"A"}}}));
}

TEST(HeadingSplitter, a_heading_is_never_alone_when_text_follows) {
  EXPECT_EQ(split_markdown("intro\n\n# A long heading\n\nabcdefghijkl", {10, 0}),
            (std::vector<Piece>{{"intro", {}},
                                {"# A long heading\n\nabcdefghi", {"A long heading"}},
                                {"jkl", {"A long heading"}}}));
}

TEST(HeadingSplitter, a_bare_heading_goes_with_the_deeper_section_below) {
  EXPECT_EQ(split_markdown("# A\n\n## B\n### C\n\nText.\n\n# D\n\n# E\n\nMore.\n"),
            (std::vector<Piece>{{"# A\n\n## B\n### C\n\nText.", {"A", "B", "C"}},
                                {"# D", {"D"}},
                                {"# E\n\nMore.", {"E"}}}));
  EXPECT_EQ(split_markdown("A\n===\n\nB\n---\n\nText."),
            (std::vector<Piece>{{"A\n===\n\nB\n---\n\nText.", {"A", "B"}}}));
}

TEST(HeadingSplitter, pages_of_html_are_split_alike) {
  auto page = HtmlLoader()
                  .load({"<h1>Log</h1><p>Kept.</p><h2>Size</h2><p>Small.</p>", "a.html"})
                  .value()[0];
  EXPECT_EQ(split(page),
            (std::vector<Piece>{{"Log\n\nKept.", {"Log"}}, {"Size\n\nSmall.", {"Log", "Size"}}}));
}

TEST(HeadingSplitter, documents_without_headings_are_split_as_text) {
  Document document;
  document.text = "one two three";
  EXPECT_EQ(split(document, {8, 0}), (std::vector<Piece>{{"one two", {}}, {"three", {}}}));
  document.text = "";
  EXPECT_TRUE(split(document).empty());
}

TEST(HeadingSplitter, no_text_is_lost_between_sections) {
  std::string file = "pre\n# A\n\n# B\n## C\n\ntext\n### D\n# E\nend";
  std::string joined;
  for (const Piece& piece : split_markdown(file)) joined += piece.text + "\n";
  std::erase(joined, '\n');
  std::erase(file, '\n');
  EXPECT_EQ(joined, file);
}

}  // namespace
}  // namespace vecstore
