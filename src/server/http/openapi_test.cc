#include "server/http/openapi.h"

#include <gtest/gtest.h>

#include <set>

#include "server/http/route.h"
#include "server/http/schemas.h"

namespace vecstore {
namespace {

void collect(const Value& json, std::set<std::string>& references) {
  if (json.as_list())
    for (const Value& one : *json.as_list()) collect(one, references);
  if (!json.as_object()) return;
  for (const auto& [key, value] : *json.as_object()) {
    if (key == "$ref") references.insert(*value.as_string());
    collect(value, references);
  }
}

TEST(OpenApi, has_every_route_and_nothing_else) {
  const Value document = Value::parse_json(openapi_document()).value();
  const Object& paths = *document.as_object()->find("paths")->as_object();
  std::size_t operations = 0;
  for (const auto& [path, methods] : paths) operations += methods.as_object()->size();
  EXPECT_EQ(operations, all_routes().size());
  for (const Route& route : all_routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c | 0x20);
    ASSERT_NE(paths.find(route.pattern), nullptr) << route.pattern;
    EXPECT_NE(paths.find(route.pattern)->as_object()->find(method), nullptr) << route.pattern;
  }
}

TEST(OpenApi, every_schema_is_there_and_used) {
  const Object schemas = wire_schemas();
  EXPECT_GT(schemas.size(), 20u);
  std::set<std::string> used;
  collect(Value::parse_json(openapi_document()).value(), used);
  std::set<std::string> there;
  for (const auto& [name, schema] : schemas) there.insert("#/components/schemas/" + name);
  EXPECT_EQ(used, there);
}

}  // namespace
}  // namespace vecstore
