#include "embed/remote/model_facts.h"

#include <gtest/gtest.h>

#include "embed/remote/provider.h"

namespace vecstore {
namespace {

RemoteOptions options_of(const std::string& provider, const std::string& model) {
  RemoteOptions options;
  options.provider = provider;
  options.model = model;
  options.key = Secret("k");
  return options;
}

TEST(ModelFacts, are_of_providers_that_there_are) {
  EXPECT_EQ(model_facts("openai", "text-embedding-3-small")->dimension, 1536u);
  EXPECT_EQ(model_facts("openai", "text-embedding-4"), nullptr);
  EXPECT_EQ(model_facts("nobody", "text-embedding-3-small"), nullptr);
}

TEST(Estimate, counts_requests_and_tokens_and_prices_them) {
  const std::vector<std::string> texts = {std::string(400, 'a'), "", std::string(4000, 'b'), " "};
  RemoteOptions options = options_of("openai", "text-embedding-3-small");
  RemoteEstimate e = estimate(options, texts).value();
  EXPECT_EQ(e.texts, 2u);
  EXPECT_EQ(e.requests, 1u);
  EXPECT_EQ(e.likely_tokens, 102u + 1002u);
  EXPECT_EQ(e.most_tokens, 402u + 4002u);
  EXPECT_DOUBLE_EQ(e.likely_usd.value(), 1104 * 0.02 / 1e6);
  EXPECT_DOUBLE_EQ(e.most_usd.value(), 4404 * 0.02 / 1e6);
  options.usd_per_million_tokens = 1.0;
  options.max_batch = 1;
  options.query_prefix = "12345678";
  e = estimate(options, texts, TextRole::kQuery).value();
  EXPECT_EQ(e.requests, 2u);
  EXPECT_EQ(e.likely_tokens, 104u + 1004u);
  EXPECT_DOUBLE_EQ(e.likely_usd.value(), 1108 / 1e6);
}

TEST(Estimate, has_no_price_for_what_it_does_not_know_and_none_to_pay_at_home) {
  const std::vector<std::string> texts = {"some text"};
  EXPECT_FALSE(estimate(options_of("openai", "unknown"), texts).value().likely_usd.has_value());
  EXPECT_FALSE(
      estimate(options_of("jina", "jina-embeddings-v3"), texts).value().most_usd.has_value());
  EXPECT_EQ(estimate(options_of("ollama", "all-minilm"), texts).value().likely_usd, 0);
}

TEST(Estimate, refuses_what_could_not_be_sent) {
  EXPECT_FALSE(estimate(options_of("nobody", "m"), {}).ok());
  EXPECT_FALSE(estimate(options_of("openai", ""), {}).ok());
}

}  // namespace
}  // namespace vecstore
