#include "embed/transformer/sentence_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "embed/transformer/test_models.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;
using Tokens = SentenceEncoder::Tokens;

SentenceEncoder make(const SentenceOptions& options = {}, Precision precision = Precision::kFloat) {
  auto encoder = TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder(precision);
  auto made = SentenceEncoder::make(*std::move(encoder), options);
  EXPECT_TRUE(made.ok()) << made.status().to_string();
  return *std::move(made);
}

// From PyTorch's rows for the first text.
Floats expected(Pooling pooling, std::size_t dimension) {
  const auto text = TinyModel(VECSTORE_SOURCE_DIR, "bert").expected(12).front();
  Floats out(dimension);
  pool(pooling, text.rows.data(), 12, text.ids.size(), out);
  normalize(out);
  return out;
}

TEST(SentenceEncoder, pools_and_normalises_what_the_encoder_makes) {
  const Tokens text = TinyModel(VECSTORE_SOURCE_DIR, "bert").expected(12).front().ids;
  for (Pooling pooling : {Pooling::kMean, Pooling::kFirst, Pooling::kLast}) {
    for (std::size_t dimension : {std::size_t{12}, std::size_t{5}}) {
      const SentenceEncoder encoder = make({.pooling = pooling, .dimension = dimension});
      const Floats found = encoder.embed({&text, 1}).value();
      ASSERT_EQ(found.size(), dimension);
      const Floats wanted = expected(pooling, dimension);
      for (std::size_t i = 0; i < dimension; ++i) EXPECT_NEAR(found[i], wanted[i], 1e-5);
    }
  }
}

TEST(SentenceEncoder, batches_and_threads_do_not_change_a_bit) {
  std::vector<Tokens> texts;
  for (std::uint32_t i = 0; i < 70; ++i) {
    texts.emplace_back();
    for (std::uint32_t t = 0; t < 1 + i % 12; ++t) texts.back().push_back((i * 7 + t * 3) % 20);
  }
  for (Precision precision : {Precision::kFloat, Precision::kInt8}) {
    const Floats alone = make({}, precision).embed(texts).value();
    ASSERT_EQ(alone.size(), 70 * 12u);
    for (int threads : {1, 2, 5}) {
      for (const std::size_t tokens : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
        const SentenceEncoder encoder =
            make({.threads = threads, .batch_tokens = tokens}, precision);
        EXPECT_EQ(encoder.embed(texts).value(), alone)
            << threads << " threads, " << tokens << " tokens";
      }
    }
  }
}

TEST(SentenceEncoder, no_texts_are_no_vectors_and_no_tokens_are_zeros) {
  const SentenceEncoder encoder = make();
  EXPECT_TRUE(encoder.embed({}).value().empty());
  const std::vector<Tokens> texts = {{}, {4, 5}, {}};
  const Floats rows = encoder.embed(texts).value();
  EXPECT_EQ(Floats(rows.begin(), rows.begin() + 12), Floats(12));
  EXPECT_NE(Floats(rows.begin() + 12, rows.begin() + 24), Floats(12));
  EXPECT_EQ(Floats(rows.begin() + 24, rows.end()), Floats(12));
}

TEST(SentenceEncoder, a_cancelled_call_ends) {
  CancelToken cancel;
  const std::vector<Tokens> texts = {{4, 5}};
  EXPECT_TRUE(make().embed(texts, cancel).ok());
  cancel.cancel();
  EXPECT_EQ(make().embed(texts, cancel).status().code(), Code::kCancelled);
}

TEST(SentenceEncoder, what_came_before_it_was_cancelled_is_there) {
  const SentenceEncoder encoder = make({.threads = 2, .batch_tokens = 1});
  std::vector<Tokens> texts(20'000, Tokens(8, 5));
  texts.back().clear();
  const Floats whole = encoder.embed({&texts[0], 1}).value();
  SomeEmbedded some;
  std::ptrdiff_t done = 0;
  for (int calls = 1; done <= 1 && calls < 1'000'000; calls *= 2) {  // until some were in time
    CancelToken cancel;
    std::thread later([&] {
      for (int i = 0; i < calls; ++i) EXPECT_TRUE(encoder.embed({&texts[0], 1}).ok());
      cancel.cancel();
    });
    some = encoder.embed_some(texts, cancel);
    later.join();
    done = std::ranges::count(some.done, true);
  }
  ASSERT_EQ(some.status.code(), Code::kCancelled);
  EXPECT_GT(done, 1);
  EXPECT_LT(static_cast<std::size_t>(done), texts.size());
  EXPECT_TRUE(some.done.back());  // there is nothing to do
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) {
    const auto row = some.rows.begin() + static_cast<std::ptrdiff_t>(i * 12);
    ASSERT_EQ(Floats(row, row + 12), some.done[i] ? whole : Floats(12)) << i;
  }
}

TEST(SentenceEncoder, options_that_cannot_be_are_refused) {
  const auto refused = [](const SentenceOptions& options) {
    auto encoder = TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder();
    return SentenceEncoder::make(*std::move(encoder), options).status().code();
  };
  EXPECT_EQ(refused({.threads = 0}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.threads = 1025}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.batch_tokens = 0}), Code::kInvalidArgument);
  EXPECT_EQ(refused({.dimension = 13}), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
