#include "embed/model_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "embed/transformer/test_tokenizer.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

TEST(ModelFolder, gives_the_model_its_name) {
  EXPECT_EQ(model_path("models/mine").filename(), "mine");
  EXPECT_EQ(model_path("models/mine/").filename(), "mine");
  EXPECT_EQ(model_path("models/other/../mine/.").filename(), "mine");
}

TEST(ModelFolder, may_lack_some_files) {
  const TestFolder folder;
  folder.write("there.json", "{}");
  EXPECT_EQ(read_model_text(folder / "there.json").value(), "{}");
  EXPECT_EQ(read_text_if_there(folder / "there.json").value(), "{}");
  EXPECT_EQ(read_text_if_there(folder / "absent.json").value(), std::nullopt);
  EXPECT_EQ(read_model_text(folder / "absent.json").status().code(), Code::kNotFound);
  EXPECT_EQ(read_tokenizer(folder.path()).status().code(), Code::kNotFound);
  EXPECT_EQ(read_sentence_config(folder.path())->max_tokens, 0u);
}

TEST(ModelFolder, names_the_file_that_is_wrong) {
  const TestFolder folder;
  folder.write("tokenizer.json", "{}");
  EXPECT_THAT(read_tokenizer(folder.path()).status().message(), HasSubstr("tokenizer.json"));
  folder.write("tokenizer.json", tiny_tokenizer_json());
  EXPECT_TRUE(read_tokenizer(folder.path()).ok());
}

}  // namespace
}  // namespace vecstore
