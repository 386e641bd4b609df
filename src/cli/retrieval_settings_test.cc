#include "cli/retrieval_settings.h"

#include <gmock/gmock.h>

#include <map>

namespace vecstore {
namespace {

using ::testing::HasSubstr;

Settings with(const std::map<std::string, std::string>& variables) {
  SettingsSources sources;
  sources.collection = "default";
  sources.environment = [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  return Settings::load(sources).value();
}

TEST(RetrievalSettings, say_nothing_by_default) {
  const Settings usual = with({});
  const Retrieval retrieval = retrieval_options(usual).value();
  const Query plain;
  EXPECT_FALSE(retrieval.passages);
  EXPECT_EQ(retrieval.mode, Mode::kAuto);
  EXPECT_TRUE(retrieval.filter.empty());
  EXPECT_FALSE(retrieval.rerank);
  EXPECT_EQ(retrieval.common.effort, plain.effort);
  EXPECT_EQ(retrieval.common.fusion.method, plain.fusion.method);
  EXPECT_EQ(retrieval.common.fusion.alpha, plain.fusion.alpha);
  EXPECT_EQ(retrieval.common.target_recall, 0);
  EXPECT_EQ(retrieval.common.candidates, 0u);
  EXPECT_FALSE(retrieval.common.mmr);
}

TEST(RetrievalSettings, reach_the_query) {
  const Retrieval retrieval = retrieval_options(with({{"VECSTORE_RETRIEVAL_PASSAGES", "3"},
                                                      {"VECSTORE_RETRIEVAL_MODE", "hybrid"},
                                                      {"VECSTORE_RETRIEVAL_FILTER", "year > 2"},
                                                      {"VECSTORE_RETRIEVAL_RERANK", "true"},
                                                      {"VECSTORE_RETRIEVAL_EFFORT", "max_recall"},
                                                      {"VECSTORE_RETRIEVAL_FUSION", "rrf"},
                                                      {"VECSTORE_RETRIEVAL_ALPHA", "0.0"},
                                                      {"VECSTORE_RETRIEVAL_MMR", "0.5"},
                                                      {"VECSTORE_RETRIEVAL_EF", "77"},
                                                      {"VECSTORE_RETRIEVAL_CANDIDATES", "200"},
                                                      {"VECSTORE_RETRIEVAL_AUTOCUT", "1"},
                                                      {"VECSTORE_RETRIEVAL_RECALL", "0.9"},
                                                      {"VECSTORE_RETRIEVAL_FORMULA", "score * 2"},
                                                      {"VECSTORE_RETRIEVAL_GROUP_BY", "source:2"},
                                                      {"VECSTORE_RETRIEVAL_SYNTAX", "query"},
                                                      {"VECSTORE_RETRIEVAL_TEXT_FIELDS", "a,b"}}))
                                  .value();
  EXPECT_EQ(retrieval.passages, 3u);
  EXPECT_EQ(retrieval.mode, Mode::kHybrid);
  EXPECT_FALSE(retrieval.filter.empty());
  EXPECT_TRUE(retrieval.rerank);
  const Query& query = retrieval.common;
  EXPECT_EQ(query.effort, Effort::kMaxRecall);
  EXPECT_EQ(query.fusion.method, parse_fusion_method("rrf").value());
  EXPECT_EQ(query.fusion.alpha, 0);
  EXPECT_EQ(query.mmr.value().lambda, 0.5);
  EXPECT_EQ(query.ef, 77u);
  EXPECT_EQ(query.candidates, 200u);
  EXPECT_EQ(query.autocut, 1u);
  EXPECT_EQ(query.target_recall, 0.9);
  EXPECT_EQ(query.formula, "score * 2");
  EXPECT_EQ(query.group_by.value().max_hits, 2u);
  EXPECT_EQ(query.text_syntax, TextSyntax::kQuery);
  EXPECT_EQ(query.text_fields.size(), 2u);
}

TEST(RetrievalSettings, that_are_wrong_are_told_by_name) {
  const auto why = [](const char* name, const char* value) {
    const auto refused =
        retrieval_options(with({{std::string("VECSTORE_RETRIEVAL_") + name, value}}));
    EXPECT_EQ(refused.status().code(), Code::kInvalidArgument) << name;
    return refused.status().message();
  };
  EXPECT_THAT(why("MODE", "vectr"), HasSubstr("[retrieval]: unknown mode 'vectr', did you mean"));
  EXPECT_THAT(why("PASSAGES", "-1"), HasSubstr("retrieval.passages must be from 1"));
  EXPECT_THAT(why("FILTER", "year >"), HasSubstr("retrieval.filter"));
  EXPECT_THAT(why("EFFORT", "much"), HasSubstr("[retrieval]"));
  EXPECT_THAT(why("ALPHA", "1.5"), HasSubstr("retrieval.alpha must be from 0 to 1"));
  EXPECT_THAT(why("MMR", "-0.5"), HasSubstr("retrieval.mmr must be from 0 to 1"));
}

TEST(RetrievalSettings, differ_as_text_when_they_differ) {
  EXPECT_EQ(retrieval_text(with({})), retrieval_text(with({})));
  EXPECT_NE(retrieval_text(with({})), retrieval_text(with({{"VECSTORE_RETRIEVAL_EF", "9"}})));
}

}  // namespace
}  // namespace vecstore
