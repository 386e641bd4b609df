#include "rag/loaders/folder_walk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

Names walk(const TestFolder& folder, const WalkOptions& options = {}) {
  Result<FolderFiles> found = walk_folder(folder.string(), options);
  EXPECT_TRUE(found.ok()) << found.status().to_string();
  Names names;
  for (const FoundFile& file : found->files) names.push_back(file.relative);
  return names;
}

TEST(FolderWalk, files_come_sorted_with_size_and_path) {
  TestFolder folder;
  for (const char* name : {"b.txt", "a/z.txt", "a/b/c.txt", "a.txt", "B.txt"})
    folder.write(name, "12345");
  EXPECT_EQ(walk(folder), (Names{"B.txt", "a.txt", "a/b/c.txt", "a/z.txt", "b.txt"}));
  FolderFiles found = walk_folder(folder.string()).value();
  EXPECT_EQ(found.files[2].path, (folder / "a/b/c.txt").string());
  EXPECT_EQ(found.files[2].bytes, 5u);
  EXPECT_TRUE(found.problems.empty());
}

TEST(FolderWalk, names_with_a_dot_in_front_are_left_out) {
  TestFolder folder;
  for (const char* name : {".git/config", ".hidden", "a/.x/y", "a/b"}) folder.write(name, "");
  EXPECT_EQ(walk(folder), (Names{"a/b"}));
}

TEST(FolderWalk, a_database_in_the_folder_is_left_out) {
  TestFolder folder;
  for (const char* name : {"db/LOCK", "db/MANIFEST-3", "db/wal/1.log", "a.txt", "src/LOCK"}) {
    folder.write(name, "");
  }
  EXPECT_EQ(walk(folder), (Names{"a.txt", "src/LOCK"}));
}

TEST(FolderWalk, include_and_exclude_choose) {
  TestFolder folder;
  for (const char* name : {"a.md", "b.txt", "build/c.md", "docs/d.md", "docs/old/e.md"})
    folder.write(name, "");
  EXPECT_EQ(walk(folder, {{"*.md"}, {}}),
            (Names{"a.md", "build/c.md", "docs/d.md", "docs/old/e.md"}));
  EXPECT_EQ(walk(folder, {{"*.md"}, {"build", "docs/old"}}), (Names{"a.md", "docs/d.md"}));
  EXPECT_EQ(walk(folder, {{"docs/**"}, {"*.md"}}), Names{});
}

TEST(FolderWalk, links_are_followed_and_loops_end) {
  TestFolder folder;
  folder.write("real/a.txt", "a");
  fs::create_directory_symlink("..", folder / "real/up");
  fs::create_directory_symlink("real", folder / "alias");  // sorts first, yet the real folder wins
  fs::create_symlink("real/a.txt", folder / "file.txt");
  fs::create_symlink("nowhere", folder / "broken");
  FolderFiles found = walk_folder(folder.string()).value();
  ASSERT_EQ(found.files.size(), 2u);
  EXPECT_EQ(found.files[0].relative, "file.txt");
  EXPECT_EQ(found.files[1].relative, "real/a.txt");
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.problems[0].relative, "broken");
  EXPECT_EQ(found.problems[0].status.code(), Code::kNotFound);
  EXPECT_EQ(found.problems[0].status.message(), "a link to what is not there");
}

TEST(FolderWalk, a_linked_folder_beside_the_tree_is_entered) {
  TestFolder folder, other;
  other.write("x.txt", "x");
  fs::create_directory_symlink(other.string(), folder / "linked");
  EXPECT_EQ(walk(folder), (Names{"linked/x.txt"}));
}

TEST(FolderWalk, unreadable_folders_are_reported) {
  if (::geteuid() == 0) GTEST_SKIP() << "the administrator can read everything";
  TestFolder folder;
  folder.write("a.txt", "");
  folder.write("closed/b.txt", "");
  fs::permissions(folder / "closed", fs::perms::none);
  FolderFiles found = walk_folder(folder.string()).value();
  fs::permissions(folder / "closed", fs::perms::owner_all);
  EXPECT_EQ(found.files.size(), 1u);
  ASSERT_EQ(found.problems.size(), 1u);
  EXPECT_EQ(found.problems[0].relative, "closed");
  EXPECT_EQ(found.problems[0].status.code(), Code::kPermissionDenied);
}

TEST(FolderWalk, sockets_and_the_like_are_no_files) {
  TestFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  FolderFiles found = walk_folder(folder.string(), {{}, {"*.sock"}}).value();
  EXPECT_TRUE(found.files.empty());
  ASSERT_EQ(found.skips.size(), 1u);
  EXPECT_EQ(found.skips[0].relative, "pipe");
  EXPECT_TRUE(walk_folder(folder.string(), {{}, {"pipe"}}).value().skips.empty());
}

TEST(FolderWalk, a_missing_folder_is_an_error_that_names_it) {
  Status status = walk_folder("/no/such/folder").status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace vecstore
