#include "db/index_options.h"

#include <gtest/gtest.h>

#include "db/schema.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

VectorField field_of(Metric metric, IndexKind index = IndexKind::kAuto) {
  VectorField field{.name = "vector", .dimension = 4, .metric = metric};
  field.index = index;
  return field;
}

TEST(IndexOptions, auto_is_a_graph_where_there_is_one) {
  EXPECT_TRUE(has_graph(field_of(Metric::kCosine)));
  EXPECT_TRUE(has_graph(field_of(Metric::kDot, IndexKind::kHnsw)));
  EXPECT_FALSE(has_graph(field_of(Metric::kCosine, IndexKind::kFlat)));
  EXPECT_FALSE(has_graph(field_of(Metric::kManhattan)));
  VectorField sparse = field_of(Metric::kDot);
  sparse.kind = VectorKind::kSparse;
  EXPECT_FALSE(has_graph(sparse));
}

TEST(IndexOptions, what_cannot_be_is_refused_with_its_numbers) {
  EXPECT_EQ(check_index(field_of(Metric::kHamming, IndexKind::kHnsw)).message(),
            "field 'vector': there is no hnsw index for dense vectors under hamming; flat and auto "
            "scan");
  const auto refusal = [](auto change) {
    VectorField field = field_of(Metric::kCosine);
    change(field.hnsw);
    return check_index(field).message();
  };
  EXPECT_EQ(refusal([](HnswOptions& o) { o.m = 1; }), "field 'vector': m is 1, expected 2 to 128");
  EXPECT_EQ(refusal([](HnswOptions& o) { o.ef_construction = 15; }),
            "field 'vector': ef_construction is 15, expected 16 to 4096");
  EXPECT_EQ(refusal([](HnswOptions& o) { o.ef_search = 0; }),
            "field 'vector': ef_search is 0, expected 1 to 65536");
  EXPECT_EQ(refusal([](HnswOptions& o) { o.min_rows = 0; }),
            "field 'vector': min_rows is 0, expected 1 to 4294967295");
  EXPECT_EQ(refusal([](HnswOptions&) {}), "");
}

TEST(IndexOptions, come_back_as_they_were_stored) {
  CollectionOptions options{.dimension = 4, .index = IndexKind::kHnsw};
  options.hnsw = {.m = 8, .ef_construction = 99, .ef_search = 77, .min_rows = 5, .seed = ~0ull};
  options.fields = {VectorField{.name = "other", .dimension = 3, .index = IndexKind::kFlat}};
  const Schema schema = Schema::from_options(options).value();
  const CollectionOptions back = Schema::from_object(schema.to_object()).value().to_options();
  EXPECT_EQ(back, options);
}

TEST(IndexOptions, what_older_stores_do_not_say_has_its_default) {
  VectorField field = field_of(Metric::kCosine, IndexKind::kFlat);
  field.hnsw.m = 99;
  VectorField read = field_of(Metric::kCosine);
  ASSERT_TRUE(get_index(Object{{"name", "vector"}}, read).ok());
  EXPECT_EQ(read.index, IndexKind::kAuto);
  EXPECT_EQ(read.hnsw, HnswOptions());
  EXPECT_FALSE(get_index(Object{{"index", 3}}, read).ok());
  EXPECT_FALSE(get_index(Object{{"index", "best"}}, read).ok());
  EXPECT_EQ(get_index(Object{{"m", -1}}, read).message(), "field 'vector' has no valid m");
  EXPECT_FALSE(get_index(Object{{"seed", "x"}}, read).ok());
}

TEST(IndexOptions, opening_with_others_is_refused) {
  const VectorField stored = field_of(Metric::kCosine, IndexKind::kHnsw);
  EXPECT_TRUE(check_same_index("docs", stored, field_of(Metric::kCosine)).ok());
  EXPECT_EQ(check_same_index("docs", stored, field_of(Metric::kCosine, IndexKind::kFlat)).message(),
            "collection 'docs' has index hnsw, not flat");
  VectorField wanted = field_of(Metric::kCosine);
  wanted.hnsw.ef_search = 60;
  EXPECT_EQ(check_same_index("docs", stored, wanted).message(),
            "collection 'docs' has ef_search 50, not 60");
  wanted = field_of(Metric::kCosine);
  wanted.hnsw.seed = 1;
  EXPECT_EQ(check_same_index("docs", stored, wanted).code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace vecstore::db
