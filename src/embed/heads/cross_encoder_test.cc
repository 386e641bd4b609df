#include "embed/heads/cross_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "embed/heads/test_heads.h"
#include "embed/load_embedder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string>;

std::shared_ptr<const CrossEncoder> load(const HeadModel& model, const HeadOptions& options = {}) {
  auto loaded = load_reranker(model.path(), options);
  EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
  return *std::move(loaded);
}

HeadModel bert() { return HeadModel(VECSTORE_SOURCE_DIR, "bert"); }

Status refusal(const HeadModel& model) { return load_reranker(model.path()).status(); }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// The last of the texts is longer than the models: it loses its end, the question does not.
TEST(CrossEncoder, scores_pairs_as_pytorch_does) {
  for (const char* family : kHeadFamilies) {
    const HeadModel model(VECSTORE_SOURCE_DIR, family);
    const std::vector<double> expected = model.numbers("scores");
    for (const Precision precision : {Precision::kFloat, Precision::kInt8}) {
      const auto scores =
          load(model, {.precision = precision})->scores(model.text("query"), model.texts("texts"));
      ASSERT_TRUE(scores.ok()) << scores.status().to_string();
      ASSERT_EQ(scores->size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double tolerance = precision == Precision::kFloat ? 1e-5 : 0.02;
        EXPECT_NEAR((*scores)[i], sigmoid(expected[i]), tolerance) << family << ", text " << i;
      }
    }
  }
}

TEST(CrossEncoder, its_configuration_says_whether_there_is_a_sigmoid) {
  const HeadModel model = bert();
  const double expected = model.numbers("scores")[1];
  const auto score = [&] {
    return double{load(model)->scores(model.text("query"), model.texts("texts")).value()[1]};
  };
  EXPECT_NEAR(score(), sigmoid(expected), 1e-5);
  model.replace("config.json", "{", R"({"sentence_transformers":{"activation_fn":
      "torch.nn.modules.linear.Identity"},)");
  EXPECT_NEAR(score(), expected, 1e-5);
}

TEST(CrossEncoder, a_limit_of_tokens_is_shared_by_question_and_passage) {
  const HeadModel model = bert();
  // Three special tokens, and the shortest parts of the two that fit.
  const auto five = load(model, {.max_tokens = 5});
  const auto all = load(model);
  const auto of = [](const auto& encoder, const char* query, const std::string& text) {
    return encoder->scores(query, Texts{text}).value()[0];
  };
  EXPECT_EQ(of(five, "the of to", "in is of the"), of(all, "the", "in"));
  EXPECT_EQ(of(five, "the the the", ""), of(all, "the the", ""));
  EXPECT_NE(of(all, "the of to", "in"), of(all, "the", "in"));
  EXPECT_THAT(load_reranker(model.path(), {.max_tokens = 2}).status().message(),
              HasSubstr("leaves no room for 3 special"));
  model.write("tokenizer_config.json", R"({"model_max_length":5})");
  EXPECT_EQ(of(load(model), "the of to", "in is of the"), of(all, "the", "in"));
}

TEST(CrossEncoder, the_best_come_first_and_equal_ones_in_their_order) {
  const HeadModel model = bert();
  const auto encoder = load(model);
  EXPECT_EQ(encoder->name(), "tiny");
  Texts texts = model.texts("texts");
  texts.push_back(texts[3]);
  const auto scores = encoder->scores(model.text("query"), texts).value();
  const auto ranked = encoder->rerank(model.text("query"), texts, 100).value();
  ASSERT_EQ(ranked.size(), texts.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    EXPECT_EQ(ranked[i].score, double{scores[ranked[i].index]});
    if (i == 0) continue;
    const bool equal = ranked[i - 1].score == ranked[i].score;
    EXPECT_TRUE(ranked[i - 1].score > ranked[i].score || ranked[i - 1].index < ranked[i].index);
    EXPECT_EQ(equal, ranked[i].index == 5);
  }
  const auto two = encoder->rerank(model.text("query"), texts, 2).value();
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].index, ranked[0].index);
  EXPECT_TRUE(encoder->rerank("a", {}, 5).value().empty());
}

TEST(CrossEncoder, threads_and_batches_do_not_change_a_bit) {
  const HeadModel model = bert();
  Texts texts;
  for (std::size_t i = 0; i < 40; ++i) {
    for (const std::string& text : model.texts("texts")) texts.push_back(text.substr(0, 1 + i));
  }
  const auto alone = load(model)->scores("the data", texts).value();
  for (const int threads : {1, 3}) {
    for (const std::size_t tokens : {std::size_t{1}, std::size_t{50}}) {
      const HeadOptions options = {.threads = threads, .batch_tokens = tokens};
      EXPECT_EQ(load(model, options)->scores("the data", texts).value(), alone) << threads;
    }
  }
  EXPECT_EQ(load(model)->scores("the data", Texts{texts[77]}).value()[0], alone[77]);
}

TEST(CrossEncoder, a_cancelled_call_ends) {
  const auto encoder = load(bert());
  CancelToken cancel;
  EXPECT_TRUE(encoder->rerank("a", Texts{"b"}, 1, cancel).ok());
  cancel.cancel();
  EXPECT_EQ(encoder->rerank("a", Texts{"b"}, 1, cancel).status().code(), Code::kCancelled);
}

TEST(CrossEncoder, texts_that_are_not_utf8_are_refused_by_number) {
  const auto encoder = load(bert());
  const auto refused = [&](std::string_view query, const Texts& texts) {
    return encoder->rerank(query, texts, 1).status();
  };
  EXPECT_THAT(refused("a", {"b", "c\xff"}).message(), HasSubstr("text 1: the text is not valid"));
  EXPECT_THAT(refused("a\xff", {}).message(), HasSubstr("the query: the text is not valid"));
  EXPECT_EQ(refused("a\xff", {}).code(), Code::kInvalidArgument);
}

TEST(CrossEncoder, a_head_that_is_missing_or_misshapen_is_named) {
  HeadModel model = bert();
  model.replace("model.safetensors", "\"classifier.weight\"", "\"classifier_weight\"");
  EXPECT_EQ(refusal(model).code(), Code::kNotFound);
  EXPECT_THAT(refusal(model).message(), HasSubstr("no tensor 'classifier.weight'"));
  const HeadModel shape = bert();
  shape.replace("model.safetensors", R"("classifier.weight":{"dtype":"F16","shape":[1,8])",
                R"("classifier.weight":{"dtype":"F16","shape":[8,1])");
  EXPECT_THAT(refusal(shape).message(), HasSubstr("'classifier.weight' has the shape [8, 1]"));
  const HeadModel pooler = bert();
  pooler.replace("model.safetensors", "bert.pooler.dense.bias", "bert.pooler.dense.bios");
  EXPECT_THAT(refusal(pooler).message(), HasSubstr("no tensor 'bert.pooler.dense.bias'"));
}

TEST(CrossEncoder, a_model_of_classes_is_no_reranker) {
  const HeadModel model = bert();
  model.replace("config.json", R"("id2label": {"0": "LABEL_0"})",
                R"("id2label": {"0":"a","1":"b"})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("a model of 2 labels"));
}

TEST(CrossEncoder, an_embedder_is_not_taken_for_a_reranker_nor_the_reverse) {
  const HeadModel model = bert();
  EXPECT_EQ(load_embedder(model.path()).status().code(), Code::kInvalidArgument);
  EXPECT_THAT(load_embedder(model.path()).status().message(), HasSubstr("load_reranker() takes"));
  // With a pooling beside it the same weights are an embedder's.
  model.write("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("load_embedder() takes"));
  EXPECT_TRUE(load_embedder(model.path()).ok());
}

TEST(CrossEncoder, a_tokenizer_that_does_not_fit_is_refused) {
  const HeadModel model = bert();
  model.replace("tokenizer.json",
                R"({"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]})",
                R"({"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],
                    "pair":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]",
                    "type_id":2}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"[SEP]":
                    {"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("types that are not among the model's 2"));
  const HeadModel bare = bert();
  bare.replace("tokenizer.json", R"({"type":"BertProcessing","sep":["[SEP]",3],"cls":["[CLS]",2]})",
               "null");
  EXPECT_THAT(refusal(bare).message(), HasSubstr("puts no token before a pair"));
  model.copy("tokenizer.json", "byte_level.json");
  EXPECT_THAT(refusal(model).message(), HasSubstr("the tokenizer has ids up to 399"));
}

}  // namespace
}  // namespace vecstore
