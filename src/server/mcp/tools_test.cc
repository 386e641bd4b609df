#include "server/mcp/tools.h"

#include <gmock/gmock.h>

namespace vecstore {
namespace {

using testing::HasSubstr;

Status check(std::string_view tool, const char* arguments) {
  return read_arguments(*find_tool(tool), *Value::parse_json(arguments)->as_object()).status();
}

Object schema_of(const Tool& tool, std::string_view argument) {
  const Object object = tool_object(tool, {}, true);
  const Object& schema = *object.find("inputSchema")->as_object();
  return *schema.find("properties")->as_object()->find(argument)->as_object();
}

TEST(McpTools, each_is_described_whole) {
  for (const Tool& tool : all_tools()) {
    const Object is = tool_object(tool, {.collection = "notes"}, true);
    const Object& schema = *is.find("inputSchema")->as_object();
    const Object& properties = *schema.find("properties")->as_object();
    EXPECT_EQ(properties.size(), tool.arguments.size()) << tool.name;
    for (const Object::Member& one : properties)
      EXPECT_NE(one.value.as_object()->find("description"), nullptr) << tool.name << one.key;
    EXPECT_EQ(*is.find("outputSchema")->as_object()->find("type"), Value("object")) << tool.name;
    EXPECT_EQ(*is.find("annotations")->as_object()->find("readOnlyHint"),
              Value(tool.name != "upsert"));
    const Value* collection = properties.find("collection")->as_object()->find("default");
    EXPECT_EQ(collection == nullptr, tool.name == "list");
    if (collection) {
      EXPECT_EQ(*collection, Value("notes"));
    }
  }
  EXPECT_EQ(tool_object(all_tools()[0], {}, false).find("outputSchema"), nullptr);
}

// What a schema promises and what is checked cannot part.
TEST(McpTools, limits_of_the_schemas_are_those_that_are_checked) {
  int checked = 0;
  for (const Tool& tool : all_tools()) {
    for (const ToolArgument& argument : tool.arguments) {
      const Object schema = schema_of(tool, argument.name);
      ToolArguments to;
      for (const auto& [limit, beyond] : {std::pair("minimum", -1), std::pair("maximum", 1)}) {
        const Value* value = schema.find(limit);
        if (!value) continue;
        EXPECT_TRUE(argument.read(*value, to).ok()) << tool.name << argument.name << limit;
        const Value past(*value->as_int() + beyond);
        EXPECT_FALSE(argument.read(past, to).ok()) << tool.name << argument.name << limit;
        ++checked;
      }
      if (const Value* most = schema.find("maxItems")) {
        List items(static_cast<std::size_t>(*most->as_int()), "x");
        EXPECT_TRUE(argument.read(items, to = {}).ok());
        items.push_back("x");
        EXPECT_FALSE(argument.read(items, to = {}).ok());
        ++checked;
      }
      if (const Value* choices = schema.find("enum")) {
        for (const Value& one : *choices->as_list()) EXPECT_TRUE(argument.read(one, to).ok());
      }
    }
  }
  EXPECT_GE(checked, 9);
}

TEST(McpTools, defaults_of_the_schemas_are_those_that_hold) {
  const ToolArguments none;
  const std::pair<const char*, std::size_t> numbers[] = {
      {"k", none.question.common.k}, {"text_bytes", none.text_bytes}, {"limit", none.limit}};
  int checked = 0;
  for (const Tool& tool : all_tools())
    for (const ToolArgument& argument : tool.arguments)
      for (const auto& [name, is] : numbers)
        if (argument.name == name) {
          EXPECT_EQ(*schema_of(tool, name).find("default"), Value(static_cast<std::int64_t>(is)));
          ++checked;
        }
  EXPECT_EQ(checked, 4);
}

TEST(McpTools, wrong_arguments_are_told_by_name) {
  const auto told = [](std::string_view tool, const char* arguments) {
    return check(tool, arguments).message();
  };
  EXPECT_THAT(told("search", R"({"txt":"a"})"),
              HasSubstr("unknown member 'txt': did you mean 'text'?"));
  EXPECT_THAT(told("search", R"({"text":7})"), HasSubstr("text: expected a string"));
  EXPECT_THAT(told("search", R"({"text":""})"), HasSubstr("text: expected a text"));
  EXPECT_THAT(told("search", R"({"vector":"a"})"), HasSubstr("vector: "));
  EXPECT_THAT(told("search", R"({"vector":[]})"), HasSubstr("vector: "));
  EXPECT_THAT(told("search", R"({"filter":"year >"})"), HasSubstr("filter: "));
  EXPECT_THAT(told("search", R"({"filter":3})"), HasSubstr("filter: expected a condition"));
  EXPECT_THAT(told("search", R"({"mode":"words"})"), HasSubstr("it is 'words'"));
  EXPECT_THAT(told("search", R"({"k":1.5})"), HasSubstr("k: expected an integer from 1 to 100"));
  EXPECT_THAT(told("get", R"({})"), HasSubstr("the argument 'ids' is missing"));
  EXPECT_THAT(told("get", R"({"ids":[1]})"), HasSubstr("ids: expected a string"));
  EXPECT_THAT(told("get", R"({"ids":[]})"), HasSubstr("1 to 100 ids, these are 0"));
  EXPECT_THAT(told("upsert", R"({"records":[]})"), HasSubstr("records: "));
  EXPECT_THAT(told("upsert", R"({"records":[{"id":"a"},{"idd":"b"}]})"),
              HasSubstr("records: record 1: "));
  EXPECT_TRUE(check("list", "{}").ok());
}

TEST(McpTools, an_argument_must_not_be_given_twice_nor_be_too_long) {
  EXPECT_FALSE(Value::parse_json(R"({"k":1,"k":2})").ok());
  const std::string text(64'001 + 1'536, 'a');  // one more than 65,536
  EXPECT_THAT(check("search", (R"({"text":")" + text + "\"}").c_str()).message(),
              HasSubstr("at most 65536 bytes, these are 65537"));
}

}  // namespace
}  // namespace vecstore
