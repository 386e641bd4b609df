#include "io/crash_model.h"

#include <gtest/gtest.h>

#include <set>

#include "base/random.h"

namespace vecstore::io {
namespace {

// Everything on a disk as text: "path=content" per file, "path/" per folder.
std::string shown(MemoryFileSystem& disk) {
  std::string out;
  for (const std::string& folder : disk.folders()) out += folder + "/ ";
  for (const std::string& path : disk.files()) {
    out += path + "=" + std::string(as_text(*disk.content(path))) + " ";
  }
  return out;
}

class CrashModelTest : public testing::Test {
 protected:
  // A model fed with everything recorded so far.
  CrashModel model() {
    CrashModel model;
    for (const Operation& operation : files_.record()) model.apply(operation);
    return model;
  }

  std::set<std::string> states() {
    std::set<std::string> all;
    const CrashModel now = model();
    for (std::size_t i = 0; i < now.state_count(); ++i) all.insert(shown(*now.state(i).disk));
    return all;
  }

  std::unique_ptr<WritableFile> create(const std::string& path) {
    return files_.create(path, Create::kAppend).value();
  }

  MemoryFileSystem disk_;
  FaultFileSystem files_{disk_};
};

using Set = std::set<std::string>;

TEST_F(CrashModelTest, what_was_synced_with_its_name_is_safe) {
  auto file = create("a");
  ASSERT_TRUE(file->append(as_bytes("text")).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(files_.sync_folder("").ok());
  EXPECT_EQ(states(), Set{"a=text "});
  EXPECT_EQ(model().state_count(), 1u);
}

TEST_F(CrashModelTest, a_synced_file_without_its_folders_sync_may_be_gone) {
  auto file = create("a");
  ASSERT_TRUE(file->append(as_bytes("text")).ok());
  ASSERT_TRUE(file->sync().ok());
  EXPECT_EQ(states(), (Set{"", "a=text "}));
}

TEST_F(CrashModelTest, unsynced_writes_survive_as_any_prefix) {
  auto file = create("a");
  ASSERT_TRUE(files_.sync_folder("").ok());
  for (const char* text : {"one", "two", "three"}) {
    ASSERT_TRUE(file->append(as_bytes(text)).ok());
  }
  const Set all = states();
  for (const char* state : {"a= ", "a=one ", "a=onetwo ", "a=onetwothree "}) {
    EXPECT_TRUE(all.contains(state)) << state;
  }
  EXPECT_TRUE(all.contains("a=" + std::string(11, '\0') + " "));
}

TEST_F(CrashModelTest, the_first_state_has_nothing_unsynced_and_the_last_everything) {
  auto file = create("a");
  ASSERT_TRUE(file->append(as_bytes("safe")).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(files_.sync_folder("").ok());
  ASSERT_TRUE(file->append(as_bytes(" not")).ok());
  create("b");
  const CrashModel now = model();
  EXPECT_EQ(shown(*now.state(0).disk), "a=safe ");
  EXPECT_EQ(shown(*now.state(now.state_count() - 1).disk), "a=safe not b= ");
}

TEST_F(CrashModelTest, a_rename_is_atomic_but_may_overtake_the_content) {
  ASSERT_TRUE(disk_.set_content("current", as_bytes("old")).ok());
  CrashModel model(disk_);
  auto file = create("tmp");
  ASSERT_TRUE(file->append(as_bytes("new")).ok());
  ASSERT_TRUE(files_.rename("tmp", "current").ok());
  for (const Operation& operation : files_.record()) model.apply(operation);
  Set all;
  for (std::size_t i = 0; i < model.state_count(); ++i) all.insert(shown(*model.state(i).disk));
  EXPECT_TRUE(all.contains("current=old "));
  EXPECT_TRUE(all.contains("current=new "));
  EXPECT_TRUE(all.contains("current= ")) << "renamed before the content was written";
  EXPECT_TRUE(all.contains("current=old tmp=new "));
  for (const std::string& state : all) EXPECT_NE(state.find("current="), state.npos) << state;
}

TEST_F(CrashModelTest, the_careful_way_to_replace_a_file_is_safe_at_every_operation) {
  ASSERT_TRUE(disk_.set_content("db/current", as_bytes("old")).ok());
  CrashModel model(disk_);
  auto file = create("db/tmp");
  ASSERT_TRUE(file->append(as_bytes("new")).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(files_.rename("db/tmp", "db/current").ok());
  ASSERT_TRUE(files_.sync_folder("db").ok());
  std::size_t count = 0;
  for (const Operation& operation : files_.record()) {
    model.apply(operation);
    for (std::size_t i = 0; i < model.state_count(); ++i, ++count) {
      const CrashState state = model.state(i);
      const std::string text(as_text(*state.disk->content("db/current")));
      EXPECT_TRUE(text == "old" || text == "new") << operation.to_string() << state.description;
    }
  }
  EXPECT_GE(count, 10u);
  EXPECT_EQ(shown(*model.state(0).disk), "db/ db/current=new ");
}

TEST_F(CrashModelTest, names_may_reach_the_disk_out_of_order) {
  create("a");
  create("b");
  ASSERT_TRUE(files_.remove("a").ok());
  EXPECT_EQ(states(), (Set{"", "a= ", "a= b= ", "b= "}));
}

TEST_F(CrashModelTest, a_file_in_a_folder_that_was_lost_is_lost) {
  ASSERT_TRUE(files_.make_folder("x/y").ok());
  auto file = create("x/y/a");
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(files_.sync_folder("x/y").ok());
  EXPECT_EQ(states(), (Set{"", "x/ ", "x/ x/y/ x/y/a= "}));
  ASSERT_TRUE(files_.sync_folder("x").ok());
  ASSERT_TRUE(files_.sync_folder("/").ok());
  EXPECT_EQ(states(), Set{"x/ x/y/ x/y/a= "});
}

TEST_F(CrashModelTest, blocks_are_torn_and_dropped_at_both_sizes) {
  auto file = create("a");
  ASSERT_TRUE(files_.sync_folder("").ok());
  ASSERT_TRUE(file->append(Bytes(100, std::byte{'s'})).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(file->append(Bytes(9'000, std::byte{'u'})).ok());
  const std::string safe(100, 's');
  const auto content = [&](std::size_t written, std::size_t zeros, std::size_t more) {
    return "a=" + safe + std::string(written, 'u') + std::string(zeros, '\0') +
           std::string(more, 'u') + " ";
  };
  const Set all = states();
  EXPECT_TRUE(all.contains(content(0, 0, 0)));
  EXPECT_TRUE(all.contains(content(9'000, 0, 0)));
  EXPECT_TRUE(all.contains(content(4'096 - 100, 0, 0))) << "cut at 4 KiB";
  EXPECT_TRUE(all.contains(content(4'096 - 100, 9'100 - 4'096, 0))) << "zeros from 4 KiB";
  EXPECT_TRUE(all.contains(content(4'096 - 100, 4'096, 9'100 - 8'192))) << "block 1 lost";
  EXPECT_TRUE(all.contains(content(0, 512 - 100, 9'100 - 512))) << "first 512 B lost";
  EXPECT_TRUE(all.contains(content(1'024 - 100, 0, 0))) << "cut at 1 KiB";
  for (const std::string& state : all) EXPECT_TRUE(state.starts_with("a=" + safe));
}

TEST_F(CrashModelTest, files_reach_the_disk_independently) {
  auto a = create("a");
  auto b = create("b");
  ASSERT_TRUE(files_.sync_folder("").ok());
  ASSERT_TRUE(a->append(as_bytes("1")).ok());
  ASSERT_TRUE(b->append(as_bytes("2")).ok());
  const Set all = states();
  for (const char* state : {"a= b= ", "a=1 b= ", "a= b=2 ", "a=1 b=2 "}) {
    EXPECT_TRUE(all.contains(state)) << state;
  }
}

TEST_F(CrashModelTest, after_a_failed_sync_nothing_of_the_file_is_safe_again) {
  auto file = create("a");
  ASSERT_TRUE(files_.sync_folder("").ok());
  ASSERT_TRUE(file->append(as_bytes("one")).ok());
  files_.fail({.kind = FaultKind::kFailedSync, .at = 0});
  EXPECT_FALSE(file->sync().ok());
  ASSERT_TRUE(file->append(as_bytes("two")).ok());
  ASSERT_TRUE(file->sync().ok());
  EXPECT_TRUE(states().contains("a= "));
  EXPECT_TRUE(states().contains("a=onetwo "));
}

TEST_F(CrashModelTest, after_a_failed_folder_sync_its_names_are_never_safe) {
  create("a");
  files_.fail({.kind = FaultKind::kFailedSync, .at = 0});
  EXPECT_FALSE(files_.sync_folder("").ok());
  ASSERT_TRUE(files_.sync_folder("").ok());
  EXPECT_TRUE(states().contains(""));
}

TEST_F(CrashModelTest, a_truncation_may_be_lost) {
  auto file = create("a");
  ASSERT_TRUE(files_.sync_folder("").ok());
  ASSERT_TRUE(file->append(as_bytes("0123456789")).ok());
  ASSERT_TRUE(file->sync().ok());
  ASSERT_TRUE(file->truncate(4).ok());
  ASSERT_TRUE(file->append(as_bytes("xy")).ok());
  const Set all = states();
  EXPECT_TRUE(all.contains("a=0123456789 "));
  EXPECT_TRUE(all.contains("a=0123 "));
  EXPECT_TRUE(all.contains("a=0123xy "));
}

TEST_F(CrashModelTest, what_failed_left_no_trace_but_a_prefix) {
  auto file = create("a");
  ASSERT_TRUE(files_.sync_folder("").ok());
  files_.fail({.kind = FaultKind::kShortWrite, .at = 0});
  EXPECT_FALSE(file->append(as_bytes("12345678")).ok());
  files_.fail({.kind = FaultKind::kInputOutput, .at = 0, .sticky = true});
  EXPECT_FALSE(files_.rename("a", "b").ok());
  EXPECT_FALSE(files_.remove("a").ok());
  EXPECT_FALSE(files_.create("c", Create::kNew).ok());
  EXPECT_EQ(states(), (Set{"a= ", "a=1234 ", "a=" + std::string(4, '\0') + " "}));
}

TEST_F(CrashModelTest, samples_are_repeatable_and_reach_what_the_list_leaves_out) {
  for (const char* name : {"a", "b", "c", "d"}) create(name);
  const CrashModel now = model();
  Set sampled;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string state = shown(*now.sample(seed).disk);
    EXPECT_EQ(shown(*now.sample(seed).disk), state);
    sampled.insert(state);
  }
  EXPECT_EQ(sampled.size(), 16u);
  EXPECT_FALSE(states().contains("b= d= "));
  EXPECT_TRUE(sampled.contains("b= d= "));
}

TEST_F(CrashModelTest, samples_toss_for_each_files_content_too) {
  auto a = create("a");
  auto b = create("b");
  ASSERT_TRUE(files_.sync_folder("").ok());
  for (const char* text : {"1", "2", "3"}) {
    ASSERT_TRUE(a->append(as_bytes(text)).ok());
    ASSERT_TRUE(b->append(as_bytes(text)).ok());
  }
  const CrashModel now = model();
  Set sampled;
  for (std::uint64_t seed = 0; seed < 300; ++seed) sampled.insert(shown(*now.sample(seed).disk));
  EXPECT_TRUE(sampled.contains("a=1 b=12 "));
  EXPECT_FALSE(states().contains("a=1 b=12 "));
}

TEST_F(CrashModelTest, a_lock_file_may_be_left_and_does_not_block) {
  { auto lock = files_.lock("LOCK").value(); }
  EXPECT_EQ(states(), (Set{"", "LOCK= "}));
  const CrashModel now = model();
  EXPECT_TRUE(now.state(now.state_count() - 1).disk->lock("LOCK").ok());
}

// The program's own view must always be among the states, and the safe part in all of them.
TEST_F(CrashModelTest, random_work_agrees_with_the_live_file_system) {
  Random random(19);
  for (int round = 0; round < 30; ++round) {
    MemoryFileSystem live;
    FaultFileSystem files(live);
    CrashModel model;
    std::vector<std::unique_ptr<WritableFile>> open;
    for (int step = 0; step < 40; ++step) {
      const std::string name(1, static_cast<char>('a' + random.below(4)));
      const std::string other(1, static_cast<char>('a' + random.below(4)));
      Status ignored;
      switch (random.below(7)) {
        case 0:
          open.push_back(files.create(name, Create::kAppend).value());
          break;
        case 1:
          ignored = files.rename(name, other);
          break;
        case 2:
          ignored = files.remove(name);
          break;
        case 3:
          ignored = files.sync_folder("");
          break;
        default:
          if (open.empty()) break;
          WritableFile& file = *open[random.below(open.size())];
          ignored = random.below(4) == 0   ? file.sync()
                    : random.below(6) == 0 ? file.truncate(random.below(file.size() + 1))
                                           : file.append(as_bytes("data" + name));
      }
    }
    for (const Operation& operation : files.record()) model.apply(operation);
    const std::size_t last = model.state_count() - 1;
    ASSERT_EQ(shown(*model.state(last).disk), shown(live)) << round;
  }
}

}  // namespace
}  // namespace vecstore::io
