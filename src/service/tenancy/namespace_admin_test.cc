#include "service/tenancy/namespace_admin.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"

namespace vecstore {
namespace {

struct NamespaceAdminTest : testing::Test {
  TestFolder folder;
  Database database = Database::in_memory().value();
  std::unique_ptr<NamespaceStore> spaces = NamespaceStore::open(folder / "namespaces").value();
  std::unique_ptr<KeyStore> keys = KeyStore::open(folder / "keys").value();

  void give_status(NamespaceStatus status) {
    ASSERT_TRUE(
        spaces
            ->change("acme",
                     [&](Namespace& space) { return apply_edit({.status = status}, space); })
            .ok());
  }
};

TEST_F(NamespaceAdminTest, is_made_with_a_tier_and_quotas_beside_it) {
  const NamespaceEdit edit{.name = "Acme",
                           .description = "first",
                           .tier = "free",
                           .quotas = Object{{"max_vectors", 5}},
                           .metadata = Object{{"customer", 7}}};
  const Namespace made = create_namespace(*spaces, database, "acme", edit).value();
  EXPECT_EQ(made.name, "Acme");
  EXPECT_EQ(made.description, "first");
  EXPECT_EQ(made.quotas.max_vectors, 5u);
  EXPECT_EQ(made.quotas.max_concurrent_queries, 2u);
  EXPECT_EQ(made.metadata, (Object{{"customer", 7}}));
  EXPECT_FALSE(create_namespace(*spaces, database, "b", {.tier = "gold"}).ok());
  EXPECT_FALSE(create_namespace(*spaces, database, "b", {.quotas = Object{{"x", 1}}}).ok());
  EXPECT_FALSE(create_namespace(*spaces, database, "a/b", {}).ok());
  EXPECT_EQ(spaces->list()->size(), 1u);
}

TEST_F(NamespaceAdminTest, takes_over_nobodys_collections) {
  ASSERT_TRUE(database.create_collection("acme/docs").ok());
  ASSERT_TRUE(database.create_collection("acmes/docs").ok());
  EXPECT_EQ(create_namespace(*spaces, database, "acme", {}).status().code(),
            Code::kFailedPrecondition);
  ASSERT_TRUE(database.drop_collection("acme/docs").ok());
  EXPECT_TRUE(create_namespace(*spaces, database, "acme", {}).ok());
}

TEST_F(NamespaceAdminTest, goes_with_all_that_is_in_it_and_nothing_else) {
  ASSERT_TRUE(create_namespace(*spaces, database, "acme", {}).ok());
  for (const char* name : {"acme/a", "acme/b", "other/a", "docs"})
    ASSERT_TRUE(database.create_collection(name).ok());
  ASSERT_TRUE(database.set_alias("acme/now", "acme/a").ok());
  ASSERT_TRUE(database.set_alias("now", "docs").ok());
  const MadeKey of_it = keys->create({.name = "k", .space = "acme"}).value();
  const MadeKey other = keys->create({.name = "k"}).value();
  for (const NamespaceStatus status :
       {NamespaceStatus::kActive, NamespaceStatus::kReadOnly, NamespaceStatus::kSuspended}) {
    give_status(status);
    EXPECT_EQ(delete_namespace(*spaces, database, keys.get(), "acme").code(),
              Code::kFailedPrecondition);
  }
  EXPECT_EQ(database.list_collections()->size(), 4u);
  EXPECT_TRUE(check_key_namespace(*spaces, "acme").ok());
  give_status(NamespaceStatus::kPendingDeletion);
  EXPECT_EQ(check_key_namespace(*spaces, "acme").code(), Code::kFailedPrecondition);
  ASSERT_TRUE(delete_namespace(*spaces, database, keys.get(), "acme").ok());
  EXPECT_EQ(database.list_collections().value(), (std::vector<std::string>{"docs", "other/a"}));
  EXPECT_EQ(database.list_aliases()->size(), 1u);
  EXPECT_FALSE(keys->authenticate(of_it.token).ok());
  EXPECT_TRUE(keys->authenticate(other.token).ok());
  EXPECT_EQ(check_key_namespace(*spaces, "acme").code(), Code::kNotFound);
  EXPECT_EQ(delete_namespace(*spaces, database, keys.get(), "acme").code(), Code::kNotFound);
}

TEST_F(NamespaceAdminTest, stats_say_what_is_near) {
  const Object quotas{{"max_vectors", 5}, {"max_storage_bytes", 1'000}};
  const Namespace space = create_namespace(*spaces, database, "acme", {.quotas = quotas}).value();
  Collection docs = database.create_collection("acme/docs", {.dimension = 1}).value();
  const auto near = [&] {
    const Object stats = namespace_stats_object(count_namespace(space, database).value());
    return *stats.find("near");
  };
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(docs.upsert({.id = std::to_string(i), .vector = {1}}).ok());
  EXPECT_EQ(near(), List{});
  ASSERT_TRUE(docs.upsert({.id = "3", .vector = {1}}).ok());
  EXPECT_EQ(near(), List{"max_vectors"});
  ASSERT_TRUE(docs.upsert({.id = "4", .text = std::string(800, 'x')}).ok());
  EXPECT_EQ(near(), (List{"max_vectors", "max_storage_bytes"}));
  const Object stats = namespace_stats_object(count_namespace(space, database).value());
  EXPECT_EQ(*stats.find("vectors"), Value(5));
  EXPECT_EQ(*stats.find("collections"), Value(1));
  EXPECT_EQ(*stats.find("quotas")->as_object()->find("max_vectors"),
            Value(Object{{"most", 5}, {"used", 5}, {"near", true}}));
}

}  // namespace
}  // namespace vecstore
