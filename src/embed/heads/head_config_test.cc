#include "embed/heads/head_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using testing::HasSubstr;

TEST(HeadConfig, the_architecture_says_what_kind_a_model_is) {
  const auto kind = [](const char* json) { return parse_model_kind({.config = json}).value(); };
  EXPECT_EQ(kind("{}"), ModelKind::kSentences);
  EXPECT_EQ(kind(R"({"architectures":null})"), ModelKind::kSentences);
  EXPECT_EQ(kind(R"({"architectures":["BertModel"]})"), ModelKind::kSentences);
  EXPECT_EQ(kind(R"({"architectures":["XLMRobertaForSequenceClassification"]})"),
            ModelKind::kReranker);
  EXPECT_EQ(kind(R"({"architectures":["HF_ColBERT"]})"), ModelKind::kTokens);
  EXPECT_EQ(kind(R"({"architectures":["DistilBertForMaskedLM"]})"), ModelKind::kSparse);
  EXPECT_EQ(model_kind_name(ModelKind::kReranker), "reranker");
  for (const char* bad : {"", "[]", R"({"architectures":[1]})"}) {
    EXPECT_EQ(parse_model_kind({.config = bad}).status().code(), Code::kInvalidArgument) << bad;
  }
}

TEST(HeadConfig, files_beside_the_weights_say_more_than_the_architecture) {
  KindFiles files = {.config = R"({"architectures":["BertForMaskedLM"]})"};
  const auto with = [&](const char* modules) {
    files.modules = modules;
    return parse_model_kind(files).value();
  };
  EXPECT_EQ(with(R"([{"type":"sentence_transformers.models.Pooling"}])"), ModelKind::kSentences);
  EXPECT_EQ(with(R"([{"type":"x.Transformer"},{"type":"pylate.models.Dense.Dense"}])"),
            ModelKind::kTokens);
  EXPECT_EQ(with(R"([{"type":"sentence_transformers.sparse_encoder.models.SpladePooling"}])"),
            ModelKind::kSparse);
  files.modules = "{}";
  EXPECT_EQ(parse_model_kind(files).status().code(), Code::kInvalidArgument);
  files.modules = "[1]";
  EXPECT_EQ(parse_model_kind(files).status().code(), Code::kInvalidArgument);
  files.modules.reset();
  files.colbert = true;
  EXPECT_EQ(parse_model_kind(files).value(), ModelKind::kTokens);
  files.pooling = true;
  EXPECT_EQ(parse_model_kind(files).value(), ModelKind::kSentences);
}

TEST(HeadConfig, colbert_and_pylate_have_defaults_of_their_own) {
  const TokenConfig colbert = parse_colbert_config({}).value();
  EXPECT_EQ(colbert.query_marker + colbert.document_marker, "[unused0][unused1]");
  EXPECT_EQ(colbert.document_tokens, 220u);
  EXPECT_EQ(colbert.skipped.size(), 32u);
  const TokenConfig pylate = parse_pylate_config({}).value();
  EXPECT_EQ(pylate.query_marker + pylate.document_marker, "[Q] [D] ");
  EXPECT_EQ(pylate.document_tokens, 180u);
  EXPECT_EQ(pylate.skipped, colbert.skipped);
  for (const TokenConfig& config : {colbert, pylate}) {
    EXPECT_EQ(config.query_tokens, 32u);
    EXPECT_TRUE(config.expands);
    EXPECT_FALSE(config.attends);
  }
  const TokenConfig other = parse_pylate_config(R"({"skiplist_words":["a"],"query_length":48,
      "do_query_expansion":false,"attend_to_expansion_tokens":true,"document_prefix":""})")
                                .value();
  EXPECT_EQ(other.skipped, std::vector<std::string>{"a"});
  EXPECT_EQ(other.query_tokens, 48u);
  EXPECT_FALSE(other.expands);
  EXPECT_TRUE(other.attends);
  EXPECT_EQ(other.document_marker, "");
}

TEST(HeadConfig, malformed_settings_of_token_vectors_are_refused_with_their_file) {
  for (const char* bad : {"[]", "{", R"({"query_maxlen":3})", R"({"doc_maxlen":"9"})",
                          R"({"query_token_id":1})", R"({"mask_punctuation":1})"}) {
    const Status status = parse_colbert_config(bad).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << bad;
    EXPECT_THAT(status.message(), HasSubstr("artifact.metadata")) << bad;
  }
  for (const char* bad : {"[]", R"({"skiplist_words":1})", R"({"skiplist_words":[1]})",
                          R"({"document_length":0})", R"({"do_query_expansion":0})"}) {
    const Status status = parse_pylate_config(bad).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << bad;
    EXPECT_THAT(status.message(), HasSubstr("config_sentence_transformers.json")) << bad;
  }
}

TEST(HeadConfig, modules_are_folders_beside_the_weights) {
  const auto folders = [](const std::string& path) {
    return parse_dense_folders(R"([{"type":"x.Transformer"},{"type":"x.Dense","path":")" + path +
                               R"("}])");
  };
  EXPECT_EQ(folders("1_Dense").value(), std::vector<std::string>{"1_Dense"});
  for (const char* bad : {"", "..", "../1_Dense", "a/b", "/etc"}) {
    EXPECT_EQ(folders(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_EQ(parse_dense_folders("[]").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(parse_dense_folders(R"([{"type":"x.LSTM"}])").status().code(), Code::kUnimplemented);
}

TEST(HeadConfig, the_mask_token_is_a_text_or_an_object_with_one) {
  const auto mask = [](const char* json) { return parse_mask_token(json).value(); };
  EXPECT_EQ(parse_mask_token({}).value(), "");
  EXPECT_EQ(mask("{}"), "");
  EXPECT_EQ(mask(R"({"mask_token":"<mask>"})"), "<mask>");
  EXPECT_EQ(mask(R"({"mask_token":{"content":"[MASK]"}})"), "[MASK]");
}

TEST(HeadConfig, one_label_is_a_score_and_its_activation_is_honoured) {
  const auto sigmoid = [](const std::string& more) {
    return parse_pair_config(R"({"id2label":{"0":"x"})" + more + "}", {}).value().sigmoid;
  };
  EXPECT_TRUE(sigmoid(""));
  EXPECT_TRUE(sigmoid(R"(,"sbert_ce_default_activation_function":null)"));
  EXPECT_FALSE(
      sigmoid(R"(,"sbert_ce_default_activation_function":"torch.nn.modules.linear.Identity")"));
  EXPECT_TRUE(sigmoid(R"(,"sentence_transformers":
      {"activation_fn":"torch.nn.modules.activation.Sigmoid"},
      "sbert_ce_default_activation_function":"torch.nn.modules.linear.Identity")"));
  const Status tanh = parse_pair_config(R"({"num_labels":1,"sentence_transformers":
          {"activation_fn":"torch.nn.modules.activation.Tanh"}})",
                                        {})
                          .status();
  EXPECT_EQ(tanh.code(), Code::kUnimplemented);
  EXPECT_THAT(tanh.message(), HasSubstr("activation.Tanh"));
}

TEST(HeadConfig, more_labels_than_one_are_refused_and_two_where_none_are_named) {
  for (const char* config : {"{}", R"({"num_labels":2})", R"({"id2label":{"0":"a","1":"b"}})"}) {
    const Status status = parse_pair_config(config, {}).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("a model of 2 labels")) << config;
  }
}

TEST(HeadConfig, the_tokenizer_says_how_long_a_pair_may_be) {
  const auto length = [](const char* json) {
    const auto config = parse_pair_config(R"({"num_labels":1})", json);
    return config.ok() ? config->max_tokens : std::size_t{999};
  };
  EXPECT_EQ(length(R"({"model_max_length":512})"), 512u);
  EXPECT_EQ(length("{}"), 0u);
  EXPECT_EQ(length(R"({"model_max_length":null})"), 0u);
  EXPECT_EQ(length(R"({"model_max_length":1000000000000000019884624838656})"), 0u);
  EXPECT_EQ(length(R"({"model_max_length":4000000000})"), 0u);
  for (const char* bad : {"[]", "{", R"({"model_max_length":0})", R"({"model_max_length":"9"})"}) {
    EXPECT_EQ(length(bad), 999u) << bad;
  }
}

}  // namespace
}  // namespace vecstore
