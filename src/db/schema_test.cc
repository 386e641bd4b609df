#include "db/schema.h"

#include <gtest/gtest.h>

#include "base/test_value_changes.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

CollectionOptions rich_options() {
  CollectionOptions options;
  options.dimension = 8;
  options.metric = Metric::kEuclidean;
  options.storage = ElementType::kF16;
  options.description = "of things";
  options.partition_key = "of.whom";
  options.attributes = Object{{"model", "m1"}, {"n", 3}};
  options.fields = {{"words", VectorKind::kSparse, 1000, Metric::kDot, ElementType::kF32},
                    {"bits", VectorKind::kBinary, 12, Metric::kHamming, ElementType::kF32},
                    {"tokens", VectorKind::kMulti, 4, Metric::kCosine, ElementType::kBF16}};
  return options;
}

std::string refusal(const CollectionOptions& options) {
  const auto schema = Schema::from_options(options);
  EXPECT_EQ(schema.status().code(), Code::kInvalidArgument);
  return schema.status().message();
}

TEST(Schema, options_and_objects_come_back_as_they_went_in) {
  const Schema schema = Schema::from_options(rich_options()).value();
  const Schema back = Schema::from_object(schema.to_object()).value();
  EXPECT_EQ(back.fields, schema.fields);
  EXPECT_TRUE(back.to_object() == schema.to_object());
  const CollectionOptions options = back.to_options();
  EXPECT_EQ(options.dimension, 8u);
  EXPECT_EQ(options.metric, Metric::kEuclidean);
  EXPECT_EQ(options.storage, ElementType::kF16);
  EXPECT_EQ(options.fields, rich_options().fields);
  EXPECT_EQ(options.description, "of things");
  EXPECT_EQ(options.partition_key, "of.whom");
  EXPECT_TRUE(options.attributes == rich_options().attributes);
}

TEST(Schema, a_stored_object_that_lacks_or_changes_any_member_is_refused_or_read) {
  CollectionOptions options = rich_options();
  options.hnsw = {.m = 5, .min_rows = 3};
  options.quantization = Quantization::kSq8;
  options.text.fields = {{.name = "text"}, {.name = "title", .analyzer = "simple", .boost = 2}};
  options.metadata.fields = {{.name = "year", .type = MetadataType::kInteger, .required = true},
                             {.name = "kind", .pattern = "a+", .allowed = List{"a", "aa"}}};
  const Object whole = Schema::from_options(options).value().to_object();
  std::size_t refused = 0;
  for_each_change(Value(whole), [&](const Value& changed) {
    if (!changed.as_object()) return;
    const Result<Schema> schema = Schema::from_object(*changed.as_object());
    if (schema.ok()) return static_cast<void>(schema->to_object());
    ++refused;
    EXPECT_FALSE(schema.status().message().empty()) << changed.to_json();
    EXPECT_NE(schema.status().code(), Code::kInternal) << schema.status().to_string();
  });
  EXPECT_GT(refused, 100u);
}

TEST(Schema, the_default_field_is_the_first) {
  const Schema schema = Schema::from_options(rich_options()).value();
  EXPECT_EQ(schema.find("vector"), 0u);
  EXPECT_EQ(schema.find("bits"), 2u);
  EXPECT_EQ(schema.find("Bits"), std::nullopt);
}

TEST(Schema, what_does_not_go_together_is_refused_by_name) {
  CollectionOptions options;
  options.kind = VectorKind::kBinary;
  EXPECT_EQ(refusal(options),
            "field 'vector' is binary: its metric must be hamming or jaccard, not cosine");
  options = {};
  options.kind = VectorKind::kMulti;
  options.storage = ElementType::kI8;
  EXPECT_EQ(refusal(options),
            "field 'vector': multi vectors are stored as f32, f16 or bf16, not i8");
  options = {};
  options.kind = VectorKind::kSparse;
  options.storage = ElementType::kF16;
  EXPECT_EQ(refusal(options),
            "field 'vector' is sparse: storage f16 applies to dense and multi vectors only");
}

TEST(Schema, a_partition_key_is_a_path_of_the_metadata) {
  EXPECT_EQ(refusal({.partition_key = "$id"}),
            "partition_key '$id' is the record's own, expected a field of the metadata");
  EXPECT_EQ(refusal({.partition_key = "a..b"}).find("partition_key: field 'a..b' column 3"), 0u);
  Object object = Schema::from_options(rich_options()).value().to_object();
  object["partition_key"] = 7;
  EXPECT_EQ(Schema::from_object(object).status().code(), Code::kDataLoss);
}

TEST(Schema, limits_are_named) {
  CollectionOptions options;
  options.dimension = kMaxDimension + 1;
  EXPECT_EQ(refusal(options), "field 'vector' has dimension 65537, the limit is 65536");
  options = {};
  for (std::size_t i = 0; i < kMaxFields; ++i)
    options.fields.push_back({.name = "f" + std::to_string(i), .dimension = 2});
  EXPECT_EQ(refusal(options), "a collection has at most 64 vector fields, not 65");
  options.fields = {{.name = "", .dimension = 2}};
  EXPECT_EQ(refusal(options), "field name is empty");
  options.fields = {{.name = std::string(129, 'x'), .dimension = 2}};
  EXPECT_EQ(refusal(options), "field name has 129 bytes, the limit is 128");
}

TEST(Schema, two_fields_of_one_name_are_refused) {
  CollectionOptions options;
  options.fields = {{.name = "a", .dimension = 2}, {.name = "a", .dimension = 3}};
  EXPECT_EQ(refusal(options), "field 'a' is given twice");
  options.fields = {{.name = "vector", .dimension = 2}};
  EXPECT_EQ(refusal(options), "field 'vector' is given twice");
}

TEST(Schema, other_options_are_refused_with_both_values) {
  const Schema stored = Schema::from_options(rich_options()).value();
  const auto message = [&](const CollectionOptions& wanted) {
    const Status status = check_same_options("docs", stored, wanted);
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    return status.message();
  };
  EXPECT_EQ(message({.dimension = 9}), "collection 'docs' has dimension 8, not 9");
  EXPECT_EQ(message({.metric = Metric::kDot}), "collection 'docs' has metric euclidean, not dot");
  EXPECT_EQ(message({.storage = ElementType::kI8}), "collection 'docs' has storage f16, not i8");
  EXPECT_EQ(message({.partition_key = "x"}),
            "collection 'docs' has partition_key 'of.whom', not 'x'");
  EXPECT_EQ(message({.description = "x"}),
            "collection 'docs' has description 'of things', not 'x'");
  EXPECT_EQ(message({.attributes = Object{{"n", 4}}}),
            "collection 'docs' has attribute 'n' 3, not 4");
  EXPECT_EQ(message({.fields = {{.name = "none", .dimension = 1}}}),
            "collection 'docs' has no field 'none'");
}

TEST(Schema, options_that_are_not_set_match_anything) {
  const Schema stored = Schema::from_options(rich_options()).value();
  EXPECT_TRUE(check_same_options("docs", stored, {}).ok());
  EXPECT_TRUE(check_same_options("docs", stored, {.dimension = 8}).ok());
  EXPECT_TRUE(check_same_options("docs", stored, rich_options()).ok());
}

TEST(Schema, an_open_dimension_is_taken_over) {
  Schema schema = Schema::from_options({}).value();
  ASSERT_TRUE(adopt_options(schema, {.dimension = 5}).ok());
  EXPECT_EQ(schema.fields[0].dimension, 5u);
  ASSERT_TRUE(adopt_options(schema, {}).ok());
  EXPECT_EQ(schema.fields[0].dimension, 5u);
}

TEST(Schema, a_damaged_object_is_refused_whatever_is_missing) {
  const Object whole = Schema::from_options(rich_options()).value().to_object();
  const List& fields = *whole.find("fields")->as_list();
  EXPECT_FALSE(Schema::from_object({}).ok());
  EXPECT_FALSE(Schema::from_object(Object{{"fields", List{}}}).ok());
  for (const char* member : {"name", "kind", "dimension", "metric", "storage"}) {
    for (const Value& wrong : {Value(), Value(-1), Value("x")}) {
      Object field = *fields[0].as_object();
      if (std::string(member) == "name" && wrong == Value("x")) continue;
      field[member] = wrong;
      EXPECT_FALSE(Schema::from_object(Object{{"fields", List{field}}}).ok()) << member;
    }
  }
}

TEST(Schema, rows_are_padded_to_16_bytes) {
  VectorField field{.name = "v", .dimension = 3};
  EXPECT_EQ(dense_stride(field), 16u);
  field.dimension = 5;
  EXPECT_EQ(dense_stride(field), 32u);
  field.storage = ElementType::kI8;
  EXPECT_EQ(dense_stride(field), 16u);
  EXPECT_TRUE(has_factors(field));
  field.storage = ElementType::kF16;
  EXPECT_TRUE(has_factors(field)) << "cosine keeps the norm";
  field.metric = Metric::kDot;
  EXPECT_FALSE(has_factors(field));
}

TEST(Schema, opening_with_what_is_set_otherwise_is_refused_with_both_values) {
  CollectionOptions made{.dimension = 256};
  made.fields = {{"words", VectorKind::kSparse, 100, Metric::kDot}};
  made.attributes = {{"team", "red"}};
  made.index = IndexKind::kHnsw;
  made.quantization = Quantization::kSq4;
  made.hnsw.seed = 5;
  const Schema stored = Schema::from_options(made).value();
  const auto refused = [&](const std::function<void(CollectionOptions&)>& change) {
    CollectionOptions wanted = made;
    change(wanted);
    const Status status = check_same_options("things", stored, wanted);
    EXPECT_EQ(status.code(), Code::kFailedPrecondition);
    return status.message();
  };
  EXPECT_TRUE(check_same_options("things", stored, made).ok());
  CollectionOptions impossible = made;
  impossible.fields = {{"words"}, {"words"}};
  EXPECT_EQ(check_same_options("things", stored, impossible).code(), Code::kInvalidArgument);
  EXPECT_NE(refused([](auto& o) {
              o.attributes = {{"team", "blue"}};
            }).find("\"red\""),
            std::string::npos);
  EXPECT_NE(refused([](auto& o) {
              o.attributes = {{"other", 1}};
            }).find("unset"),
            std::string::npos);
  const std::string flat = refused([](auto& o) {
    o.index = IndexKind::kFlat;
    o.quantization = Quantization::kAuto;
  });
  EXPECT_NE(flat.find("index"), std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.quantization = Quantization::kSq8; }).find("quantization"),
            std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.hnsw.seed = 77; }).find("seed"), std::string::npos);
  EXPECT_NE(refused([](auto& o) { o.hnsw.m = 9; }).find("m"), std::string::npos);
  const std::string kind = refused([](auto& o) {
    o.fields = {{"words", VectorKind::kMulti, 100, Metric::kDot}};
  });
  EXPECT_NE(kind.find("sparse"), std::string::npos) << kind;
  EXPECT_NE(kind.find("multi"), std::string::npos) << kind;
}

TEST(Schema, stored_numbers_beyond_their_limits_are_damage) {
  const Object sound = Schema::from_options({.dimension = 4})->to_object();
  for (const Value& count : {Value(-1), Value("many"), Value(std::int64_t{1} << 40)}) {
    Object object = sound;
    object["keep_versions"] = count;
    EXPECT_EQ(Schema::from_object(object).status().code(), Code::kDataLoss) << count.to_json();
  }
  Object object = sound;
  List fields;
  for (std::size_t i = 0; i <= kMaxFields; ++i)
    fields.push_back((*object.find("fields")->as_list())[0]);
  object["fields"] = fields;
  EXPECT_EQ(Schema::from_object(object).status().code(), Code::kDataLoss);
}

TEST(Schema, fields_and_keys_that_cannot_be_are_refused_by_name) {
  const auto refused = [](const CollectionOptions& options) {
    const Status status = Schema::from_options(options).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << status.to_string();
    return status.message();
  };
  CollectionOptions options{.dimension = 4};
  options.text.fields = {{.name = "text", .boost = 1e9}};
  EXPECT_NE(refused(options).find("boost"), std::string::npos);
  options.text.fields = {{.name = "title"}, {.name = "title"}};
  EXPECT_NE(refused(options).find("title"), std::string::npos);
  options = {.dimension = 4};
  options.fields = {{"other", VectorKind::kDense, 8}};
  options.fields[0].hnsw.m = 1;
  EXPECT_NE(refused(options).find("other"), std::string::npos);
  options.fields = {{"bits", VectorKind::kBinary, 8, Metric::kJaccard}};
  EXPECT_TRUE(Schema::from_options(options).ok());
  Object stored = Schema::from_options({.dimension = 4})->to_object();
  stored["partition_key"] = "a..b";
  EXPECT_FALSE(Schema::from_object(stored).ok());
}

TEST(Schema, rules_and_texts_that_cannot_be_are_refused_asked_for_or_stored) {
  CollectionOptions options{.dimension = 4};
  options.metadata.fields = {{.name = "n"}, {.name = "n"}};
  EXPECT_EQ(Schema::from_options(options).status().code(), Code::kInvalidArgument);
  options.metadata.fields.clear();
  options.text.fields = {{.name = "title"}, {.name = "text"}};
  Object stored = Schema::from_options(options)->to_object();
  ASSERT_TRUE(Schema::from_object(stored).ok());
  Object text = *stored.find("text")->as_object();
  List fields = *text.find("fields")->as_list();
  fields[1] = fields[0];
  text["fields"] = fields;
  stored["text"] = text;
  EXPECT_FALSE(Schema::from_object(stored).ok());
}

}  // namespace
}  // namespace vecstore::db
