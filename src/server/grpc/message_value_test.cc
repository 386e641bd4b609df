#include "server/grpc/message_value.h"

#include <gmock/gmock.h>

#include <limits>

#include "server/json/collection_json.h"
#include "vecstore/v1/admin.pb.h"
#include "vecstore/v1/vecstore.pb.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

TEST(MessageValue, fields_that_are_set_are_members_by_their_names) {
  v1::CollectionOptions options;
  EXPECT_EQ(Value(object_of(options).value()).to_json(), "{}");
  options.set_dimension(0);
  options.set_metric("dot");
  options.mutable_hnsw()->set_seed(7);
  (*options.mutable_fields())["b"].set_kind("sparse");
  (*options.mutable_fields())["a"].set_dimension(3);
  (*options.mutable_attributes()->mutable_members())["model"].set_string_value("m");
  v1::MetadataField& field = *options.mutable_schema()->add_fields();
  field.set_name("year");
  field.mutable_min()->set_int_value(1900);
  EXPECT_EQ(Value(object_of(options).value()).to_json(),
            R"({"dimension":0,"metric":"dot","hnsw":{"seed":7},)"
            R"("fields":{"a":{"dimension":3},"b":{"kind":"sparse"}},)"
            R"("schema":{"fields":[{"name":"year","min":1900}]},"attributes":{"model":"m"}})");
  EXPECT_EQ(Value(object_of(options, {1, 2, 8, 10, 11}).value()).to_json(),
            R"({"hnsw":{"seed":7}})");
}

TEST(MessageValue, what_it_makes_it_sets) {
  const Object quotas{{"max_vectors", 10}, {"max_dimension", nullptr}};
  v1::Quotas message;
  ASSERT_TRUE(set_fields(quotas, message).ok());
  EXPECT_EQ(message.max_vectors(), 10u);
  EXPECT_FALSE(message.has_max_dimension());
  EXPECT_EQ(object_of(message).value(), (Object{{"max_vectors", 10}}));
}

// So no option that the library gains is left out of the proto file, and none is lost in between.
TEST(MessageValue, every_option_of_a_collection_comes_through) {
  CollectionOptions options;
  options.dimension = 3;
  options.metric = Metric::kDot;
  options.hnsw.m = 8;
  options.fields.push_back({.name = "b", .kind = VectorKind::kSparse, .metric = Metric::kDot});
  options.text.fields.push_back({.name = "title", .analyzer = "simple", .boost = 2.5});
  options.metadata = {
      .fields = {{.name = "y", .type = MetadataType::kInteger, .min = 1, .allowed = {1, 2}}},
      .strict = true};
  options.attributes = Object{{"a", List{1, 2.5, nullptr, Object{{"b", true}}}}};
  options.partition_key = "tenant";
  options.keep_versions = 2;
  options.description = "d";
  const Object object = collection_options_object(options);
  v1::CollectionOptions message;
  const Status set = set_fields(object, message);
  ASSERT_TRUE(set.ok()) << set.message();
  EXPECT_EQ(collection_options_from_json(object_of(message).value()).value(), options);
}

TEST(MessageValue, what_is_not_known_or_has_no_json_is_refused) {
  v1::CollectionOptions options;
  ASSERT_TRUE(options.ParseFromString(std::string("\xf8\x07\x01", 3)));  // field 127
  EXPECT_THAT(object_of(options).status().message(),
              HasSubstr("no field 127 of vecstore.v1.CollectionOptions"));
  v1::CollectionOptions outer;
  ASSERT_TRUE(outer.mutable_hnsw()->ParseFromString(std::string("\xf8\x07\x01", 3)));
  EXPECT_THAT(object_of(outer).status().message(), HasSubstr("hnsw: this server knows no field"));
  v1::Quotas quotas;
  quotas.set_max_vectors(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(object_of(quotas).status().message(), "max_vectors: expected a smaller integer");
  v1::Fusion fusion;
  fusion.set_alpha(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(object_of(fusion).status().message(), "alpha: expected a finite number");
}

TEST(MessageValue, a_member_that_is_no_field_is_our_mistake) {
  v1::Quotas quotas;
  EXPECT_EQ(set_fields(Object{{"max_everything", 1}}, quotas).code(), Code::kInternal);
  EXPECT_EQ(set_fields(Object{{"max_vectors", "many"}}, quotas).code(), Code::kInternal);
}

}  // namespace
}  // namespace vecstore
