#include "embed/transformer/tensor_names.h"

#include <gtest/gtest.h>

#include "embed/weights/test_onnx.h"

namespace vecstore {
namespace {

TensorNames names_in(const std::string& words, Family family) {
  const auto weights = Weights::from_onnx(onnx_model({}, {onnx_tensor(words, {1}, {1})}));
  TransformerConfig config;
  config.family = family;
  config.layers = 2;
  return tensor_names(config, *weights);
}

TEST(TensorNames, follow_the_family_and_what_the_file_puts_before_them) {
  const TensorNames bert = names_in("embeddings.word_embeddings.weight", Family::kBert);
  EXPECT_EQ(bert.layers[1].query, "encoder.layer.1.attention.self.query");
  const TensorNames roberta =
      names_in("roberta.embeddings.word_embeddings.weight", Family::kRoberta);
  EXPECT_EQ(roberta.types, "roberta.embeddings.token_type_embeddings.weight");
  EXPECT_EQ(roberta.layers[0].down, "roberta.encoder.layer.0.output.dense");
  const TensorNames mpnet = names_in("embeddings.word_embeddings.weight", Family::kMpnet);
  EXPECT_EQ(mpnet.layers[0].mixed, "encoder.layer.0.attention.attn.o");
  EXPECT_EQ(mpnet.distances, "encoder.relative_attention_bias.weight");
  const TensorNames distil = names_in("embeddings.word_embeddings.weight", Family::kDistilBert);
  EXPECT_EQ(distil.layers[1].norm_down, "transformer.layer.1.output_layer_norm");
}

}  // namespace
}  // namespace vecstore
