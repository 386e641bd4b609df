// Real damage of every kind to every kind of file (promise G3): a deep check names it, no get and
// no query gives a record that was not written, and a salvage saves every record whose bytes were
// not hit. Which bytes a record needs is told by the reads that a reader of the whole store does
// for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "base/test_share.h"
#include "crash/damaged_store.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "soak/trials.h"

namespace vecstore::crash {
namespace {

constexpr const char* kKinds[] = {"MANIFEST-", ".seg", ".idx", ".del", ".log"};

// Ids and contents of every collection, and what went wrong while they were read.
struct Reading {
  Contents contents;
  Status status;
};

Reading read_all(const Database& database) {
  Reading reading;
  for (const char* name : kCollections) {
    Result<Collection> collection = database.collection(name);
    if (!collection.ok()) {
      reading.status = collection.status();
      continue;
    }
    const Result<Scan> scan = collection->scan({.include_vectors = true});
    Result<std::vector<Record>> records = Result<std::vector<Record>>(scan.status());
    if (scan.ok()) {
      Scan scanning = collection->scan({.include_vectors = true}).value();
      records = scanning.next(100'000);
    }
    if (!records.ok()) reading.status = records.status();
    if (!records.ok()) continue;
    for (const Record& one : *records)
      reading.contents[std::string(name) + "/" + one.id] = content_of(one);
  }
  return reading;
}

class Trial {
 public:
  Trial(const DamagedStore& store, const DamageDone& damage) : store_(store), damage_(damage) {}

  void run() {
    files_ = store_.damaged(damage_);
    check();
    open();
    files_ = store_.damaged(damage_);  // opening to write cuts off what looks unfinished
    salvage();
  }

 private:
  bool of_log() const { return damage_.path.ends_with(".log"); }

  // Damage at the end of a log, behind which nothing is, looks like an unfinished write: a note.
  void check() {
    const Result<CheckReport> report = db::check_store(*files_, kStore, true);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    const bool named = std::ranges::any_of(report->damage, [&](const Damage& one) {
      return one.file == damage_.path && !one.what.empty();
    });
    const bool noted = std::ranges::any_of(report->notes, [&](const std::string& note) {
      return of_log() && note.find(damage_.path) != std::string::npos;
    });
    std::string all;
    for (const Damage& one : report->damage) all += one.file + ": " + one.what + "\n";
    EXPECT_TRUE(named || noted || (of_log() && damage_.cuts_tail)) << all;
  }

  void open() {
    const Result<Database> database = open_store(files_);
    if (!database.ok()) {
      EXPECT_EQ(database.status().code(), Code::kDataLoss) << database.status().to_string();
      return;
    }
    const Reading reading = read_all(*database);
    if (of_log() && reading.status.ok()) {
      EXPECT_TRUE(store_.was_a_state(reading.contents)) << "a state that never was";
      return;
    }
    EXPECT_TRUE(reading.status.ok() || reading.status.code() == Code::kDataLoss);
    for (const auto& [key, content] : reading.contents) EXPECT_EQ(content, store_.truth().at(key));
    get_all(*database);
    query(*database);
  }

  void get_all(const Database& database) {
    for (const auto& [key, content] : store_.truth()) {
      const std::size_t slash = key.find('/');
      const Result<Collection> in = database.collection(key.substr(0, slash));
      const Result<Record> got = in.ok() ? in->get(key.substr(slash + 1)) : in.status();
      if (got.ok()) {
        EXPECT_EQ(content_of(*got), content) << key;
      } else {
        EXPECT_EQ(got.status().code(), Code::kDataLoss) << key << " " << got.status().to_string();
      }
    }
  }

  void query(const Database& database) {
    const Result<Collection> things = database.collection(kCollections[0]);
    const Query queries[] = {{.vector = Vector{3.0f, 1.0f}, .k = 20},
                             {.text = "common", .k = 20},
                             {.vector = Vector{1.0f, 9.0f}, .k = 5, .filter = "n > 40"}};
    for (const Query& query : queries) {
      const Result<Hits> hits = things->query(query);
      if (!hits.ok()) {
        EXPECT_EQ(hits.status().code(), Code::kDataLoss) << hits.status().to_string();
        continue;
      }
      EXPECT_EQ(hits->size(), query.k);
      for (const Hit& hit : *hits) {
        const auto known = store_.truth().find(std::string(kCollections[0]) + "/" + hit.id);
        ASSERT_NE(known, store_.truth().end()) << hit.id << " is deleted";
        EXPECT_TRUE(known->second.find(hit.text.value_or("")) != std::string::npos) << hit.id;
      }
    }
  }

  void salvage() {
    const Result<SalvageReport> report = db::salvage_store(*files_, kStore, "saved", {});
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    std::string told;
    for (const std::string& note : report->notes) told += "note: " + note + "\n";
    for (const SalvageFinding& one : report->findings) told += one.file + ": " + one.reason + "\n";
    SCOPED_TRACE(told);
    const CheckReport clean = db::check_store(*files_, "saved", true).value();
    for (const Damage& one : clean.damage) ADD_FAILURE() << one.file << ": " << one.what;
    const Result<Database> database = open_store(files_, "saved");
    ASSERT_TRUE(database.ok()) << database.status().to_string();
    const Reading saved = read_all(*database);
    for (const auto& [key, content] : saved.contents) expect_right(key, content, *report);
    const std::set<std::string> hit = store_.hit_by(damage_);
    for (const auto& [key, content] : store_.truth()) {
      const auto found = saved.contents.find(key);
      if (found != saved.contents.end()) continue;
      EXPECT_TRUE(hit.contains(key)) << key << " was whole and is not saved";
      EXPECT_GT(report->lost + report->notes.size(), 0u) << key << " is missing without a word";
    }
  }

  // What was the last to be written; or what once was, where what came later cannot be read and the
  // report says so.
  void expect_right(const std::string& key, const std::string& content,
                    const SalvageReport& report) const {
    const auto last = store_.truth().find(key);
    if (last != store_.truth().end() && last->second == content) return;
    EXPECT_TRUE(store_.was_written(key, content)) << key << " was never " << content;
    const bool of_mask = damage_.path.ends_with(".del") && report.doubtful > 0;
    const bool of_log = this->of_log() && (report.lost > 0 || !report.notes.empty());
    EXPECT_TRUE(of_mask || of_log) << key << " is not what it was last";
  }

  const DamagedStore& store_;
  const DamageDone& damage_;
  std::shared_ptr<io::MemoryFileSystem> files_;
};

TEST(Damage, is_named_gives_no_wrong_record_and_takes_no_record_that_it_did_not_hit) {
  Trials trials({.row = "damage", .mode = "", .first_seed = 1, .usual = 6 / kShare});
  while (trials.next()) {
    const DamagedStore store(trials.seed());
    Random random(1000 + trials.seed());
    for (int i = 0; i < 50 && !HasFailure(); ++i) {
      const std::string kind = kKinds[random.below(std::size(kKinds))];
      const auto damage = store.some_damage(kind, random);
      if (!damage) continue;  // it would change nothing
      SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", trial " + std::to_string(i) + ": " +
                   damage->description);
      Trial(store, *damage).run();
      trials.count(1);
    }
  }
}

}  // namespace
}  // namespace vecstore::crash
