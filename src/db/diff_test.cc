#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "db/test_database.h"
#include "db/test_store.h"

namespace vecstore {
namespace {

// "+a -b ~c" of one collection, or of all with their names.
std::string said(Diff diff, std::size_t at_once = 1000) {
  std::string all;
  while (true) {
    const std::vector<RecordChange> changes = diff.next(at_once).value();
    if (changes.empty()) return all;
    for (const RecordChange& one : changes) {
      if (!all.empty()) all += " ";
      const char mark = one.kind == ChangeKind::kAdded     ? '+'
                        : one.kind == ChangeKind::kRemoved ? '-'
                                                           : '~';
      all += mark + (one.collection == "things" ? "" : one.collection + "/") + one.id;
      EXPECT_EQ(one.before == 0, one.kind == ChangeKind::kAdded);
      EXPECT_EQ(one.after == 0, one.kind == ChangeKind::kRemoved);
    }
  }
}

struct Fixture : TestDatabase {
  Collection made = things();
  Fixture() { put({"a", "b", "c", "d"}); }
  void put(const Ids& ids) {
    for (const std::string& id : ids) EXPECT_TRUE(made.upsert(record(id, {1, 2})).ok());
  }
  std::string diff(const std::string& from, const std::string& to = "") {
    return said(db->diff(from, to).value());
  }
};

TEST(Diff, of_a_state_and_itself_is_empty) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  EXPECT_EQ(fixture.diff("one"), "");
  EXPECT_EQ(fixture.diff("one", "one"), "");
  ASSERT_TRUE(fixture.made.compact().ok());
  EXPECT_EQ(fixture.diff("one"), "") << "a merge changes no record";
}

TEST(Diff, tells_added_removed_and_changed_records_by_id) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  fixture.put({"e", "b"});
  ASSERT_TRUE(fixture.made.remove("c").ok());
  ASSERT_TRUE(fixture.made.soft_delete("d").ok());
  EXPECT_EQ(fixture.diff("one"), "~b -c -d +e");
  ASSERT_TRUE(fixture.db->create_snapshot("two").ok());
  ASSERT_TRUE(fixture.made.restore("d").ok());
  fixture.put({"f"});
  ASSERT_TRUE(fixture.made.compact().ok());
  EXPECT_EQ(fixture.diff("one", "two"), "~b -c -d +e") << "whatever was merged meanwhile";
  EXPECT_EQ(fixture.diff("two"), "+d +f");
  EXPECT_EQ(fixture.diff("two", "one"), "~b +c +d -e");
  EXPECT_EQ(fixture.diff("one"), "~b -c ~d +e +f");
  fixture.open();
  EXPECT_EQ(fixture.diff("one"), "~b -c ~d +e +f");
}

TEST(Diff, of_a_snapshot_from_before_a_restore_tells_what_was_lost) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  ASSERT_TRUE(fixture.made.remove("a").ok());
  ASSERT_TRUE(fixture.db->create_snapshot("two").ok());
  ASSERT_TRUE(fixture.db->restore_snapshot("one").ok());
  ASSERT_TRUE(fixture.made.remove("b").ok());
  ASSERT_TRUE(fixture.db->create_snapshot("three").ok());
  EXPECT_EQ(fixture.diff("two", "three"), "+a -b") << "as many rows of one file died in both";
}

TEST(Diff, collections_that_come_go_and_change_their_names_are_told) {
  Fixture fixture;
  Collection other = fixture.db->create_collection("other", {.dimension = 2}).value();
  ASSERT_TRUE(other.upsert(record("x", {1, 1})).ok());
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  ASSERT_TRUE(fixture.db->drop_collection("other").ok());
  ASSERT_TRUE(fixture.db->rename_collection("things", "renamed").ok());
  Collection late = fixture.db->create_collection("late", {.dimension = 2}).value();
  ASSERT_TRUE(late.upsert(record("y", {1, 1})).ok());
  Collection renamed = fixture.db->collection("renamed").value();
  ASSERT_TRUE(renamed.set_ef_search("vector", 99).ok());
  ASSERT_TRUE(renamed.remove("a").ok());
  Diff diff = fixture.db->diff("one").value();
  ASSERT_EQ(diff.collections().size(), 3u);
  const CollectionChange first = diff.collections()[0];
  EXPECT_EQ(first.name + " " + first.old_name, "renamed things");
  EXPECT_TRUE(first.options_changed && !first.dropped);
  EXPECT_TRUE(diff.collections()[1].dropped);
  EXPECT_EQ(diff.collections()[2].old_name, "");
  EXPECT_EQ(said(std::move(diff)), "-renamed/a -other/x +late/y");
}

TEST(Diff, expired_records_are_in_neither_state) {
  Fixture fixture;
  ASSERT_TRUE(fixture.made.set_ttl("a", std::chrono::milliseconds(50)).ok());
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  EXPECT_EQ(fixture.diff("one"), "");
  fixture.clock.advance(100);
  EXPECT_EQ(fixture.diff("one"), "");
  ASSERT_TRUE(fixture.made.compact().ok());
  EXPECT_EQ(fixture.diff("one"), "");
}

TEST(Diff, comes_in_pieces_and_goes_on_where_it_is_told) {
  Fixture fixture;
  ASSERT_TRUE(fixture.db->create_snapshot("one").ok());
  Ids many;
  for (int i = 100; i < 150; ++i) many.push_back(std::to_string(i));
  fixture.put(many);
  ASSERT_TRUE(fixture.made.flush().ok());
  fixture.put({"a", "120"});
  const std::string whole = said(fixture.db->diff("one").value());
  EXPECT_EQ(said(fixture.db->diff("one").value(), 7), whole);
  EXPECT_EQ(said(fixture.db->diff("one", "", {.collection = "things", .after = "148"}).value()),
            "+149 ~a");
  EXPECT_EQ(code_of(fixture.db->diff("one", "", {.collection = "nowhere"})), Code::kNotFound);
  EXPECT_EQ(code_of(fixture.db->diff("none")), Code::kNotFound);
  EXPECT_EQ(code_of(fixture.db->diff("one", "none")), Code::kNotFound);
  ASSERT_TRUE(fixture.db->close().ok());
  EXPECT_EQ(code_of(fixture.db->diff("one")), Code::kFailedPrecondition);
}

// Files that both have are opened, as the snapshot is, and nothing of their rows is read.
TEST(Diff, of_files_that_both_have_no_row_is_read) {
  auto files = std::make_shared<db::OddFiles>();
  DatabaseOptions options = {.threads = 0, .memory_map = false, .seal_rows = 100'000};
  Database database = db::open_on(files, options);
  Collection things = database.create_collection("things", {.dimension = 2}).value();
  ASSERT_TRUE(db::fill(things, 0, 2000).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(database.create_snapshot("one").ok());
  ASSERT_TRUE(db::fill(things, 2000, 2002).ok());
  ASSERT_TRUE(things.flush().ok());
  // With its rows gone from the disk, only what is not looked at can be told.
  std::string big;
  for (const std::string& path : files->files())
    if (path.ends_with(".seg") &&
        (big.empty() || files->content(path)->size() > files->content(big)->size()))
      big = path;
  Diff diff = database.diff("one").value();
  Bytes bytes = files->content(big).value();
  ASSERT_GT(bytes.size(), 100'000u);
  std::fill(bytes.begin() + 4096, bytes.begin() + 80'000, std::byte{0xee});
  ASSERT_TRUE(files->set_content(big, bytes).ok());
  EXPECT_EQ(said(std::move(diff)), "+2000 +2001");
}

using State = std::map<std::string, std::uint64_t>;  // id: version

std::string expected(const State& before, const State& after) {
  std::map<std::string, char> marks;
  for (const auto& [key, version] : before)
    if (!after.contains(key)) marks[key] = '-';
  for (const auto& [key, version] : after) {
    if (!before.contains(key)) marks[key] = '+';
    if (before.contains(key) && before.at(key) != version) marks[key] = '~';
  }
  std::string text;
  for (const auto& [key, mark] : marks) text += (text.empty() ? "" : " ") + (mark + key);
  return text;
}

// Beside two maps, through all that moves rows.
TEST(Diff, equals_that_of_two_maps) {
  for (std::uint64_t seed = 1; seed <= 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    TestDatabase test;
    test.options.seal_rows = 5;
    test.options.merge_fanout = 2;
    test.open();
    static_cast<void>(test.things());
    State now;
    std::map<std::string, State> snapshots;
    for (int step = 0; step < 120; ++step) {
      Collection things = test.things();
      const std::string id = std::to_string(random.below(30));
      switch (random.below(12)) {
        case 0:
          ASSERT_TRUE(things.flush().ok());
          break;
        case 1:
          ASSERT_TRUE(things.compact().ok());
          break;
        case 2:
          test.open();
          break;
        case 3: {
          const std::string name = "s" + std::to_string(random.below(4));
          if (snapshots.contains(name)) {
            ASSERT_TRUE(test.db->restore_snapshot(name).ok());
            now = snapshots[name];
          } else {
            ASSERT_TRUE(test.db->create_snapshot(name).ok());
            snapshots[name] = now;
          }
          break;
        }
        case 4:
        case 5:
          ASSERT_TRUE(things.remove(id).ok());
          now.erase(id);
          break;
        default:
          now[id] = things.upsert(record(id, {1, 1}))->sequence;
      }
      if (snapshots.empty() || random.below(3) != 0) continue;
      const auto& [from, before] = *snapshots.begin();
      const bool present = random.below(2) == 0;
      const auto& [to, later] = *snapshots.rbegin();
      const std::string text = expected(before, present ? now : later);
      ASSERT_EQ(said(test.db->diff(from, present ? "" : to).value(), 3), text) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace vecstore
