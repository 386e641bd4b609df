#include "embed/heads/token_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "embed/heads/test_heads.h"
#include "embed/load_embedder.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using Texts = std::vector<std::string>;

constexpr const char* kMetadata =
    R"({"query_token_id":"a","doc_token_id":"b","query_maxlen":14,"doc_maxlen":13)";

// As colbert-ir publishes it, with the markers and lengths of tests/models/tiny_heads.py.
void make_colbert(const HeadModel& model, const std::string& more = "") {
  model.replace("config.json", "ForSequenceClassification", "ForColBERT");
  model.write("artifact.metadata", kMetadata + more + "}");
}

// The same by PyLate's files. The weights of its Dense module are in the file of all heads.
void make_pylate(const HeadModel& model) {
  model.replace("config.json", "ForSequenceClassification", "Model");
  model.write("modules.json", R"([{"type":"sentence_transformers.models.Transformer","path":""},
      {"type":"pylate.models.Dense.Dense","path":"1_Dense"}])");
  model.write("1_Dense/config.json",
              R"({"bias":false,"activation_function":"torch.nn.modules.linear.Identity"})");
  model.write("1_Dense/model.safetensors", as_text(read_test_file(model / "model.safetensors")));
  model.write(
      "config_sentence_transformers.json",
      R"({"query_prefix":"a","document_prefix":"b","query_length":14,"document_length":13})");
}

std::shared_ptr<const TokenEmbedder> load(const HeadModel& model, const HeadOptions& options = {}) {
  auto loaded = load_token_embedder(model.path(), options);
  EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
  return *std::move(loaded);
}

HeadModel bert() { return HeadModel(VECSTORE_SOURCE_DIR, "bert"); }

Status refusal(const HeadModel& model) { return load_token_embedder(model.path()).status(); }

MultiVector document(const TokenEmbedder& embedder, const std::string& text) {
  return embedder.embed_batch(Texts{text}).value().front();
}
MultiVector query(const TokenEmbedder& embedder, const std::string& text) {
  return embedder.embed_queries(Texts{text}).value().front();
}

void expect_near(const MultiVector& found, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  EXPECT_EQ(found.dimension, 5u);
  ASSERT_EQ(found.values.size(), expected.size()) << what;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(double{found.values[i]}, expected[i], tolerance) << what << ", number " << i;
  }
}

// The question is filled up with masks; the document has a full stop, which gets no vector.
TEST(TokenEmbedder, makes_the_vectors_that_pytorch_makes) {
  for (const char* family : kHeadFamilies) {
    const HeadModel colbert(VECSTORE_SOURCE_DIR, family), pylate(VECSTORE_SOURCE_DIR, family);
    make_colbert(colbert);
    make_pylate(pylate);
    for (const HeadModel* model : {&colbert, &pylate}) {
      for (const Precision precision : {Precision::kFloat, Precision::kInt8}) {
        const double tolerance = precision == Precision::kFloat ? 1e-5 : 0.06;
        const auto embedder = load(*model, {.precision = precision});
        expect_near(document(*embedder, model->texts("texts")[2]), model->numbers("vectors"),
                    tolerance, family);
        expect_near(query(*embedder, model->texts("texts")[1]), model->numbers("query_vectors"),
                    tolerance, family);
      }
    }
  }
}

TEST(TokenEmbedder, says_what_it_is) {
  const HeadModel model = bert();
  make_colbert(model);
  const auto embedder = load(model);
  const EmbedderInfo& info = embedder->info();
  EXPECT_EQ(info.name, "tiny");
  EXPECT_EQ(info.dimension, 5u);
  EXPECT_EQ(info.pooling, "tokens");
  EXPECT_THAT(info.checksum, testing::StartsWith("xxh3:"));
  EXPECT_GT(embedder->memory_bytes(), 8000u);
}

TEST(TokenEmbedder, every_vector_has_length_one) {
  const HeadModel model = bert();
  make_colbert(model);
  for (const MultiVector& vectors : {document(*load(model), "the of"), query(*load(model), "")}) {
    for (std::size_t at = 0; at < vectors.values.size(); at += 5) {
      double squares = 0;
      for (std::size_t i = at; i < at + 5; ++i) {
        squares += double{vectors.values[i]} * double{vectors.values[i]};
      }
      EXPECT_NEAR(squares, 1, 1e-6);
    }
  }
}

TEST(TokenEmbedder, punctuation_has_no_vector_in_documents_unless_the_files_say_so) {
  const HeadModel model = bert();
  make_colbert(model);
  const std::size_t whole = document(*load(model), "the").values.size();
  EXPECT_EQ(document(*load(model), "the . , !").values.size(), whole);
  EXPECT_EQ(query(*load(model), "the .").values.size(), 70u);
  model.write("artifact.metadata", kMetadata + std::string(R"(,"mask_punctuation":false})"));
  EXPECT_EQ(document(*load(model), "the . , !").values.size(), whole + 3 * 5);
}

TEST(TokenEmbedder, masks_are_seen_by_the_other_tokens_only_where_the_files_say_so) {
  const HeadModel model = bert();
  make_colbert(model);
  const MultiVector apart = query(*load(model), "the");
  model.write("artifact.metadata", kMetadata + std::string(R"(,"attend_to_mask_tokens":true})"));
  const MultiVector seen = query(*load(model), "the");
  ASSERT_EQ(seen.values.size(), apart.values.size());
  EXPECT_NE(seen.values[0], apart.values[0]);
}

TEST(TokenEmbedder, questions_are_as_long_as_they_are_without_expansion) {
  const HeadModel model = bert();
  make_pylate(model);
  model.replace("config_sentence_transformers.json", "{", R"({"do_query_expansion":false,)");
  EXPECT_EQ(query(*load(model), "the").values.size(), 4 * 5u);
}

TEST(TokenEmbedder, texts_beyond_the_length_lose_their_end) {
  const HeadModel model = bert();
  make_colbert(model);
  const auto five = load(model, {.max_tokens = 5});
  EXPECT_EQ(document(*five, "the in of to"), document(*load(model), "the in"));
  EXPECT_EQ(query(*load(model), "the in to is the in to is the in to is"),
            query(*load(model), "the in to is the in to is the in to"));
}

TEST(TokenEmbedder, a_length_without_room_for_special_tokens_and_marker_is_refused) {
  const HeadModel model = bert();
  make_colbert(model);
  for (const std::size_t tokens : {std::size_t{1}, std::size_t{2}}) {
    const Status status = load_token_embedder(model.path(), {.max_tokens = tokens}).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << tokens;
    EXPECT_THAT(status.message(), HasSubstr("no room")) << tokens;
  }
}

TEST(TokenEmbedder, threads_and_batches_do_not_change_a_bit) {
  const HeadModel model = bert();
  make_colbert(model);
  Texts texts;
  for (std::size_t i = 0; i < 40; ++i) {
    for (const std::string& text : model.texts("texts")) texts.push_back(text.substr(0, 1 + i));
  }
  const auto alone = load(model)->embed_batch(texts).value();
  const auto questions = load(model)->embed_queries(texts).value();
  for (const int threads : {1, 3}) {
    for (const std::size_t tokens : {std::size_t{1}, std::size_t{50}}) {
      const auto embedder = load(model, {.threads = threads, .batch_tokens = tokens});
      EXPECT_EQ(embedder->embed_batch(texts).value(), alone) << threads;
      EXPECT_EQ(embedder->embed_queries(texts).value(), questions) << threads;
    }
  }
  EXPECT_EQ(document(*load(model), texts[77]), alone[77]);
}

TEST(TokenEmbedder, a_cancelled_call_and_bad_texts_are_refused) {
  const HeadModel model = bert();
  make_colbert(model);
  const auto embedder = load(model);
  EXPECT_THAT(embedder->embed_batch(Texts{"a", "\xff"}).status().message(),
              HasSubstr("text 1: the text is not valid"));
  EXPECT_TRUE(embedder->embed_batch({}).value().empty());
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(embedder->embed_batch(Texts{"a"}, cancel).status().code(), Code::kCancelled);
  EXPECT_EQ(embedder->embed_queries(Texts{"a"}, cancel).status().code(), Code::kCancelled);
}

TEST(TokenEmbedder, a_projection_or_a_marker_that_is_missing_is_named) {
  const HeadModel projection = bert();
  make_colbert(projection);
  projection.replace("model.safetensors", "\"linear.weight\"", "\"linear_weight\"");
  EXPECT_THAT(refusal(projection).message(), HasSubstr("no tensor 'linear.weight'"));
  const HeadModel shape = bert();
  make_colbert(shape);
  shape.replace("model.safetensors", R"("linear.weight":{"dtype":"F16","shape":[5,8])",
                R"("linear.weight":{"dtype":"F16","shape":[8,5])");
  EXPECT_THAT(refusal(shape).message(), HasSubstr("has the shape [8, 5], expected [8, 8]"));
  const HeadModel marker = bert();
  make_colbert(marker);
  marker.write("artifact.metadata", "{}");
  EXPECT_THAT(refusal(marker).message(),
              HasSubstr("no piece '[unused0]', the marker of questions"));
  EXPECT_EQ(refusal(marker).code(), Code::kNotFound);
}

TEST(TokenEmbedder, dense_modules_that_do_more_are_refused) {
  const HeadModel model = bert();
  make_pylate(model);
  model.write("1_Dense/config.json",
              R"({"activation_function":"torch.nn.modules.activation.Tanh"})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("activation.Tanh"));
  model.write("1_Dense/config.json", R"({"bias":false,"use_residual":true})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("a residual"));
  model.write("1_Dense/config.json", R"({"bias":true})");
  EXPECT_THAT(refusal(model).message(), HasSubstr("1_Dense: the weights have no tensor 'linear.b"));
}

TEST(TokenEmbedder, one_kind_of_model_is_not_taken_for_another) {
  const HeadModel model = bert();
  make_colbert(model);
  EXPECT_THAT(load_embedder(model.path()).status().message(), HasSubstr("load_token_embedder()"));
  EXPECT_THAT(load_reranker(model.path()).status().message(), HasSubstr("load_token_embedder()"));
  const HeadModel pairs = bert();
  EXPECT_THAT(refusal(pairs).message(), HasSubstr("load_reranker() takes"));
}

}  // namespace
}  // namespace vecstore
