// A log whose records verify and say what no writer wrote: of another type or collection, with
// another payload, out of a group or in one. Opening, checking and salvaging take it or say so, and
// what a salvage makes is whole (promise G8).
#include <gtest/gtest.h>

#include <algorithm>

#include "base/coding.h"
#include "base/random.h"
#include "base/test_share.h"
#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "crash/rich_store.h"
#include "crash/workload.h"
#include "db/check.h"
#include "db/salvage/salvage.h"
#include "db/store_files.h"
#include "soak/trials.h"
#include "storage/log_file.h"
#include "storage/manifest.h"

namespace vecstore::crash {
namespace {

using storage::LogRecord;
using storage::LogType;

bool is_of_catalog(LogType type) {
  return type >= LogType::kCreateCollection && type <= LogType::kDropAlias;
}

DatabaseOptions one_log() {
  DatabaseOptions options = options_of_rich_store();
  options.seal_rows = 10'000;
  return options;
}

Status change_names(Database& database, Collection& things) {
  VECSTORE_TRY(database.get_or_create("others").status());
  VECSTORE_TRY(database.get_or_create("gone").status());
  VECSTORE_TRY(database.set_alias("these", "things"));
  VECSTORE_TRY(database.set_alias("those", "things"));
  VECSTORE_TRY(database.drop_alias("those"));
  VECSTORE_TRY(database.rename_collection("others", "renamed"));
  VECSTORE_TRY(database.drop_collection("gone"));
  VECSTORE_TRY(things.set_quantization("vector", Quantization::kSq8));
  return things.set_keep_versions(1);
}

Status change_records(Collection& things) {
  const std::vector<Record> batch = {rich_record(40), rich_record(41), rich_record(42)};
  VECSTORE_TRY(things.upsert_many(batch).status());
  Update update{.id = "id7"};
  update.metadata_patch = Metadata{{"share", Value()}};
  VECSTORE_TRY(things.update(update).status());
  VECSTORE_TRY(things.remove("id8").status());
  VECSTORE_TRY(things.soft_delete("id9").status());
  VECSTORE_TRY(things.soft_delete("id10").status());
  VECSTORE_TRY(things.restore("id10").status());
  return things.set_ttl("id11", std::chrono::hours(24)).status();
}

// All of it in one log; `flushed`: what came first in a file as well.
std::shared_ptr<io::MemoryFileSystem> logged_store(bool flushed) {
  const auto disk = std::make_shared<io::MemoryFileSystem>();
  Database database = open_on(disk, one_log()).value();
  Collection things = database.create_collection("things", rich_options()).value();
  for (std::int64_t n = 0; n < 20; ++n) EXPECT_TRUE(things.upsert(rich_record(n)).ok());
  if (flushed) {
    EXPECT_TRUE(things.flush().ok());
  }
  EXPECT_EQ(change_names(database, things).to_string(), "ok");
  EXPECT_EQ(change_records(things).to_string(), "ok");
  EXPECT_TRUE(database.close().ok());
  return disk;
}

struct Logged {
  LogRecord record;
  Bytes payload;
};

// The log's records, to be written again with others in their place.
class RecordsOfLog {
 public:
  explicit RecordsOfLog(io::MemoryFileSystem& disk)
      : salt_(db::salt_of(storage::read_manifest(disk, "store")->database)) {
    const auto names = disk.list("store/wal").value();
    EXPECT_EQ(names.size(), 1u);
    number_ = storage::parse_log_file_name(names.back()).value();
    path_ = storage::log_file_path("store/wal", number_);
    const auto reader = storage::LogFileReader::open(disk, path_, salt_, number_).value();
    first_ = reader->first_sequence().value();
    std::uint64_t end = storage::kLogFileHeaderBytes;
    while (end < reader->size()) {
      Logged one;
      EXPECT_EQ(reader->read(end, &one.record, &end).value(),
                storage::LogFileReader::Found::kRecord);
      one.payload.assign(one.record.payload.begin(), one.record.payload.end());
      all.push_back(std::move(one));
    }
  }
  void write(io::MemoryFileSystem& disk) const {
    Bytes bytes;
    storage::encode_log_file_header({salt_, number_, first_}, bytes);
    for (Logged one : all) {
      one.record.payload = one.payload;
      encode_log_record(one.record, salt_, bytes);
    }
    ASSERT_TRUE(disk.set_content(path_, bytes).ok());
  }

  std::vector<Logged> all;

 private:
  const std::uint32_t salt_;
  std::string path_;
  std::uint64_t number_ = 0, first_ = 0;
};

void expect_named(const Status& status) {
  EXPECT_TRUE(status.ok() || !status.message().empty());
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
}

void remove_manifest(io::MemoryFileSystem& disk) {
  for (const std::string& path : disk.files())
    if (path.starts_with("store/MANIFEST")) {
      ASSERT_TRUE(disk.remove(path).ok());
    }
}

void salvage(const std::shared_ptr<io::MemoryFileSystem>& disk, const std::string& to) {
  const Result<SalvageReport> report = db::salvage_store(*disk, "store", to, {});
  expect_named(report.status());
  if (!report.ok()) return;
  const CheckReport made = db::check_store(*disk, to, true).value();
  for (const Damage& one : made.damage) ADD_FAILURE() << one.file << ": " << one.what;
  const Result<Database> saved = open_on(disk, one_log(), to);
  ASSERT_TRUE(saved.ok()) << saved.status().to_string();
  std::uint64_t records = 0;
  for (const std::string& name : saved->list_collections().value())
    records += saved->collection(name)->scan({.include_deleted = true})->next(1'000)->size();
  EXPECT_GE(report->saved, records);  // expired ones are in no scan
}

void try_everything(const io::MemoryFileSystem& changed) {
  const auto disk = copy_of_disk(changed);
  expect_named(db::check_store(*disk, "store", true).status());
  DatabaseOptions options = one_log();
  options.read_only = true;
  const Result<Database> database = open_on(disk, options);
  expect_named(database.status());
  if (database.ok())
    for (const std::string& name : database->list_collections().value())
      expect_named(database->collection(name)->scan()->next(1'000).status());
  salvage(disk, "saved");
  remove_manifest(*disk);
  salvage(disk, "saved without a manifest");
}

void spoil(Logged& one, Random& random) {
  constexpr LogType kTypes[] = {
      LogType::kUpsert,          LogType::kUpdate,         LogType::kRemove,
      LogType::kSoftDelete,      LogType::kRestore,        LogType::kCreateCollection,
      LogType::kAlterCollection, LogType::kDropCollection, LogType::kSetName,
      LogType::kDropAlias,       LogType::kSeal,           LogType::kCommit};
  switch (random.below(6)) {
    case 0:
      one.record.type = kTypes[random.below(std::size(kTypes))];
      break;
    case 1:
      one.record.collection = static_cast<std::uint32_t>(random.below(6));
      break;
    case 2:
      one.record.in_group = !one.record.in_group;
      break;
    case 3:
      one.payload.resize(static_cast<std::size_t>(random.below(one.payload.size() + 1)));
      break;
    default:
      for (std::uint64_t i = random.below(3); !one.payload.empty() && i < 3; ++i)
        one.payload[random.below(one.payload.size())] = static_cast<std::byte>(random.below(256));
  }
}

TEST(HostileLog, with_records_changed_is_refused_or_read_and_saved) {
  Trials trials({.row = "hostile", .mode = "log", .first_seed = 1, .usual = 400 / kShare});
  const std::shared_ptr<io::MemoryFileSystem> stores[] = {logged_store(false), logged_store(true)};
  while (trials.next()) {
    Random random(trials.seed());
    const auto disk = copy_of_disk(*stores[trials.seed() % 2]);
    RecordsOfLog log(*disk);
    const std::uint64_t at = random.below(log.all.size());
    SCOPED_TRACE("seed " + std::to_string(trials.seed()) + ", record " + std::to_string(at + 1));
    spoil(log.all[at], random);
    log.write(*disk);
    try_everything(*disk);
    trials.count(1);
  }
}

TEST(HostileLog, whose_descriptions_lack_or_change_any_member_is_refused_or_read_and_saved) {
  const auto disk = logged_store(false);
  const RecordsOfLog sound(*disk);
  std::size_t changes = 0;
  for (std::size_t at = 0; at < sound.all.size(); ++at) {
    const Result<Object> told = decode_object(sound.all[at].payload);
    if (!is_of_catalog(sound.all[at].record.type) || !told.ok()) continue;
    for_each_change(Value(*told), [&](const Value& changed) {
      if (!changed.as_object() || HasFailure() || ++changes % (5 * kShare) != 0) return;
      SCOPED_TRACE("record " + std::to_string(at + 1) + ": " + changed.to_json());
      RecordsOfLog log = sound;
      log.all[at].payload.clear();
      encode_object(*changed.as_object(), log.all[at].payload);
      log.write(*disk);
      try_everything(*disk);
    });
  }
  EXPECT_GT(changes, 100u);
}

// As a build with more languages leaves it: what this one lacks is kept and not searched.
TEST(HostileLog, of_a_collection_with_an_analyzer_that_is_not_known_here_keeps_its_texts) {
  const auto disk = logged_store(false);
  const auto in_klingon = [](const Object& options) {
    std::string json = Value(options).to_json();
    const std::string known = "\"simple\"";
    if (const std::size_t at = json.find(known); at != std::string::npos)
      json.replace(at, known.size(), "\"klingon\"");
    return *Value::parse_json(json)->as_object();
  };
  RecordsOfLog log(*disk);
  for (Logged& one : log.all) {
    const Result<Object> options = decode_object(one.payload);
    if (!is_of_catalog(one.record.type) || !options.ok()) continue;
    one.payload.clear();
    encode_object(in_klingon(*options), one.payload);
  }
  storage::Manifest manifest = storage::read_manifest(*disk, "store").value();
  ++manifest.number;
  for (storage::CollectionEntry& entry : manifest.collections)
    entry.options = in_klingon(entry.options);
  ASSERT_TRUE(storage::write_manifest(*disk, "store", manifest).ok());
  log.write(*disk);
  Database database = open_on(disk, one_log()).value();
  Collection things = database.collection("things").value();
  ASSERT_TRUE(things.upsert(rich_record(77)).ok());
  ASSERT_TRUE(things.flush().ok());
  EXPECT_EQ(things.get(rich_record(77).id)->text, rich_record(77).text);
  const Query titles{.text = "title", .text_fields = {"title"}};
  EXPECT_FALSE(things.query(titles).ok());
  EXPECT_FALSE(things.query({.text = "common", .text_fields = {"text"}})->empty());
  ASSERT_TRUE(database.close().ok());
  EXPECT_TRUE(db::check_store(*disk, "store", true)->damage.empty());
}

// Rows are laid out by the options that they were written under.
TEST(HostileLog, whose_changed_options_have_other_fields_is_refused_or_passed_over) {
  for (const bool of_texts : {false, true}) {
    SCOPED_TRACE(of_texts ? "one more text field" : "a vector field with fewer numbers");
    const auto disk = logged_store(false);
    RecordsOfLog log(*disk);
    std::size_t changes = 0;
    for (Logged& one : log.all) {
      if (one.record.type != LogType::kAlterCollection) continue;
      Object payload = *decode_object(one.payload);
      Object& options = *payload["options"].as_object();
      if (of_texts) {
        List& fields = *(*options["text"].as_object())["fields"].as_list();
        fields.push_back(Object{{"name", "subtitle"}, {"boost", 1.0}});
      } else {
        (*(*options["fields"].as_list())[0].as_object())["dimension"] = 3;
      }
      one.payload.clear();
      encode_object(payload, one.payload);
      ++changes;
    }
    ASSERT_GT(changes, 0u);
    log.write(*disk);
    const Status refused = open_on(disk, one_log()).status();
    EXPECT_TRUE(refused.ok() || refused.code() == Code::kDataLoss) << refused.to_string();
    try_everything(*disk);
  }
}

// Where the files tell the options already, a change in the log that is none is passed over.
TEST(HostileLog, whose_changed_options_are_none_is_saved_without_a_manifest) {
  const auto sound = logged_store(true);
  const RecordsOfLog log(*sound);
  const auto saved_of = [](const std::shared_ptr<io::MemoryFileSystem>& disk) {
    remove_manifest(*disk);
    salvage(disk, "saved");
    const Database saved = open_on(disk, one_log(), "saved").value();
    return saved.collection("things")->count().value();
  };
  const std::uint64_t all = saved_of(copy_of_disk(*sound));
  EXPECT_GT(all, 15u);
  std::size_t changes = 0;
  for (std::size_t at = 0; at < log.all.size(); ++at) {
    if (log.all[at].record.type != LogType::kAlterCollection) continue;
    Object few = *decode_object(log.all[at].payload)->find("options")->as_object();
    few["fields"] = List{(*few.find("fields")->as_list())[0]};
    const Object payloads[] = {
        {}, {{"options", 1}}, {{"options", Object{{"fields", 1}}}}, {{"options", few}}};
    for (const Object& payload : payloads) {
      SCOPED_TRACE("record " + std::to_string(at + 1) + ": " + Value(payload).to_json());
      RecordsOfLog changed = log;
      changed.all[at].payload.clear();
      encode_object(payload, changed.all[at].payload);
      const auto disk = copy_of_disk(*sound);
      changed.write(*disk);
      EXPECT_EQ(saved_of(disk), all);
      changed.all[at].payload.resize(1);
      changed.write(*disk);
      EXPECT_EQ(saved_of(disk), all);
      ++changes;
    }
  }
  EXPECT_GT(changes, 4u);
}

// Of an update the metadata are whole or a patch: either may be none.
TEST(HostileLog, whose_updates_have_metadata_that_are_none_is_saved_without_them) {
  for (const std::uint8_t part : {std::uint8_t{2}, std::uint8_t{8}}) {
    const auto disk = logged_store(true);
    RecordsOfLog log(*disk);
    std::size_t changes = 0;
    for (Logged& one : log.all) {
      if (one.record.type != LogType::kUpdate) continue;
      one.payload.clear();
      put_u8(one.payload, part);
      put_string(one.payload, "id7");
      put_string(one.payload, "no object");
      put_varint(one.payload, 0);  // vectors
      ++changes;
    }
    ASSERT_GT(changes, 0u);
    log.write(*disk);
    try_everything(*disk);
    EXPECT_GT(db::salvage_store(*disk, "store", "told", {})->lost, 0u);
  }
}

}  // namespace
}  // namespace vecstore::crash
