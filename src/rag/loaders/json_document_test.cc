#include "rag/loaders/json_document.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

Document document(std::string_view json) { return json_document(Value::parse_json(json).value()); }

TEST(JsonDocument, a_text_member_is_the_text_and_the_rest_metadata) {
  Document d = document(R"({"id": 7, "content": "c", "text": "t", "tags": ["x", {"y": 1}]})");
  EXPECT_EQ(d.text, "t");
  EXPECT_EQ(Value(d.metadata).to_json(), R"({"id":7,"content":"c","tags":["x",{"y":1}]})");
  EXPECT_EQ(document(R"({"body": "b", "title": "T"})").text, "b");
}

TEST(JsonDocument, without_one_all_strings_are_the_text) {
  Document d = document(
      R"({"name": "Ann", "n": 3, "text": 5, "home": {"city": "Bonn", "zip": ["1", "2"]}})");
  EXPECT_EQ(d.text, "name: Ann\nhome.city: Bonn\nhome.zip: 1\nhome.zip: 2");
  EXPECT_EQ(*d.metadata.find("n"), Value(3));
  EXPECT_EQ(*d.metadata.find("name"), Value("Ann"));
}

TEST(JsonDocument, long_members_stay_in_the_text_alone) {
  std::string text(kMaxMetadataBytesEach, 'x');
  Document d = document(R"({"note": ")" + text + R"(", "year": 2024})");
  EXPECT_EQ(d.text, "note: " + text);
  EXPECT_EQ(d.metadata, (Metadata{{"year", 2024}}));
}

TEST(JsonDocument, large_objects_are_data) {
  std::string json = "{\"k\": \"v\"";
  for (std::size_t i = 0; i < kMaxFlatMembers; ++i) json += ", \"k" + std::to_string(i) + "\": 1";
  Document d = document(json + "}");
  EXPECT_EQ(d.text, "k: v");
  EXPECT_TRUE(d.metadata.empty());
}

TEST(JsonDocument, values_that_are_no_objects_give_their_strings) {
  EXPECT_EQ(document("\"plain\"").text, "plain");
  EXPECT_EQ(document(R"(["a", ["b"], 3, ""])").text, "a\nb");
  EXPECT_EQ(document("12").text, "");
}

}  // namespace
}  // namespace vecstore
