#include "service/tenancy/namespace_use.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

std::vector<Record> records_of(const Vector& vector) {
  return {{.id = "a", .vector = vector},
          {.id = "longer id", .vector = vector, .metadata = Object{{"n", 300}, {"s", "text"}}},
          {.id = "c", .vector = vector, .text = "some words"},
          {.id = "d", .metadata = Object{{"deep", Object{{"list", List{1, 2.5, Value()}}}}}},
          {.id = "a", .text = "instead"}};
}

// What is counted before a write is what the engine counts after it, row by row.
void expect_exact(const CollectionOptions& options, const Vector& vector,
                  const std::vector<NamedVector>& named = {}) {
  Database database = Database::in_memory().value();
  Collection docs = database.create_collection("acme/docs", options).value();
  std::uint64_t bytes = 0;
  for (Record record : records_of(vector)) {
    record.vectors = named;
    bytes += stored_bytes(docs.options(), record);
    ASSERT_TRUE(docs.upsert(record).ok());
    EXPECT_EQ(use_of(database, "acme")->bytes, bytes);
  }
  EXPECT_EQ(use_of(database, "acme")->vectors, 4u);
}

TEST(NamespaceUse, counts_every_kind_of_vector_to_the_byte) {
  for (const ElementType storage :
       {ElementType::kF32, ElementType::kF16, ElementType::kBF16, ElementType::kI8})
    expect_exact({.dimension = 5, .storage = storage}, {1, 2, 3, 4, 5});
  expect_exact({.dimension = 9, .metric = Metric::kDot, .kind = VectorKind::kSparse},
               SparseVector{9, {1, 4}, {0.5f, 2}});
  expect_exact({.dimension = 12, .metric = Metric::kHamming, .kind = VectorKind::kBinary},
               BinaryVector{12, {0xff, 0xf0}});
  for (const ElementType storage : {ElementType::kF32, ElementType::kF16})
    expect_exact({.dimension = 2, .storage = storage, .kind = VectorKind::kMulti},
                 MultiVector{2, {1, 0, 0, 1, 1, 1}});
  CollectionOptions both{.dimension = 3};
  both.fields = {{.name = "title", .dimension = 2, .storage = ElementType::kF16}};
  expect_exact(both, {1, 2, 3}, {{"title", {1, 2}}});
}

TEST(NamespaceUse, a_change_takes_at_most_what_was_said) {
  Database database = Database::in_memory().value();
  Collection docs = database.create_collection("acme/docs", {.dimension = 2}).value();
  ASSERT_TRUE(docs.upsert({.id = "a", .vector = {1, 0}, .metadata = Object{{"n", 1}}}).ok());
  Update changes[4];
  changes[0].metadata_patch = Object{{"m", "more"}, {"n", Value()}};
  changes[1].metadata = Object{{"all", "new"}};
  changes[2].text = "a text";
  changes[3].vectors = {{kDefaultField, {0, 1}}};
  for (Update& change : changes) {
    change.id = "a";
    const std::uint64_t before = use_of(database, "acme")->bytes;
    const std::uint64_t most = most_stored_bytes(docs.options(), docs.get("a").value(), change);
    ASSERT_TRUE(docs.update(change).ok());
    EXPECT_LE(use_of(database, "acme")->bytes, before + most);
  }
}

TEST(NamespaceUse, is_of_the_collections_of_one_namespace_alone) {
  Database database = Database::in_memory().value();
  for (const char* name : {"acme/a", "acme/b", "acme", "acme2/a", "b/acme/a"}) {
    Collection one = database.create_collection(name, {.dimension = 1}).value();
    ASSERT_TRUE(one.upsert({.id = "x", .vector = {1}}).ok());
  }
  EXPECT_EQ(use_of(database, "acme")->vectors, 2u);
  EXPECT_EQ(use_of(database, "acme")->bytes, 2u * (1 + 4));
  EXPECT_EQ(collections_of(database, "acme").value(),
            (std::vector<std::string>{"acme/a", "acme/b"}));
  EXPECT_EQ(use_of(database, "none")->vectors, 0u);
}

TEST(NamespaceUse, what_is_removed_counts_until_a_merge_returns_it) {
  Database database = Database::in_memory().value();
  Collection docs = database.create_collection("acme/docs", {.dimension = 4}).value();
  ASSERT_TRUE(docs.upsert({.id = "x", .vector = {1, 2, 3, 4}}).ok());
  ASSERT_TRUE(docs.remove("x").ok());
  EXPECT_EQ(use_of(database, "acme")->vectors, 0u);
  EXPECT_EQ(use_of(database, "acme")->bytes, 17u);
  ASSERT_TRUE(docs.compact().ok());
  EXPECT_EQ(use_of(database, "acme")->bytes, 0u);
}

}  // namespace
}  // namespace vecstore
