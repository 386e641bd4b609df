#include "embed/transformer/transformer_embedder.h"

#include <gtest/gtest.h>

#include "embed/tokenizer/tokenizer_json.h"
#include "embed/transformer/test_models.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using Floats = std::vector<float>;

std::shared_ptr<const TransformerEmbedder> make(const SentenceConfig& config = {},
                                                SentenceOptions options = {}) {
  options.pooling = config.pooling;
  auto encoder = SentenceEncoder::make(*TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder(), options);
  auto tokenizer = parse_tokenizer_json(tiny_tokenizer_json());
  EXPECT_TRUE(encoder.ok() && tokenizer.ok()) << tokenizer.status().to_string();
  auto made = TransformerEmbedder::make({"tiny", 0, "", "sum"}, *std::move(tokenizer),
                                        *std::move(encoder), config);
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

TEST(TransformerEmbedder, tokens_are_counted_with_what_is_put_around_and_uncut) {
  SentenceConfig config;
  config.max_tokens = 5;
  config.document_prefix = "k";
  const auto embedder = make(config);
  EXPECT_EQ(embedder->count_tokens("acegik").value(), 9u);
  EXPECT_EQ(embedder->max_tokens(), 5u);
  EXPECT_EQ(embedder->count_tokens("\xFF").status().code(), Code::kInvalidArgument);
}

TEST(TransformerEmbedder, threads_share_the_texts_and_do_not_change_a_bit) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 70; ++i) {
    texts.push_back(std::string("abcdefghijklmn").substr(i % 14) + std::string(i % 5, 'a'));
  }
  const Floats alone = make()->embed_batch(texts).value();
  SentenceOptions options;
  options.threads = 3;
  EXPECT_EQ(make({}, options)->embed_batch(texts).value(), alone);
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
  EXPECT_TRUE(make()->embed_batch(texts, cancel).ok());
  cancel.cancel();
  EXPECT_EQ(make()->embed_batch(texts, cancel).status().code(), Code::kCancelled);
  EXPECT_EQ(make()->embed_queries(texts, cancel).status().code(), Code::kCancelled);
  EmbedOptions options{.cancel = cancel};
  EXPECT_EQ(make()->embed_some(texts, options).status.code(), Code::kCancelled);
  options = {.questions = true};
  EXPECT_EQ(make()->embed_some(texts, options).rows, make()->embed_queries(texts).value());
}

// Late chunking, by hand: the whole is encoded, the mean of some rows taken.
Floats expected_of(const std::vector<std::uint32_t>& ids, std::size_t begin, std::size_t end) {
  const auto encoder = TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder();
  Workspace workspace;
  const TokenRows rows = encoder->encode({ids, {ids.size()}}, workspace).value();
  Floats out(12);
  pool(Pooling::kMean, rows.row(begin), rows.stride, end - begin, out);
  normalize(out);
  return out;
}

TEST(TransformerEmbedder, parts_are_averaged_within_the_text_around_them) {
  const std::vector<TextParts::Part> parts = {{0, 2}, {1, 4}, {2, 2}};
  SentenceConfig config;
  config.document_prefix = "k";
  const Floats rows =
      make(config)->embed_parts({.text = "aceg", .lead = "m", .parts = parts}, {}).value();
  ASSERT_EQ(rows.size(), 36u);
  const std::vector<std::uint32_t> ids = {2, 14, 16, 4, 6, 8, 10, 3};
  EXPECT_EQ(Floats(rows.begin(), rows.begin() + 12), expected_of(ids, 3, 5));
  EXPECT_EQ(Floats(rows.begin() + 12, rows.begin() + 24), expected_of(ids, 4, 7));
  EXPECT_EQ(Floats(rows.begin() + 24, rows.end()), Floats(12));
}

TEST(TransformerEmbedder, parts_of_models_that_take_no_mean_are_refused) {
  SentenceConfig config;
  config.pooling = Pooling::kFirst;
  const std::vector<TextParts::Part> parts = {{0, 1}};
  const Status status = make(config)->embed_parts({.text = "a", .parts = parts}, {}).status();
  EXPECT_EQ(status.code(), Code::kUnimplemented);
  EXPECT_NE(status.message().find("'tiny' was trained for 'cls'"), std::string::npos);
}

TEST(TransformerEmbedder, parts_end_when_they_are_called_off) {
  CancelToken cancel;
  cancel.cancel();
  const std::vector<TextParts::Part> parts = {{0, 1}};
  EXPECT_EQ(make()->embed_parts({.text = "a", .parts = parts}, cancel).status().code(),
            Code::kCancelled);
  EXPECT_EQ(make()->embed_parts({.text = "a\xff", .parts = parts}, {}).status().code(),
            Code::kInvalidArgument);
}

TEST(TransformerEmbedder, a_tokenizer_with_ids_beyond_the_table_is_refused) {
  std::string beyond = tiny_tokenizer_json();
  beyond.replace(beyond.find("\"n\":17"), 6, "\"n\":20");
  auto encoder = SentenceEncoder::make(*TinyModel(VECSTORE_SOURCE_DIR, "bert").encoder(), {});
  const Status status =
      TransformerEmbedder::make({}, *parse_tokenizer_json(beyond), *std::move(encoder), {})
          .status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
