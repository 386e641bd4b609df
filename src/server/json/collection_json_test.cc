#include "server/json/collection_json.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(CollectionJson, options_come_back_as_they_were) {
  CollectionOptions options{.dimension = 3,
                            .metric = Metric::kEuclidean,
                            .storage = ElementType::kF16,
                            .index = IndexKind::kHnsw,
                            .hnsw = {.m = 8, .ef_search = 99},
                            .quantization = Quantization::kSq8};
  options.fields = {{.name = "title", .kind = VectorKind::kSparse, .metric = Metric::kDot}};
  options.text = {.analyzer = "english", .fields = {{.name = "body", .boost = 2.5}}};
  options.metadata = metadata_schema_from_json(R"({"properties": {"year": {"type": "integer"}}})")
                         .value_or(MetadataSchema());
  options.partition_key = "tenant";
  options.keep_versions = 4;
  options.description = "d";
  options.attributes = {{"model", "m"}};
  const Value json = collection_options_object(options);
  const auto again = collection_options_from_json(json);
  ASSERT_TRUE(again.ok()) << again.status().to_string();
  EXPECT_EQ(*again, options) << json.to_json();
  EXPECT_EQ(*collection_options_from_json(Object{}), CollectionOptions());
}

TEST(CollectionJson, errors_name_the_member) {
  const auto error_of = [](const char* text) {
    return collection_options_from_json(Value::parse_json(text).value()).status().message();
  };
  EXPECT_EQ(error_of(R"({"dimensoin": 3})"),
            "unknown member 'dimensoin': did you mean 'dimension'?");
  EXPECT_EQ(error_of(R"({"descripton": ""})"),
            "unknown member 'descripton': did you mean 'description'?");
  EXPECT_EQ(error_of(R"({"fields": {"a": {"hnsw": {"m": "x"}}}})"),
            "fields: a: hnsw: m: expected an integer that is not negative");
  EXPECT_EQ(error_of(R"({"dimension": 4294967296})"), "dimension: expected a smaller integer");
  EXPECT_FALSE(collection_options_from_json(List{}).ok());
}

}  // namespace
}  // namespace vecstore
