#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "base/random.h"
#include "db/backup/restore_backup.h"
#include "db/check.h"
#include "db/repair.h"
#include "db/salvage/salvage.h"
#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

constexpr int kKept = 3;

CollectionOptions keeping(std::uint32_t versions) {
  CollectionOptions options;
  options.dimension = 2;
  options.keep_versions = versions;
  return options;
}

Record note(const std::string& id, std::int64_t n) {
  Record made = record(id, {1, static_cast<float>(n)});
  made.metadata = Metadata{{"n", n}};
  return made;
}

std::int64_t n_of(const Record& record) {
  const Value* n = record.metadata.find("n");
  return n != nullptr && n->as_int() != nullptr ? *n->as_int() : -1;
}

// "7* 5 -4 3": newest first, * stands now, - deleted; each the n of its content, of a removal 0.
std::string story(const Collection& things, const std::string& id) {
  std::string all;
  const auto versions = things.versions(id, true).value();
  for (const RecordVersion& one : versions) {
    if (!all.empty()) all += " ";
    all += (one.deleted ? "-" : "") + std::to_string(one.record ? n_of(*one.record) : 0) +
           (one.current ? "*" : "");
  }
  return all;
}

// As it is in memory, in a file, in a merged file, and after opening again.
template <typename Check>
void check_everywhere(TestDatabase& db, const Check& check) {
  check(db.things(), "in memory");
  ASSERT_TRUE(db.things().flush().ok());
  check(db.things(), "flushed");
  db.open();
  check(db.things(), "opened again");
  ASSERT_TRUE(db.things().compact().ok());
  check(db.things(), "compacted");
  db.open();
  check(db.things(), "compacted and opened again");
  const CheckReport report = db::check_store(*db.files, "store", true).value();
  for (const Damage& damage : report.damage) ADD_FAILURE() << damage.file << ": " << damage.what;
}

TEST(Versions, none_are_kept_unless_asked_for) {
  TestDatabase db;
  Collection things = db.things();
  for (int n = 1; n <= 3; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  EXPECT_EQ(story(things, "a"), "3*");
  EXPECT_EQ(story(things, "b"), "");
  ASSERT_TRUE(things.remove("a").ok());
  EXPECT_EQ(story(things, "a"), "");
  EXPECT_EQ(code_of(things.rollback("a", 2)), Code::kNotFound);
}

TEST(Versions, the_last_ones_are_listed_newest_first_wherever_their_rows_lie) {
  TestDatabase db;
  Collection things = db.things(keeping(kKept));
  for (int n = 1; n <= 6; ++n) {
    ASSERT_TRUE(things.upsert(note("a", n)).ok());
    if (n == 2) {
      ASSERT_TRUE(things.flush().ok());
    }
    db.clock.advance(10);
  }
  ASSERT_TRUE(things.upsert(note("b", 1)).ok());
  check_everywhere(db, [&](const Collection& now, const char* where) {
    SCOPED_TRACE(where);
    EXPECT_EQ(story(now, "a"), "6* 5 4 3");
    EXPECT_EQ(story(now, "b"), "1*");
    const auto versions = now.versions("a").value();
    for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
      EXPECT_GT(versions[i].sequence, versions[i + 1].sequence);
      EXPECT_EQ(versions[i].written_at, versions[i + 1].written_at + 10);
      EXPECT_FALSE(versions[i].record.has_value()) << "it was not asked for";
    }
    const Record old = now.get_version("a", versions[2].sequence).value();
    EXPECT_EQ(n_of(old), 4);
    EXPECT_EQ(old.vector, note("a", 4).vector);
    EXPECT_EQ(old.text, note("a", 4).text);
    EXPECT_EQ(old.version, versions[2].sequence);
    EXPECT_EQ(now.count().value(), 2u) << "queries see none of it";
    EXPECT_EQ(now.query({.vector = DenseVector{1, 4}, .k = 10})->size(), 2u);
    EXPECT_EQ(now.query({.text = "text", .k = 10})->size(), 2u);
    EXPECT_EQ(ids_of(now), (Ids{"a", "b"}));
  });
}

TEST(Versions, removals_and_soft_deletions_are_in_the_list) {
  TestDatabase db;
  Collection things = db.things(keeping(kKept));
  ASSERT_TRUE(things.upsert(note("a", 1)).ok());
  ASSERT_TRUE(things.remove("a").ok());
  ASSERT_TRUE(things.upsert(note("a", 2)).ok());
  ASSERT_TRUE(things.soft_delete("a").ok());
  ASSERT_TRUE(things.upsert(note("gone", 1)).ok());
  const std::uint64_t removal = things.remove("gone")->sequence;
  check_everywhere(db, [&](const Collection& now, const char* where) {
    SCOPED_TRACE(where);
    EXPECT_EQ(story(now, "a"), "-2 2 -0 1");
    EXPECT_EQ(story(now, "gone"), "-0 1");
    EXPECT_EQ(now.count().value(), 0u);
    EXPECT_EQ(now.list_deleted()->size(), 1u);
    const auto removed = now.get_version("gone", removal);
    EXPECT_EQ(code_of(removed), Code::kNotFound);
    EXPECT_NE(message_of(removed).find("was removed by write"), std::string::npos);
    EXPECT_EQ(code_of(now.get_version("gone", 999)), Code::kNotFound);
    EXPECT_NE(message_of(now.get_version("gone", 999)).find("is not kept"), std::string::npos);
  });
}

TEST(Versions, a_rollback_writes_an_old_version_as_a_new_one) {
  TestDatabase db;
  Collection things = db.things(keeping(10));
  std::vector<std::uint64_t> sequences;
  for (int n = 1; n <= 3; ++n) sequences.push_back(things.upsert(note("a", n))->sequence);
  const TimeMs created = things.get("a")->created_at;
  db.clock.advance(50);
  const auto back = things.rollback("a", sequences[0]);
  ASSERT_TRUE(back.ok()) << back.status().to_string();
  EXPECT_GT(back->sequence, sequences[2]);
  EXPECT_EQ(story(things, "a"), "1* 3 2 1");
  EXPECT_EQ(things.get("a")->created_at, created);
  EXPECT_EQ(things.get("a")->updated_at, created + 50);
  EXPECT_EQ(things.rollback("a", back->sequence)->sequence, 0u) << "it is so already";
  ASSERT_TRUE(things.remove("a").ok());
  const std::uint64_t removal = things.versions("a").value()[0].sequence;
  ASSERT_TRUE(things.rollback("a", sequences[1]).ok());
  EXPECT_EQ(story(things, "a"), "2* -0 1 3 2 1");
  ASSERT_TRUE(things.rollback("a", removal).ok()) << "to not being there";
  EXPECT_EQ(code_of(things.get("a")), Code::kNotFound);
  EXPECT_EQ(things.rollback("a", removal)->sequence, 0u);
  const auto refused = things.rollback("a", sequences[0], {.if_version = sequences[1]});
  EXPECT_EQ(code_of(refused), Code::kAborted);
  EXPECT_EQ(code_of(things.rollback("a", 4711)), Code::kNotFound);
  EXPECT_EQ(code_of(things.rollback("", 1)), Code::kInvalidArgument);
}

TEST(Versions, an_expired_record_is_a_version_like_others_and_comes_back_without_expiry) {
  TestDatabase db;
  Collection things = db.things(keeping(kKept));
  const std::uint64_t first =
      things.upsert_with_ttl(note("a", 1), std::chrono::milliseconds(20))->sequence;
  EXPECT_EQ(story(things, "a"), "1*");
  db.clock.advance(30);
  check_everywhere(db, [&](const Collection& now, const char* where) {
    SCOPED_TRACE(where);
    EXPECT_EQ(story(now, "a"), "1");
    EXPECT_EQ(now.count().value(), 0u);
  });
  things = db.things();
  ASSERT_TRUE(things.rollback("a", first).ok());
  EXPECT_EQ(story(things, "a"), "1* 1");
  EXPECT_EQ(things.get("a")->expires_at, 0);
}

TEST(Versions, fewer_are_kept_from_the_moment_that_it_is_set) {
  TestDatabase db;
  Collection things = db.things(keeping(5));
  for (int n = 1; n <= 6; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  EXPECT_EQ(things.compact()->pins.size(), 1u);
  EXPECT_EQ(story(things, "a"), "6* 5 4 3 2 1");
  const std::uint64_t before = things.stats()->version_bytes;
  EXPECT_EQ(things.stats()->version_rows, 5u);
  ASSERT_TRUE(things.set_keep_versions(2).ok());
  EXPECT_EQ(story(things, "a"), "6* 5 4");
  ASSERT_TRUE(things.compact().ok());
  EXPECT_EQ(things.stats()->version_rows, 2u);
  EXPECT_LE(things.stats()->version_bytes, before);
  db.open();
  things = db.things();
  EXPECT_EQ(things.options().keep_versions, 2u);
  EXPECT_EQ(story(things, "a"), "6* 5 4");
  ASSERT_TRUE(things.set_keep_versions(0).ok());
  EXPECT_EQ(story(things, "a"), "6*");
  ASSERT_TRUE(db.db->wait_for_background().ok());
  EXPECT_EQ(things.stats()->version_rows, 0u) << "in the background, too";
  EXPECT_TRUE(things.compact()->pins.empty());
  EXPECT_EQ(code_of(things.set_keep_versions(kMaxKeptVersions + 1)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(db.db->create_collection("many", keeping(kMaxKeptVersions + 1))),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of(db.db->get_or_create("things", keeping(7))), Code::kFailedPrecondition);
}

TEST(Versions, a_snapshot_has_those_of_its_moment_and_a_restore_brings_them_back) {
  TestDatabase db;
  Collection things = db.things(keeping(2));
  for (int n = 1; n <= 3; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  ASSERT_TRUE(db.db->create_snapshot("then").ok());
  for (int n = 4; n <= 9; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  ASSERT_TRUE(things.compact().ok());
  EXPECT_EQ(story(things, "a"), "9* 8 7");
  const Database then = db.db->snapshot("then").value();
  EXPECT_EQ(story(then.collection("things").value(), "a"), "3* 2 1");
  ASSERT_TRUE(db.db->restore_snapshot("then").ok());
  EXPECT_EQ(story(things, "a"), "3* 2 1");
  ASSERT_TRUE(things.upsert(note("a", 10)).ok());
  check_everywhere(db, [&](const Collection& now, const char* where) {
    SCOPED_TRACE(where);
    EXPECT_EQ(story(now, "a"), "10* 3 2");
  });
}

TEST(Versions, backups_have_them_and_repair_makes_their_files_anew) {
  TestDatabase db;
  Collection things = db.things(keeping(2));
  for (int n = 1; n <= 3; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  ASSERT_TRUE(things.compact().ok());
  ASSERT_TRUE(things.upsert(note("b", 1)).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_TRUE(things.upsert(note("b", 2)).ok());
  ASSERT_TRUE(things.flush().ok());  // a row of "b" is masked, not yet history
  for (const bool single : {false, true}) {
    const std::string path = single ? "copy.vsb" : "copy";
    ASSERT_TRUE(db.db->backup(path, {.single_file = single}).ok());
    const std::string to = single ? "again1" : "again2";
    ASSERT_TRUE(db::restore_backup(*db.files, std::vector<std::string>{path}, to, {}).ok());
    db::Environment environment;
    environment.files = db.files;
    const Database copy = DatabaseInternals::open(to, db.options, environment).value();
    EXPECT_EQ(story(copy.collection("things").value(), "a"), "3* 2 1");
    EXPECT_EQ(story(copy.collection("things").value(), "b"), "2* 1");
  }
  ASSERT_TRUE(db.db->close().ok());
  std::size_t damaged = 0;
  for (const std::string& path : db.files->files()) {
    const bool rows =
        path.starts_with("store/") && (path.ends_with(".old") || path.ends_with(".seg"));
    if (!rows) continue;
    Bytes bytes = db.files->content(path).value();
    bytes.at(100) ^= std::byte{1};  // the header page, from which nothing is read
    ASSERT_TRUE(db.files->set_content(path, bytes).ok());
    ++damaged;
  }
  EXPECT_GE(damaged, 3u);
  EXPECT_EQ(db::repair_store(*db.files, "store")->repaired.size(), damaged);
  db.open();
  EXPECT_EQ(story(db.things(), "a"), "3* 2 1");
  EXPECT_EQ(story(db.things(), "b"), "2* 1");
  EXPECT_TRUE(db::check_store(*db.files, "store", true)->damage.empty());
  ASSERT_TRUE(db.db->close().ok());
  const auto saved = db::salvage_store(*db.files, "store", "saved", {}).value();
  EXPECT_EQ(saved.saved, 2u) << "what was replaced does not come back";
  ASSERT_EQ(saved.notes.size(), 1u);
  EXPECT_NE(saved.notes[0].find("older versions"), std::string::npos);
}

TEST(Versions, a_damaged_file_of_theirs_is_found_by_name) {
  TestDatabase db;
  Collection things = db.things(keeping(2));
  for (int n = 1; n <= 3; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  ASSERT_TRUE(things.compact().ok());
  std::string victim;
  for (const std::string& path : db.files->files())
    if (path.ends_with(".old")) victim = path;
  const Bytes whole = db.files->content(victim).value();
  std::size_t unseen = 0;
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    Bytes bytes = whole;
    bytes[at] ^= std::byte{8};
    ASSERT_TRUE(db.files->set_content(victim, bytes).ok());
    const CheckReport report = db::check_store(*db.files, "store", true).value();
    if (report.damage.empty()) ++unseen;
    for (const Damage& damage : report.damage) EXPECT_EQ(damage.file, victim);
  }
  EXPECT_EQ(unseen, 0u);
}

// A failed append takes the write back; its row stays in memory and is nobody's version.
TEST(Versions, a_refused_write_is_none) {
  TestDatabase db;
  Collection things = db.things(keeping(5));
  ASSERT_TRUE(things.upsert(note("a", 1)).ok());
  std::vector<BatchOperation> batch = {BatchOperation::upsert(note("a", 2)),
                                       BatchOperation::remove("a"),
                                       BatchOperation::soft_delete("missing")};
  EXPECT_FALSE(things.apply(batch).ok());
  EXPECT_EQ(story(things, "a"), "1*");
  ASSERT_TRUE(things.upsert(note("a", 3)).ok());
  check_everywhere(db, [&](const Collection& now, const char* where) {
    SCOPED_TRACE(where);
    EXPECT_EQ(story(now, "a"), "3* 1");
  });
}

TEST(Versions, many_of_one_record_leave_few_files_and_rows) {
  TestDatabase db;
  db.options.seal_rows = 8;
  db.options.merge_fanout = 2;
  db.open();
  Collection things = db.things(keeping(2));
  for (int n = 1; n <= 400; ++n) ASSERT_TRUE(things.upsert(note("a", n)).ok());
  ASSERT_TRUE(db.db->wait_for_background().ok());
  EXPECT_LE(things.stats()->version_rows, 40u);
  EXPECT_EQ(story(things, "a"), "400* 399 398");
}

// Seals and merges move rows from file to file meanwhile: no version is ever missing or there
// twice.
TEST(Versions, lists_have_no_gap_while_others_write_and_merge) {
  TestDatabase db;
  db.options.threads = 2;
  db.options.seal_rows = 20;
  db.options.merge_fanout = 2;
  db.open();
  Collection things = db.things(keeping(kKept));
  constexpr std::int64_t kWrites = 4000;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (std::int64_t n = 1; n <= kWrites; ++n) EXPECT_TRUE(things.upsert(note("a", n)).ok());
    done = true;
  });
  std::size_t lists = 0;
  while (!done && !HasFailure()) {
    const auto versions = things.versions("a", true).value();
    const std::int64_t newest = versions.empty() ? 0 : n_of(*versions[0].record);
    ASSERT_EQ(versions.size(), static_cast<std::size_t>(std::min<std::int64_t>(newest, kKept + 1)));
    for (std::size_t i = 0; i < versions.size(); ++i)
      ASSERT_EQ(n_of(*versions[i].record), newest - static_cast<std::int64_t>(i));
    ++lists;
  }
  writer.join();
  EXPECT_GT(lists, 20u);
  EXPECT_EQ(story(things, "a"), "4000* 3999 3998 3997");
}

// A std::map of histories beside it, through everything that moves rows.
class Histories {
 public:
  explicit Histories(std::uint64_t seed) : random_(seed) {
    db_.options.seal_rows = 6;
    db_.options.merge_fanout = 2;
    db_.open();
    static_cast<void>(db_.things(keeping(kKept)));
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE("step " + std::to_string(i));
      step();
      if (random_.below(5) == 0) compare();
    }
    compare();
  }

 private:
  struct Entry {
    std::uint64_t sequence;
    std::int64_t n;  // 0: removed
    bool deleted;
  };
  using All = std::map<std::string, std::vector<Entry>>;  // oldest first

  std::string id() { return "id" + std::to_string(random_.below(6)); }

  void step() {
    Collection things = db_.things();
    const std::string at = id();
    std::vector<Entry>& history = now_[at];
    const bool there = !history.empty() && !history.back().deleted;
    switch (random_.below(14)) {
      case 0:
        ASSERT_TRUE(things.flush().ok());
        return;
      case 1:
        if (random_.below(3) != 0) return;
        ASSERT_TRUE(things.compact().ok());
        return;
      case 2:
        db_.open();
        return;
      case 3: {
        const auto removed = things.remove(at).value();
        const bool any = !history.empty() && history.back().n != 0;
        if (any) history.push_back({removed.sequence, 0, true});
        return;
      }
      case 4:
        if (!there) return;
        history.push_back({things.soft_delete(at)->sequence, history.back().n, true});
        return;
      case 5: {
        if (history.empty()) return;
        const Entry to = history[random_.below(history.size())];
        const auto result = things.rollback(at, to.sequence);
        if (!is_kept(history, to.sequence)) {
          EXPECT_EQ(code_of(result), Code::kNotFound);
          return;
        }
        ASSERT_TRUE(result.ok()) << result.status().to_string();
        if (result->sequence == 0) return;
        history.push_back({result->sequence, to.n, to.n == 0});
        return;
      }
      case 6:
        return snapshot();
      default:
        ++n_;
        history.push_back({things.upsert(note(at, n_))->sequence, n_, false});
    }
  }

  void snapshot() {
    if (!then_) {
      ASSERT_TRUE(db_.db->create_snapshot("then").ok());
      then_ = now_;
    } else if (random_.below(2) == 0) {
      ASSERT_TRUE(db_.db->restore_snapshot("then").ok());
      now_ = *then_;
    } else {
      ASSERT_TRUE(db_.db->drop_snapshot("then").ok());
      then_.reset();
    }
  }

  // What stands, and the last ones before it with a content.
  static std::vector<Entry> kept(const std::vector<Entry>& history) {
    std::vector<Entry> list;
    int older = 0;
    for (std::size_t i = history.size(); i-- > 0;) {
      const bool stands = i + 1 == history.size() && history[i].n != 0;
      if (!stands && older >= kKept) break;
      if (!stands && history[i].n != 0) ++older;
      list.push_back(history[i]);
    }
    return list;
  }
  static bool is_kept(const std::vector<Entry>& history, std::uint64_t sequence) {
    const std::vector<Entry> list = kept(history);
    return std::ranges::find(list, sequence, &Entry::sequence) != list.end();
  }

  void compare() const {
    compare_with(db_.db->collection("things").value(), now_);
    if (then_) compare_with(db_.db->snapshot("then")->collection("things").value(), *then_);
  }

  static void compare_with(const Collection& things, const All& all) {
    for (const auto& [id, history] : all) {
      const std::vector<Entry> expected = kept(history);
      const auto versions = things.versions(id, true).value();
      ASSERT_EQ(versions.size(), expected.size()) << id << ": " << story(things, id);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(versions[i].sequence, expected[i].sequence) << id << " at " << i;
        EXPECT_EQ(versions[i].deleted, expected[i].deleted) << id << " at " << i;
        EXPECT_EQ(versions[i].record ? n_of(*versions[i].record) : 0, expected[i].n);
        EXPECT_EQ(versions[i].current, i == 0 && !expected[i].deleted);
      }
    }
  }

  Random random_;
  TestDatabase db_;
  All now_;
  std::optional<All> then_;
  std::int64_t n_ = 0;
};

TEST(Versions, random_histories_equal_those_of_a_map) {
  for (std::uint64_t seed = 1; seed <= 60 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Histories(seed).run(150);
  }
}

}  // namespace
}  // namespace vecstore
