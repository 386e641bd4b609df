#include "embed/tokenizer/text/aligned_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace vecstore {
namespace {

using ::testing::ElementsAre;

AlignedText make_text(std::string_view source) {
  AlignedText text;
  text.assign(source, 0, source.size());
  return text;
}

TEST(AlignedText, gives_all_bytes_of_a_character_its_place) {
  AlignedText text;
  text.assign("xaéb", 1, 5);
  EXPECT_EQ(text.text, "aéb");
  EXPECT_THAT(text.places, ElementsAre(Place{1, 2}, Place{2, 4}, Place{2, 4}, Place{4, 5}));
}

TEST(AlignedText, applies_changes_with_the_places_of_what_they_replace) {
  const AlignedText from = make_text("abcd");
  AlignedText to;
  to.clear_for(from);
  // "a" stays, "x" is put in, "c" takes the place of b and drops c, "d" stays.
  const std::vector<Change> changes = {{'a', 0}, {'x', 1}, {'c', -1}, {'d', 0}};
  apply_changes(from, 0, changes, to);
  EXPECT_EQ(to.text, "axcd");
  EXPECT_THAT(to.places, ElementsAre(Place{0, 1}, Place{0, 1}, Place{1, 2}, Place{3, 4}));
}

TEST(AlignedText, puts_in_at_the_start_with_an_empty_place_and_never_reads_beyond_the_end) {
  const AlignedText from = make_text("a");
  AlignedText to;
  to.clear_for(from);
  const std::vector<Change> changes = {{'x', 1}, {'a', -5}, {'b', 0}};
  apply_changes(from, 0, changes, to);
  EXPECT_THAT(to.places, ElementsAre(Place{0, 0}, Place{0, 1}, Place{0, 1}));
}

TEST(AlignedText, stops_growing_at_its_limit) {
  AlignedText text = make_text("a");
  const std::size_t limit = text.limit;
  EXPECT_EQ(limit, kMaxGrowth * 129);
  for (std::size_t i = 0; i < limit * 2; ++i) text.append_text("b", {0, 1});
  EXPECT_EQ(text.text.size(), limit);
  EXPECT_EQ(text.places.size(), limit);
}

TEST(AlignedText, writes_every_byte_as_a_character_of_its_own) {
  std::vector<char32_t> seen;
  for (unsigned byte = 0; byte < 256; ++byte) {
    seen.push_back(byte_character(static_cast<unsigned char>(byte)));
  }
  EXPECT_EQ(seen[' '], 0x120u);
  EXPECT_EQ(seen['a'], 'a');
  std::ranges::sort(seen);
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_EQ(seen.back(), 0x143u);

  AlignedText to;
  const AlignedText from = make_text(" é");
  to.clear_for(from);
  append_bytes_as_characters(from, 0, 3, to);
  EXPECT_EQ(to.text, "ĠÃ©");
}

}  // namespace
}  // namespace vecstore
