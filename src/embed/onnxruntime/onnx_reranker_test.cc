#include "embed/onnxruntime/onnx_reranker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/test_folder.h"
#include "embed/onnxruntime/test_onnx_graphs.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using Floats = std::vector<float>;
using Texts = std::vector<std::string>;

// The tiny tokenizer with marks around a pair: <s> A </s> B </s>, of which B has the type 1.
std::string pair_tokenizer_json() {
  std::string json = tiny_tokenizer_json();
  const std::string none = R"("pair":[])";
  return json.replace(json.find(none), none.size(),
                      R"("pair":[{"SpecialToken":{"id":"<s>","type_id":0}},
      {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}},
      {"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"</s>","type_id":1}}])");
}

// A token's weight is its id, but that of padding, 0, and counts three times in the second text.
Floats weights() {
  Floats numbers;
  for (int id = 0; id < 18; ++id) numbers.push_back(static_cast<float>(id));
  return numbers;
}

ProtobufWriter largest(const std::string& of, const std::string& output) {
  ProtobufWriter axes, keep, node = onnx_node("ReduceMax", {of}, output);
  axes.text(1, "axes").number(8, 1).number(20, 7);
  keep.text(1, "keepdims").number(3, 0).number(20, 2);
  return node.message(5, axes).message(5, keep);
}

// A pair's score is the largest weight of its tokens.
OnnxGraph pair_graph(const std::string& output = "logits") {
  return {
      .nodes = {onnx_node("Gather", {"table", "input_ids"}, "weights"),
                onnx_node("Gather", {"times", "token_type_ids"}, "factors"),
                onnx_node("Mul", {"weights", "factors"}, "counted"), largest("counted", output)},
      .tensors = {onnx_tensor("table", {18, 1}, weights()),
                  onnx_tensor("times", {2, 1}, Floats{1, 3})},
      .inputs = {onnx_port("input_ids", 7, {-1, -1}), onnx_port("token_type_ids", 7, {-1, -1})},
      .outputs = {onnx_port(output, 1, {-1, 1})}};
}

constexpr const char* kPlain =
    R"({"num_labels":1,"sentence_transformers":{"activation_fn":"torch.nn.modules.linear.Identity"}})";

class OnnxRerankers : public testing::Test {
 protected:
  void SetUp() override {
    options_.library = test_onnxruntime();
    if (options_.library.empty()) GTEST_SKIP() << "no ONNX Runtime: run tools/setup";
    write("tokenizer.json", pair_tokenizer_json());
    write("config.json", kPlain);
    write(pair_graph());
  }

  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("tiny/" + name, bytes);
  }
  void write(const OnnxGraph& graph) const { write("model.onnx", onnx_file(graph)); }
  std::shared_ptr<const OnnxReranker> load() const {
    auto loaded = load_onnx_reranker((folder_ / "tiny").string(), options_);
    EXPECT_TRUE(loaded.ok()) << loaded.status().to_string();
    return loaded.value();
  }
  std::string refusal() const {
    return load_onnx_reranker((folder_ / "tiny").string(), options_).status().message();
  }

  TestFolder folder_;
  OnnxOptions options_;
};

// "a" is 4, "</s>" 3, so that even an empty second text counts 9.
TEST_F(OnnxRerankers, read_question_and_text_together) {
  const auto reranker = load();
  EXPECT_EQ(reranker->name(), "tiny");
  EXPECT_EQ(reranker->scores("a", Texts{"b", "", "ca", "n"}).value(), (Floats{15, 9, 18, 51}));
  EXPECT_EQ(reranker->scores("n", Texts{"", "b"}).value(), (Floats{17, 17}));
  EXPECT_TRUE(reranker->scores("a", Texts{}).value().empty());
}

TEST_F(OnnxRerankers, put_the_best_first) {
  const auto ranked = load()->rerank("a", Texts{"b", "", "n", "b"}, 3).value();
  ASSERT_EQ(ranked.size(), 3u);
  EXPECT_EQ(ranked[0].index, 2u);
  EXPECT_EQ(ranked[0].score, 51);
  EXPECT_EQ(ranked[1].index, 0u);  // of equals the first
  EXPECT_EQ(ranked[2].index, 3u);
}

TEST_F(OnnxRerankers, do_not_mix_pairs_of_other_lengths) {
  const Texts texts = {"abcdefgh", "", "a", "kl", "abcdefghijklmn", "b"};
  const Floats alone = load()->scores("c", texts).value();
  EXPECT_EQ(alone, (Floats{33, 9, 12, 45, 51, 15}));
  for (const std::size_t batch_tokens : {std::size_t{1}, std::size_t{20}}) {
    options_.batch_tokens = batch_tokens;
    EXPECT_EQ(load()->scores("c", texts).value(), alone);
  }
  options_.threads = 2;
  EXPECT_EQ(load()->scores("c", texts).value(), alone);
}

TEST_F(OnnxRerankers, give_scores_as_the_files_ask_for_them) {
  write("config.json", R"({"num_labels":1})");
  EXPECT_FLOAT_EQ(load()->scores("a", Texts{""}).value()[0], 1 / (1 + std::exp(-9.0f)));
  std::filesystem::remove(folder_ / "tiny/config.json");
  EXPECT_FLOAT_EQ(load()->scores("a", Texts{""}).value()[0], 1 / (1 + std::exp(-9.0f)));
  write("config.json", R"({"num_labels":3})");
  EXPECT_THAT(refusal(), HasSubstr("a model of 3 labels sorts texts into classes"));
}

TEST_F(OnnxRerankers, cut_the_longer_text_at_the_models_length) {
  write("tokenizer_config.json", R"({"model_max_length":6})");
  EXPECT_EQ(load()->scores("a", Texts{"bcn"}).value(), (Floats{18}));  // <s> a </s> b c </s>
  write("config.json", R"({"num_labels":1,"max_position_embeddings":5,"sentence_transformers":
      {"activation_fn":"torch.nn.modules.linear.Identity"}})");
  EXPECT_EQ(load()->scores("a", Texts{"bcn"}).value(), (Floats{15}));
}

TEST_F(OnnxRerankers, can_be_cancelled) {
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(load()->rerank("a", Texts{"b"}, 1, cancel).status().code(), Code::kCancelled);
}

TEST_F(OnnxRerankers, take_the_only_output_that_may_be_scores) {
  write(pair_graph("score"));
  EXPECT_EQ(load()->scores("a", Texts{"n"}).value(), (Floats{51}));
  OnnxGraph graph = pair_graph("score");
  graph.nodes.push_back(onnx_node("Identity", {"score"}, "other"));
  graph.outputs.push_back(onnx_port("other", 1, {-1, 1}));
  write(graph);
  EXPECT_THAT(refusal(), HasSubstr("no output is named 'logits', and 2 others may be scores"));
}

TEST_F(OnnxRerankers, refuse_what_is_no_score_for_a_pair) {
  OnnxGraph graph = pair_graph();
  graph.tensors = {onnx_tensor("table", {9, 2}, weights()),
                   onnx_tensor("times", {2, 1}, Floats{1, 3})};
  graph.outputs = {onnx_port("logits", 1, {-1, 2})};
  write(graph);
  EXPECT_THAT(refusal(), HasSubstr("the output 'logits' has the shape [1, 2] for 1 pairs"));
  write(onnx_table_graph(1, weights()));
  EXPECT_THAT(refusal(), HasSubstr("no output is named 'logits', and 0 others"));
  write(pair_graph());
  write("tokenizer.json", tiny_tokenizer_json());
  EXPECT_THAT(refusal(), HasSubstr("no template for two texts"));
  options_.threads = 0;
  EXPECT_THAT(refusal(), HasSubstr("threads is 0, expected 1 to 1024"));
}

TEST_F(OnnxRerankers, name_the_text_that_they_cannot_take) {
  EXPECT_THAT(load()->scores("a", Texts{"a", "\xff"}).status().message(), HasSubstr("text 1"));
  EXPECT_THAT(load()->scores("\xff", Texts{"a"}).status().message(), HasSubstr("the query"));
}

}  // namespace
}  // namespace vecstore
