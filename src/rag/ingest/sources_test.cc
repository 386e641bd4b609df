#include "rag/ingest/sources.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

IngestOptions paths(std::vector<std::string> list) {
  IngestOptions options;
  options.paths = std::move(list);
  return options;
}

Names names(const IngestOptions& options) {
  Result<Sources> sources = list_sources(options);
  EXPECT_TRUE(sources.ok()) << sources.status().to_string();
  Names out;
  for (const SourceFile& file : sources->files) out.push_back(file.source);
  return out;
}

TEST(Sources, files_of_a_folder_go_by_its_base_name) {
  TestFolder folder;
  folder.write("docs/a.md", "12345");
  folder.write("docs/b/c.md", "");
  Sources sources = list_sources(paths({(folder / "docs").string() + "/"})).value();
  ASSERT_EQ(sources.files.size(), 2u);
  EXPECT_EQ(sources.files[0].source, "docs/a.md");
  EXPECT_EQ(sources.files[0].bytes, 5u);
  EXPECT_EQ(sources.files[1].source, "docs/b/c.md");
  ASSERT_EQ(sources.roots.size(), 1u);
  EXPECT_EQ(sources.roots[0].folder, (folder / "docs").string());
  EXPECT_TRUE(sources.roots[0].whole);
  EXPECT_EQ(names(paths({(folder / "docs/b/..").string()})), (Names{"docs/a.md", "docs/b/c.md"}));
}

TEST(Sources, a_single_file_goes_by_its_parent) {
  TestFolder folder;
  folder.write("docs/a.md", "");
  folder.write("docs/b.md", "");
  Sources sources = list_sources(paths({(folder / "docs/a.md").string()})).value();
  ASSERT_EQ(sources.files.size(), 1u);
  EXPECT_EQ(sources.files[0].source, "docs/a.md");
  EXPECT_TRUE(sources.files[0].named);
  EXPECT_FALSE(sources.roots[0].whole);
}

TEST(Sources, what_is_named_twice_is_listed_once) {
  TestFolder folder;
  folder.write("docs/a.md", "");
  std::string docs = (folder / "docs").string();
  EXPECT_EQ(names(paths({docs, docs + "/", docs + "/a.md"})), (Names{"docs/a.md"}));
}

TEST(Sources, patterns_choose_within_folders_only) {
  TestFolder folder;
  folder.write("docs/a.md", "");
  folder.write("docs/b.txt", "");
  IngestOptions options = paths({(folder / "docs").string()});
  options.include = {"*.md"};
  EXPECT_EQ(names(options), (Names{"docs/a.md"}));
  options.paths = {(folder / "docs/b.txt").string()};
  EXPECT_EQ(names(options), (Names{"docs/b.txt"}));
}

TEST(Sources, gitignore_files_are_obeyed_unless_told_otherwise) {
  TestFolder folder;
  folder.write("repo/.git/HEAD", "");
  folder.write("repo/.gitignore", "*.log\n/docs/out/\n");
  folder.write("repo/docs/.gitignore", "!keep.log\n");
  for (const char* name : {"a.md", "b.log", "keep.log", "out/c.md", "x/out/d.md"}) {
    folder.write(std::string("repo/docs/") + name, "");
  }
  IngestOptions options = paths({(folder / "repo/docs").string()});
  EXPECT_EQ(names(options), (Names{"docs/a.md", "docs/keep.log", "docs/x/out/d.md"}));
  options.gitignore = false;
  EXPECT_EQ(names(options).size(), 5u);
}

TEST(Sources, of_what_changed_alone_the_rest_is_found_and_left) {
  TestFolder folder;
  folder.write("docs/a.md", "1");
  folder.write("docs/b/c.md", "1");
  folder.write("docs/b/d.md", "1");
  folder.write("docs/bc.md", "1");
  IngestOptions options = paths({(folder / "docs").string()});
  const std::string root = fs::canonical(folder / "docs").string();
  options.changed = {root + "/b", root + "/gone.md"};
  EXPECT_EQ(names(options), (Names{"docs/b/c.md", "docs/b/d.md"}));
  EXPECT_EQ(list_sources(options)->left, (Names{"docs/a.md", "docs/bc.md"}));
  options.changed = {root + "/a.md"};
  EXPECT_EQ(names(options), (Names{"docs/a.md"}));
  options.changed = {root};
  EXPECT_EQ(names(options).size(), 4u);
  options.changed = {root + "/a", "/elsewhere"};
  EXPECT_EQ(names(options), Names());
}

TEST(Sources, two_folders_of_one_name_are_refused) {
  TestFolder folder;
  folder.write("x/docs/a.md", "");
  folder.write("y/docs/b.md", "");
  Status status =
      list_sources(paths({(folder / "x/docs").string(), (folder / "y/docs").string()})).status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_NE(status.message().find("would both be kept as 'docs'"), std::string::npos);
}

TEST(Sources, what_does_not_exist_is_named) {
  EXPECT_EQ(list_sources(paths({"/no/such/path"})).status().message(),
            "no such file or folder: '/no/such/path'");
  EXPECT_EQ(list_sources(paths({})).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(list_sources(paths({"/"})).status().code(), Code::kInvalidArgument);
}

TEST(Sources, names_that_are_no_utf8_are_reported) {
  TestFolder folder;
  folder.write("docs/caf\xe9.txt", "");
  folder.write("docs/ok.txt", "");
  Sources sources = list_sources(paths({(folder / "docs").string()})).value();
  EXPECT_EQ(sources.files.size(), 1u);
  ASSERT_EQ(sources.problems.size(), 1u);
  EXPECT_EQ(sources.problems[0].status.message(), "the name is not valid UTF-8");
}

}  // namespace
}  // namespace vecstore
