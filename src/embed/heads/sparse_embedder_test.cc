#include "embed/heads/sparse_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "embed/heads/test_heads.h"
#include "embed/load_embedder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string>;

class SparseModel : public HeadModel {
 public:
  explicit SparseModel(const std::string& family = "bert")
      : HeadModel(VECSTORE_SOURCE_DIR, family) {
    replace("config.json", "ForSequenceClassification", "ForMaskedLM");
  }

  // As sentence-transformers' SparseEncoder writes it.
  void add_modules(const std::string& pooling) const {
    write("modules.json",
          R"([{"type":"sentence_transformers.sparse_encoder.models.MLMTransformer"},
              {"type":"sentence_transformers.sparse_encoder.models.SpladePooling"}])");
    write("1_SpladePooling/config.json", pooling);
  }
};

std::shared_ptr<const SparseEmbedder> load(const HeadModel& model, const HeadOptions& options = {},
                                           std::size_t top = 0) {
  auto loaded = load_sparse_embedder(model.path(), options, top);
  EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
  return *std::move(loaded);
}

Status refusal(const HeadModel& model) { return load_sparse_embedder(model.path()).status(); }

SparseVector embed(const SparseEmbedder& embedder, const std::string& text) {
  return embedder.embed_batch(Texts{text}).value().front();
}

std::vector<float> dense(const SparseVector& vector) {
  std::vector<float> numbers(vector.dimension);
  for (std::size_t i = 0; i < vector.indices.size(); ++i) {
    numbers[vector.indices[i]] = vector.values[i];
  }
  return numbers;
}

double cosine(const std::vector<float>& a, const std::vector<double>& b) {
  double product = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    product += double{a[i]} * b[i];
    of_a += double{a[i]} * double{a[i]};
    of_b += b[i] * b[i];
  }
  return product / std::sqrt(of_a * of_b);
}

TEST(SparseEmbedder, gives_the_weights_that_pytorch_gives) {
  for (const char* family : kHeadFamilies) {
    const SparseModel model(family);
    const std::vector<double> expected = model.numbers("weights");
    const auto weights = [&](Precision precision) {
      return dense(embed(*load(model, {.precision = precision}), model.texts("texts")[2]));
    };
    const std::vector<float> found = weights(Precision::kFloat);
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_EQ(load(model)->info().dimension, expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(double{found[i]}, expected[i], 1e-5) << family << ", piece " << i;
    }
    EXPECT_GT(cosine(weights(Precision::kInt8), expected), 0.99) << family;
  }
}

TEST(SparseEmbedder, indices_ascend_and_weights_are_above_zero) {
  const SparseModel model;
  const SparseVector vector = embed(*load(model), "to open a file.");
  EXPECT_TRUE(std::ranges::is_sorted(vector.indices, std::ranges::less_equal()));
  EXPECT_LT(vector.indices.size(), vector.dimension);
  EXPECT_TRUE(std::ranges::all_of(vector.values, [](float x) { return x > 0; }));
}

TEST(SparseEmbedder, the_largest_weights_are_kept_where_no_more_are_asked_for) {
  const SparseModel model;
  const SparseVector all = embed(*load(model), "to open a file.");
  const SparseVector three = embed(*load(model, {}, 3), "to open a file.");
  ASSERT_EQ(three.indices.size(), 3u);
  std::vector<float> largest = all.values;
  std::ranges::sort(largest, std::ranges::greater());
  std::vector<float> kept = three.values;
  std::ranges::sort(kept, std::ranges::greater());
  EXPECT_EQ(kept, (std::vector<float>(largest.begin(), largest.begin() + 3)));
  EXPECT_TRUE(std::ranges::is_sorted(three.indices));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(dense(all)[three.indices[i]], three.values[i]);
  }
  EXPECT_EQ(embed(*load(model, {}, 100'000), "to open a file."), all);
}

TEST(SparseEmbedder, the_files_of_sentence_transformers_say_how_weights_are_pooled) {
  const SparseModel model;
  const std::vector<float> plain = dense(embed(*load(model), "the"));
  model.add_modules(R"({"pooling_strategy":"max","activation_function":"relu"})");
  EXPECT_EQ(load(model)->info().pooling, "splade-max");
  EXPECT_EQ(dense(embed(*load(model), "the")), plain);
  model.add_modules(R"({"pooling_strategy":"max","activation_function":"log1p_relu"})");
  const std::vector<float> twice = dense(embed(*load(model), "the"));
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_NEAR(twice[i], std::log1p(plain[i]), 1e-6) << i;
  }
  model.add_modules(R"({"pooling_strategy":"sum","activation_function":"relu"})");
  EXPECT_EQ(load(model)->info().pooling, "splade-sum");
  const std::vector<float> sum = dense(embed(*load(model), "the"));
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_GE(sum[i], plain[i]) << i;
  EXPECT_NE(sum, plain);
  for (const char* pooling :
       {R"({"pooling_strategy":"mean"})", R"({"activation_function":"gelu"})"}) {
    model.add_modules(pooling);
    EXPECT_EQ(refusal(model).code(), Code::kUnimplemented) << pooling;
  }
}

TEST(SparseEmbedder, texts_beyond_the_length_lose_their_end) {
  const SparseModel model;
  EXPECT_EQ(embed(*load(model, {.max_tokens = 4}), "the in of to"), embed(*load(model), "the in"));
  EXPECT_THAT(load_sparse_embedder(model.path(), {.max_tokens = 1}).status().message(),
              HasSubstr("leaves no room for 2 special"));
  model.write("sentence_bert_config.json", R"({"max_seq_length":4})");
  EXPECT_EQ(embed(*load(model), "the in is to"), embed(*load(model), "the in"));
}

TEST(SparseEmbedder, threads_and_batches_do_not_change_a_bit) {
  const SparseModel model;
  Texts texts;
  for (std::size_t i = 0; i < 20; ++i) {
    for (const std::string& text : model.texts("texts")) texts.push_back(text.substr(0, 1 + i));
  }
  for (const Precision precision : {Precision::kFloat, Precision::kInt8}) {
    const auto alone = load(model, {.precision = precision})->embed_batch(texts).value();
    for (const int threads : {1, 3}) {
      for (const std::size_t tokens : {std::size_t{1}, std::size_t{50}}) {
        const HeadOptions options = {precision, threads, tokens, 0};
        EXPECT_EQ(load(model, options)->embed_batch(texts).value(), alone) << threads;
      }
    }
    EXPECT_EQ(embed(*load(model, {.precision = precision}), texts[47]), alone[47]);
  }
}

TEST(SparseEmbedder, a_cancelled_call_and_bad_texts_are_refused) {
  const auto embedder = load(SparseModel());
  EXPECT_THAT(embedder->embed_batch(Texts{"a", "\xff"}).status().message(),
              HasSubstr("text 1: the text is not valid"));
  EXPECT_TRUE(embedder->embed_batch({}).value().empty());
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(embedder->embed_batch(Texts{"a"}, cancel).status().code(), Code::kCancelled);
}

TEST(SparseEmbedder, a_head_that_is_missing_or_misshapen_is_named) {
  const SparseModel bias;
  bias.replace("model.safetensors", "cls.predictions.bias", "cls.predictions.bios");
  EXPECT_THAT(refusal(bias).message(), HasSubstr("no tensor 'cls.predictions.bias'"));
  EXPECT_EQ(refusal(bias).code(), Code::kNotFound);
  const SparseModel norm;
  norm.replace("model.safetensors",
               R"("cls.predictions.transform.LayerNorm.weight":{"dtype":"F16","shape":[8])",
               R"("cls.predictions.transform.LayerNorm.weight":{"dtype":"F16","shape":[])");
  EXPECT_FALSE(refusal(norm).ok());
}

TEST(SparseEmbedder, a_masked_language_model_is_an_embedder_where_its_head_is_gone) {
  const SparseModel model;
  EXPECT_THAT(load_embedder(model.path()).status().message(),
              testing::AllOf(HasSubstr("load_sparse_embedder() takes"), HasSubstr("1_Pooling")));
  model.replace("model.safetensors", "cls.predictions.transform.dense.weight",
                "cls.predictions.transform.dense.waight");
  EXPECT_TRUE(load_embedder(model.path()).ok()) << load_embedder(model.path()).status().to_string();
  EXPECT_FALSE(refusal(model).ok());
  const SparseModel pooled;
  pooled.write("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  EXPECT_TRUE(load_embedder(pooled.path()).ok());
  const SparseModel modules;
  modules.add_modules("{}");
  EXPECT_THAT(load_embedder(modules.path()).status().message(),
              HasSubstr("load_sparse_embedder()"));
  EXPECT_THAT(refusal(pooled).message(), HasSubstr("load_embedder() takes"));
}

}  // namespace
}  // namespace vecstore
