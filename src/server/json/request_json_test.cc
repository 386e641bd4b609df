#include "server/json/request_json.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using testing::HasSubstr;

TEST(RequestJson, records_come_in_a_list_or_on_lines) {
  const auto list = records_from_json(R"({"records": [{"id": "a"}, {"id": "b", "text": "t"}]})", 2);
  ASSERT_EQ(list.value().size(), 2u);
  EXPECT_EQ(list.value()[1].text, "t");
  EXPECT_EQ(records_from_lines("{\"id\":\"a\"}\r\n\n{\"id\":\"b\"}", 2).value().size(), 2u);
  EXPECT_EQ(records_from_lines("", 2).value().size(), 0u);
}

TEST(RequestJson, errors_name_the_record) {
  EXPECT_THAT(
      records_from_json(R"({"records": [{"id": "a"}, {"idd": "b"}]})", 9).status().message(),
      HasSubstr("records: record 1: "));
  EXPECT_THAT(records_from_lines("{\"id\":\"a\"}\n{\"id\":", 9).status().message(),
              HasSubstr("line 2: "));
  EXPECT_THAT(records_from_json(R"({"records": [1, 2, 3]})", 2).status().message(),
              HasSubstr("these are 3 records, this server allows 2"));
  EXPECT_FALSE(records_from_lines("{\"id\":\"a\"}\n{\"id\":\"b\"}", 1).ok());
  EXPECT_FALSE(records_from_json(R"({"records": {}})", 2).ok());
}

TEST(RequestJson, a_removal_is_by_ids_or_by_filter) {
  EXPECT_EQ(removal_from_json(R"({"ids": ["a"]})").value().ids.size(), 1u);
  EXPECT_EQ(ids_from_json(R"({"ids": ["a", "b"]})").value().size(), 2u);
  EXPECT_FALSE(ids_from_json(R"({"ids": ["a"], "filter": "x = 1"})").ok());
  EXPECT_TRUE(removal_from_json(R"({"filter": "year > 1"})").value().filter.has_value());
  for (const char* wrong :
       {"{}", R"({"ids": []})", R"({"ids": ["a"], "filter": "TRUE"})", R"({"filter": 1})"})
    EXPECT_FALSE(removal_from_json(wrong).ok()) << wrong;
}

TEST(RequestJson, a_change_sets_what_it_names) {
  const Update update = update_from_json(R"({"patch": {"a": null}, "vector": null, "text": "t",
      "vectors": {"v": [1, 2]}, "expires_at": 5, "remove_text": false})",
                                         "id")
                            .value();
  EXPECT_EQ(update.id, "id");
  EXPECT_FALSE(update.metadata.has_value());
  EXPECT_TRUE(update.metadata_patch->find("a")->is_null());
  ASSERT_EQ(update.vectors.size(), 2u);
  EXPECT_TRUE(update.vectors[0].vector.empty());
  EXPECT_EQ(update.vectors[1].vector, (Vector{1, 2}));
  EXPECT_EQ(update.expires_at, 5);
  EXPECT_FALSE(update_from_json(R"({"id": "other"})", "id").ok());
}

TEST(RequestJson, queries_settings_of_indexes_and_keys) {
  EXPECT_EQ(queries_from_json(R"({"queries": [{"k": 3}, {}]})", 2).value()[0].k, 3u);
  EXPECT_THAT(queries_from_json(R"({"queries": [{}, {"kk": 1}]})", 2).status().message(),
              HasSubstr("query 1: "));
  EXPECT_EQ(index_change_from_json(R"({"ef_search": 7})").value().ef_search, 7u);
  EXPECT_FALSE(index_change_from_json(R"({"field": "f"})").ok());
  const NewKey key =
      new_key_from_json(R"({"name": "n", "role": "editor", "collections": ["c"]})").value();
  EXPECT_EQ(key.role, Role::kEditor);
  EXPECT_FALSE(new_key_from_json(R"({"name": "n", "role": "Root"})").ok());
}

TEST(RequestJson, vectors_in_bytes_are_whole_components) {
  EXPECT_EQ(floats_from_bytes(std::string("\0\0\x80\x3f\0\0\0\x40", 8)).value(),
            (std::vector<float>{1, 2}));
  EXPECT_FALSE(floats_from_bytes("").ok());
  EXPECT_FALSE(floats_from_bytes("12345").ok());
}

TEST(RequestJson, what_is_deep_is_an_error_and_no_crash) {
  const std::string deep = std::string(100'000, '[');
  EXPECT_EQ(records_from_json(deep, 9).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(records_from_json("{\"records\":" + deep, 9).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(update_from_json("{\"patch\":" + deep, "a").status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace vecstore
