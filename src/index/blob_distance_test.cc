#include "index/blob_distance.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "base/coding.h"
#include "base/random.h"
#include "index/naive_distance.h"

namespace vecstore::index {
namespace {

std::vector<double> spread(const SparseVector& vector) {
  std::vector<double> all(vector.dimension);
  for (std::size_t i = 0; i < vector.indices.size(); ++i)
    all[vector.indices[i]] = static_cast<double>(vector.values[i]);
  return all;
}

SparseVector random_sparse(Random& random, std::uint32_t dimension, bool positive) {
  SparseVector vector{dimension, {}, {}};
  for (std::uint32_t i = 0; i < dimension; ++i) {
    if (random.below(3) != 0 && !(i == 0 && vector.indices.empty())) continue;
    const float value = static_cast<float>(random.normal());
    vector.indices.push_back(i);
    vector.values.push_back(positive ? std::fabs(value) : value);
  }
  return vector;
}

TEST(SparseDistance, every_metric_is_what_the_dense_form_gives) {
  Random random(42);
  for (const Metric metric : kEveryMetric) {
    for (int round = 0; round < 50; ++round) {
      const bool positive = metric == Metric::kJaccard;
      const SparseVector a = random_sparse(random, 40, positive);
      const SparseVector b = random_sparse(random, 40, positive);
      const double expected = naive_distance(metric, spread(a), spread(b));
      EXPECT_NEAR(sparse_distance(metric, a, b), expected, 1e-9 * (1 + std::fabs(expected)))
          << metric_name(metric);
    }
  }
}

TEST(SparseDistance, vectors_without_a_common_index_have_no_dot_product) {
  EXPECT_EQ(sparse_distance(Metric::kDot, {9, {1, 3}, {1, 1}}, {9, {0, 2, 8}, {1, 1, 1}}), 0);
  EXPECT_EQ(sparse_distance(Metric::kCosine, {9, {1}, {2}}, {9, {2}, {2}}), 1);
  EXPECT_EQ(sparse_distance(Metric::kJaccard, {9, {}, {}}, {9, {}, {}}), 0) << "0/0 is 0";
  EXPECT_EQ(sparse_distance(Metric::kBrayCurtis, {9, {}, {}}, {9, {}, {}}), 0) << "0/0 is 0";
}

TEST(SparseCodec, what_is_encoded_comes_back) {
  Random random(1);
  for (int round = 0; round < 20; ++round) {
    const SparseVector vector = random_sparse(random, 100, false);
    Bytes bytes;
    encode_sparse(vector, bytes);
    EXPECT_EQ(decode_sparse(100, bytes).value(), vector);
  }
}

TEST(SparseCodec, every_cut_and_every_wrong_index_is_refused) {
  Bytes bytes;
  encode_sparse({10, {2, 5}, {1, 2}}, bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(decode_sparse(10, ByteView(bytes).first(length)).status().code(), Code::kDataLoss);
  EXPECT_FALSE(decode_sparse(5, bytes).ok()) << "index 5 is outside dimension 5";
  Bytes equal;
  encode_sparse({10, {2, 2}, {1, 2}}, equal);
  EXPECT_FALSE(decode_sparse(10, equal).ok());
  Bytes huge;
  put_u32(huge, 0xffffffff);
  EXPECT_FALSE(decode_sparse(10, huge).ok());
}

TEST(BinaryDistance, hamming_counts_bits_and_jaccard_divides_them) {
  Random random(9);
  for (std::size_t bytes = 1; bytes <= 70; ++bytes) {
    Bytes a(bytes), b(bytes);
    int differ = 0, both = 0, either = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      const auto x = static_cast<unsigned>(random.below(256));
      const auto y = static_cast<unsigned>(random.below(256));
      a[i] = std::byte(x);
      b[i] = std::byte(y);
      differ += std::popcount(x ^ y);
      both += std::popcount(x & y);
      either += std::popcount(x | y);
    }
    EXPECT_EQ(binary_distance(Metric::kHamming, a, b), differ);
    EXPECT_NEAR(binary_distance(Metric::kJaccard, a, b),
                either == 0 ? 0 : 1 - static_cast<double>(both) / either, 1e-6);
  }
}

TEST(BinaryDistance, two_empty_sets_are_equal) {
  const Bytes none(8);
  EXPECT_EQ(binary_distance(Metric::kJaccard, none, none), 0);
}

MultiVector random_multi(Random& random, std::uint32_t dimension, std::size_t count,
                         bool positive) {
  MultiVector vector{dimension, std::vector<float>(dimension * count)};
  for (float& x : vector.values) {
    x = static_cast<float>(random.normal());
    if (positive) x = std::fabs(x);
  }
  return vector;
}

std::vector<double> row_of(const MultiVector& vector, std::size_t row) {
  const auto begin = vector.values.begin() + static_cast<std::ptrdiff_t>(row * vector.dimension);
  return {begin, begin + vector.dimension};
}

double naive_late_interaction(Metric metric, const MultiVector& query,
                              const MultiVector& document) {
  double sum = 0;
  for (std::size_t q = 0; q * query.dimension < query.values.size(); ++q) {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t d = 0; d * document.dimension < document.values.size(); ++d)
      nearest = std::min(nearest, naive_distance(metric, row_of(query, q), row_of(document, d)));
    sum += nearest;
  }
  return sum;
}

TEST(MultiDistance, every_metric_is_the_sum_of_the_nearest) {
  Random random(10);
  for (const Metric metric : kEveryMetric) {
    for (std::size_t count = 1; count <= 6; ++count) {
      const bool positive = metric == Metric::kJaccard;
      const MultiVector query = random_multi(random, 17, 7 - count, positive);
      const MultiVector document = random_multi(random, 17, count, positive);
      const double expected = naive_late_interaction(metric, query, document);
      EXPECT_NEAR(multi_distance(metric, query, document), expected,
                  2e-5 * (1 + std::fabs(expected)))
          << metric_name(metric);
    }
  }
}

TEST(MultiDistance, an_empty_query_is_near_and_an_empty_document_far) {
  const MultiVector some{2, {1, 2}};
  const MultiVector none{2, {}};
  EXPECT_EQ(multi_distance(Metric::kEuclidean, none, some), 0);
  EXPECT_EQ(multi_distance(Metric::kEuclidean, some, none),
            std::numeric_limits<double>::infinity());
}

TEST(MultiScore, is_maxsim_under_cosine_and_dot) {
  const MultiVector query{2, {1, 0, 0, 1}};
  const MultiVector document{2, {1, 0, 1, 1}};
  const double cosine = multi_distance(Metric::kCosine, query, document);
  EXPECT_NEAR(multi_score(Metric::kCosine, 2, cosine), 1 + std::sqrt(0.5), 1e-6);
  const double dot = multi_distance(Metric::kDot, query, document);
  EXPECT_NEAR(multi_score(Metric::kDot, 2, dot), 2, 1e-6);
  EXPECT_NEAR(multi_score(Metric::kManhattan, 2, 3), 0.25, 1e-9);
}

TEST(MultiCodec, f32_comes_back_exactly_and_halves_nearly) {
  Random random(12);
  const MultiVector vector = random_multi(random, 5, 4, false);
  for (const ElementType type : {ElementType::kF32, ElementType::kF16, ElementType::kBF16}) {
    Bytes bytes;
    encode_multi(type, vector, bytes);
    const MultiVector back = decode_multi(type, 5, bytes).value();
    ASSERT_EQ(back.values.size(), vector.values.size());
    EXPECT_TRUE(type != ElementType::kF32 || back == vector);
    for (std::size_t i = 0; i < back.values.size(); ++i)
      EXPECT_NEAR(back.values[i], vector.values[i], 0.02);
  }
}

TEST(MultiCodec, every_cut_is_refused) {
  Bytes bytes;
  encode_multi(ElementType::kF32, {3, {1, 2, 3, 4, 5, 6}}, bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(decode_multi(ElementType::kF32, 3, ByteView(bytes).first(length)).status().code(),
              Code::kDataLoss);
  EXPECT_FALSE(decode_multi(ElementType::kF32, 2, bytes).ok());
}

}  // namespace
}  // namespace vecstore::index
