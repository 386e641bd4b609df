#include "embed/onnxruntime/onnx_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "embed/onnxruntime/test_onnx_graphs.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class OnnxSessions : public testing::Test {
 protected:
  void SetUp() override {
    const std::string library = test_onnxruntime();
    if (library.empty()) GTEST_SKIP() << "no ONNX Runtime: run tools/setup";
    runtime_ = OnnxRuntime::open(library).value();
  }
  Result<OnnxSession> open(const OnnxGraph& graph) const {
    const std::string file = onnx_file(graph);
    return OnnxSession::open(runtime_, as_bytes(file), 1);
  }

  std::shared_ptr<const OnnxRuntime> runtime_;
  const OnnxGraph table_ = onnx_table_graph(2, {0, 1, 10, 11, 20, 21});
};

OnnxInput ids(const std::vector<std::int64_t>& numbers, const char* name = "input_ids") {
  return {name,
          ort::kInt64,
          std::as_bytes(std::span(numbers)),
          {1, static_cast<std::int64_t>(numbers.size())}};
}

TEST_F(OnnxSessions, know_their_inputs_and_outputs) {
  const auto session = open(table_);
  ASSERT_TRUE(session.ok()) << session.status().to_string();
  ASSERT_EQ(session->inputs().size(), 2u);
  const OnnxPort& input = session->inputs()[0];
  EXPECT_EQ(input.name, "input_ids");
  EXPECT_EQ(input.type, ort::kInt64);
  EXPECT_THAT(input.shape, ElementsAre(-1, -1));
  const OnnxPort* output = session->find_output("last_hidden_state");
  ASSERT_NE(output, nullptr);
  EXPECT_EQ(output->type, ort::kFloat);
  EXPECT_THAT(output->shape, ElementsAre(-1, -1, 2));
  EXPECT_EQ(session->find_input("last_hidden_state"), nullptr);
}

TEST_F(OnnxSessions, compute) {
  const auto session = open(table_);
  ASSERT_TRUE(session.ok()) << session.status().to_string();
  const std::vector<std::int64_t> numbers = {2, 0};
  const OnnxInput inputs[] = {ids(numbers), ids(numbers, "attention_mask")};
  const auto output = session->run(inputs, "last_hidden_state");
  ASSERT_TRUE(output.ok()) << output.status().to_string();
  EXPECT_THAT(output->shape, ElementsAre(1, 2, 2));
  EXPECT_THAT(output->numbers, ElementsAre(20, 21, 0, 1));
}

TEST_F(OnnxSessions, say_what_does_not_fit) {
  const auto session = open(table_);
  ASSERT_TRUE(session.ok()) << session.status().to_string();
  const std::vector<std::int64_t> numbers = {3};
  const OnnxInput beyond[] = {ids(numbers), ids(numbers, "attention_mask")};
  const Status outside = session->run(beyond, "last_hidden_state").status();
  EXPECT_EQ(outside.code(), Code::kInvalidArgument);
  EXPECT_THAT(outside.message(), HasSubstr("ONNX Runtime: "));
  EXPECT_THAT(session->run(beyond, "elsewhere").status().message(), HasSubstr("elsewhere"));
  const OnnxInput two[] = {ids(numbers), ids(numbers, "unknown")};
  EXPECT_THAT(session->run(two, "last_hidden_state").status().message(), HasSubstr("unknown"));
}

TEST_F(OnnxSessions, refuse_what_is_no_model_at_every_length) {
  const std::string file = onnx_file(table_);
  for (std::size_t end = 0; end < file.size(); ++end) {
    (void)OnnxSession::open(runtime_, as_bytes(std::string_view(file).substr(0, end)), 1);
  }
  const Status garbage = OnnxSession::open(runtime_, as_bytes("no model"), 1).status();
  EXPECT_EQ(garbage.code(), Code::kInvalidArgument);
  EXPECT_THAT(garbage.message(), HasSubstr("ONNX Runtime: "));
}

TEST_F(OnnxSessions, refuse_outputs_that_are_no_floats) {
  OnnxGraph graph = table_;
  graph.nodes = {onnx_node("Identity", {"input_ids"}, "same")};
  graph.outputs = {onnx_port("same", 7, {-1, -1})};
  const auto session = open(graph);
  ASSERT_TRUE(session.ok()) << session.status().to_string();
  const std::vector<std::int64_t> numbers = {1};
  const OnnxInput inputs[] = {ids(numbers), ids(numbers, "attention_mask")};
  const Status refused = session->run(inputs, "same").status();
  EXPECT_EQ(refused.code(), Code::kUnimplemented);
  EXPECT_THAT(refused.message(), HasSubstr("'same' has elements of type 7"));
}

}  // namespace
}  // namespace vecstore
