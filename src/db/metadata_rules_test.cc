#include "db/metadata_rules.h"

#include <gtest/gtest.h>

#include "db/schema.h"
#include "db/test_store.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

MetadataSchema one(MetadataField field, bool strict = false) {
  return {.fields = {std::move(field)}, .strict = strict};
}

// What is said of the metadata, empty when it is allowed.
std::string said(const MetadataSchema& schema, const Object& metadata) {
  const Result<MetadataRules> rules = MetadataRules::make(schema);
  EXPECT_TRUE(rules.ok()) << rules.status().message();
  return rules->check(metadata).message();
}

std::string refused(const MetadataSchema& schema) {
  const Result<MetadataRules> rules = MetadataRules::make(schema);
  EXPECT_EQ(rules.status().code(), Code::kInvalidArgument);
  return rules.status().message();
}

TEST(MetadataRules, none_allow_everything) {
  EXPECT_TRUE(MetadataRules().check({{"a", List{1, nullptr}}}).ok());
  EXPECT_TRUE(MetadataRules::make({})->empty());
}

TEST(MetadataRules, every_type_takes_its_own_and_refuses_the_others) {
  const std::vector<std::pair<MetadataType, std::vector<Value>>> own = {
      {MetadataType::kString, {"x", "2024-05-01"}},
      {MetadataType::kInteger, {7}},
      {MetadataType::kNumber, {7, 1.5}},
      {MetadataType::kBoolean, {true}},
      {MetadataType::kDate, {"2024-05-01"}},
      {MetadataType::kList, {Value(List{1, "x"})}},
      {MetadataType::kObject, {Object{{"k", 1}}}}};
  const std::vector<Value> all = {
      "x", "2024-05-01", 7, 1.5, true, Value(List{1, "x"}), Object{{"k", 1}}};
  for (const auto& [type, values] : own)
    for (const Value& value : all) {
      const std::string message = said(one({.name = "f", .type = type}), {{"f", value}});
      const bool fits = std::ranges::find(values, value) != values.end();
      EXPECT_EQ(message.empty(), fits) << metadata_type_name(type) << " " << value.to_json();
      EXPECT_EQ(said(one({.name = "f"}), {{"f", value}}), "") << "any";
    }
  EXPECT_EQ(said(one({.name = "f", .type = MetadataType::kInteger}), {{"f", "x"}}),
            "metadata field 'f' is \"x\", expected the type integer");
}

TEST(MetadataRules, a_missing_field_is_refused_only_where_it_is_required) {
  const MetadataSchema needed = one({.name = "a.b", .required = true});
  EXPECT_EQ(said(needed, {}), "metadata field 'a.b' is missing, it is required");
  EXPECT_NE(said(needed, {{"a", Object{{"b", nullptr}}}}), "") << "null is missing";
  EXPECT_NE(said(needed, {{"a", 1}}), "");
  EXPECT_EQ(said(needed, {{"a", Object{{"b", 0}}}}), "");
  EXPECT_EQ(said(one({.name = "a.b", .type = MetadataType::kString}), {{"a", nullptr}}), "");
}

TEST(MetadataRules, bounds_are_inclusive_and_exact) {
  const MetadataSchema years = one({.name = "year", .min = 1900, .max = 2100.5});
  for (const Value& good : {Value(1900), Value(1900.0), Value(2100.5), Value(List{1900, 2000})})
    EXPECT_EQ(said(years, {{"year", good}}), "") << good.to_json();
  for (const Value& bad :
       {Value(1899), Value(2101), Value("1950"), Value(List{1950, 1}), Value(true)})
    EXPECT_NE(said(years, {{"year", bad}}), "") << bad.to_json();
  EXPECT_EQ(said(years, {{"year", 1899}}), "metadata field 'year' is 1899, expected at least 1900");
  const std::int64_t large = 9'007'199'254'740'993;  // 2^53 + 1, which no double is
  EXPECT_EQ(said(one({.name = "n", .max = large}), {{"n", large}}), "");
  EXPECT_NE(said(one({.name = "n", .max = large - 1}), {{"n", large}}), "");
}

TEST(MetadataRules, dates_are_compared_as_instants) {
  const MetadataSchema since =
      one({.name = "d", .type = MetadataType::kDate, .min = "2024-05-01T00:00:00+02:00"});
  EXPECT_EQ(said(since, {{"d", "2024-04-30T22:00:00Z"}}), "");
  EXPECT_NE(said(since, {{"d", "2024-04-30T21:59:59Z"}}), "");
}

TEST(MetadataRules, patterns_and_allowed_values_hold_for_every_element) {
  const MetadataSchema codes = one({.name = "code", .pattern = "^[A-Z]{2}\\d+$"});
  EXPECT_EQ(said(codes, {{"code", "AB12"}}), "");
  EXPECT_EQ(said(codes, {{"code", List{"AB12", "CD3"}}}), "");
  EXPECT_NE(said(codes, {{"code", List{"AB12", "x"}}}), "");
  EXPECT_NE(said(codes, {{"code", 12}}), "");
  const MetadataSchema langs = one({.name = "lang", .allowed = {"en", "de", 1}});
  EXPECT_EQ(said(langs, {{"lang", List{"en", 1.0}}}), "");
  EXPECT_EQ(said(langs, {{"lang", "fr"}}),
            "metadata field 'lang' is \"fr\", expected one of [\"en\",\"de\",1]");
}

TEST(MetadataRules, strict_ones_refuse_what_they_do_not_name) {
  const MetadataSchema strict{.fields = {{.name = "author.name"}, {.name = "tags"}},
                              .strict = true};
  EXPECT_EQ(said(strict, {{"author", Object{{"name", "x"}}}, {"tags", Object{{"free", 1}}}}), "");
  EXPECT_EQ(said(strict, {{"author", Object{{"nme", "x"}}}}),
            "metadata field 'author.nme' is not in the schema, which is strict");
  EXPECT_NE(said(strict, {{"autor", 1}}), "");
  EXPECT_EQ(said(strict, {{"author", List{1}}}),
            "metadata field 'author' is [1], expected an object: the schema is strict");
  EXPECT_NE(said({.fields = {}, .strict = true}, {{"a", 1}}), "");
}

TEST(MetadataRules, that_cannot_be_meant_are_refused) {
  EXPECT_EQ(refused(one({.name = "a[0]"})),
            "metadata field 'a[0]': a schema names keys, not positions in lists");
  EXPECT_NE(refused(one({.name = "a..b"})), "");
  EXPECT_EQ(refused(one({.name = "$id"})), "metadata field '$id' is not metadata");
  EXPECT_NE(refused(one({.name = "a", .min = "x"})), "");
  EXPECT_NE(refused(one({.name = "a", .type = MetadataType::kDate, .max = 3})), "");
  EXPECT_EQ(refused(one({.name = "a", .min = 3, .max = 2.5})),
            "metadata field 'a' has min 3 above max 2.5");
  EXPECT_NE(refused(one({.name = "a", .pattern = "(x"})), "");
  EXPECT_NE(refused(one({.name = "a", .allowed = {Object{}}})), "");
  EXPECT_EQ(refused({.fields = {{.name = "a"}, {.name = "`a`"}}}),
            "metadata field '`a`' is given twice");
  EXPECT_NE(refused({.fields = std::vector<MetadataField>(kMaxMetadataRules + 1)}), "");
}

TEST(MetadataSchema, comes_back_from_its_json) {
  const MetadataSchema schema{
      .fields = {{.name = "year",
                  .type = MetadataType::kInteger,
                  .required = true,
                  .min = 1900,
                  .max = 2100},
                 {.name = "lang", .pattern = "^..$", .allowed = {"en", "de"}}},
      .strict = true};
  EXPECT_EQ(metadata_schema_from_json(metadata_schema_to_json(schema)).value(), schema);
  EXPECT_EQ(metadata_schema_from_json("{}").value(), MetadataSchema());
  for (const char* bad :
       {"", "[]", R"({"fields": [3]})", R"({"fields": [{}]})", R"({"strict": 1})", R"({"x": 1})",
        R"({"fields": [{"name": "a", "typ": "string"}]})", R"({"fields": {"a": {}}})",
        R"({"fields": [{"name": "a", "type": "strin"}]})",
        R"({"fields": [{"name": "a", "required": 1}]})"})
    EXPECT_EQ(metadata_schema_from_json(bad).status().code(), Code::kInvalidArgument) << bad;
  EXPECT_EQ(
      metadata_schema_from_json(R"({"fields": [{"name": "a", "typ": 1}]})").status().message(),
      "a metadata field has no 'typ', did you mean 'type'?");
}

class OfACollection : public testing::Test {
 protected:
  std::shared_ptr<io::MemoryFileSystem> files = std::make_shared<io::MemoryFileSystem>();
  CollectionOptions options{
      .dimension = 2,
      .metadata = {.fields = {{.name = "year", .type = MetadataType::kInteger, .required = true}}}};
};

TEST_F(OfACollection, no_write_breaks_the_schema_and_what_stood_stays) {
  Database db = open_on(files);
  Collection things = db.create_collection("things", options).value();
  ASSERT_TRUE(things.upsert({.id = "a", .vector = {1, 0}, .metadata = {{"year", 2024}}}).ok());
  const Record bad{.id = "b", .vector = {1, 0}, .metadata = {{"year", "old"}}};
  EXPECT_EQ(things.upsert(bad).status().code(), Code::kInvalidArgument);
  const std::vector<Record> batch = {{.id = "c", .metadata = {{"year", 1}}}, bad};
  EXPECT_FALSE(things.upsert_many(batch).ok());
  EXPECT_FALSE(things.update({.id = "a", .metadata = Metadata{}}).ok());
  EXPECT_FALSE(things.update({.id = "a", .metadata_patch = Metadata{{"year", nullptr}}}).ok());
  EXPECT_FALSE(
      things.update_where("year = 2024", {.metadata_patch = Metadata{{"year", 1.5}}}).ok());
  EXPECT_TRUE(things.update({.id = "a", .metadata_patch = Metadata{{"note", "x"}}}).ok());
  EXPECT_EQ(things.count().value(), 1u);
  EXPECT_EQ(*things.get("a")->metadata.find("year"), Value(2024));
}

TEST_F(OfACollection, the_schema_is_there_after_reopening_and_another_is_refused) {
  for (int round = 0; round < 2; ++round) {
    Database db = open_on(files);
    Collection things = db.get_or_create("things", options).value();
    EXPECT_EQ(things.options().metadata, options.metadata);
    EXPECT_FALSE(things.upsert({.id = "b"}).ok());
    EXPECT_TRUE(db.get_or_create("things", {}).ok()) << "what is not set matches anything";
    CollectionOptions other = options;
    other.metadata.strict = true;
    EXPECT_EQ(db.get_or_create("things", other).status().code(), Code::kFailedPrecondition);
    ASSERT_TRUE(db.close().ok());
  }
}

TEST(MetadataSchemaJson, rules_that_cannot_be_are_refused) {
  for (const char* json : {R"({"fields": [{"name": "n"}, {"name": "n"}]})",
                           R"({"fields": [{"name": "n", "pattern": "("}]})"})
    EXPECT_EQ(metadata_schema_from_json(json).status().code(), Code::kInvalidArgument) << json;
}

}  // namespace
}  // namespace vecstore::db
