#include "index/hnsw_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "index/hnsw_index_builder.h"
#include "index/naive_distance.h"

namespace vecstore::index {
namespace {

std::vector<double> wide(const std::vector<float>& vector) {
  return {vector.begin(), vector.end()};
}

struct Sample {
  Metric metric;
  std::size_t dimension = 24;
  Quantization quantization = Quantization::kAuto;
  std::vector<std::vector<float>> rows;
  Random random{17};

  Sample(Metric of, std::size_t count) : metric(of) {
    for (std::size_t i = 0; i < count; ++i) rows.push_back(point());
  }
  std::vector<float> point() {
    std::vector<float> made(dimension);
    const float length = 0.5f + static_cast<float>(random.below(100)) / 50;
    for (float& x : made) x = 1 + length * static_cast<float>(random.normal());
    return made;
  }
  HnswRows described() const {
    return {metric,
            static_cast<std::uint32_t>(dimension),
            static_cast<std::uint32_t>(rows.size()),
            [](std::uint32_t row) { return row % 10 != 3; },
            [this] {
              return
                  [this](std::uint32_t row) { return Result<std::span<const float>>(rows[row]); };
            },
            quantization};
  }
  std::vector<std::uint32_t> nearest(const std::vector<float>& query, std::size_t k) const {
    std::vector<std::pair<double, std::uint32_t>> all;
    for (std::uint32_t row = 0; row < rows.size(); ++row)
      if (row % 10 != 3) all.push_back({naive_distance(metric, wide(query), wide(rows[row])), row});
    std::sort(all.begin(), all.end());
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < k; ++i) ids.push_back(all[i].second);
    return ids;
  }
};

const Pace kGoOn = {.keep = [] { return Status(); }};

HnswIndex open(const BuiltHnswIndex& built, std::uint32_t rows) {
  return HnswIndex::open({built.space, rows, HnswOptions().m, built.entry, built.codes, built.links,
                          built.upper})
      .value();
}

BuiltHnswIndex build(const Sample& sample, const HnswOptions& options = {}) {
  return build_hnsw_index(sample.described(), options, kGoOn).value().value();
}

// The share of the nearest among the contenders by estimate.
double share(const HnswIndex& index, const std::vector<std::uint32_t>& truth,
             const std::vector<Candidate>& found) {
  const std::size_t shown = std::min(found.size(), index.contenders(truth.size()));
  const auto end = found.begin() + static_cast<std::ptrdiff_t>(shown);
  double hits = 0;
  for (const std::uint32_t row : truth)
    hits += std::any_of(found.begin(), end, [&](const Candidate& c) { return c.row == row; });
  return hits / static_cast<double>(truth.size());
}

class HnswIndexOf : public testing::TestWithParam<Metric> {};
INSTANTIATE_TEST_SUITE_P(metrics, HnswIndexOf,
                         testing::Values(Metric::kEuclidean, Metric::kCosine, Metric::kDot));

TEST_P(HnswIndexOf, finds_the_nearest_in_the_metrics_order) {
  Sample sample(GetParam(), 2500);
  const BuiltHnswIndex built = build(sample);
  const HnswIndex index = open(built, 2500);
  Bitmap present(2500, true);
  for (std::size_t row = 3; row < 2500; row += 10) present.clear(row);
  // The longest rows are the nearest of many queries that lie far from all rows: a harder walk.
  const std::size_t ef = GetParam() == Metric::kDot ? 400 : 100;
  double walked = 0, scanned = 0;
  for (int i = 0; i < 30; ++i) {
    const auto query = sample.point();
    const auto truth = sample.nearest(query, 10);
    const quant::CodeQuery asked = index.query(query);
    walked += share(index, truth, index.search(asked, {.ef = ef}).value().rows) / 30;
    scanned += share(index, truth, index.scan(asked, present, index.contenders(10))) / 30;
  }
  EXPECT_GT(walked, GetParam() == Metric::kDot ? 0.95 : 0.97);
  EXPECT_GT(scanned, 0.99);
}

TEST(HnswIndex, the_same_rows_give_the_same_bytes) {
  const Sample sample(Metric::kCosine, 600);
  const BuiltHnswIndex one = build(sample);
  const BuiltHnswIndex two = build(sample);
  const BuiltHnswIndex other = build(sample, {.seed = 43});
  EXPECT_EQ(one.codes, two.codes);
  EXPECT_EQ(one.links, two.links);
  EXPECT_EQ(one.upper, two.upper);
  EXPECT_NE(one.codes, other.codes);
}

TEST(HnswIndex, other_codes_are_those_that_a_build_gives) {
  for (const Metric metric : {Metric::kEuclidean, Metric::kCosine, Metric::kDot}) {
    Sample sample(metric, 600);
    const BuiltHnswIndex first = build(sample);
    for (const Quantization wanted : {Quantization::kSq8, Quantization::kSq4, Quantization::kSq2,
                                      Quantization::kRabitq1, Quantization::kAuto}) {
      sample.quantization = wanted;
      const BuiltHnswIndex built = build(sample);
      const BuiltHnswIndex made = recode_hnsw_index(sample.described(), first.space, kGoOn).value();
      EXPECT_EQ(made.codes, built.codes);
      EXPECT_EQ(made.stride, built.stride);
      EXPECT_EQ(made.space.bits, built.space.bits);
      EXPECT_EQ(built.links, first.links);
      EXPECT_EQ(built.upper, first.upper);
    }
  }
}

TEST(HnswIndex, the_number_of_threads_changes_no_byte) {
  for (const Metric metric : {Metric::kEuclidean, Metric::kDot}) {
    const Sample sample(metric, 3000);
    const BuiltHnswIndex alone = build(sample);
    for (const int threads : {2, 3, 7}) {
      ThreadPool pool(threads - 1);
      const auto allowed = [=] { return static_cast<std::size_t>(threads); };
      const Pace pace{.keep = [] { return Status(); }, .pool = &pool, .threads = allowed};
      const auto together = build_hnsw_index(sample.described(), {}, pace).value().value();
      EXPECT_EQ(alone.space.mean, together.space.mean);
      EXPECT_EQ(alone.space.longest, together.space.longest);
      EXPECT_EQ(alone.codes, together.codes);
      EXPECT_EQ(alone.links, together.links);
      EXPECT_EQ(alone.upper, together.upper);
    }
  }
}

TEST(HnswIndex, a_row_that_cannot_be_read_is_an_error) {
  const Sample sample(Metric::kEuclidean, 500);
  HnswRows rows = sample.described();
  rows.reader = [&] {
    return [&](std::uint32_t row) -> Result<std::span<const float>> {
      if (row == 477) return data_loss("row 477");
      return std::span<const float>(sample.rows[row]);
    };
  };
  EXPECT_EQ(build_hnsw_index(rows, {}, kGoOn).status().code(), Code::kDataLoss);
}

TEST(HnswIndex, rows_beyond_floats_and_no_rows_have_none) {
  Sample sample(Metric::kEuclidean, 50);
  sample.rows[7][2] = 1e30f;
  EXPECT_FALSE(build_hnsw_index(sample.described(), {}, kGoOn).value().has_value());
  EXPECT_FALSE(HnswIndex::serves(sample.rows[7]));
  EXPECT_TRUE(HnswIndex::serves(sample.rows[6]));
  HnswRows none = sample.described();
  none.present = [](std::uint32_t) { return false; };
  EXPECT_FALSE(build_hnsw_index(none, {}, kGoOn).value().has_value());
}

TEST(HnswIndex, tiny_and_equal_rows_are_found) {
  Sample sample(Metric::kEuclidean, 300);
  for (auto& row : sample.rows) std::fill(row.begin(), row.end(), 1e-38f);
  const BuiltHnswIndex built = build(sample);
  const HnswIndex index = open(built, 300);
  EXPECT_EQ(index.search(index.query(sample.rows[0]), {.ef = 20}).value().rows.size(), 20u);
}

TEST(HnswIndex, the_pace_ends_a_build) {
  const Sample sample(Metric::kEuclidean, 2000);
  int calls = 0;
  const Pace stop = {.keep = [&] { return ++calls > 12 ? cancelled("enough") : Status(); }};
  EXPECT_EQ(build_hnsw_index(sample.described(), {}, stop).status().code(), Code::kCancelled);
}

TEST(HnswIndex, parts_that_do_not_fit_are_damage) {
  const Sample sample(Metric::kDot, 100);
  const BuiltHnswIndex built = build(sample);
  const HnswIndex::Parts good{built.space, 100,         HnswOptions().m, built.entry,
                              built.codes, built.links, built.upper};
  EXPECT_TRUE(HnswIndex::open(good).ok());
  const auto refused = [&](auto change) {
    HnswIndex::Parts bad = good;
    change(bad);
    return HnswIndex::open(bad).status().code() == Code::kDataLoss;
  };
  EXPECT_TRUE(refused([](auto& p) { p.codes = p.codes.first(p.codes.size() - 1); }));
  EXPECT_TRUE(refused([](auto& p) { p.links = p.links.first(p.links.size() - 4); }));
  EXPECT_TRUE(refused([](auto& p) { p.space.mean.pop_back(); }));
  EXPECT_TRUE(refused([](auto& p) { p.space.metric = Metric::kHamming; }));
  EXPECT_TRUE(refused([](auto& p) { p.rows = 99; }));
  EXPECT_TRUE(refused([](auto& p) { p.entry = 100; }));
}

// One row can take from all others what tells them apart.
TEST(HnswIndex, under_dot_one_row_far_longer_than_the_others_leaves_none) {
  for (const Metric metric : {Metric::kDot, Metric::kEuclidean}) {
    Sample sample(metric, 1000);
    const auto built = [&] {
      return build_hnsw_index(sample.described(), {}, kGoOn).value().has_value();
    };
    for (float& x : sample.rows[70]) x *= 10;
    EXPECT_TRUE(built());
    for (float& x : sample.rows[70]) x *= 10;
    EXPECT_EQ(built(), metric == Metric::kEuclidean);
  }
}

}  // namespace
}  // namespace vecstore::index
