#include "index/taken_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "index/test_graph.h"

namespace vecstore::index {
namespace {

const Pace kGoOn = {.keep = [] { return Status(); }};

// A graph, and another begun with it: row i of the old one is row `now[i]` of the other.
struct Fixture {
  TestGraph old;
  HnswGraph graph = old.graph().value();
  std::vector<std::uint32_t> now;
  Bytes codes;
  GrowingGraph taken;
  Bitmap wanted;

  explicit Fixture(std::uint32_t rows, const HnswOptions& options = {})
      : old(rows, 16, options),
        now(rows),
        codes(rows * old.code.stride()),
        taken(old.code, codes, options),
        wanted(rows, true) {
    for (std::uint32_t row = 0; row < rows; ++row) {
      now[row] = rows - 1 - row;
      const auto from = old.codes.begin() + static_cast<long>(row * old.code.stride());
      std::copy(from, from + static_cast<long>(old.code.stride()),
                codes.begin() + static_cast<long>(now[row] * old.code.stride()));
    }
  }
  Result<Bitmap> take() { return take_graph({graph, now}, wanted, taken, Crew(kGoOn)); }

  double links() const {
    std::size_t count = 0, rows = 0;
    for (std::uint32_t row = 0; row < taken.rows(); ++row) {
      count += taken.lists(0).at(row).size();
      rows += taken.lists(0).at(row).empty() ? 0 : 1;
    }
    return static_cast<double>(count) / static_cast<double>(rows);
  }
  // The share of the ten nearest rows left that walks of `ef` find.
  double recall(std::size_t ef) const {
    Random random(8);
    GraphWalker walker(taken);
    double found = 0;
    for (int i = 0; i < 60; ++i) {
      const std::vector<float> point = old.random_point(random);
      const quant::CodeQuery query = old.code.query(point);
      Bitmap left(old.rows);
      for (std::uint32_t row = 0; row < old.rows; ++row)
        if (now[row] != OldGraph::kGone && wanted.test(now[row])) left.set(row);
      walker.search(query, walker.descend(query, 0), 0, ef);
      for (const std::uint32_t row : old.nearest(point, 10, &left))
        for (std::size_t at = 0; at < walker.beam().size(); ++at)
          found += walker.beam().at(at).row == now[row] ? 1 : 0;
    }
    return found / 600;
  }
};

TEST(TakenGraph, has_the_links_and_levels_of_the_old_one_by_the_new_numbers) {
  Fixture fixture(2000, {.m = 6});
  ASSERT_GE(fixture.graph.top_level(), 2u);
  EXPECT_EQ(fixture.take().value().count(), 2000u);
  EXPECT_EQ(fixture.taken.top(), fixture.graph.top_level());
  for (std::uint32_t row = 0; row < 2000; ++row) {
    const std::uint32_t now = fixture.now[row];
    ASSERT_EQ(fixture.taken.level(now), fixture.graph.level(row));
    for (std::uint32_t level = 0; level <= fixture.graph.level(row); ++level) {
      std::vector<std::uint32_t> expected;
      for (const std::uint32_t other :
           level == 0 ? fixture.graph.neighbours(row) : fixture.graph.neighbours_above(row, level))
        expected.push_back(fixture.now[other]);
      const auto links = fixture.taken.lists(level).at(fixture.taken.list_of(now, level));
      EXPECT_EQ(std::vector<std::uint32_t>(links.begin(), links.end()), expected) << row;
    }
  }
}

TEST(TakenGraph, what_is_gone_is_named_by_nobody_and_all_others_are_found) {
  for (const std::uint32_t step : {2u, 3u, 10u}) {
    Fixture whole(3000), fixture(3000);
    ASSERT_TRUE(whole.take().ok());
    for (std::uint32_t row = 0; row < 3000; row += step) {
      if (row % 4 == 0) fixture.now[row] = OldGraph::kGone;
      if (row % 4 != 0) fixture.wanted.clear(fixture.now[row]);
    }
    const Bitmap taken = fixture.take().value();
    EXPECT_EQ(taken.count(), 3000 - (3000 + step - 1) / step);
    for (std::uint32_t row = 0; row < 3000; ++row) {
      const auto links = fixture.taken.lists(0).at(row);
      EXPECT_EQ(links.empty(), !taken.test(row));
      for (const std::uint32_t other : links) {
        EXPECT_TRUE(taken.test(other)) << row;
        EXPECT_NE(other, row);
      }
      EXPECT_EQ(std::set<std::uint32_t>(links.begin(), links.end()).size(), links.size());
    }
    EXPECT_GT(fixture.links(), 0.6 * whole.links()) << "one of " << step;
    EXPECT_GT(fixture.recall(60), whole.recall(60) - 0.01) << "one of " << step;
  }
}

TEST(TakenGraph, is_entered_on_the_highest_level_that_is_left) {
  Fixture fixture(2000, {.m = 6});
  std::uint32_t highest = 0;
  for (std::uint32_t row = 0; row < 2000; ++row) {
    if (fixture.graph.level(row) == fixture.graph.top_level())
      fixture.wanted.clear(fixture.now[row]);
    else
      highest = std::max(highest, fixture.graph.level(row));
  }
  ASSERT_TRUE(fixture.take().ok());
  EXPECT_EQ(fixture.taken.top(), highest);
  EXPECT_TRUE(fixture.wanted.test(fixture.taken.entry()));
  EXPECT_GT(fixture.recall(60), 0.95);
}

TEST(TakenGraph, of_nothing_is_wanted_is_empty) {
  Fixture fixture(300);
  fixture.wanted = Bitmap(300);
  EXPECT_EQ(fixture.take().value().count(), 0u);
  EXPECT_EQ(fixture.taken.entry(), GrowingGraph::kNone);
}

// They hang below the first of their kind: there they could find no neighbours of their own.
TEST(TakenGraph, copies_of_a_row_are_left_out) {
  constexpr std::uint32_t kRows = 1000, kDifferent = 400;
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(kRows * code.stride());
  Random random(12);
  std::vector<std::vector<float>> points;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    points.emplace_back(8);
    for (float& x : points.back()) x = static_cast<float>(random.normal());
    if (row >= kDifferent) points.back() = points[row % 7];
    code.encode(points.back(), &codes[row * code.stride()]);
  }
  const BuiltHnsw built = build_hnsw(
                              code, codes, [](std::uint32_t) { return true; }, {}, kGoOn)
                              .value();
  const HnswGraph graph = HnswGraph::open(kRows, 16, built.entry, built.links, built.upper).value();
  std::vector<std::uint32_t> now(kRows);
  std::iota(now.begin(), now.end(), 0u);
  GrowingGraph taken(code, codes, {});
  const Bitmap rows = take_graph({graph, now}, Bitmap(kRows, true), taken, Crew(kGoOn)).value();
  EXPECT_EQ(rows.count(), kDifferent);
  for (std::uint32_t row = 0; row < kDifferent; ++row) {
    EXPECT_TRUE(rows.test(row));
    for (const std::uint32_t other : taken.lists(0).at(row)) EXPECT_LT(other, kDifferent);
  }
}

TEST(TakenGraph, of_damaged_links_is_refused_or_names_rows_that_there_are) {
  Fixture fixture(200, {.m = 4});
  for (Bytes* bytes : {&fixture.old.built.upper, &fixture.old.built.links}) {
    for (std::size_t at = 0; at < bytes->size(); at += 5) {
      for (const std::byte flip : {std::byte{0x80}, std::byte{0x01}}) {
        (*bytes)[at] ^= flip;
        const auto graph = fixture.old.graph();
        if (graph.ok()) {
          GrowingGraph taken(fixture.old.code, fixture.codes, {.m = 4});
          const auto rows = take_graph({*graph, fixture.now}, fixture.wanted, taken, Crew(kGoOn));
          EXPECT_TRUE(rows.ok() || rows.status().code() == Code::kDataLoss);
          for (std::uint32_t row = 0; rows.ok() && row < 200; ++row)
            for (const std::uint32_t other : taken.lists(0).at(row)) EXPECT_LT(other, 200u);
        }
        (*bytes)[at] ^= flip;
      }
    }
  }
}

}  // namespace
}  // namespace vecstore::index
