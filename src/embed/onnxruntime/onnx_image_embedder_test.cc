#include "embed/onnxruntime/onnx_image_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "embed/onnxruntime/test_onnx_graphs.h"

namespace vecstore {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

// An image is 1 x 2 x 1 numbers; its vector are those two.
OnnxGraph flat_graph() {
  ProtobufWriter axis, node = onnx_node("Flatten", {"pixel_values"}, "image_embeds");
  axis.text(1, "axis").number(3, 1).number(20, 2);
  return {.nodes = {node.message(5, axis)},
          .tensors = {},
          .inputs = {onnx_port("pixel_values", 1, {-1, 1, 2, 1})},
          .outputs = {onnx_port("image_embeds", 1, {-1, 2})}};
}

class OnnxImages : public testing::Test {
 protected:
  void SetUp() override {
    library_ = test_onnxruntime();
    if (library_.empty()) GTEST_SKIP() << "no ONNX Runtime: run tools/setup";
  }
  Result<std::shared_ptr<const OnnxImageEmbedder>> load(const OnnxGraph& graph) const {
    return OnnxImageEmbedder::load(folder_.write("flat.onnx", onnx_file(graph)), library_);
  }
  std::string refusal(const OnnxGraph& graph) const { return load(graph).status().message(); }

  TestFolder folder_;
  std::string library_;
};

TEST_F(OnnxImages, become_rows_of_length_1) {
  const auto embedder = load(flat_graph());
  ASSERT_TRUE(embedder.ok()) << embedder.status().to_string();
  EXPECT_EQ((*embedder)->info().name, "flat");
  EXPECT_EQ((*embedder)->info().dimension, 2u);
  EXPECT_THAT((*embedder)->shape(), ElementsAre(-1, 1, 2, 1));
  const std::vector<float> pixels = {3, 4, 0, -2};
  const auto rows = (*embedder)->embed(pixels, {2, 1, 2, 1});
  ASSERT_TRUE(rows.ok()) << rows.status().to_string();
  EXPECT_THAT(*rows, ElementsAre(FloatNear(0.6f, 1e-6f), FloatNear(0.8f, 1e-6f), 0, -1));
}

TEST_F(OnnxImages, of_another_shape_are_refused) {
  const auto embedder = load(flat_graph()).value();
  const std::vector<float> pixels = {3, 4, 0, -2};
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{1, 1, 2, 1},
                                                 {3, 1, 2, 1},
                                                 {2, 1, 1, 2},
                                                 {2, 2},
                                                 {0, 1, 2, 1},
                                                 {-2, 1, -2, 1},
                                                 {}}) {
    const Status refused = embedder->embed(pixels, shape).status();
    EXPECT_EQ(refused.code(), Code::kInvalidArgument) << shape_text(shape);
    EXPECT_THAT(refused.message(), HasSubstr("of shape " + shape_text(shape)));
    EXPECT_THAT(refused.message(), HasSubstr("[-1, 1, 2, 1]"));
  }
}

TEST_F(OnnxImages, are_not_what_other_models_take) {
  EXPECT_THAT(refusal(onnx_table_graph(2, {0, 1})), HasSubstr("a model of images has one input"));
  OnnxGraph graph = flat_graph();
  graph.nodes = {onnx_node("Identity", {"pixel_values"}, "same")};
  graph.outputs = {onnx_port("same", 1, {-1, 1, 2, 1})};
  EXPECT_THAT(refusal(graph), HasSubstr("no output is a table of floats"));
  EXPECT_THAT(
      OnnxImageEmbedder::load(folder_.write("bad.onnx", "bad"), library_).status().message(),
      HasSubstr("bad.onnx"));
  EXPECT_EQ(OnnxImageEmbedder::load("/nowhere.onnx", library_).status().code(), Code::kNotFound);
  EXPECT_THAT(OnnxImageEmbedder::load("/nowhere.onnx", library_, 0).status().message(),
              HasSubstr("threads is 0"));
}

}  // namespace
}  // namespace vecstore
