#include "rag/loaders/json_loader.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(JsonLoader, an_object_is_one_document) {
  auto documents =
      JsonLoader().load({"\xef\xbb\xbf{\"text\": \"née\", \"title\": \"T\"}", "a.json"}).value();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].text, "née");
  EXPECT_EQ(documents[0].kind, "json");
  EXPECT_EQ(documents[0].file_offset, std::nullopt);
  EXPECT_EQ(documents[0].metadata, (Metadata{{"title", "T"}}));
}

TEST(JsonLoader, an_array_is_a_document_per_element) {
  auto documents = JsonLoader().load({R"([{"text": "a", "n": 1}, "b", {"x": "c"}])", ""}).value();
  ASSERT_EQ(documents.size(), 3u);
  EXPECT_EQ(documents[0].metadata, (Metadata{{"n", 1}, {"element", 0}}));
  EXPECT_EQ(documents[1].text, "b");
  EXPECT_EQ(documents[2].text, "x: c");
  EXPECT_EQ(*documents[2].metadata.find("element"), Value(2));
}

TEST(JsonLoader, broken_json_is_an_error_with_its_place) {
  auto broken = JsonLoader().load({"{\"a\": 1,\n \"b\": }", "a.json"});
  EXPECT_EQ(broken.status().code(), Code::kInvalidArgument);
  EXPECT_NE(broken.status().message().find("line 2"), std::string::npos)
      << broken.status().message();
}

TEST(JsonLoader, deep_nesting_is_an_error) {
  EXPECT_FALSE(JsonLoader().load({std::string(1'000'000, '['), "a.json"}).ok());
}

TEST(JsonLoader, too_many_elements_are_an_error_with_the_limit) {
  std::string array = "[1";
  for (std::size_t i = 0; i < kMaxDocumentsPerFile; ++i) array += ",1";
  auto documents = JsonLoader().load({array + "]", "a.json"});
  EXPECT_EQ(documents.status().message(), "an array of 1000001 elements; the limit is 1000000");
}

}  // namespace
}  // namespace vecstore
