#include "index/coded_rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "base/random.h"

namespace vecstore::index {
namespace {

constexpr std::uint32_t kDimension = 64;

// Vectors around a point; every seventh is missing.
struct Rows {
  std::vector<std::vector<float>> vectors;
  std::uint32_t reads = 0;

  explicit Rows(std::uint32_t count, std::uint64_t seed = 4) {
    Random random(seed);
    for (std::uint32_t i = 0; i < count; ++i) vectors.push_back(next(random));
  }
  static std::vector<float> next(Random& random) {
    std::vector<float> vector(kDimension);
    for (float& x : vector) x = static_cast<float>(0.5 + random.normal());
    return vector;
  }
  CodedRows::Read read() {
    return [this](std::uint32_t row, std::span<float> out) -> Result<bool> {
      ++reads;
      if (row % 7 == 6) return false;
      std::copy(vectors[row].begin(), vectors[row].end(), out.begin());
      return true;
    };
  }
  double distance(Metric metric, const std::vector<float>& query, std::uint32_t row) const {
    double square = 0, dot = 0;
    for (std::size_t i = 0; i < query.size(); ++i) {
      const double a = static_cast<double>(query[i]), b = static_cast<double>(vectors[row][i]);
      square += (a - b) * (a - b);
      dot += a * b;
    }
    if (metric == Metric::kEuclidean) return std::sqrt(square);
    return metric == Metric::kDot ? -dot : 1 - dot / (norm_of(query) * norm_of(vectors[row]));
  }
};

TEST(CodedRows, serves_what_is_long_enough_to_gain) {
  EXPECT_TRUE(CodedRows::serves(Metric::kCosine, 384));
  EXPECT_TRUE(CodedRows::serves(Metric::kDot, 32));
  EXPECT_FALSE(CodedRows::serves(Metric::kEuclidean, 31));
  EXPECT_FALSE(CodedRows::serves(Metric::kManhattan, 384));
}

TEST(CodedRows, rows_come_in_whole_blocks_and_once) {
  Rows rows(3000);
  CodedRows codes(Metric::kEuclidean, kDimension);
  ASSERT_TRUE(codes.extend(1023, 5000, rows.read()).ok());
  EXPECT_EQ(codes.rows(), 0u) << "too few";
  ASSERT_TRUE(codes.extend(2000, 500, rows.read()).ok());
  EXPECT_EQ(codes.rows(), 512u);
  ASSERT_TRUE(codes.extend(2000, 5000, rows.read()).ok());
  EXPECT_EQ(codes.rows(), 1984u);
  EXPECT_EQ(rows.reads, 1984u + CodedRows::kLeastRows) << "of these the mean is taken first";
  ASSERT_TRUE(codes.extend(2010, 5000, rows.read()).ok());
  EXPECT_EQ(rows.reads, 1984u + CodedRows::kLeastRows);
  EXPECT_EQ(codes.at_once(2010), 2048u) << "half a millisecond's";
  EXPECT_EQ(codes.at_once(1'001'984), 62'496u) << "a share of what is missing";
  EXPECT_EQ(CodedRows(Metric::kDot, 1 << 17).at_once(5000), 288u);
}

TEST(CodedRows, memory_has_a_bound) {
  CodedRows codes(Metric::kEuclidean, 32);
  const auto read = [](std::uint32_t, std::span<float>) -> Result<bool> { return false; };
  const std::uint32_t more = CodedRows::kMostRows + 100;
  ASSERT_TRUE(codes.extend(more, more, read).ok());
  EXPECT_EQ(codes.rows(), CodedRows::kMostRows);
}

TEST(CodedRows, a_row_that_cannot_be_read_is_tried_again) {
  Rows rows(2048);
  CodedRows codes(Metric::kEuclidean, kDimension), whole(Metric::kEuclidean, kDimension);
  std::uint32_t calls = 0;
  const auto failing = [&](std::uint32_t row, std::span<float> out) -> Result<bool> {
    return ++calls == 1500 ? Result<bool>(data_loss("a bad page")) : rows.read()(row, out);
  };
  EXPECT_EQ(codes.extend(2048, 2048, failing).code(), Code::kDataLoss);
  EXPECT_EQ(codes.rows(), 448u);
  ASSERT_TRUE(codes.extend(2048, 2048, rows.read()).ok());
  ASSERT_TRUE(whole.extend(2048, 2048, rows.read()).ok());
  const auto query = codes.query(rows.vectors[3]);
  for (std::uint32_t block = 0; block < 64; ++block) {
    float found[kBlockRows], expected[kBlockRows];
    codes.bounds(query, block, 100, found);
    whole.bounds(query, block, 100, expected);
    for (std::size_t i = 0; i < kBlockRows; ++i) ASSERT_EQ(found[i], expected[i]);
  }
}

#if !defined(__wasm__)
// What is read is whole, whoever codes; nobody waits.
TEST(CodedRows, many_threads_code_and_compare) {
  Rows rows(4096);
  CodedRows codes(Metric::kEuclidean, kDimension), whole(Metric::kEuclidean, kDimension);
  ASSERT_TRUE(whole.extend(4096, 4096, rows.read()).ok());
  std::atomic<std::uint32_t> until = 1024;
  const auto work = [&](std::size_t seed) {
    const auto query = whole.query(rows.vectors[seed]);
    while (codes.rows() < 4096) {
      const std::uint32_t most = until.load(std::memory_order_relaxed);
      const auto read = [&](std::uint32_t row, std::span<float> out) -> Result<bool> {
        std::copy(rows.vectors[row].begin(), rows.vectors[row].end(), out.begin());
        return row % 7 != 6;
      };
      EXPECT_TRUE(codes.extend(most, 64, read).ok());
      until.store(std::min(4096u, most + 32), std::memory_order_relaxed);
      const std::uint32_t there = codes.rows();
      if (there == 0) continue;
      float found[kBlockRows], expected[kBlockRows];
      codes.bounds(query, there / 32 - 1, 100, found);
      whole.bounds(query, there / 32 - 1, 100, expected);
      for (std::size_t i = 0; i < kBlockRows; ++i) ASSERT_EQ(found[i], expected[i]);
    }
  };
  std::thread one(work, 1), two(work, 2);
  work(3);
  one.join();
  two.join();
  EXPECT_EQ(codes.rows(), 4096u);
}
#endif

TEST(CodedRows, bounds_are_below_distances_under_every_metric) {
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kDot}) {
    Rows rows(2048);
    rows.vectors[40].assign(kDimension, 1e25f);  // too long for a code
    rows.vectors[43].assign(kDimension, 0);
    CodedRows codes(metric, kDimension);
    ASSERT_TRUE(codes.extend(2048, 2048, rows.read()).ok());
    Random random(9);
    std::size_t above = 0, pairs = 0, left_out = 0;
    for (int i = 0; i < 15; ++i) {
      const std::vector<float> vector = Rows::next(random);
      const auto query = codes.query(vector);
      for (std::uint32_t row = 0; row < 2048; ++row) {
        float bounds[kBlockRows];
        const double distance = rows.distance(metric, vector, row);
        const float limit = codes.limit(distance);
        const bool in = (codes.bounds(query, row / 32, limit, bounds) >> row % 32 & 1) != 0;
        EXPECT_TRUE(in || row != 40);
        EXPECT_TRUE(in || row != 43 || metric != Metric::kCosine);
        if (row % 7 == 6) {
          EXPECT_FALSE(in);
        } else if (row != 40 && row != 43) {
          ++pairs;
          above += in ? 0 : 1;
        }
        const float nearer = codes.limit(metric == Metric::kDot ? distance - 40 : distance / 4);
        left_out += (codes.bounds(query, row / 32, nearer, bounds) >> row % 32 & 1) != 0 ? 0 : 1;
      }
    }
    EXPECT_LE(static_cast<double>(above), 0.001 * static_cast<double>(pairs))
        << metric_name(metric);
    EXPECT_GT(left_out, pairs / 2) << "bounds are of use";
  }
}

}  // namespace
}  // namespace vecstore::index
