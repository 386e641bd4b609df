#include "rag/splitters/sections.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::vector<SectionBlock> read(bool strip) {
  BlockReader reader(strip);
  reader.line({0, 2}, false);
  reader.heading({3, 5}, 1, "A");
  reader.heading({6, 8}, 2, "B");
  reader.line({9, 11}, false);
  reader.line({12, 14}, false);
  reader.empty_line();
  reader.empty_line();
  reader.line({16, 18}, false);
  reader.heading({19, 21}, 2, "B");
  reader.line({22, 24}, false);
  return reader.finish().value();
}

std::vector<TextSpan> spans(const std::vector<SectionBlock>& blocks) {
  std::vector<TextSpan> out;
  for (const SectionBlock& block : blocks) out.push_back(block.span);
  return out;
}

TEST(Sections, blocks_end_at_empty_lines_and_headings) {
  EXPECT_EQ(spans(read(false)),
            (std::vector<TextSpan>{{0, 2}, {3, 5}, {6, 14}, {16, 18}, {19, 24}}));
  EXPECT_EQ(spans(read(true)), (std::vector<TextSpan>{{0, 2}, {9, 14}, {16, 18}, {22, 24}}));
  EXPECT_EQ(*read(true)[1].path, (SectionPath{{1, "A"}, {2, "B"}}));
}

TEST(Sections, blocks_are_joined_below_the_same_headings_and_never_over_one_that_is_stripped) {
  EXPECT_EQ(spans(join_blocks(read(false))), (std::vector<TextSpan>{{0, 2}, {3, 24}}));
  EXPECT_EQ(spans(join_blocks(read(true))), (std::vector<TextSpan>{{0, 2}, {9, 18}, {22, 24}}));
}

TEST(Sections, levels_go_by_marks_and_by_tags) {
  SplitterOptions options;
  EXPECT_TRUE(section_levels(options)->split[6]);
  options.split_headings = {"#", "h3"};
  const SectionLevels levels = section_levels(options).value();
  EXPECT_TRUE(levels.split[1] && levels.split[3]);
  EXPECT_FALSE(levels.split[2] || levels.split[4]);
  for (const char* none : {"", "#######", "h0", "h7", "ha", "#a", "a"}) {
    options.split_headings = {none};
    EXPECT_EQ(section_levels(options).status().message(),
              std::string("split_headings has '") + none + "'; they are # to ###### or h1 to h6");
  }
}

TEST(Sections, titles_that_are_too_many_or_too_long_together_are_refused) {
  BlockReader reader(true);
  for (std::size_t i = 0; i <= kMaxHeadings; ++i) reader.heading({i, i + 1}, 1, "A");
  EXPECT_EQ(reader.finish().status().message(), "100001 headings; the limit is 100000");
  BlockReader long_ones(true);
  Document document;
  document.text = std::string(1'500'000, 'a');
  long_ones.heading({0, 1}, 1, std::string(kMaxTitleBytes, 'T'));
  for (std::size_t i = 1; i < document.text.size(); i += 2) {
    long_ones.line({i, i + 1}, false);
    long_ones.empty_line();
  }
  const auto inside = RecursiveSplitter::create().value();
  const auto blocks = long_ones.finish().value();
  EXPECT_EQ(chunks_of_blocks(document, blocks, 1000, inside).status().code(),
            Code::kResourceExhausted);
}

}  // namespace
}  // namespace vecstore
