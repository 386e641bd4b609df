#include "rag/loaders/data/yaml_loader.h"

#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

std::vector<Document> load(std::string_view yaml) {
  auto documents = YamlLoader().load({yaml, "a.yaml", {}});
  EXPECT_TRUE(documents.ok()) << documents.status().to_string();
  if (!documents.ok()) return {};
  for (const Document& document : *documents) {
    EXPECT_EQ(broken_invariant(document), "");
    if (document.file_offset) {
      EXPECT_EQ(yaml.substr(*document.file_offset, document.text.size()), document.text);
    }
  }
  return *std::move(documents);
}

std::vector<std::string> titles(const Document& document) {
  std::vector<std::string> out;
  for (const Heading& heading : document.headings) out.push_back(heading.title);
  return out;
}

TEST(YamlLoader, documents_are_those_of_the_file) {
  std::vector<Document> documents = load(
      "\xef\xbb\xbf# config\na: 1\n---\nkind: Pod\nspec:\n  x: |\n    ---\n...\n\n--- # "
      "empty?\n---\n- list\n");
  ASSERT_EQ(documents.size(), 4u);
  EXPECT_EQ(documents[0].text, "# config\na: 1\n");
  EXPECT_EQ(documents[0].file_offset, 3u);
  EXPECT_EQ(documents[1].text, "---\nkind: Pod\nspec:\n  x: |\n    ---\n");
  EXPECT_EQ(titles(documents[1]), std::vector<std::string>{"spec"});
  EXPECT_EQ(documents[3].text, "---\n- list\n");
}

TEST(YamlLoader, outermost_keys_of_blocks_are_headings) {
  Document document = load(
                          "name: x\n'on':\n  push: {}\n\"a b\": # why\n  - 1\ntext: >-\n  key:\n  "
                          "word\nanchor: &a\n"
                          "http://x\n- item:\n# comment:\n? odd:\nurl: http:\n")
                          .at(0);
  EXPECT_EQ(titles(document), (std::vector<std::string>{"on", "a b", "text", "anchor"}));
  EXPECT_EQ(document.headings[0].begin, 8u);
}

TEST(YamlLoader, files_in_other_encodings_have_no_offsets) {
  EXPECT_EQ(load("a: caf\xe9\n").at(0).file_offset, std::nullopt);
  EXPECT_TRUE(load("").empty());
  EXPECT_TRUE(load("---\n---\n").empty());
}

}  // namespace
}  // namespace vecstore
