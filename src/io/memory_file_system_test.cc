#include "io/memory_file_system.h"

#include <gtest/gtest.h>

namespace vecstore::io {
namespace {

TEST(MemoryFileSystem, spellings_of_one_path_are_one_path) {
  EXPECT_EQ(*normal_path("/a//b/./c/"), "a/b/c");
  EXPECT_EQ(*normal_path("./"), "");
  EXPECT_EQ(normal_path("a/../b").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(folder_of("a/b/c"), "a/b");
  EXPECT_EQ(folder_of("a"), "");

  MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("a/b", as_bytes("x")).ok());
  EXPECT_EQ(*files.file_size("/a//./b"), 1u);
  EXPECT_EQ(*files.list("/"), std::vector<std::string>{"a"});
}

TEST(MemoryFileSystem, the_root_stays_and_what_leads_out_of_it_is_refused) {
  MemoryFileSystem files;
  EXPECT_EQ(files.remove("").code(), Code::kNotFound);
  EXPECT_EQ(files.content("../x").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files.set_content("../x", {}).code(), Code::kInvalidArgument);
}

TEST(MemoryFileSystem, contents_are_set_and_taken_whole) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("x/y/file", as_bytes("one")).ok());
  auto reader = files.open("x/y/file", Access::kMap).value();
  ASSERT_TRUE(files.set_content("x/y/file", as_bytes("two")).ok());
  EXPECT_EQ(as_text(*files.content("x/y/file")), "two");
  EXPECT_EQ(as_text(reader->mapped()), "one");
  EXPECT_EQ(files.files(), std::vector<std::string>{"x/y/file"});
  EXPECT_EQ(files.folders(), (std::vector<std::string>{"x", "x/y"}));
  EXPECT_EQ(files.content("x").status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(files.content("z").status().code(), Code::kNotFound);
  EXPECT_EQ(files.set_content("x/y", {}).code(), Code::kFailedPrecondition);
  EXPECT_EQ(files.set_content("x/y/file/z", {}).code(), Code::kFailedPrecondition);
}

TEST(MemoryFileSystem, open_files_outlive_the_file_system) {
  auto files = std::make_unique<MemoryFileSystem>();
  ASSERT_TRUE(files->set_content("a", as_bytes("text")).ok());
  auto reader = files->open("a", Access::kMap).value();
  auto writer = files->create("a", Create::kAppend).value();
  auto lock = files->lock("LOCK").value();
  files.reset();
  EXPECT_TRUE(writer->append(as_bytes(" more")).ok());
  EXPECT_EQ(as_text(reader->mapped()), "text");
}

// A folder's names must not be mixed with those of a folder whose name begins alike.
TEST(MemoryFileSystem, names_that_begin_alike_are_kept_apart) {
  MemoryFileSystem files;
  ASSERT_TRUE(files.set_content("ab/one", {}).ok());
  ASSERT_TRUE(files.set_content("ab.c/two", {}).ok());
  ASSERT_TRUE(files.make_folder("a").ok());
  EXPECT_EQ(*files.list("ab"), std::vector<std::string>{"one"});
  EXPECT_TRUE(files.list("a")->empty());
  EXPECT_TRUE(files.remove("a").ok());
}

TEST(MemoryFileSystem, bytes_a_reader_holds_do_not_change_after_a_cut) {
  MemoryFileSystem files;
  auto writer = files.create("a", Create::kNew).value();
  ASSERT_TRUE(writer->append(as_bytes("0123456789")).ok());
  auto before = files.open("a", Access::kMap).value();
  ASSERT_TRUE(writer->truncate(2).ok());
  ASSERT_TRUE(writer->append(as_bytes("xx")).ok());
  auto after = files.open("a", Access::kMap).value();
  ASSERT_TRUE(writer->append(as_bytes("yy")).ok());
  EXPECT_EQ(as_text(before->mapped()), "0123456789");
  EXPECT_EQ(as_text(after->mapped()), "01xx");
}

}  // namespace
}  // namespace vecstore::io
