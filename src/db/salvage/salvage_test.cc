#include "db/salvage/salvage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "db/check.h"
#include "db/test_store.h"
#include "storage/log_file.h"
#include "storage/manifest.h"

namespace vecstore::db {
namespace {

using Saved = std::map<std::string, std::string>;  // id: text

Record made(const std::string& id, const std::string& text) {
  Record record;
  record.id = id;
  record.vector = {1.0f, static_cast<float>(text.size())};
  record.metadata = Metadata{{"n", static_cast<std::int64_t>(text.size())}};
  record.text = text;
  return record;
}

Saved content_of(const Database& database, const std::string& name = "things") {
  Saved saved;
  const Collection things = database.collection(name).value();
  Scan scan = things.scan({.include_vectors = true}).value();
  for (const Record& one : scan.next(10'000).value()) {
    EXPECT_EQ(one.vector, made(one.id, one.text.value_or("")).vector) << one.id;
    saved[one.id] = one.text.value_or("");
  }
  return saved;
}

// Twelve records in three files, of them "3" deleted and "4" replaced; "late" and a change of "5"
// are in the log alone.
struct Store {
  std::shared_ptr<OddFiles> files = std::make_shared<OddFiles>();
  Saved truth;

  Store() {
    Database database = try_open(files).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    for (int i = 0; i < 12; ++i) put(things, std::to_string(i), "text " + std::to_string(i));
    EXPECT_TRUE(things.remove("3").ok());
    truth.erase("3");
    put(things, "4", "another text");
    EXPECT_TRUE(things.flush().ok());
    put(things, "late", "only in the log");
    Update update{.id = "5"};
    update.text = "edited";
    EXPECT_TRUE(things.update(update).ok());
    truth["5"] = "edited";
    EXPECT_TRUE(database.set_alias("these", "things").ok());
    EXPECT_TRUE(database.close().ok());
  }
  void put(Collection& things, const std::string& id, const std::string& text) {
    EXPECT_TRUE(things.upsert(made(id, text)).ok());
    truth[id] = text;
  }

  std::string file(const std::string& ending, std::size_t which = 0) const {
    for (const std::string& path : files->files())
      if (path.find(ending) != std::string::npos && which-- == 0) return path;
    ADD_FAILURE() << "no " << ending;
    return {};
  }
  void damage(const std::string& path, std::uint64_t offset) const {
    Bytes bytes = files->content(path).value();
    bytes.at(static_cast<std::size_t>(offset)) ^= std::byte{0x10};
    ASSERT_TRUE(files->set_content(path, bytes).ok());
  }
  void remove(const std::string& path) const { ASSERT_TRUE(files->remove(path).ok()); }

  SalvageReport salvage() const { return salvage_store(*files, "store", "saved", {}).value(); }
  Database saved() const {
    const CheckReport report = check_store(*files, "saved", true).value();
    for (const Damage& one : report.damage) ADD_FAILURE() << one.file << ": " << one.what;
    Environment environment;
    environment.files = files;
    return DatabaseInternals::open("saved", small(), environment).value();
  }
};

// Of the block with this name.
std::uint64_t place_of(const Store& store, const std::string& path, const std::string& name) {
  const auto identity = storage::identify_block_file(*store.files, path).value();
  const auto file =
      storage::BlockFile::open(*store.files, path, io::Access::kRead, identity).value();
  const Status wrong = file->block(name).status();
  EXPECT_TRUE(wrong.ok()) << wrong.to_string();
  std::uint64_t place = 0;
  Bytes bytes = store.files->content(path).value();
  for (std::size_t at = storage::kPageBytes; at < bytes.size() && place == 0; at += 64) {
    Bytes changed = bytes;
    changed[at] ^= std::byte{1};
    EXPECT_TRUE(store.files->set_content("trial", changed).ok());
    const auto trial = storage::BlockFile::open(*store.files, "trial", io::Access::kRead, identity);
    Bytes scratch;
    if (trial.ok() && !(*trial)->block(name)->all(scratch).ok()) place = at;
  }
  EXPECT_TRUE(store.files->remove("trial").ok());
  return place;
}

TEST(Salvage, of_a_whole_store_saves_all_of_it_and_changes_nothing) {
  const Store store;
  std::map<std::string, Bytes> before;
  for (const std::string& path : store.files->files())
    before[path] = store.files->content(path).value();
  const SalvageReport report = store.salvage();
  for (const auto& [path, bytes] : before)
    EXPECT_EQ(store.files->content(path).value(), bytes) << path;
  EXPECT_EQ(report.saved, store.truth.size());
  EXPECT_EQ(report.lost + report.doubtful + report.findings_in_all, 0u);
  EXPECT_TRUE(report.notes.empty());
  const Database saved = store.saved();
  EXPECT_EQ(content_of(saved), store.truth);
  EXPECT_EQ(content_of(saved, "these"), store.truth);
}

TEST(Salvage, what_it_makes_can_be_written_on_and_opened_again) {
  const Store store;
  store.salvage();
  {
    Database saved = store.saved();
    Collection things = saved.collection("things").value();
    EXPECT_TRUE(things.upsert(made("new", "one more")).ok());
    EXPECT_TRUE(things.remove("0").ok());
    EXPECT_TRUE(things.compact().ok());
    EXPECT_TRUE(saved.close().ok());
  }
  Saved expected = store.truth;
  expected["new"] = "one more";
  expected.erase("0");
  EXPECT_EQ(content_of(store.saved()), expected);
}

TEST(Salvage, a_damaged_page_takes_only_the_rows_that_touch_it) {
  const Store store;
  const std::string path = store.file(".seg");
  store.damage(path, place_of(store, path, "text"));
  const SalvageReport report = store.salvage();
  EXPECT_GT(report.lost, 0u);
  EXPECT_EQ(report.saved + report.lost, store.truth.size());
  for (const auto& [id, text] : content_of(store.saved()))
    EXPECT_EQ(text, store.truth.at(id)) << id;
  for (const SalvageFinding& one : report.findings) {
    EXPECT_EQ(one.file, path);
    EXPECT_FALSE(one.id.empty());
    EXPECT_EQ(one.collection, "things");
    EXPECT_GE(one.offset, storage::kPageBytes);
    EXPECT_NE(one.reason.find("block 'text' is damaged"), std::string::npos) << one.reason;
  }
}

TEST(Salvage, blocks_that_follow_from_others_are_not_missed) {
  const Store store;
  for (const char* block : {"ids.map", "ids.order", "columns", "info"}) {
    const std::string path = store.file(".seg");
    store.damage(path, place_of(store, path, block));
  }
  EXPECT_EQ(store.salvage().saved, store.truth.size());
  EXPECT_EQ(content_of(store.saved()), store.truth);
}

TEST(Salvage, a_damaged_footer_is_told_from_the_rest) {
  for (std::uint64_t from_end = 1; from_end <= storage::kFooterBytes; ++from_end) {
    const Store store;
    const std::string path = store.file(".seg");
    store.damage(path, store.files->file_size(path).value() - from_end);
    EXPECT_EQ(store.salvage().saved, store.truth.size()) << from_end;
    EXPECT_EQ(content_of(store.saved()), store.truth) << from_end;
  }
}

TEST(Salvage, a_damaged_directory_takes_its_segment) {
  const Store store;
  const std::string path = store.file(".seg");
  store.damage(path, store.files->file_size(path).value() - storage::kFooterBytes - 1);
  const SalvageReport report = store.salvage();
  EXPECT_GT(report.lost, 0u);
  EXPECT_GT(report.saved, 0u);
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].file, path);
  EXPECT_EQ(report.findings[1].id, "5");  // the log changed what is lost
}

TEST(Salvage, without_a_manifest_the_files_tell_what_there_was) {
  const Store store;
  const std::string path = store.file("MANIFEST");
  store.damage(path, storage::kPageBytes);
  const SalvageReport report = store.salvage();
  EXPECT_EQ(report.lost, 0u);
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_TRUE(report.findings[0].doubtful);  // what was deleted may be back, and nobody can tell
  EXPECT_NE(report.findings[0].reason.find(path), std::string::npos) << report.findings[0].reason;
  EXPECT_EQ(content_of(store.saved()), store.truth);
  EXPECT_EQ(content_of(store.saved(), "these"), store.truth);
}

TEST(Salvage, without_segments_or_manifest_the_log_tells_what_there_was) {
  auto files = std::make_shared<OddFiles>();
  Store store;
  store.files = files;
  store.truth.clear();
  {
    Database database = try_open(files).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    store.put(things, "a", "alone");
    store.put(things, "b", "in the log");
  }
  store.remove(store.file("MANIFEST"));
  EXPECT_EQ(store.salvage().saved, 2u);
  EXPECT_EQ(content_of(store.saved()), store.truth);
}

TEST(Salvage, a_deletion_counts_with_or_without_a_manifest) {
  const Store store;
  store.damage(store.file("MANIFEST"), storage::kPageBytes);
  store.salvage();
  EXPECT_FALSE(content_of(store.saved()).contains("3"));
}

TEST(Salvage, rows_whose_mask_cannot_be_read_are_saved_and_called_doubtful) {
  const Store store;
  const std::string mask = store.file(".del");
  store.damage(mask, storage::kPageBytes);
  const SalvageReport report = store.salvage();
  EXPECT_GT(report.doubtful, 0u);
  ASSERT_FALSE(report.notes.empty());
  EXPECT_NE(report.notes[0].find(mask), std::string::npos) << report.notes[0];
  Saved saved = content_of(store.saved());
  saved.erase("3");  // what the mask would have said
  // A change in the log stands on a record that may not have been the newest.
  EXPECT_TRUE(saved == store.truth || (saved.insert({"5", "edited"}), saved == store.truth));
}

TEST(Salvage, beside_a_writer_is_refused_by_its_holder) {
  const Store store;
  {
    const Database writer = open_on(store.files);
    const auto refused = salvage_store(*store.files, "store", "saved", {});
    EXPECT_EQ(refused.status().code(), Code::kUnavailable) << refused.status().to_string();
    EXPECT_FALSE(store.files->exists("saved").value());
  }
  EXPECT_EQ(store.salvage().lost, 0u);
}

TEST(Salvage, one_that_was_killed_does_not_block_the_next) {
  const Store store;
  store.files->on_create = [&](const std::string& path) -> Status {
    if (!path.starts_with("saved/segments")) return {};
    return internal_error("killed");
  };
  ASSERT_FALSE(salvage_store(*store.files, "store", "saved", {}).ok());
  EXPECT_FALSE(store.files->exists("saved").value()) << "a failed one leaves nothing";
  store.files->on_create = {};
  ASSERT_TRUE(store.files->set_content("saved/UNFINISHED", {}).ok());
  ASSERT_TRUE(store.files->set_content("saved/segments/1.seg", as_bytes("half")).ok());
  EXPECT_EQ(store.salvage().lost, 0u);
  EXPECT_EQ(content_of(store.saved()), store.truth);
  EXPECT_EQ(salvage_store(*store.files, "store", "saved", {}).status().code(),
            Code::kAlreadyExists);
}

TEST(Salvage, of_backups_reads_a_single_file_and_says_what_to_do_with_others) {
  const Store store;
  {
    Database database = open_on(store.files);
    ASSERT_TRUE(database.backup("whole.vsb", {.single_file = true}).ok());
    ASSERT_TRUE(database.backup("base").ok());
    Collection things = database.collection("things").value();
    ASSERT_TRUE(things.upsert(made("more", "more")).ok());
    ASSERT_TRUE(database.backup("next", {.base = "base"}).ok());
    ASSERT_TRUE(database.backup("next.vsb", {.single_file = true, .base = "base"}).ok());
  }
  Bytes bytes = store.files->content("whole.vsb").value();
  bytes.at(as_text(bytes).find("text 7")) ^= std::byte{1};
  ASSERT_TRUE(store.files->set_content("whole.vsb", bytes).ok());
  const auto report = salvage_store(*store.files, "whole.vsb", "saved", {});
  ASSERT_TRUE(report.ok()) << report.status().to_string();
  EXPECT_GE(report->lost, 1u);
  EXPECT_EQ(report->saved + report->lost, store.truth.size());
  EXPECT_EQ(content_of(store.saved()).size(), report->saved);
  for (const char* path : {"next", "next.vsb"}) {
    const auto refused = salvage_store(*store.files, path, "other", {});
    EXPECT_EQ(refused.status().code(), Code::kFailedPrecondition);
    EXPECT_NE(refused.status().message().find("restore it with them"), std::string::npos);
  }
  EXPECT_FALSE(store.files->exists("other").value());
}

TEST(Salvage, a_record_written_anew_in_the_log_does_not_depend_on_its_old_mask) {
  auto files = std::make_shared<OddFiles>();
  Store store;
  store.files = files;
  {
    Database database = try_open(files, {.threads = 0, .seal_rows = 1000}).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    for (const char* id : {"1", "2", "3"}) store.put(things, id, "old");
    EXPECT_TRUE(things.flush().ok());
    EXPECT_TRUE(things.remove("3").ok());
    EXPECT_TRUE(things.flush().ok());  // with a mask
    store.put(things, "1", "new");
    Update update{.id = "1"};
    update.text = "own";
    EXPECT_TRUE(things.update(update).ok());
  }
  store.damage(store.file(".del"), storage::kPageBytes);
  EXPECT_EQ(store.salvage().lost, 0u);
  EXPECT_EQ(content_of(store.saved()).at("1"), "own");
}

TEST(Salvage, a_log_that_is_all_gone_is_told_and_one_that_a_salvage_made_is_not) {
  const Store store;
  const std::string log = store.file(".log");
  const Bytes bytes = store.files->content(log).value();
  for (const std::size_t left : {std::size_t{0}, std::size_t{60}, storage::kLogFileHeaderBytes}) {
    ASSERT_TRUE(store.files->set_content(log, ByteView(bytes).first(left)).ok());
    const std::string path = "saved" + std::to_string(left);
    const SalvageReport report = salvage_store(*store.files, "store", path, {}).value();
    EXPECT_FALSE(report.notes.empty()) << left;
    const SalvageReport again = salvage_store(*store.files, path, path + "-again", {}).value();
    EXPECT_TRUE(again.notes.empty()) << again.notes[0];
  }
}

TEST(Salvage, records_behind_damage_in_the_log_are_saved) {
  auto files = std::make_shared<OddFiles>();
  Store store;
  store.files = files;
  store.truth.clear();
  {
    Database database = try_open(files, {.threads = 0, .seal_rows = 1000}).value();
    Collection things = database.get_or_create("things", {.dimension = 2}).value();
    for (int i = 0; i < 9; ++i) store.put(things, std::to_string(i), "text " + std::to_string(i));
    Update update{.id = "1"};
    update.text = "edited";
    EXPECT_TRUE(things.update(update).ok());
    store.truth["1"] = "edited";
  }
  const std::string log = store.file(".log");
  const Bytes bytes = files->content(log).value();
  const std::string_view text = as_text(bytes);
  store.damage(log, text.find("text 4"));
  ASSERT_FALSE(try_open(files).ok());
  const SalvageReport report = store.salvage();
  EXPECT_EQ(report.lost, 2u);  // the damaged one, and "1", changed later, on what nobody knows
  Saved expected = store.truth;
  expected.erase("4");
  expected.erase("1");
  EXPECT_EQ(content_of(store.saved()), expected);
}

TEST(Salvage, a_collection_whose_making_is_lost_is_told_and_harms_no_other) {
  auto files = std::make_shared<OddFiles>();
  Store store;
  store.files = files;
  store.truth.clear();
  {
    Database database = try_open(files).value();
    Collection things = database.create_collection("things", {.dimension = 2}).value();
    Collection others = database.create_collection("others-made", {.dimension = 2}).value();
    store.put(others, "b", "lost with its collection");
    store.truth.clear();
    ASSERT_TRUE(database.rename_collection("others-made", "others").ok());
    ASSERT_TRUE(database.set_alias("these", "others").ok());
    store.put(things, "a", "saved");
  }
  const std::string log = store.file(".log");
  const Bytes bytes = files->content(log).value();
  store.damage(log, as_text(bytes).find("others-made"));
  const SalvageReport report = store.salvage();
  EXPECT_EQ(report.saved, 1u);
  EXPECT_EQ(report.lost, 2u);             // the log record of the making, and "b"
  EXPECT_EQ(report.findings_in_all, 4u);  // and two that name the collection
  EXPECT_EQ(content_of(store.saved()), store.truth);
}

TEST(Salvage, a_collection_that_lost_its_name_to_a_later_one_gets_another) {
  const Store store;
  {
    Database database = open_on(store.files);
    ASSERT_TRUE(database.rename_collection("things", "old").ok());
    Collection later = database.create_collection("things", {.dimension = 2}).value();
    EXPECT_TRUE(later.upsert(made("x", "in the later one")).ok());
  }
  store.remove(store.file("MANIFEST"));
  const std::string log = store.file(".log");
  const Bytes bytes = store.files->content(log).value();
  const std::size_t renamed = as_text(bytes).rfind("old");
  ASSERT_NE(renamed, std::string::npos);
  store.damage(log, renamed);
  store.salvage();
  const Database saved = store.saved();
  EXPECT_EQ(saved.list_collections().value().size(), 2u);
  EXPECT_EQ(content_of(saved).size(), 1u);
  EXPECT_EQ(content_of(saved, "collection-1").size(), store.truth.size());
}

TEST(Salvage, findings_beyond_those_asked_for_are_counted) {
  const Store store;
  const std::string path = store.file(".seg");
  store.damage(path, place_of(store, path, "text"));
  const SalvageReport report =
      salvage_store(*store.files, "store", "saved", {.findings = 1}).value();
  EXPECT_EQ(report.findings.size(), 1u);
  EXPECT_GT(report.findings_in_all, 1u);
}

TEST(Salvage, refuses_a_destination_that_holds_something_or_lies_in_the_source) {
  const Store store;
  const auto to = [&](const std::string& path) {
    return salvage_store(*store.files, "store", path, {}).status().code();
  };
  EXPECT_EQ(to("store"), Code::kInvalidArgument);
  EXPECT_EQ(to("store/segments/x"), Code::kInvalidArgument);
  EXPECT_EQ(to(""), Code::kInvalidArgument);
  ASSERT_TRUE(store.files->set_content("full/file", {}).ok());
  EXPECT_EQ(to("full"), Code::kAlreadyExists);
  EXPECT_EQ(salvage_store(*store.files, "nowhere", "saved", {}).status().code(), Code::kNotFound);
}

TEST(Salvage, every_failing_operation_is_an_error_or_leaves_a_database) {
  const Store store;
  for (std::size_t n = 0;; ++n) {
    const auto files = copy_of(*store.files);
    std::size_t made = 0;
    files->on_create = [&](const std::string&) {
      return made++ == n ? resource_exhausted("no space left") : Status();
    };
    const auto report = salvage_store(*files, "store", "saved", {});
    if (made <= n) {
      EXPECT_TRUE(report.ok());
      break;
    }
    EXPECT_EQ(report.status().code(), Code::kResourceExhausted);
    EXPECT_EQ(storage::read_manifest(*files, "saved").status().code(), Code::kNotFound);
  }
}

// Without a manifest whatever lies in the folder is looked at.
TEST(Salvage, what_is_not_of_the_database_is_passed_over) {
  const Store store;
  const Store other;
  store.remove(store.file("MANIFEST"));
  const Bytes foreign = other.files->content(other.file(".seg")).value();
  for (const char* path : {"store/segments/12x.seg", "store/segments/x.seg", "store/wal/notes"})
    ASSERT_TRUE(store.files->set_content(path, as_bytes("nothing")).ok());
  ASSERT_TRUE(store.files->set_content("store/segments/77.seg", foreign).ok());
  const SalvageReport report = store.salvage();
  EXPECT_EQ(content_of(store.saved()), store.truth);
  EXPECT_TRUE(std::ranges::any_of(report.findings, [](const SalvageFinding& one) {
    return one.file == "store/segments/77.seg" &&
           one.reason.find("another database") != std::string::npos;
  }));
}

TEST(Salvage, of_segments_without_a_log_saves_what_is_in_them) {
  const Store store;
  const auto bare = std::make_shared<OddFiles>();
  for (const std::string& path : store.files->files())
    if (path.find("/wal/") == std::string::npos) {
      ASSERT_TRUE(bare->set_content(path, store.files->content(path).value()).ok());
    }
  const SalvageReport report = salvage_store(*bare, "store", "saved", {}).value();
  EXPECT_EQ(report.saved, 11u);
  EXPECT_FALSE(report.notes.empty()) << "what the log had is gone";
  EXPECT_EQ(check_store(*bare, "saved", true)->damage.size(), 0u);
}

}  // namespace
}  // namespace vecstore::db
