#include "embed/transformer/transformer_embedder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "embed/tokenizer/tokenizer_json.h"
#include "embed/transformer/test_models.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

std::shared_ptr<const TransformerEmbedder> make(const SentenceConfig& config = {},
                                                const TransformerOptions& options = {},
                                                const char* model = "bert") {
  auto encoder = TinyModel(VECSTORE_SOURCE_DIR, model).encoder(options.precision);
  auto tokenizer = parse_tokenizer_json(tiny_tokenizer_json());
  EXPECT_TRUE(encoder.ok() && tokenizer.ok()) << tokenizer.status().to_string();
  auto made = TransformerEmbedder::make({"tiny", 0, "", "sum"}, *std::move(tokenizer),
                                        *std::move(encoder), config, options);
  EXPECT_TRUE(made.ok()) << made.status().to_string();
  return *std::move(made);
}

Floats embed(const TransformerEmbedder& embedder, std::string_view text) {
  return embedder.embed(text).value();
}

// From the encoder, by hand.
Floats expected(const std::vector<std::uint32_t>& ids, Pooling pooling, std::size_t dimension) {
  const auto encoder = TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder();
  Workspace workspace;
  const TokenRows rows = encoder->encode({ids, {ids.size()}}, workspace).value();
  Floats out(dimension);
  pool(pooling, rows.data, rows.stride, ids.size(), out);
  normalize(out);
  return out;
}

TEST(TransformerEmbedder, a_text_is_its_tokens_encoded_pooled_and_normalised) {
  for (Pooling pooling : {Pooling::kMean, Pooling::kFirst, Pooling::kLast}) {
    SentenceConfig config;
    config.pooling = pooling;
    const auto embedder = make(config);
    EXPECT_EQ(embed(*embedder, "ace"), expected({2, 4, 6, 8, 3}, pooling, 12));
    EXPECT_EQ(embedder->info().pooling, pooling_name(pooling));
  }
  EXPECT_EQ(make()->info().dimension, 12u);
  EXPECT_EQ(make()->info().name, "tiny");
}

TEST(TransformerEmbedder, questions_and_documents_have_their_prefixes) {
  SentenceConfig config;
  config.query_prefix = "fg";
  config.document_prefix = "k";
  const auto embedder = make(config);
  EXPECT_EQ(embedder->embed("ace").value(), embed(*make(), "kace"));
  EXPECT_EQ(embedder->embed_query("ace").value(), embed(*make(), "fgace"));
}

TEST(TransformerEmbedder, a_text_beyond_the_length_loses_its_end_and_keeps_the_special_tokens) {
  SentenceConfig config;
  config.max_tokens = 5;
  EXPECT_EQ(embed(*make(config), "acegik"), expected({2, 4, 6, 8, 3}, Pooling::kMean, 12));
  // Without a configured length, the model's own: 12 positions.
  EXPECT_EQ(embed(*make(), "abcdefghijklmn"), embed(*make(), "abcdefghij"));
}

TEST(TransformerEmbedder, a_shorter_vector_is_the_front_of_the_longer_one_normalised) {
  TransformerOptions options;
  options.dimension = 5;
  const auto embedder = make({}, options);
  EXPECT_EQ(embedder->info().dimension, 5u);
  EXPECT_EQ(embed(*embedder, "ace"), expected({2, 4, 6, 8, 3}, Pooling::kMean, 5));
}

TEST(TransformerEmbedder, batches_and_threads_do_not_change_a_bit) {
  std::vector<std::string> texts;
  for (int i = 0; i < 70; ++i) {
    texts.push_back(std::string("abcdefghijklmn").substr(static_cast<std::size_t>(i % 14)) +
                    std::string(static_cast<std::size_t>(i % 5), 'a'));
  }
  for (Precision precision : {Precision::kFloat, Precision::kInt8}) {
    TransformerOptions options;
    options.precision = precision;
    const Floats alone = make({}, options)->embed_batch(texts).value();
    ASSERT_EQ(alone.size(), 70 * 12u);
    for (int threads : {1, 2, 5}) {
      for (std::size_t tokens : {1, 7, 100}) {
        options.threads = threads;
        options.batch_tokens = tokens;
        EXPECT_EQ(make({}, options)->embed_batch(texts).value(), alone)
            << threads << " threads, " << tokens << " tokens";
      }
    }
  }
}

TEST(TransformerEmbedder, no_texts_are_no_vectors) {
  EXPECT_TRUE(make()->embed_batch({}).value().empty());
}

TEST(TransformerEmbedder, an_empty_text_is_what_its_special_tokens_are) {
  EXPECT_EQ(embed(*make(), ""), expected({2, 3}, Pooling::kMean, 12));
}

TEST(TransformerEmbedder, texts_that_are_not_utf8_are_refused_by_number) {
  const std::vector<std::string> texts = {"a", "b\xff"};
  const Status status = make()->embed_batch(texts).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("text 1 is not valid utf-8 at byte 1"), std::string::npos);
}

TEST(TransformerEmbedder, a_cancelled_call_ends) {
  CancelToken cancel;
  const std::vector<std::string> texts = {"a"};
  EXPECT_TRUE(make()->embed_texts(texts, TextRole::kDocument, cancel).ok());
  cancel.cancel();
  EXPECT_EQ(make()->embed_texts(texts, TextRole::kDocument, cancel).status().code(),
            Code::kCancelled);
}

TEST(TransformerEmbedder, options_and_tokenizers_that_cannot_be_are_refused) {
  const auto refused = [](auto change, const std::string& tokenizer = tiny_tokenizer_json()) {
    TransformerOptions options;
    change(options);
    return TransformerEmbedder::make({}, *parse_tokenizer_json(tokenizer),
                                     *TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder(), {}, options)
        .status()
        .code();
  };
  const Code bad = Code::kInvalidArgument;
  EXPECT_EQ(refused([](TransformerOptions& o) { o.threads = 0; }), bad);
  EXPECT_EQ(refused([](TransformerOptions& o) { o.batch_tokens = 0; }), bad);
  EXPECT_EQ(refused([](TransformerOptions& o) { o.dimension = 13; }), bad);
  std::string beyond = tiny_tokenizer_json();
  beyond.replace(beyond.find("\"n\":17"), 6, "\"n\":20");
  EXPECT_EQ(refused([](TransformerOptions&) {}, beyond), bad);
}

}  // namespace
}  // namespace vecstore
