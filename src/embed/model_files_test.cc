#include "embed/model_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/coding.h"
#include "base/test_folder.h"
#include "embed/reference.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ModelFiles : public ::testing::Test {
 protected:
  void write(const fs::path& name, std::string_view bytes) const {
    folder_.write(name.string(), bytes);
  }

  // A model of two pieces, "a" as (1, 0) and "b" as (0, last).
  void write_small_model(const std::string& name, float last = 1) const {
    const std::string_view header = R"({"t":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})";
    Bytes weights;
    put_u64(weights, header.size());
    put_bytes(weights, as_bytes(header));
    for (float number : {1.f, 0.f, 0.f, last}) put_f32(weights, number);
    write(name + "/model.safetensors", as_text(weights));
    write(name + "/tokenizer.json",
          R"({"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}})");
  }

  TestFolder folder_;
};

TEST_F(ModelFiles, loads_a_model_from_its_folder_and_names_it_by_that) {
  write_small_model("mine");
  for (const char* name : {"mine", "mine/", "./mine/."}) {
    const auto embedder = load_static_embedder((folder_ / name).string());
    ASSERT_TRUE(embedder.ok()) << embedder.status().to_string();
    EXPECT_EQ((*embedder)->info().name, "mine");
    EXPECT_THAT((*embedder)->embed("b").value(), ElementsAre(0, 1));
  }
}

TEST_F(ModelFiles, tells_models_apart_by_the_checksum_of_their_weights) {
  const auto checksum = [this](const char* name, float last) {
    write_small_model(name, last);
    return (*load_static_embedder((folder_ / name).string()))->info().checksum;
  };
  const std::string one = checksum("one", 1);
  EXPECT_THAT(one, ::testing::MatchesRegex("xxh3:[0-9a-f]+"));
  EXPECT_EQ(one.size(), 5u + 16u);
  EXPECT_EQ(checksum("same", 1), one);
  EXPECT_NE(checksum("other", 2), one);
}

TEST_F(ModelFiles, names_the_file_that_is_missing_or_wrong) {
  const auto load = [this] { return load_static_embedder((folder_ / "mine").string()).status(); };
  EXPECT_EQ(load().code(), Code::kNotFound);
  EXPECT_THAT(load().message(), HasSubstr("mine/model.safetensors is not there"));
  write_small_model("mine");
  fs::remove(folder_ / "mine/tokenizer.json");
  EXPECT_THAT(load().message(), HasSubstr("mine/tokenizer.json is not there"));
  write("mine/tokenizer.json", "{}");
  EXPECT_THAT(load().message(), HasSubstr("mine/tokenizer.json: tokenizer: no model"));
  write_small_model("mine");
  write("mine/model.safetensors", "short");
  EXPECT_THAT(load().message(), HasSubstr("mine/model.safetensors: a safetensors file of 5 bytes"));
  fs::remove(folder_ / "mine/model.safetensors");
  fs::create_directory(folder_ / "mine/model.safetensors");
  EXPECT_THAT(load().message(), HasSubstr("cannot read"));
}

TEST_F(ModelFiles, says_how_to_get_the_built_in_model) {
  for (const fs::path& path : {folder_.path(), folder_ / "none"}) {
    const Status status = load_builtin_embedder(path.string()).status();
    EXPECT_EQ(status.code(), Code::kNotFound);
    EXPECT_THAT(status.message(), AllOf(HasSubstr("wordllama-256 is not installed"),
                                        HasSubstr("run tools/setup"), HasSubstr(path.string())));
  }
}

TEST_F(ModelFiles, calls_other_files_in_place_of_the_built_in_model_damaged) {
  write_small_model("wordllama-256");
  const Status status = load_builtin_embedder(folder_.string()).status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("wordllama-256/model.safetensors is damaged"),
                                      HasSubstr("expected ad709a9342b32fcc")));
}

class BuiltinModel : public ModelFiles {
 protected:
  void SetUp() override {
    ModelFiles::SetUp();
    if (!fs::exists(source())) GTEST_SKIP() << "no model in " << source() << ": run tools/setup";
  }
  static fs::path source() { return fs::path(test_models_folder()) / kBuiltinModel; }

  static double similarity(const Embedder& embedder, const char* one, const char* other) {
    const std::vector<float> a = embedder.embed(one).value(), b = embedder.embed(other).value();
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
    return sum;
  }
};

TEST_F(BuiltinModel, puts_related_texts_nearer_than_unrelated_ones) {
  const auto loaded = load_builtin_embedder(test_models_folder());
  ASSERT_TRUE(loaded.ok()) << loaded.status().to_string();
  const Embedder& embedder = **loaded;
  EXPECT_EQ(embedder.info().name, "wordllama-256");
  EXPECT_EQ(embedder.info().dimension, 256u);
  EXPECT_EQ(embedder.info().checksum, "xxh3:ad709a9342b32fcc");
  EXPECT_NEAR(similarity(embedder, "a text", "a text"), 1, 1e-6);
  EXPECT_GT(similarity(embedder, "how do I open a file", "opening and reading files"),
            similarity(embedder, "how do I open a file", "the goalkeeper saved the penalty") + 0.2);
}

TEST_F(BuiltinModel, is_refused_when_one_byte_differs) {
  for (const char* name : {"model.safetensors", "tokenizer.json"}) {
    fs::copy(source(), folder_ / kBuiltinModel,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    std::fstream file(folder_ / kBuiltinModel / name,
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1'000'000);
    file.put('\1');
    file.close();
    const Status status = load_builtin_embedder(folder_.string()).status();
    EXPECT_EQ(status.code(), Code::kDataLoss);
    EXPECT_THAT(status.message(), HasSubstr(std::string(name) + " is damaged"));
  }
}

}  // namespace
}  // namespace vecstore
