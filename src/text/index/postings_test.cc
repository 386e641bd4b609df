#include "text/index/postings.h"

#include <gtest/gtest.h>

#include "text/index/encode_field.h"
#include "text/index/naive_field_test.h"

namespace vecstore::text {
namespace {

constexpr Row kRows = 30'000;

// "long" in every third row, "short" in 100 rows, each several times.
class PostingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Random random(8);
    for (Row row = 0; row < kRows; ++row) {
      Tokens tokens;
      const std::uint64_t filling = random.below(40);
      for (std::uint32_t i = 0; i < filling; ++i) tokens.add("x", i, 0, 1);
      for (std::uint32_t i = 0; row % 3 == 0 && i <= row % 7; ++i)
        tokens.add("long", 100 + i, 0, 1);
      if (row % 300 == 7) tokens.add("short", 200, 0, 1);
      naive_.add(row, tokens);
      append(memory_, row, tokens);
    }
    const FieldSource source = {FieldView(memory_, kRows), {}};
    encoded_ = encode_field({&source, 1}, kRows, 0).value();
    reader_.emplace(FieldReader::open(parts_of(encoded_), 0).value());
  }
  std::vector<FieldView> views() const { return {FieldView(*reader_), FieldView(memory_, kRows)}; }

  NaiveField naive_;
  MemoryField memory_;
  EncodedField encoded_;
  std::optional<FieldReader> reader_;
};

TEST_F(PostingsTest, seek_goes_to_the_first_row_not_before_the_target) {
  Random random(9);
  for (const FieldView& view : views()) {
    for (const char* term : {"long", "short"}) {
      const auto& rows = naive_.postings.find(term)->second;
      for (Row stride : {1u, 5u, 100u, 1000u, 20'000u}) {
        const auto postings = view.postings(term).value();
        std::vector<std::uint32_t> positions;
        for (Row target = 0; target < kRows + stride;
             target += 1 + static_cast<Row>(random.below(stride))) {
          postings->seek(target);
          const auto expected = rows.lower_bound(target);
          if (expected == rows.end()) {
            ASSERT_EQ(postings->row(), kNoRow);
            break;
          }
          ASSERT_EQ(postings->row(), expected->first);
          ASSERT_EQ(postings->frequency(), expected->second.size());
          if (random.below(3) != 0) continue;
          ASSERT_TRUE(postings->positions(positions));
          ASSERT_EQ(positions, expected->second);
        }
      }
    }
  }
}

TEST_F(PostingsTest, impacts_bound_the_postings_of_their_rows) {
  for (const FieldView& view : views()) {
    for (const char* term : {"long", "short"}) {
      const auto& rows = naive_.postings.find(term)->second;
      const auto postings = view.postings(term).value();
      for (Row from = 0; from < kRows; from += 777) {
        std::vector<Impact> bounds;
        const Row to = from + 500;
        postings->seek(from);
        postings->for_impacts(from, to, [&](std::uint32_t frequency, std::uint32_t length) {
          bounds.push_back({frequency, length});
        });
        for (auto row = rows.lower_bound(from); row != rows.upper_bound(to); ++row) {
          ASSERT_TRUE(std::ranges::any_of(bounds,
                                          [&](const Impact& bound) {
                                            return bound.frequency >= row->second.size() &&
                                                   bound.length <= naive_.length(row->first);
                                          }))
              << term << " in row " << row->first;
        }
      }
    }
  }
}

// As a search does that goes through several blocks before it reads positions.
TEST_F(PostingsTest, positions_are_found_again_from_a_place) {
  Random random(10);
  for (const char* term : {"long", "short", "x"}) {
    const auto& rows = naive_.postings.find(term)->second;
    for (const FieldView& view : views()) {
      const auto postings = view.postings(term).value();
      std::vector<std::pair<Row, Postings::Place>> places;
      for (Row target = 0; target < kRows; target += 1 + static_cast<Row>(random.below(300))) {
        postings->seek(target);
        if (postings->row() == kNoRow) break;
        const auto at = postings->block_rows().size() - postings->decoded_rows().size();
        places.emplace_back(postings->row(), postings->place_of(static_cast<std::uint32_t>(at)));
      }
      std::vector<std::uint32_t> positions;
      for (std::size_t i = 0; i < 3 * places.size(); ++i) {
        const auto& [row, place] =
            places[i < places.size() ? i : static_cast<std::size_t>(random.below(places.size()))];
        ASSERT_TRUE(postings->positions_of(place, positions));
        ASSERT_EQ(positions, rows.at(row)) << term << " in row " << row;
      }
    }
  }
}

TEST_F(PostingsTest, a_term_that_is_nowhere_has_no_list) {
  for (const FieldView& view : views()) EXPECT_EQ(view.postings("nowhere").value(), nullptr);
  EXPECT_EQ(FieldView().postings("long").value(), nullptr);
}

}  // namespace
}  // namespace vecstore::text
