#include "embed/onnxruntime/onnx_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/test_folder.h"
#include "embed/onnxruntime/test_onnx_graphs.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Floats = std::vector<float>;

constexpr std::size_t kWidth = 4;

// Of the 18 tokens, the row of each.
Floats table() {
  Floats numbers;
  for (std::size_t i = 0; i < 18 * kWidth; ++i) {
    numbers.push_back(static_cast<float>(std::sin(static_cast<double>(i))));
  }
  return numbers;
}

// From the table, by hand.
Floats expected(const std::vector<std::size_t>& ids, std::size_t width = kWidth) {
  Floats sum(width);
  const Floats rows = table();
  for (const std::size_t id : ids) {
    for (std::size_t i = 0; i < width; ++i) sum[i] += rows[id * kWidth + i];
  }
  normalize(sum);
  return sum;
}

class OnnxEmbedders : public testing::Test {
 protected:
  void SetUp() override {
    options_.library = test_onnxruntime();
    if (options_.library.empty()) GTEST_SKIP() << "no ONNX Runtime: run tools/setup";
    write("tokenizer.json", tiny_tokenizer_json());
    write(onnx_table_graph(kWidth, table()));
  }

  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("tiny/" + name, bytes);
  }
  void write(const OnnxGraph& graph) const { write("model.onnx", onnx_file(graph)); }
  std::shared_ptr<const OnnxEmbedder> load() const {
    auto loaded = load_onnx_embedder((folder_ / "tiny").string(), options_);
    EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
    return loaded.value();
  }
  std::string refusal() const {
    return load_onnx_embedder((folder_ / "tiny").string(), options_).status().message();
  }

  void expect_near(const Floats& found, const Floats& wanted) const {
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-6) << i;
  }

  TestFolder folder_;
  OnnxOptions options_;
};

TEST_F(OnnxEmbedders, pool_the_vectors_of_tokens) {
  const auto embedder = load();
  EXPECT_EQ(embedder->info().name, "tiny");
  EXPECT_EQ(embedder->info().dimension, kWidth);
  EXPECT_EQ(embedder->info().pooling, "mean");
  EXPECT_THAT(embedder->info().checksum, StartsWith("xxh3:"));
  expect_near(embedder->embed("ace").value(), expected({2, 4, 6, 8, 3}));
  write("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  expect_near(load()->embed("ace").value(), expected({2}));
}

TEST_F(OnnxEmbedders, do_not_mix_texts_of_other_lengths) {
  const auto embedder = load();
  const std::vector<std::string> texts = {"abcdefgh", "", "a", "kl", "abcdefghijklmn", "b"};
  for (const std::size_t batch_tokens : {std::size_t{1}, std::size_t{20}, std::size_t{512}}) {
    options_.batch_tokens = batch_tokens;
    const Floats rows = load()->embed_batch(texts).value();
    ASSERT_EQ(rows.size(), texts.size() * kWidth);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      expect_near(Floats(rows.begin() + static_cast<std::ptrdiff_t>(i * kWidth),
                         rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * kWidth)),
                  embedder->embed(texts[i]).value());
    }
  }
}

TEST_F(OnnxEmbedders, take_the_vector_of_a_text_where_the_model_makes_it) {
  OnnxGraph graph = onnx_table_graph(kWidth, table());
  graph.nodes.push_back(onnx_node("ReduceMax", {"last_hidden_state"}, "unused"));
  ProtobufWriter axes, keep,
      node = onnx_node("ReduceMax", {"last_hidden_state"}, "sentence_embedding");
  axes.text(1, "axes").number(8, 1).number(20, 7);
  keep.text(1, "keepdims").number(3, 0).number(20, 2);
  graph.nodes.back() = node.message(5, axes).message(5, keep);
  graph.outputs.push_back(onnx_port("sentence_embedding", 1, {-1, kWidth}));
  write(graph);
  const auto embedder = load();
  EXPECT_EQ(embedder->info().pooling, "model");
  const Floats rows = table();
  Floats largest(kWidth, -1);
  for (const std::size_t id : {std::size_t{2}, std::size_t{4}, std::size_t{3}}) {
    for (std::size_t i = 0; i < kWidth; ++i)
      largest[i] = std::max(largest[i], rows[id * kWidth + i]);
  }
  normalize(largest);
  expect_near(embedder->embed("a").value(), largest);
}

TEST_F(OnnxEmbedders, honour_what_sentence_transformers_puts_beside_them) {
  write("sentence_bert_config.json", R"({"max_seq_length":4})");
  write("config_sentence_transformers.json", R"({"prompts":{"query":"b"}})");
  const auto embedder = load();
  expect_near(embedder->embed("abc").value(), expected({2, 4, 5, 3}));
  expect_near(embedder->embed_query("a").value(), expected({2, 5, 4, 3}));
}

TEST_F(OnnxEmbedders, take_no_more_tokens_than_there_are_positions) {
  write("config.json", R"({"model_type":"other","max_position_embeddings":5})");
  expect_near(load()->embed("abcdef").value(), expected({2, 4, 5, 6, 3}));
  write("config.json", R"({"model_type":"roberta","max_position_embeddings":5,"pad_token_id":0})");
  expect_near(load()->embed("abcdef").value(), expected({2, 4, 5, 3}));
  write("config.json", R"({"model_type":"roberta","max_position_embeddings":2,"pad_token_id":1})");
  EXPECT_THAT(refusal(), HasSubstr("config.json: there are no positions for a text"));
}

TEST_F(OnnxEmbedders, keep_the_first_numbers_when_asked) {
  options_.dimension = 3;
  EXPECT_EQ(load()->info().dimension, 3u);
  expect_near(load()->embed("ab").value(), expected({2, 4, 5, 3}, 3));
  options_.dimension = 5;
  EXPECT_THAT(refusal(), HasSubstr("a dimension of 5 is more than the model's 4"));
}

TEST_F(OnnxEmbedders, give_the_same_with_threads) {
  const Floats alone = load()->embed("abcdef").value();
  options_.threads = 2;
  expect_near(load()->embed("abcdef").value(), alone);
}

TEST_F(OnnxEmbedders, can_be_cancelled) {
  CancelToken cancel;
  cancel.cancel();
  const std::vector<std::string> texts = {"a"};
  EXPECT_EQ(load()->embed_batch(texts, cancel).status().code(), Code::kCancelled);
}

TEST_F(OnnxEmbedders, name_what_they_cannot_take) {
  const std::vector<std::string> texts = {"a", "\xff"};
  EXPECT_THAT(load()->embed_batch(texts).status().message(), HasSubstr("text 1"));
  options_.threads = 0;
  EXPECT_THAT(refusal(), HasSubstr("threads is 0, expected 1 to 1024"));
  options_.threads = 1;
  options_.batch_tokens = 0;
  EXPECT_THAT(refusal(), HasSubstr("batch_tokens is 0"));
}

TEST_F(OnnxEmbedders, refuse_models_that_are_none_of_texts) {
  OnnxGraph graph = onnx_table_graph(kWidth, table());
  graph.inputs.push_back(onnx_port("pixels", 1, {-1, 3}));
  write(graph);
  EXPECT_THAT(refusal(), HasSubstr("the input 'pixels' is none that a model of texts has"));
  graph.inputs.back() = onnx_port("token_type_ids", 1, {-1, -1});
  write(graph);
  EXPECT_THAT(refusal(), HasSubstr("the input 'token_type_ids' is no table of 64-bit numbers"));
  graph = onnx_table_graph(kWidth, table());
  graph.nodes = {onnx_node("Identity", {"input_ids"}, "same")};
  graph.outputs = {onnx_port("same", 7, {-1, -1})};
  write(graph);
  EXPECT_THAT(refusal(), HasSubstr("no output is a table of floats"));
  write("model.onnx", "short");
  EXPECT_THAT(refusal(), HasSubstr("ONNX Runtime: "));
  std::filesystem::remove(folder_ / "tiny/model.onnx");
  EXPECT_THAT(refusal(), HasSubstr("model.onnx"));
}

}  // namespace
}  // namespace vecstore
