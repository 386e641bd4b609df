#include "index/hnsw_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "index/test_graph.h"

namespace vecstore::index {
namespace {

const Pace kGoOn = {.keep = [] { return Status(); }};

TEST(HnswBuilder, depends_on_data_options_and_seed_alone) {
  const TestGraph once(500, 24, {}), again(500, 24, {});
  EXPECT_EQ(once.built.entry, again.built.entry);
  EXPECT_EQ(once.built.links, again.built.links);
  EXPECT_EQ(once.built.upper, again.built.upper);
  const TestGraph other(500, 24, {.seed = 43});
  EXPECT_NE(once.built.links, other.built.links);
}

// Points of a kind, with rows that are absent and equal ones.
struct Rows {
  const char* kind;
  std::uint32_t count;
  std::size_t dimension;
  std::uint32_t different;  // the others are copies of these
  std::uint32_t absent;     // every so many-th; 0: none
  double spread;            // of clusters; 0: there are none
};

Bytes coded(const quant::ScalarCode& code, const Rows& rows) {
  Random random(8);
  Bytes codes(rows.count * code.stride());
  std::vector<std::vector<float>> centres(10, std::vector<float>(rows.dimension));
  for (auto& centre : centres)
    for (float& x : centre) x = static_cast<float>(rows.spread * random.normal());
  for (std::uint32_t row = 0; row < rows.count; ++row) {
    std::vector<float> point = centres[random.below(centres.size())];
    for (float& x : point) x += static_cast<float>(random.normal());
    std::byte* at = &codes[row * code.stride()];
    if (row < rows.different) {
      code.encode(point, at);
    } else {
      const std::byte* first = &codes[random.below(rows.different) * code.stride()];
      std::copy(first, first + code.stride(), at);
    }
  }
  return codes;
}

TEST(HnswBuilder, the_number_of_threads_changes_no_byte) {
  const Rows kinds[] = {{"normal", 3000, 24, 3000, 0, 0},
                        {"clustered", 3000, 24, 3000, 0, 8},
                        {"copies", 3000, 8, 400, 0, 0},
                        {"one point", 200, 8, 1, 0, 0},
                        {"absent rows", 3000, 24, 3000, 3, 2},
                        {"few rows", 5, 24, 5, 0, 0},
                        {"one row", 1, 24, 1, 0, 0}};
  for (const Rows& rows : kinds) {
    const quant::ScalarCode code(std::vector<float>(rows.dimension), 11);
    const Bytes codes = coded(code, rows);
    const auto build = [&](int threads, std::size_t allowed) {
      ThreadPool pool(threads - 1);
      const Pace pace{
          .keep = [] { return Status(); }, .pool = &pool, .threads = [=] { return allowed; }};
      const auto present = [&](std::uint32_t row) {
        return rows.absent == 0 || row % rows.absent != 0;
      };
      return build_hnsw(code, codes, present, {.m = 8, .ef_construction = 40}, pace).value();
    };
    const BuiltHnsw alone = build(1, 1);
    for (const int threads : {2, 3, 7}) {
      const BuiltHnsw together = build(threads, static_cast<std::size_t>(threads));
      EXPECT_EQ(alone.entry, together.entry) << rows.kind << ", " << threads;
      EXPECT_EQ(alone.links, together.links) << rows.kind << ", " << threads;
      EXPECT_EQ(alone.upper, together.upper) << rows.kind << ", " << threads;
      ASSERT_EQ(alone.recall.points().size(), together.recall.points().size());
      for (std::size_t i = 0; i < alone.recall.points().size(); ++i)
        EXPECT_EQ(alone.recall.points()[i].share, together.recall.points()[i].share);
    }
  }
}

// Whatever a build does when it is told to end, it ends, and asks nothing more.
TEST(HnswBuilder, ends_in_every_phase) {
  const TestGraph rows(2500, 8, {});
  const auto all = [](std::uint32_t) { return true; };
  ThreadPool pool(2);
  for (const std::size_t threads : {1u, 3u}) {
    int calls = 0, last = 0;
    const auto keep = [&] { return ++calls == last ? cancelled("enough") : Status(); };
    const Pace pace{.keep = keep, .pool = &pool, .threads = [=] { return threads; }};
    const HnswOptions options{.m = 4, .ef_construction = 8};
    ASSERT_TRUE(build_hnsw(rows.code, rows.codes, all, options, pace).ok());
    const int whole = calls;
    ASSERT_GT(whole, 20);
    for (last = 1; last <= whole; last += 1 + whole / 40) {
      calls = 0;
      EXPECT_EQ(build_hnsw(rows.code, rows.codes, all, options, pace).status().code(),
                Code::kCancelled);
      EXPECT_EQ(calls, last);
    }
  }
}

TEST(HnswBuilder, honours_m_and_ef_construction) {
  const TestGraph small(800, 24, {.m = 4, .ef_construction = 16});
  const TestGraph large(800, 24, {.m = 32, .ef_construction = 16});
  const TestGraph careful(800, 24, {.m = 4, .ef_construction = 200});
  EXPECT_EQ(small.built.links.size(), 800u * 9 * 4);
  EXPECT_EQ(large.built.links.size(), 800u * 65 * 4);
  EXPECT_NE(small.built.links, careful.built.links);
  const HnswGraph graph = large.graph().value();
  std::size_t longest = 0;
  for (std::uint32_t row = 0; row < 800; ++row)
    longest = std::max(longest, graph.neighbours(row).size());
  EXPECT_GT(longest, 8u) << "wide lists are used";
}

TEST(HnswBuilder, every_level_is_a_sample_of_the_one_below) {
  const TestGraph built(4000, 8, {.m = 8});
  const HnswGraph graph = built.graph().value();
  ASSERT_GE(graph.top_level(), 2u);
  std::vector<std::size_t> members(graph.top_level() + 1);
  for (std::uint32_t row = 0; row < 4000; ++row) {
    std::set<std::uint32_t> unique(graph.neighbours(row).begin(), graph.neighbours(row).end());
    EXPECT_EQ(unique.size(), graph.neighbours(row).size());
    EXPECT_FALSE(unique.contains(row));
    EXPECT_FALSE(unique.empty());
    for (std::uint32_t level = 1; level <= graph.top_level(); ++level)
      members[level] += graph.neighbours_above(row, level).empty() ? 0 : 1;
  }
  EXPECT_NEAR(static_cast<double>(members[1]), 4000 / 8.0, 120);
  EXPECT_LT(members[2], members[1]);
}

TEST(HnswBuilder, ends_when_the_pace_says_so) {
  const TestGraph rows(2000, 8, {});
  int calls = 0;
  const auto built =
      build_hnsw(rows.code, rows.codes, [](std::uint32_t) { return true; }, {},
                 {.keep = [&] { return ++calls == 3 ? cancelled("enough") : Status(); }});
  EXPECT_EQ(built.status().code(), Code::kCancelled);
  EXPECT_EQ(calls, 3);
}

TEST(HnswBuilder, measures_what_walks_find_for_rows_held_out) {
  const TestGraph built(4000, 24, {.m = 8});
  const auto& points = built.built.recall.points();
  ASSERT_EQ(points.size(), std::size(kCurveEfs));
  EXPECT_LT(points.front().share, 0.97);
  EXPECT_GT(points.back().share, 0.98);
  Random random(99);
  for (const RecallPoint& point : points) {
    double found = 0;
    for (int i = 0; i < 100; ++i) {
      const auto query = built.random_point(random);
      const auto walked = built.search(query, {.ef = point.ef}).value().rows;
      for (const std::uint32_t row : built.nearest(query, kCurveK, nullptr))
        found += std::any_of(walked.begin(), walked.end(),
                             [&](const Candidate& c) { return c.row == row; });
    }
    EXPECT_GT(found / 1000, point.share - 0.02) << point.ef;
    EXPECT_LT(found / 1000, point.share + 0.06) << point.ef;
  }
  EXPECT_TRUE(TestGraph(2000, 24, {}).built.recall.points().empty()) << "too few to hold some out";
}

// Equal points have equal codes: nothing tells them apart, and all must be found.
TEST(HnswBuilder, many_equal_points_stay_reachable) {
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(300 * code.stride());
  for (std::uint32_t row = 0; row < 300; ++row)
    code.encode(std::vector<float>(8, row < 150 ? 1.0f : 2.0f), &codes[row * code.stride()]);
  const BuiltHnsw built = build_hnsw(
                              code, codes, [](std::uint32_t) { return true; }, {}, kGoOn)
                              .value();
  const HnswGraph graph = HnswGraph::open(300, 16, built.entry, built.links, built.upper).value();
  const auto query = code.query(std::vector<float>(8, 2.0f));
  const HnswFound found = search_hnsw({graph, code, codes.data()}, query, {.ef = 50}).value();
  ASSERT_EQ(found.rows.size(), 50u);
  for (const Candidate& c : found.rows) EXPECT_GE(c.row, 150u);
}

// Points of which most are copies of a few: in every list copies would leave no room for others.
TEST(HnswBuilder, equal_points_do_not_wall_off_the_others) {
  constexpr std::uint32_t kRows = 2000, kCopies = 1600;
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(kRows * code.stride());
  Random random(12);
  std::vector<std::vector<float>> points(kRows, std::vector<float>(8, 1.0f));
  for (std::uint32_t row = 0; row < kRows; ++row) {
    if (row >= kCopies)
      for (float& x : points[row]) x = static_cast<float>(random.normal());
    code.encode(points[row], &codes[row * code.stride()]);
  }
  const BuiltHnsw built = build_hnsw(
                              code, codes, [](std::uint32_t row) { return row != 0; }, {}, kGoOn)
                              .value();
  const HnswGraph graph = HnswGraph::open(kRows, 16, built.entry, built.links, built.upper).value();
  int found_itself = 0;
  for (std::uint32_t row = kCopies; row < kRows; ++row) {
    const HnswFound found =
        search_hnsw({graph, code, codes.data()}, code.query(points[row]), {.ef = 10}).value();
    found_itself += found.rows.front().row == row ? 1 : 0;
  }
  EXPECT_GT(found_itself, 395);
  const HnswFound copies =
      search_hnsw({graph, code, codes.data()}, code.query(points[0]), {.ef = 1599}).value();
  ASSERT_EQ(copies.rows.size(), 1599u);
  for (const Candidate& c : copies.rows) EXPECT_TRUE(c.row > 0 && c.row < kCopies) << c.row;
}

// Points in several graphs, whose rows are dealt to one: every so many-th row of all is gone.
struct Merge {
  quant::ScalarCode code{std::vector<float>(24), 11};
  HnswOptions options{.m = 8, .ef_construction = 60};
  std::uint32_t rows = 0;  // of the merged
  Bytes codes;
  std::vector<std::vector<float>> points;
  std::vector<BuiltHnsw> built;
  std::vector<std::uint32_t> sizes;
  std::vector<std::vector<std::uint32_t>> now;

  // `spread` 0: one cloud; `apart`: each graph has points of its own place.
  Merge(std::vector<std::uint32_t> given, std::uint32_t gone, double spread, double apart = 0)
      : sizes(std::move(given)) {
    Random random(21);
    std::vector<std::vector<float>> centres(10, std::vector<float>(24));
    for (auto& centre : centres)
      for (float& x : centre) x = static_cast<float>(spread * random.normal());
    for (std::size_t graph = 0; graph < sizes.size(); ++graph) {
      Bytes own(sizes[graph] * code.stride());
      now.emplace_back();
      for (std::uint32_t row = 0; row < sizes[graph]; ++row) {
        std::vector<float> point = centres[random.below(centres.size())];
        for (float& x : point) x += static_cast<float>(random.normal());
        point[0] += static_cast<float>(apart * static_cast<double>(graph));
        code.encode(point, &own[row * code.stride()]);
        const bool lives = gone == 0 || row % gone != 1;
        now.back().push_back(lives ? rows++ : OldGraph::kGone);
        if (!lives) continue;
        points.push_back(point);
        codes.insert(codes.end(), own.begin() + static_cast<long>(row * code.stride()),
                     own.begin() + static_cast<long>((row + 1) * code.stride()));
      }
      built.push_back(build_hnsw(
                          code, own, [](std::uint32_t) { return true; }, options, kGoOn)
                          .value());
    }
  }
  std::vector<OldGraph> graphs() const {
    std::vector<OldGraph> all;
    for (std::size_t i = 0; i < built.size(); ++i)
      all.push_back(
          {HnswGraph::open(sizes[i], options.m, built[i].entry, built[i].links, built[i].upper)
               .value(),
           now[i]});
    return all;
  }
  Result<BuiltHnsw> merged(std::span<const OldGraph> old, const Pace& pace = kGoOn) const {
    return build_hnsw(
        code, codes, [](std::uint32_t) { return true; }, options, pace, old);
  }
  // The share of the ten nearest that a walk of 20 finds; what it compares is added up.
  double recall(const BuiltHnsw& of, std::uint64_t& compared) const {
    const HnswGraph graph = HnswGraph::open(rows, options.m, of.entry, of.links, of.upper).value();
    Random random(5);
    double found = 0;
    for (int i = 0; i < 100; ++i) {
      std::vector<float> query = points[random.below(rows)];
      for (float& x : query) x += static_cast<float>(random.normal()) / 2;
      const quant::CodeQuery from = code.query(query);
      std::vector<Candidate> all;
      for (std::uint32_t row = 0; row < rows; ++row)
        all.push_back({code.distance(from, &codes[row * code.stride()]), row});
      std::partial_sort(all.begin(), all.begin() + 10, all.end());
      const HnswFound walked = search_hnsw({graph, code, codes.data()}, from, {.ef = 20}).value();
      compared += walked.distances;
      for (std::size_t at = 0; at < 10; ++at)
        found += std::any_of(walked.rows.begin(), walked.rows.end(),
                             [&](const Candidate& c) { return c.row == all[at].row; });
    }
    return found / 1000;
  }
};

TEST(HnswBuilder, graphs_that_are_merged_find_what_one_built_anew_does) {
  const Merge kinds[] = {Merge({2000, 2000}, 0, 0),
                         Merge({3600, 400}, 0, 4),
                         Merge({900, 1000, 1100, 1000}, 0, 4),
                         Merge({2000, 1500}, 5, 0),
                         Merge({1500, 1500, 1500}, 3, 4),
                         Merge({2000, 1000, 1000}, 0, 0, 12),
                         Merge({3000}, 4, 4)};
  for (const Merge& merge : kinds) {
    std::uint64_t compared = 0, compared_anew = 0;
    const double anew = merge.recall(merge.merged({}).value(), compared_anew);
    const double merged = merge.recall(merge.merged(merge.graphs()).value(), compared);
    EXPECT_GT(merged, anew - 0.02) << merge.rows;
    EXPECT_LT(compared * 20, compared_anew * 21) << merge.rows;
  }
}

TEST(HnswBuilder, the_largest_graph_is_taken_over_and_the_others_are_searched_for_less) {
  const Merge merge({400, 2600, 300}, 0, 0);
  const BuiltHnsw built = merge.merged(merge.graphs()).value();
  const HnswGraph graph =
      HnswGraph::open(merge.rows, merge.options.m, built.entry, built.links, built.upper).value();
  const HnswGraph old = merge.graphs()[1].graph;
  double kept = 0, links = 0;
  for (std::uint32_t row = 0; row < 2600; ++row) {
    const auto now = graph.neighbours(merge.now[1][row]);
    for (const std::uint32_t other : old.neighbours(row)) {
      links += 1;
      kept += std::count(now.begin(), now.end(), merge.now[1][other]) > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(kept / links, 0.7);
}

TEST(HnswBuilder, a_merged_graph_is_the_same_for_any_number_of_threads) {
  const Merge merge({1500, 1200, 900}, 4, 4);
  const std::vector<OldGraph> old = merge.graphs();
  const BuiltHnsw alone = merge.merged(old).value();
  for (const std::size_t threads : {2u, 5u}) {
    ThreadPool pool(static_cast<int>(threads) - 1);
    const Pace pace{
        .keep = [] { return Status(); }, .pool = &pool, .threads = [=] { return threads; }};
    const BuiltHnsw together = merge.merged(old, pace).value();
    EXPECT_EQ(alone.entry, together.entry);
    EXPECT_EQ(alone.links, together.links);
    EXPECT_EQ(alone.upper, together.upper);
    ASSERT_EQ(alone.recall.points().size(), together.recall.points().size());
    for (std::size_t i = 0; i < alone.recall.points().size(); ++i)
      EXPECT_EQ(alone.recall.points()[i].share, together.recall.points()[i].share);
  }
}

TEST(HnswBuilder, a_merge_ends_in_every_phase) {
  const Merge merge({1500, 1200}, 4, 0);
  const std::vector<OldGraph> old = merge.graphs();
  int calls = 0, last = 0;
  const Pace pace{.keep = [&] { return ++calls == last ? cancelled("enough") : Status(); }};
  ASSERT_TRUE(merge.merged(old, pace).ok());
  const int whole = calls;
  for (last = 1; last <= whole; last += 1 + whole / 40) {
    calls = 0;
    EXPECT_EQ(merge.merged(old, pace).status().code(), Code::kCancelled);
    EXPECT_EQ(calls, last);
  }
}

// Their copies are in the old graph too, where they are linked to nothing else.
TEST(HnswBuilder, copies_whose_first_is_gone_are_found_after_a_merge) {
  constexpr std::uint32_t kRows = 600;
  const quant::ScalarCode code(std::vector<float>(8), 1);
  Bytes codes(kRows * code.stride());
  Random random(13);
  std::vector<float> point(8);
  for (std::uint32_t row = 0; row < kRows; ++row) {  // pairs of equal rows
    for (float& x : point)
      if (row % 2 == 0) x = static_cast<float>(random.normal());
    code.encode(point, &codes[row * code.stride()]);
  }
  const auto all = [](std::uint32_t) { return true; };
  const BuiltHnsw built = build_hnsw(code, codes, all, {}, kGoOn).value();
  const OldGraph old{HnswGraph::open(kRows, 16, built.entry, built.links, built.upper).value(), {}};
  std::vector<std::uint32_t> now(kRows);  // every fourth row is gone, the first of a pair
  Bytes left;
  std::uint32_t rows = 0;
  for (std::uint32_t row = 0; row < kRows; ++row) {
    now[row] = row % 4 == 0 ? OldGraph::kGone : rows++;
    if (row % 4 != 0)
      left.insert(left.end(), codes.begin() + static_cast<long>(row * code.stride()),
                  codes.begin() + static_cast<long>((row + 1) * code.stride()));
  }
  const std::vector<OldGraph> graphs = {{old.graph, now}};
  const BuiltHnsw merged = build_hnsw(code, left, all, {}, kGoOn, graphs).value();
  const HnswGraph graph =
      HnswGraph::open(rows, 16, merged.entry, merged.links, merged.upper).value();
  int found_itself = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    const quant::CodeQuery query = code.query_of(&left[row * code.stride()]);
    const HnswFound found = search_hnsw({graph, code, left.data()}, query, {.ef = 20}).value();
    found_itself += std::any_of(found.rows.begin(), found.rows.end(),
                                [&](const Candidate& c) { return c.row == row; });
  }
  EXPECT_GT(found_itself, 445) << "of " << rows;
}

}  // namespace
}  // namespace vecstore::index
