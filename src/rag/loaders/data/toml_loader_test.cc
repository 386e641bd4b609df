#include "rag/loaders/data/toml_loader.h"

#include <gtest/gtest.h>

#include "rag/loaders/test_invariants.h"

namespace vecstore {
namespace {

TEST(TomlLoader, tables_are_headings_and_the_text_is_the_file) {
  constexpr std::string_view kFile =
      "title = 'x'\n[project]\nlist = [\n  [1, 2], # ]\n  ['[no]'],\n]\ntext = "
      "\"\"\"\n[no]\n\\\"\"\"\"\n"
      "  [tool.'a b'] # why\nx = '''\n[no]'''\n[[bin]]\ny = \"[\"\n[last]";
  auto documents = TomlLoader().load({kFile, "a.toml", {}});
  ASSERT_TRUE(documents.ok());
  const Document& document = documents->at(0);
  EXPECT_EQ(broken_invariant(document), "");
  EXPECT_EQ(document.text, kFile);
  EXPECT_EQ(document.file_offset, 0u);
  std::vector<std::string> titles;
  for (const Heading& heading : document.headings) {
    titles.push_back(std::to_string(heading.level) + heading.title);
  }
  EXPECT_EQ(titles, (std::vector<std::string>{"1project", "2tool.'a b'", "1bin", "1last"}));
  EXPECT_EQ(document.headings[0].begin, kFile.find("[project]"));
}

TEST(TomlLoader, broken_files_are_text) {
  for (const char* file : {"", "[", "[]", "a = \"\\", "a = '''", "]]]\n[a]", "[[a]\n", "[a",
                           "[[ä]] [x]", "[[ä]", "[[]"}) {
    auto documents = TomlLoader().load({file, "a.toml", {}});
    ASSERT_TRUE(documents.ok());
    EXPECT_EQ(broken_invariant(documents->at(0)), "");
  }
}

}  // namespace
}  // namespace vecstore
