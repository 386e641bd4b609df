#include "db/text_options.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace vecstore::db
