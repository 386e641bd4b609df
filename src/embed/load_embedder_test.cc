#include "embed/load_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "embed/transformer/test_models.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class LoadEmbedder : public testing::Test {
 protected:
  LoadEmbedder() {
    const std::filesystem::path from = TinyModel(VECSTORE_SOURCE_DIR, "bert").folder;
    for (const char* name : {"config.json", "model.safetensors"}) {
      write(name, as_text(read_test_file(from / name)));
    }
    write("tokenizer.json", tiny_tokenizer_json());
  }

  void write(const std::string& name, std::string_view bytes) const {
    folder_.write("tiny/" + name, bytes);
  }
  std::string path() const { return (folder_ / "tiny").string(); }
  Status refusal() const { return load_embedder(path()).status(); }

  TestFolder folder_;
};

TEST_F(LoadEmbedder, a_folder_with_a_configuration_is_a_transformer) {
  const auto embedder = load_embedder(path() + "/");
  ASSERT_TRUE(embedder.ok()) << embedder.status().to_string();
  const EmbedderInfo& info = (*embedder)->info();
  EXPECT_EQ(info.name, "tiny");
  EXPECT_EQ(info.dimension, 12u);
  EXPECT_EQ(info.pooling, "mean");
  EXPECT_THAT(info.checksum, StartsWith("xxh3:"));
  EXPECT_EQ((*embedder)->embed("ace")->size(), 12u);
}

TEST_F(LoadEmbedder, without_one_it_is_a_static_model) {
  std::filesystem::remove(folder_ / "tiny/config.json");
  EXPECT_THAT(refusal().message(), HasSubstr("need a config.json"));
}

TEST_F(LoadEmbedder, the_files_of_sentence_transformers_are_honoured) {
  write("1_Pooling/config.json", R"({"pooling_mode_cls_token":true})");
  write("sentence_bert_config.json", R"({"max_seq_length":4})");
  write("config_sentence_transformers.json", R"({"prompts":{"query":"b"}})");
  const auto embedder = load_embedder(path());
  ASSERT_TRUE(embedder.ok()) << embedder.status().to_string();
  EXPECT_EQ((*embedder)->info().pooling, "cls");
  EXPECT_EQ((*embedder)->embed("abc").value(), (*embedder)->embed("ab").value());
  EXPECT_EQ((*embedder)->embed_query("a").value(), (*embedder)->embed("ba").value());
}

TEST_F(LoadEmbedder, what_is_missing_or_not_understood_is_named) {
  write("modules.json", R"([{"type":"sentence_transformers.models.Dense"}])");
  EXPECT_THAT(refusal().message(), HasSubstr("Dense"));
  write("modules.json", "[]");
  EXPECT_TRUE(refusal().ok());
  write("model.safetensors", "short");
  EXPECT_THAT(refusal().message(), HasSubstr("model.safetensors"));
  std::filesystem::remove(folder_ / "tiny/model.safetensors");
  EXPECT_EQ(refusal().code(), Code::kNotFound);
  write("model.onnx", "short");
  EXPECT_THAT(refusal().message(), HasSubstr("model.onnx"));
  write("tokenizer.json", "{}");
  EXPECT_THAT(refusal().message(), HasSubstr("tokenizer.json"));
}

}  // namespace
}  // namespace vecstore
