#include "db/catalog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/test_value_changes.h"
#include "base/value_codec.h"
#include "db/test_database.h"
#include "vecstore/limits.h"

namespace vecstore {
namespace {

TEST(Catalog, get_or_create_with_other_options_names_both_values) {
  TestDatabase fixture;
  fixture.things({.dimension = 2, .metric = Metric::kEuclidean});
  EXPECT_EQ(message_of(fixture.db->get_or_create("things", {.dimension = 3})),
            "collection 'things' has dimension 2, not 3");
  EXPECT_EQ(message_of(fixture.db->get_or_create("things", {.metric = Metric::kDot})),
            "collection 'things' has metric euclidean, not dot");
  EXPECT_TRUE(fixture.db->get_or_create("things").ok()) << "what is not set matches anything";
  EXPECT_EQ(code_of(fixture.db->create_collection("things")), Code::kAlreadyExists);
}

TEST(Catalog, names_are_checked) {
  TestDatabase fixture;
  EXPECT_EQ(message_of(fixture.db->create_collection("")), "collection name is empty");
  EXPECT_EQ(message_of(fixture.db->create_collection(std::string(129, 'x'))),
            "collection name has 129 bytes, the limit is 128");
  EXPECT_EQ(message_of(fixture.db->create_collection("a\nb")),
            "collection name holds a control character");
  EXPECT_TRUE(fixture.db->create_collection("../../etc").ok()) << "a label, never a path";
  EXPECT_EQ(code_of(fixture.db->collection("none")), Code::kNotFound);
}

// What would be logged must be fit to be read again, or the store would not open any more.
TEST(Catalog, options_that_could_not_be_kept_are_refused) {
  TestDatabase fixture;
  const auto refused = [&](const CollectionOptions& options) {
    const auto made = fixture.db->create_collection("things", options);
    EXPECT_EQ(code_of(made), Code::kInvalidArgument);
    EXPECT_EQ(code_of(fixture.db->collection("things")), Code::kNotFound);
    return message_of(made);
  };
  EXPECT_EQ(refused({.description = "a\xff"}), "description is not valid UTF-8 at byte 1");
  EXPECT_TRUE(refused({.attributes = {{"x", std::string(2 << 20, 'x')}}})
                  .ends_with(" bytes, the limit is 1048576"));
  Object deep;
  for (int i = 0; i < 63; ++i) deep = Object{{"x", std::move(deep)}};
  EXPECT_EQ(refused({.attributes = deep}),
            "the attributes of a collection are nested deeper than 62 levels");
  for (int i = 0; i < 2; ++i) deep = *deep.find("x")->as_object();
  ASSERT_TRUE(fixture.db->create_collection("things", {.attributes = deep}).ok());
  ASSERT_TRUE(fixture.things({}).flush().ok()) << "the manifest holds it too";
  fixture.open();
  EXPECT_EQ(fixture.things({}).options().attributes, deep);
}

TEST(Catalog, rename_alias_and_drop_survive_reopening) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  ASSERT_TRUE(fixture.db->create_collection("others").ok());
  ASSERT_TRUE(fixture.db->set_alias("latest", "things").ok());
  ASSERT_TRUE(fixture.db->rename_collection("things", "items").ok());
  EXPECT_EQ(things.name(), "items") << "a handle follows";
  EXPECT_EQ(code_of(fixture.db->collection("things")), Code::kNotFound);
  EXPECT_EQ(code_of(fixture.db->rename_collection("items", "others")), Code::kAlreadyExists);
  EXPECT_EQ(code_of(fixture.db->rename_collection("items", "latest")), Code::kAlreadyExists);
  EXPECT_EQ(code_of(fixture.db->set_alias("others", "items")), Code::kAlreadyExists);
  EXPECT_EQ(code_of(fixture.db->set_alias("x", "nobody")), Code::kNotFound);
  EXPECT_EQ(code_of(fixture.db->create_collection("latest")), Code::kAlreadyExists);
  fixture.open();
  EXPECT_EQ(fixture.db->collection("latest").value().name(), "items");
  EXPECT_EQ(fixture.db->collection("latest").value().count().value(), 1u);
  EXPECT_EQ(fixture.db->list_collections().value(), (Ids{"items", "others"}));
  ASSERT_TRUE(fixture.db->set_alias("latest", "others").ok());
  ASSERT_TRUE(fixture.db->drop_collection("items").ok());
  EXPECT_EQ(code_of(fixture.db->drop_collection("items")), Code::kNotFound);
  fixture.open();
  EXPECT_EQ(fixture.db->list_collections().value(), Ids{"others"});
  EXPECT_EQ(fixture.db->list_aliases().value().size(), 1u);
  ASSERT_TRUE(fixture.db->drop_alias("latest").ok());
  EXPECT_EQ(code_of(fixture.db->drop_alias("latest")), Code::kNotFound);
}

TEST(Catalog, handles_of_a_dropped_collection_say_not_found) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  Collection fresh = fixture.things();
  EXPECT_EQ(code_of(things.get("a")), Code::kNotFound);
  EXPECT_EQ(code_of(things.upsert(record("a", {1, 0}))), Code::kNotFound);
  EXPECT_EQ(code_of(things.query({.vector = {1, 0}})), Code::kNotFound);
  EXPECT_EQ(code_of(things.count()), Code::kNotFound);
  EXPECT_EQ(code_of(things.scan()), Code::kNotFound);
  EXPECT_EQ(code_of(things.stats()), Code::kNotFound);
  EXPECT_EQ(code_of(things.compact()), Code::kNotFound);
  EXPECT_EQ(fresh.count().value(), 0u) << "the new one of the name is another";
  fixture.open();
  EXPECT_EQ(fixture.things().count().value(), 0u);
}

TEST(Catalog, a_dropped_collection_leaves_no_files) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  ASSERT_TRUE(things.flush().ok());
  ASSERT_FALSE(fixture.files->list("store/segments").value().empty());
  ASSERT_TRUE(fixture.db->drop_collection("things").ok());
  EXPECT_TRUE(fixture.files->list("store/segments").value().empty());
}

TEST(Catalog, a_copy_has_the_options_and_the_active_records) {
  TestDatabase fixture;
  Collection things = fixture.things({.dimension = 2, .metric = Metric::kManhattan});
  for (int i = 0; i < 450; ++i)
    ASSERT_TRUE(things.upsert(record(std::to_string(i), {1, static_cast<float>(i)})).ok());
  ASSERT_TRUE(things.soft_delete("7").ok());
  Collection copy = fixture.db->copy_collection("things", "copy").value();
  EXPECT_EQ(copy.options().metric, Metric::kManhattan);
  EXPECT_EQ(copy.count().value(), 449u);
  EXPECT_EQ(ids_of(copy), ids_of(things));
  EXPECT_EQ(copy.get("3").value().vector, Vector({1, 3}));
  EXPECT_EQ(code_of(fixture.db->copy_collection("things", "copy")), Code::kAlreadyExists);
  EXPECT_EQ(copy.count().value(), 449u) << "the one that was there is left alone";
}

std::vector<std::string> names_of(const TestDatabase& fixture) {
  return fixture.db->list_collections().value();
}

TEST(Catalog, a_copy_that_is_cancelled_leaves_nothing) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  CancelToken cancel;
  cancel.cancel();
  EXPECT_EQ(code_of(fixture.db->copy_collection("things", "copy", cancel)), Code::kCancelled);
  EXPECT_EQ(names_of(fixture), std::vector<std::string>{"things"});
}

TEST(Catalog, of_two_copies_to_one_name_one_is_whole_and_the_other_refused) {
  TestDatabase fixture;
  Collection things = fixture.things();
  std::vector<Record> records;
  for (int i = 0; i < 1000; ++i) records.push_back(record(std::to_string(i), {1, 0}));
  ASSERT_TRUE(things.upsert_many(records).ok());
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> made = 0, refused = 0;
    const auto copy = [&] {
      const auto copied = fixture.db->copy_collection("things", "copy");
      made += copied.ok() ? 1 : 0;
      refused += copied.status().code() == Code::kAlreadyExists ? 1 : 0;
    };
    std::thread other(copy);
    copy();
    other.join();
    EXPECT_EQ(made, 1);
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(fixture.db->collection("copy").value().count().value(), 1000u);
    EXPECT_EQ(names_of(fixture), (std::vector<std::string>{"copy", "things"}));
    ASSERT_TRUE(fixture.db->drop_collection("copy").ok());
  }
}

// The next copy removes what is named so: nothing else may be.
TEST(Catalog, the_name_of_an_unfinished_copy_is_taken_by_nothing_else) {
  TestDatabase fixture;
  Collection things = fixture.things();
  ASSERT_TRUE(things.upsert(record("a", {1, 0})).ok());
  Database& db = *fixture.db;
  const std::string reserved = "copy" + std::string(kUnfinishedCopy);
  EXPECT_EQ(code_of(db.create_collection(reserved, {.dimension = 2})), Code::kInvalidArgument);
  EXPECT_EQ(db.rename_collection("things", reserved).code(), Code::kInvalidArgument);
  EXPECT_EQ(db.set_alias(reserved, "things").code(), Code::kInvalidArgument);
  EXPECT_EQ(code_of(db.copy_collection("things", reserved)), Code::kInvalidArgument);
}

TEST(Catalog, the_name_of_a_copy_leaves_room_for_that_of_an_unfinished_one) {
  TestDatabase fixture;
  fixture.things();
  const std::string longest(kMaxNameBytes - kUnfinishedCopy.size(), 'c');
  EXPECT_EQ(code_of(fixture.db->copy_collection("things", longest + "c")), Code::kInvalidArgument);
  EXPECT_TRUE(fixture.db->copy_collection("things", longest).ok());
}

TEST(Catalog, records_that_no_writer_wrote_are_refused_by_name) {
  const db::Schema schema = db::Schema::from_options({.dimension = 2}).value();
  const Object described{{"name", "n"}, {"options", schema.to_object()}};
  const std::vector<std::pair<storage::LogType, Object>> records = {
      {storage::LogType::kCreateCollection, described},
      {storage::LogType::kAlterCollection, described},
      {storage::LogType::kSetName, Object{{"name", "n"}, {"alias", true}}},
      {storage::LogType::kSetName, Object{{"name", "n"}, {"alias", false}}},
      {storage::LogType::kDropAlias, Object{{"name", "n"}}}};
  std::size_t refused = 0;
  for (const auto& [type, whole] : records)
    for_each_change(Value(whole), [&, type = type](const Value& changed) {
      db::Catalog catalog;
      Bytes payload;
      if (changed.as_object()) encode_object(*changed.as_object(), payload);
      if (!changed.as_object()) payload = {std::byte{0xff}};
      storage::LogRecord record;
      record.type = type;
      record.sequence = 1;
      record.collection = 1;
      record.payload = payload;
      const Status status = catalog.apply(record);
      if (status.ok()) return;
      ++refused;
      EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
    });
  EXPECT_GT(refused, 50u);
  storage::LogRecord other;
  other.sequence = 1;
  Bytes empty;
  encode_object({}, empty);
  other.type = storage::LogType::kUpsert;
  other.payload = empty;
  db::Catalog catalog;
  EXPECT_EQ(catalog.apply(other).code(), Code::kInternal);
}

}  // namespace
}  // namespace vecstore
