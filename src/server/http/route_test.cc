#include "server/http/route.h"

#include <gtest/gtest.h>

#include <set>

namespace vecstore {
namespace {

TEST(Route, patterns_match_whole_paths) {
  const auto match = [](const char* path) {
    return match_pattern("/v1/collections/{collection}/records/{id}", parse_target(path).value());
  };
  const Target target = parse_target("/v1/collections/a%2Fb/records/r%201").value();
  const auto captures = match_pattern("/v1/collections/{collection}/records/{id}", target);
  ASSERT_TRUE(captures.has_value());
  EXPECT_EQ(captures->collection, "a/b");
  EXPECT_EQ(captures->name, "r 1");
  for (const char* other : {"/v1", "/v1/collections/a/records", "/v1/collections/a/records/b/c",
                            "/v1/Collections/a/records/b", "/v1/collections/a/record/b"})
    EXPECT_FALSE(match(other).has_value()) << other;
}

TEST(Route, the_table_serves_every_operation_and_no_path_twice) {
  std::set<std::string> seen;
  std::set<Operation> served;
  for (const Route& route : all_routes()) {
    EXPECT_TRUE(seen.insert(std::string(route.method) + std::string(route.pattern)).second);
    if (route.operation) served.insert(*route.operation);
    if (!route.operation) continue;
    const bool named = route.pattern.find("{collection}") != route.pattern.npos;
    EXPECT_EQ(row_of(*route.operation).about == About::kCollection, named) << route.pattern;
    if (row_of(*route.operation).about == About::kNamespace) {
      EXPECT_NE(route.pattern.find("{namespace}"), route.pattern.npos);
    }
    EXPECT_EQ(row_of(*route.operation).writes && route.method == "GET", false) << route.pattern;
  }
  EXPECT_EQ(served.size(), all_operations().size());
}

TEST(Route, parameters_are_those_of_the_table) {
  const Route* scan = nullptr;
  for (const Route& route : all_routes())
    if (route.operation == Operation::kScan) scan = &route;
  const auto check = [&](const char* target) {
    return check_parameters(*scan, parse_target(target).value()).message();
  };
  EXPECT_EQ(check("/x?limit=3&after=a&vectors=false"), "");
  EXPECT_EQ(check("/x?limt=3"), "unknown parameter 'limt': did you mean 'limit'?");
  EXPECT_EQ(check("/x?limit=-3"), "parameter 'limit' must be a count, it is '-3'");
  EXPECT_EQ(check("/x?vectors=1"), "parameter 'vectors' must be true or false, it is '1'");
}

}  // namespace
}  // namespace vecstore
