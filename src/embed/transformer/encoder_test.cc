#include "embed/transformer/encoder.h"

#include <gtest/gtest.h>

#include <cmath>

#include "embed/transformer/test_models.h"

namespace vecstore {
namespace {

TinyModel tiny(const std::string& name) { return TinyModel(VECSTORE_SOURCE_DIR, name); }

TokenBatch batch_of(const std::vector<ExpectedText>& texts) {
  TokenBatch batch;
  for (const ExpectedText& text : texts) {
    batch.ids.insert(batch.ids.end(), text.ids.begin(), text.ids.end());
    batch.ends.push_back(batch.ids.size());
  }
  return batch;
}

// All rows of a batch, without what pads them.
std::vector<float> rows_of(const Encoder& encoder, const TokenBatch& batch) {
  Workspace workspace;
  const TokenRows rows = encoder.encode(batch, workspace).value();
  std::vector<float> all;
  for (std::size_t t = 0; t < batch.ids.size(); ++t) {
    all.insert(all.end(), rows.row(t), rows.row(t) + encoder.config().hidden);
  }
  return all;
}

double cosine(const float* a, const float* b, std::size_t size) {
  double dot = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < size; ++i) {
    dot += double{a[i]} * b[i];
    aa += double{a[i]} * a[i];
    bb += double{b[i]} * b[i];
  }
  return dot / std::sqrt(aa * bb);
}

TEST(Encoder, every_family_is_what_pytorch_makes_of_it) {
  for (const char* name : kTinyModels) {
    const auto encoder = tiny(name).encoder();
    ASSERT_TRUE(encoder.ok()) << name << ": " << encoder.status().to_string();
    const auto texts = tiny(name).expected(encoder->config().hidden);
    ASSERT_EQ(texts.size(), 4u);
    const std::vector<float> found = rows_of(*encoder, batch_of(texts));
    std::size_t at = 0;
    for (const ExpectedText& text : texts) {
      for (float x : text.rows) ASSERT_NEAR(found[at++], x, 1e-5) << name;
    }
    ASSERT_EQ(at, found.size());
  }
}

TEST(Encoder, bytes_are_near_to_floats) {
  for (const char* name : kTinyModels) {
    const auto encoder = tiny(name).encoder(Precision::kInt8);
    ASSERT_TRUE(encoder.ok()) << name;
    const std::size_t hidden = encoder->config().hidden;
    const auto texts = tiny(name).expected(hidden);
    const std::vector<float> found = rows_of(*encoder, batch_of(texts));
    std::size_t at = 0;
    for (const ExpectedText& text : texts) {
      for (std::size_t t = 0; t < text.ids.size(); ++t, at += hidden) {
        EXPECT_GT(cosine(found.data() + at, text.rows.data() + t * hidden, hidden), 0.99) << name;
      }
    }
  }
}

TEST(Encoder, a_text_has_the_same_bits_alone_and_among_others) {
  for (Precision precision : {Precision::kFloat, Precision::kInt8}) {
    for (const char* name : kTinyModels) {
      const auto encoder = tiny(name).encoder(precision);
      const std::size_t hidden = encoder->config().hidden;
      const auto texts = tiny(name).expected(hidden);
      const std::vector<float> together = rows_of(*encoder, batch_of(texts));
      std::size_t at = 0;
      for (const ExpectedText& text : texts) {
        const std::vector<float> alone = rows_of(*encoder, batch_of({text}));
        for (float x : alone) ASSERT_EQ(x, together[at++]) << name;
      }
    }
  }
}

TEST(Encoder, a_workspace_serves_batches_of_any_size_in_turn) {
  const auto encoder = tiny("bert").encoder();
  const auto texts = tiny("bert").expected(12);
  Workspace workspace;
  for (std::size_t i : {std::size_t{3}, std::size_t{2}, std::size_t{0}}) {
    const TokenBatch batch = batch_of({texts[i]});
    const auto rows = encoder->encode(batch, workspace);
    ASSERT_TRUE(rows.ok());
    EXPECT_NEAR(rows->row(0)[5], texts[i].rows[5], 1e-5);
  }
}

TEST(Encoder, weights_of_another_model_are_refused) {
  const Bytes json = read_test_file(tiny("bert").folder / "config.json");
  const auto config = parse_transformer_config(as_text(json));
  const auto weights =
      Weights::from_safetensors(read_test_file(tiny("mpnet").folder / "model.safetensors"));
  EXPECT_FALSE(Encoder::make(*config, *weights, Precision::kFloat).ok());
}

}  // namespace
}  // namespace vecstore
