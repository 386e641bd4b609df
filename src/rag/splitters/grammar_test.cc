#include "rag/splitters/grammar.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"
#include "embed/reference.h"

namespace vecstore {
namespace {

TEST(Grammar, goes_by_several_names) {
  EXPECT_EQ(Grammar::name_of("Python"), "python");
  EXPECT_EQ(Grammar::name_of("py"), "python");
  EXPECT_EQ(Grammar::name_of("C++"), "cpp");
  EXPECT_EQ(Grammar::name_of("h"), "c");
  for (const char* none : {"", "ruby", "y", "py ", "cc cxx"}) EXPECT_EQ(Grammar::name_of(none), "");
}

TEST(Grammar, parses_into_nodes_that_lie_inside_one_another) {
  const std::string folder = (test_cache_folder() / "grammars").string();
  if (!std::filesystem::exists(folder + "/python.so")) {
    GTEST_SKIP() << "no grammar: run tools/setup grammars";
  }
  const auto python = Grammar::open(folder, "python").value();
  const std::string text = "x = f(1)\ny = 2\n";
  const auto nodes = python->parse(text).value();
  ASSERT_GT(nodes.size(), 6u);
  EXPECT_EQ(nodes[0].after, nodes.size());
  EXPECT_EQ(nodes[1].end, 8u);  // the first statement
  EXPECT_EQ(text.substr(nodes[nodes[1].after].begin, 5), "y = 2");
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    ASSERT_GT(nodes[i].after, i);
    for (std::uint32_t j = i + 1; j < nodes[i].after; ++j) {
      ASSERT_TRUE(nodes[j].begin >= nodes[i].begin && nodes[j].end <= nodes[i].end);
    }
  }
  EXPECT_EQ(python->parse(std::string(kMaxProgramBytes + 1, 'x')).status().code(),
            Code::kResourceExhausted);
}

TEST(Grammar, other_libraries_are_refused) {
  TestFolder folder;
  const std::string library = "/usr/lib/x86_64-linux-gnu/libm.so.6";
  if (!std::filesystem::exists(library)) GTEST_SKIP() << "no library to try";
  std::filesystem::copy_file(library, folder / "go.so");
  const std::string name = (folder / "").string();
  EXPECT_NE(Grammar::open(name, "go").status().message().find("is no grammar of this version"),
            std::string::npos);
  EXPECT_EQ(Grammar::open(name, "c").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace vecstore
