#include "server/grpc/convert.h"

#include <gmock/gmock.h>

#include <limits>

#include "vecstore/query_json.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

Record full_record() {
  Record record;
  record.id = "a";
  record.vector = {1, 0.5f, -3e-30f};
  record.vectors = {{"bits", BinaryVector{12, {0xab, 0xc0}}},
                    {"many", MultiVector{2, {1, 2, 3, 4}}},
                    {"words", SparseVector{100, {3, 99}, {0.5f, 2}}}};
  record.metadata = Object{{"big", std::numeric_limits<std::int64_t>::max()},
                           {"deep", Object{{"list", List{1, 2.5, "x", true, nullptr, List{}}}}},
                           {"none", nullptr},
                           {"object", Object{}}};
  record.text = "";
  record.expires_at = 5;
  return record;
}

TEST(Convert, a_record_comes_back_as_it_was) {
  const Record record = full_record();
  v1::Record message, read;
  to_message(record, message);
  ASSERT_TRUE(read.ParseFromString(message.SerializeAsString()));
  EXPECT_EQ(record_from(read).value().to_json(), record.to_json());
  to_message(Record{.id = "b", .created_at = 3, .version = 9}, message = {});
  EXPECT_FALSE(message.has_vector() || message.has_metadata() || message.has_text());
  EXPECT_EQ(message.version(), 9u);
  EXPECT_EQ(record_from(message)->created_at, 0);
}

TEST(Convert, an_unknown_field_is_refused_wherever_it_is) {
  const std::string unknown("\xf8\x07\x01", 3);
  v1::Record record;
  to_message(full_record(), record);
  ASSERT_TRUE(record_from(record).ok());
  for (google::protobuf::Message* at :
       {static_cast<google::protobuf::Message*>(&record),
        static_cast<google::protobuf::Message*>(record.mutable_vector()),
        static_cast<google::protobuf::Message*>(record.mutable_vector()->mutable_dense()),
        static_cast<google::protobuf::Message*>(record.mutable_metadata()),
        static_cast<google::protobuf::Message*>(&(*record.mutable_vectors())["bits"]),
        static_cast<google::protobuf::Message*>(
            (*record.mutable_vectors())["words"].mutable_sparse()),
        static_cast<google::protobuf::Message*>(
            &(*record.mutable_metadata()->mutable_members())["big"])}) {
    auto* fields = at->GetReflection()->MutableUnknownFields(at);
    fields->AddVarint(127, 1);
    EXPECT_THAT(record_from(record).status().message(), HasSubstr("knows no field 127"))
        << at->GetDescriptor()->full_name();
    fields->Clear();
  }
  EXPECT_TRUE(record_from(record).ok());
}

TEST(Convert, what_is_not_finite_is_no_metadata) {
  v1::Value value;
  value.set_double_value(std::numeric_limits<double>::infinity());
  EXPECT_EQ(value_from(value).status().code(), Code::kInvalidArgument);
}

TEST(Convert, a_query_is_the_one_of_json) {
  v1::Query message;
  EXPECT_EQ(query_to_json(query_from(message).value()), "{}");
  message.mutable_vector()->mutable_dense()->add_values(0.1f);
  message.set_text("open");
  message.set_k(7);
  message.set_filter("year >= 2020");
  message.mutable_fusion()->set_method("rrf");
  message.mutable_fusion()->add_weights(2);
  message.mutable_mmr()->set_lambda(0.25);
  message.mutable_group_by()->set_field("a");
  message.mutable_include()->set_text(false);
  message.set_max_distance(0);
  message.set_timeout_ms(20);
  v1::Query& stage = *message.add_prefetch();
  stage.mutable_vector()->mutable_sparse()->set_dimension(5);
  stage.mutable_vector()->mutable_sparse()->add_indices(2);
  stage.mutable_vector()->mutable_sparse()->add_values(1);
  stage.add_prefetch()->set_text("inner");
  const Query query = query_from(message).value();
  EXPECT_EQ(query_to_json(query),
            query_to_json(query_from_json(
                              R"({"vector": [0.1], "text": "open", "k": 7, "filter": "year >= 2020",
      "fusion": {"method": "rrf", "weights": [2]}, "mmr": {"lambda": 0.25}, "group_by": {"field": "a"},
      "include": {"text": false}, "max_distance": 0, "timeout_ms": 20, "prefetch": [
        {"vector": {"dimension": 5, "indices": [2], "values": [1]}, "prefetch": [{"text": "inner"}]}]})")
                              .value()));
  EXPECT_EQ(query.vector.dense()->front(), 0.1f);
}

// A member that queries gain is a field, too: the names are those of the table in query_json.cc.
TEST(Convert, every_field_of_a_query_is_read) {
  const auto* fields = v1::Query::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::string name(fields->field(i)->name());
    const Status status = query_from_json("{\"" + name + "\": 1e9}").status();
    EXPECT_THAT(status.message(), testing::Not(HasSubstr("unknown"))) << name;
  }
}

TEST(Convert, a_wrong_query_is_refused_with_its_place) {
  v1::Query query;
  query.add_prefetch()->set_effort("hard");
  EXPECT_THAT(query_from(query).status().message(), HasSubstr("prefetch [0]: query: effort: "));
  v1::Query deep, *at = &deep;
  for (int i = 0; i < 20; ++i) at = at->add_prefetch();
  EXPECT_EQ(query_from(deep).status().message().find("prefetch [0]: "), 0u);
  EXPECT_THAT(query_from(deep).status().message(), HasSubstr("stages are at most 8 deep"));
}

TEST(Convert, a_hit_has_what_is_set) {
  Hit hit{.id = "a", .score = 0.5, .distance = 0.25, .arms = {{.rank = 1, .score = 2, .share = 3}}};
  hit.metadata = Object{{"year", 2024}};
  hit.text = "t";
  hit.vector = Vector{1, 2};
  hit.highlights = {{.field = "text", .item = 1, .offset = 2, .length = 3}};
  hit.passage = Highlight{.field = "text", .offset = 4, .length = 5};
  hit.group = Value(7);
  v1::Hit message;
  to_message(hit, message);
  EXPECT_EQ(message.ShortDebugString(),
            "id: \"a\" score: 0.5 distance: 0.25 arms { rank: 1 score: 2 share: 3 } group { "
            "int_value: 7 } "
            "vector { dense { values: 1 values: 2 } } text: \"t\" highlights { field: \"text\" "
            "item: 1 offset: 2 "
            "length: 3 } passage { field: \"text\" offset: 4 length: 5 } "
            "metadata { members { key: \"year\" value { int_value: 2024 } } }");
  v1::Hit bare;
  to_message(Hit{.id = "b"}, bare);
  EXPECT_EQ(bare.ShortDebugString(), "id: \"b\"");
}

}  // namespace
}  // namespace vecstore
