#include "embed/transformer/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vecstore {
namespace {

using testing::HasSubstr;

std::string bert(const std::string& more = "") {
  return R"({"model_type":"bert","vocab_size":100,"hidden_size":32,"num_hidden_layers":2,
             "num_attention_heads":4,"intermediate_size":64)" +
         (more.empty() ? "" : "," + more) + "}";
}

TEST(TransformerConfig, a_bert_is_read_with_the_defaults_of_its_family) {
  const auto config = parse_transformer_config(bert());
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_EQ(config->family, Family::kBert);
  EXPECT_EQ(config->head_size(), 8u);
  EXPECT_EQ(config->longest(), 512u);
  EXPECT_EQ(config->types, 2u);
  EXPECT_EQ(config->activation, Activation::kGelu);
  EXPECT_FLOAT_EQ(config->epsilon, 1e-12f);
}

TEST(TransformerConfig, positions_of_roberta_and_mpnet_begin_behind_the_padding) {
  const std::string sizes = R"("vocab_size":100,"hidden_size":32,"num_hidden_layers":2,
      "num_attention_heads":4,"intermediate_size":64,"max_position_embeddings":514})";
  const auto roberta = parse_transformer_config(R"({"model_type":"xlm-roberta",)" + sizes);
  ASSERT_TRUE(roberta.ok()) << roberta.status().to_string();
  EXPECT_EQ(roberta->longest(), 512u);
  EXPECT_EQ(roberta->types, 1u);
  EXPECT_FLOAT_EQ(roberta->epsilon, 1e-5f);
  const auto mpnet =
      parse_transformer_config(R"({"model_type":"mpnet","pad_token_id":7,)" + sizes);
  ASSERT_TRUE(mpnet.ok());
  EXPECT_EQ(mpnet->longest(), 512u);
  EXPECT_EQ(mpnet->distances, 32u);
  EXPECT_EQ(mpnet->types, 0u);
}

TEST(TransformerConfig, distilbert_has_names_of_its_own) {
  const auto config = parse_transformer_config(
      R"({"model_type":"distilbert","vocab_size":100,"dim":32,"n_layers":3,"n_heads":2,
          "hidden_dim":64,"activation":"relu","max_position_embeddings":64})");
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_EQ(config->layers, 3u);
  EXPECT_EQ(config->intermediate, 64u);
  EXPECT_EQ(config->activation, Activation::kRelu);
}

TEST(TransformerConfig, what_would_change_the_vectors_and_is_not_known_is_refused_by_name) {
  for (const char* more :
       {R"("hidden_act":"silu")", R"("position_embedding_type":"relative_key")"}) {
    const Status status = parse_transformer_config(bert(more)).status();
    EXPECT_EQ(status.code(), Code::kUnimplemented) << more;
  }
  const Status buckets =
      parse_transformer_config(
          R"({"model_type":"mpnet","vocab_size":100,"hidden_size":32,"num_hidden_layers":1,
              "num_attention_heads":4,"intermediate_size":64,"relative_attention_num_buckets":8})")
          .status();
  EXPECT_EQ(buckets.code(), Code::kUnimplemented);
  const Status type = parse_transformer_config(R"({"model_type":"t5"})").status();
  EXPECT_EQ(type.code(), Code::kUnimplemented);
  EXPECT_THAT(type.message(), HasSubstr("'t5'"));
}

TEST(TransformerConfig, sizes_that_cannot_be_are_refused) {
  for (const char* bad :
       {"[]", "{", R"({"model_type":7})", R"({"model_type":"bert"})",
        R"({"model_type":"bert","vocab_size":100,"hidden_size":33,"num_hidden_layers":2,
            "num_attention_heads":4,"intermediate_size":64})",
        R"({"model_type":"bert","vocab_size":100,"hidden_size":1000000000000,
            "num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64})",
        R"({"model_type":"bert","vocab_size":100,"hidden_size":32,"num_hidden_layers":0,
            "num_attention_heads":4,"intermediate_size":64})",
        R"({"model_type":"roberta","vocab_size":100,"hidden_size":32,"num_hidden_layers":1,
            "num_attention_heads":4,"intermediate_size":64,"max_position_embeddings":2})"}) {
    EXPECT_EQ(parse_transformer_config(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(parse_transformer_config(bert(R"("layer_norm_eps":2)")).ok());
  EXPECT_FALSE(parse_transformer_config(bert(R"("layer_norm_eps":"small")")).ok());
}

}  // namespace
}  // namespace vecstore
