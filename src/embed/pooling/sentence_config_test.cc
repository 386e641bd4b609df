#include "embed/pooling/sentence_config.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(SentenceConfig, nothing_said_means_the_mean_of_all_tokens) {
  const auto config = parse_sentence_config({});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->pooling, Pooling::kMean);
  EXPECT_EQ(config->max_tokens, 0u);
  EXPECT_EQ(config->query_prefix + config->document_prefix, "");
}

TEST(SentenceConfig, each_file_has_its_say) {
  SentenceFiles files;
  files.modules = R"([{"type":"sentence_transformers.models.Transformer"},
      {"type":"sentence_transformers.models.Pooling"},
      {"type":"sentence_transformers.models.Normalize"}])";
  files.pooling = R"({"pooling_mode_cls_token":true})";
  files.lengths = R"({"max_seq_length":256,"do_lower_case":false})";
  files.prompts = R"({"prompts":{"query":"query: ","passage":"passage: "}})";
  const auto config = parse_sentence_config(files);
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_EQ(config->pooling, Pooling::kFirst);
  EXPECT_EQ(config->max_tokens, 256u);
  EXPECT_EQ(config->query_prefix, "query: ");
  EXPECT_EQ(config->document_prefix, "passage: ");
}

TEST(SentenceConfig, other_modules_and_malformed_files_are_refused) {
  SentenceFiles dense;
  dense.modules = R"([{"type":"sentence_transformers.models.Dense"}])";
  EXPECT_EQ(parse_sentence_config(dense).status().code(), Code::kUnimplemented);
  for (auto member : {&SentenceFiles::modules, &SentenceFiles::pooling, &SentenceFiles::lengths,
                      &SentenceFiles::prompts}) {
    SentenceFiles files;
    files.*member = "{";
    EXPECT_EQ(parse_sentence_config(files).status().code(), Code::kInvalidArgument);
  }
  SentenceFiles lengths;
  for (const char* bad : {"0", "-1", "1.5", "\"a\"", "99999999999"}) {
    lengths.lengths = std::string(R"({"max_seq_length":)") + bad + "}";
    EXPECT_FALSE(parse_sentence_config(lengths).ok()) << bad;
  }
}

}  // namespace
}  // namespace vecstore
