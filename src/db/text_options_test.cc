#include "db/text_options.h"

#include <gtest/gtest.h>

#include <cmath>

#include "db/schema.h"
#include "db/test_database.h"

namespace vecstore::db {
namespace {

TEST(TextOptions, come_back_from_the_schema_as_they_went_in) {
  for (const char* name : {"english", "simple", "whitespace", "code", "none"}) {
    const Schema schema = Schema::from_options({.text = {.analyzer = name}}).value();
    const Schema back = Schema::from_object(schema.to_object()).value();
    EXPECT_EQ(back.to_options().text.analyzer, name);
    EXPECT_EQ(back.texts.empty(), std::string(name) == "none");
  }
}

TEST(TextOptions, of_a_store_older_than_them_are_the_default) {
  Object object = Schema::from_options({.text = {.analyzer = "simple"}}).value().to_object();
  Object older;
  for (const auto& [key, value] : object)
    if (key != "text") older[key] = value;
  EXPECT_EQ(Schema::from_object(older).value().text, TextOptions());
  object["text"] = 3;
  EXPECT_EQ(Schema::from_object(object).status().code(), Code::kDataLoss);
}

TEST(TextOptions, an_analyzer_that_this_build_lacks_does_not_keep_a_store_from_opening) {
  Object object = Schema::from_options({}).value().to_object();
  object["text"] = Object{{"analyzer", "klingon"}};
  const Schema schema = Schema::from_object(object).value();
  EXPECT_EQ(schema.text.analyzer, "klingon");
  EXPECT_EQ(schema.texts.at(0).analyzer, nullptr);
}

TEST(TextOptions, a_name_that_nothing_has_is_refused) {
  const auto schema = Schema::from_options({.text = {.analyzer = "englsh"}});
  EXPECT_EQ(schema.status().code(), Code::kInvalidArgument);
  EXPECT_NE(schema.status().message().find("englsh"), std::string::npos);
}

TEST(TextOptions, survive_reopening_and_are_compared_with_what_is_stored) {
  TestDatabase test;
  const CollectionOptions simple{.dimension = 2, .text = {.analyzer = "simple"}};
  EXPECT_TRUE(test.db->create_collection("things", simple).ok());
  test.open();
  EXPECT_EQ(test.things().options().text.analyzer, "simple");
  EXPECT_TRUE(test.db->get_or_create("things", simple).ok());
  const auto other = test.db->get_or_create("things", {.text = {.analyzer = "code"}});
  EXPECT_EQ(code_of(other), Code::kFailedPrecondition);
  EXPECT_EQ(message_of(other), "collection 'things' has text analyzer simple, not code");
}

const TextOptions kBooks{
    .fields = {{.name = "title", .analyzer = "simple", .boost = 2.5}, {.name = "text"}}};

TEST(TextOptions, fields_come_back_and_are_compared_with_what_is_stored) {
  TestDatabase test;
  const CollectionOptions books{.dimension = 2, .text = kBooks};
  EXPECT_TRUE(test.db->create_collection("things", books).ok());
  test.open();
  EXPECT_EQ(test.things().options().text, kBooks);
  EXPECT_TRUE(test.db->get_or_create("things", books).ok());
  const auto other =
      test.db->get_or_create("things", {.text = {.fields = {{.name = "title", .boost = 2}}}});
  EXPECT_EQ(message_of(other),
            "collection 'things' has text fields title^2.5 (simple), text, not title^2.0");
  EXPECT_TRUE(test.db->create_collection("plain", {.dimension = 2}).ok());
  EXPECT_TRUE(test.db->get_or_create("plain", {.text = {.fields = {{}}}}).ok())
      << "the text alone is what is there when nothing is said";
}

TEST(TextOptions, fields_that_mean_nothing_are_refused) {
  const auto message = [](std::vector<TextField> fields, const char* analyzer = "english") {
    return message_of(
        Schema::from_options({.text = {.analyzer = analyzer, .fields = std::move(fields)}}));
  };
  EXPECT_EQ(message({{.name = "a", .boost = 0}}),
            "text field 'a' has boost 0.0, expected above 0, at most 100");
  EXPECT_EQ(message({{.name = "a", .boost = std::nan("")}}),
            "text field 'a' has boost nan, expected above 0, at most 100");
  EXPECT_EQ(message({{.name = "a"}, {.name = "$.a"}}), "text field '$.a' is given twice");
  EXPECT_EQ(message({{.name = "a"}}, "none"),
            "text field 'a' has analyzer none: leave the field out");
  EXPECT_EQ(message({{.name = ""}}), "text field name is empty");
  EXPECT_NE(message({{.name = "a..b"}}), "");
  EXPECT_NE(message({{.name = "$text"}}), "");
  EXPECT_NE(message({{.name = "a", .analyzer = "klingon"}}), "");
  EXPECT_EQ(message(std::vector<TextField>(17)), "a collection has at most 16 text fields, not 17");
  EXPECT_EQ(message({{.name = "a", .analyzer = "simple"}}, "none"), "");
}

TEST(TextOptions, damaged_fields_are_data_loss) {
  const Object good = Schema::from_options({.text = kBooks}).value().to_object();
  EXPECT_EQ(Schema::from_object(good).value().text, kBooks);
  for (const Value& bad : {Value(3), Value(List{Value(3)}), Value(List{Object{{"name", "a"}}}),
                           Value(List{Object{{"name", 1}, {"boost", 1.0}}}),
                           Value(List{Object{{"name", "a"}, {"boost", 1.0}, {"analyzer", 1}}})}) {
    Object object = good;
    object["text"] = Object{{"analyzer", "simple"}, {"fields", bad}};
    EXPECT_EQ(code_of(Schema::from_object(object)), Code::kDataLoss) << bad.to_json();
  }
}

TEST(TextOptions, are_compared_by_what_they_mean) {
  const auto stored = [](TextOptions text) { return Schema::from_options({.text = text}).value(); };
  const auto same = [&](TextOptions there, TextOptions wanted) {
    return check_same_options("c", stored(std::move(there)), {.text = std::move(wanted)}).ok();
  };
  EXPECT_TRUE(same({.fields = {{.name = "title", .analyzer = "english"}}},
                   {.fields = {{.name = "title"}}}));
  EXPECT_FALSE(
      same({.fields = {{.name = "title", .analyzer = "german"}}}, {.fields = {{.name = "title"}}}));
  EXPECT_FALSE(same({.analyzer = "none"}, {.fields = {{.name = "text"}}}));
}

}  // namespace
}  // namespace vecstore::db
