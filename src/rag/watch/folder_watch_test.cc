#include "rag/watch/folder_watch.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/clock.h"
#include "base/test_folder.h"

namespace vecstore {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::Not;

// Both ways tell the same: "notices", where the system has them, and "looking".
class FolderWatchTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    root = fs::canonical(folder.path()).string() + "/docs";
    fs::create_directories(root + "/sub");
    write("a.txt", "one");
    write("sub/b.txt", "one");
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(root + "/" + name, std::ios::binary) << text;
  }

  void start(std::vector<std::string> paths = {}, std::vector<std::string> ignored = {}) {
    if (paths.empty()) paths = {root};
    const WatchMethod method{.interval = milliseconds(20), .ignored = std::move(ignored)};
    auto made = GetParam() ? watch_by_looking(paths, method) : watch_by_notices(paths, method);
    if (made.status().code() == Code::kUnimplemented) GTEST_SKIP() << made.status().message();
    watch = *std::move(made);
  }

  // All that is told until nothing is for a while, without what stands before `root`.
  std::set<std::string> told() {
    std::set<std::string> names;
    everything = false;
    for (;;) {
      const FolderChanges changes = watch->wait(milliseconds(150), cancel).value();
      if (changes.empty()) return names;
      everything |= changes.everything;
      for (const std::string& path : changes.paths)
        names.insert(path.size() > root.size() ? path.substr(root.size() + 1) : path);
    }
  }

  const TestFolder folder;
  std::string root;
  CancelToken cancel;
  std::unique_ptr<FolderWatch> watch;
  bool everything = false;
};

TEST_P(FolderWatchTest, a_file_that_comes_changes_or_goes_is_told) {
  start();
  if (!watch) return;
  EXPECT_TRUE(told().empty());
  write("sub/b.txt", "longer than before");
  EXPECT_THAT(told(), Contains("sub/b.txt"));
  write("new.txt", "x");
  EXPECT_THAT(told(), Contains("new.txt"));
  fs::remove(root + "/a.txt");
  EXPECT_THAT(told(), Contains("a.txt"));
  EXPECT_TRUE(told().empty()) << "each once";
  EXPECT_FALSE(everything);
}

TEST_P(FolderWatchTest, what_is_renamed_is_told_by_both_names) {
  start();
  if (!watch) return;
  fs::rename(root + "/a.txt", root + "/c.txt");
  const std::set<std::string> file = told();
  EXPECT_THAT(file, Contains("a.txt"));
  EXPECT_THAT(file, Contains("c.txt"));
  fs::rename(root + "/sub", root + "/moved");
  const std::set<std::string> moved = told();
  EXPECT_THAT(moved, Contains("sub"));
  EXPECT_THAT(moved, Contains("moved"));
  write("moved/b.txt", "changed after it moved");
  EXPECT_THAT(told(), Contains("moved/b.txt"));
}

TEST_P(FolderWatchTest, new_folders_are_told_and_watched) {
  start();
  if (!watch) return;
  fs::create_directories(root + "/x/y/z");
  write("x/y/z/deep.txt", "before anybody looked");
  EXPECT_THAT(told(), Contains("x"));
  write("x/y/z/deep.txt", "and after that, changed");
  EXPECT_THAT(told(), Contains("x/y/z/deep.txt"));
}

TEST_P(FolderWatchTest, what_moved_out_is_watched_no_more) {
  start();
  if (!watch) return;
  const std::string out = fs::canonical(folder.path()).string() + "/out";
  fs::rename(root + "/sub", out);
  EXPECT_THAT(told(), Contains("sub"));
  std::ofstream(out + "/b.txt") << "elsewhere";
  EXPECT_TRUE(told().empty());
}

TEST_P(FolderWatchTest, a_named_file_is_watched_alone) {
  start({root + "/a.txt"});
  if (!watch) return;
  write("a.txt", "longer than it was");
  EXPECT_THAT(told(), Contains("a.txt"));
  write("sub/b.txt", "longer than it was");
  EXPECT_THAT(told(), Not(Contains("sub/b.txt")));
}

TEST_P(FolderWatchTest, what_is_never_read_is_not_told) {
  start({root}, {root + "/my.db"});
  if (!watch) return;
  write(".hidden", "x");
  fs::create_directories(root + "/.git");
  write(".git/index", "x");
  fs::create_directories(root + "/my.db/wal");
  write("my.db/LOCK", "x");
  write("my.db/wal/1", "x");
  EXPECT_TRUE(told().empty());
  fs::create_directories(root + "/other.db");
  told();
  write("sub/b.txt", "still watched, longer");
  EXPECT_THAT(told(), Contains("sub/b.txt"));
}

TEST_P(FolderWatchTest, a_change_of_what_is_read_means_everything) {
  start();
  if (!watch) return;
  write("sub/.gitignore", "*.txt");
  told();
  EXPECT_TRUE(everything);
}

TEST_P(FolderWatchTest, a_folder_that_was_away_is_told_whole) {
  start();
  if (!watch) return;
  const std::string out = fs::canonical(folder.path()).string() + "/out";
  fs::rename(root, out);
  told();
  fs::rename(out, root);
  std::set<std::string> names = told();
  EXPECT_TRUE(everything || names.contains("a.txt"));
  write("sub/b.txt", "watched again, longer");
  EXPECT_THAT(told(), Contains("sub/b.txt"));
}

TEST_P(FolderWatchTest, a_named_link_that_leads_elsewhere_is_followed) {
  const std::string link = folder.path() / "current";
  fs::create_directories(folder.path() / "next");
  fs::create_directory_symlink(root, link);
  start({link});
  if (!watch) return;
  fs::create_directory_symlink(folder.path() / "next", link + ".new");
  fs::rename(link + ".new", link);
  told();
  EXPECT_TRUE(everything);
  std::ofstream(link + "/new.txt") << "x";
  root = fs::canonical(link);
  EXPECT_THAT(told(), Contains("new.txt"));
}

TEST_P(FolderWatchTest, a_named_file_is_watched_when_its_folder_was_replaced) {
  start({root + "/sub/b.txt"});
  if (!watch) return;
  fs::rename(root + "/sub", root + "/old");
  told();
  fs::create_directories(root + "/sub");
  write("sub/b.txt", "another one");
  const std::set<std::string> names = told();
  EXPECT_TRUE(everything || names.contains("sub/b.txt"));
  write("sub/b.txt", "and that, changed");
  EXPECT_THAT(told(), Contains("sub/b.txt"));
}

TEST_P(FolderWatchTest, a_folder_is_watched_when_one_above_it_was_replaced) {
  start({root + "/sub"});
  if (!watch) return;
  const std::string out = fs::canonical(folder.path()).string() + "/out";
  fs::rename(root, out);
  told();
  fs::create_directories(root + "/sub");
  told();
  write("sub/c.txt", "x");
  EXPECT_THAT(told(), Contains("sub/c.txt"));
}

TEST_P(FolderWatchTest, a_link_to_a_folder_is_followed_and_a_loop_is_not) {
  fs::create_directories(folder.path() / "linked");
  fs::create_directory_symlink(folder.path() / "linked", root + "/link");
  fs::create_directory_symlink(root, root + "/sub/loop");
  start();
  if (!watch) return;
  write("link/far.txt", "x");
  EXPECT_THAT(told(), Contains("link/far.txt"));
}

// The queue of notices has 16,384 places: three notices a file are more.
TEST_P(FolderWatchTest, when_there_is_too_much_to_tell_everything_is_to_be_looked_at) {
  start();
  if (!watch) return;
  for (int i = 0; i < 7000; ++i) write("sub/" + std::to_string(i), "x");
  fs::create_directories(root + "/unseen");
  const std::set<std::string> names = told();
  EXPECT_TRUE(everything || names.size() > 7000);
  write("unseen/c.txt", "watched");
  EXPECT_THAT(told(), Contains("unseen/c.txt"));
}

TEST_P(FolderWatchTest, a_wait_ends_with_the_token) {
  start();
  if (!watch) return;
  std::thread later([this] { cancel.cancel(); });
  const double begun_ms = monotonic_ms();
  EXPECT_TRUE(watch->wait(std::chrono::seconds(30), cancel).value().empty());
  EXPECT_LT(monotonic_ms() - begun_ms, 5000);
  later.join();
}

TEST_P(FolderWatchTest, a_path_that_is_not_there_is_refused) {
  const std::vector<std::string> nowhere = {root + "/nowhere"};
  const auto made = GetParam() ? watch_by_looking(nowhere, {}) : watch_by_notices(nowhere, {});
  EXPECT_TRUE(made.status().code() == Code::kNotFound ||
              made.status().code() == Code::kUnimplemented);
}

INSTANTIATE_TEST_SUITE_P(ByNoticesAndByLooking, FolderWatchTest, ::testing::Bool());

}  // namespace
}  // namespace vecstore
