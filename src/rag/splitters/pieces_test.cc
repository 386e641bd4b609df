#include "rag/splitters/pieces.h"

#include <gtest/gtest.h>

#include "rag/splitters/splitting_test.h"

namespace vecstore {
namespace {

Texts cut(const Separator& separator, std::string_view text, KeepSeparator keep) {
  Texts out;
  Pieces pieces(separator, text, {1, text.size()}, keep);  // of the span behind the first byte
  for (TextSpan piece; pieces.next(piece);) out.emplace_back(piece.of(text));
  return out;
}

TEST(Pieces, go_with_the_separator_before_or_behind_them_or_with_none) {
  const Separator comma = Separator::literal(",");
  EXPECT_EQ(cut(comma, "_a,b,,c,", KeepSeparator::kStart), (Texts{"a", ",b", ",", ",c", ","}));
  EXPECT_EQ(cut(comma, "_a,b,,c,", KeepSeparator::kEnd), (Texts{"a,", "b,", ",", "c,"}));
  EXPECT_EQ(cut(comma, "_a,b,,c,", KeepSeparator::kNone), (Texts{"a", "b", "c"}));
  EXPECT_EQ(cut(comma, "_", KeepSeparator::kNone), Texts{});
}

TEST(Pieces, are_characters_where_the_separator_is_empty) {
  EXPECT_EQ(cut(Separator::literal(""), "_a漢🤖", KeepSeparator::kStart),
            (Texts{"a", "漢", "🤖"}));
}

TEST(PieceMerger, counts_what_lies_between_and_overlaps_by_whole_pieces) {
  SplitterOptions options;
  options.chunk_size = 5;
  options.chunk_overlap = 2;
  const std::string text = "ab, cd, e";
  std::vector<TextSpan> out;
  PieceMerger merger(text, options, 2, out);
  for (const TextSpan piece : {TextSpan{0, 2}, TextSpan{4, 6}, TextSpan{8, 9}}) {
    merger.add(piece, piece.end - piece.begin);
  }
  merger.finish();
  EXPECT_EQ(out, (std::vector<TextSpan>{{0, 2}, {4, 9}}));
}

}  // namespace
}  // namespace vecstore
