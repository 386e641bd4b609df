#include "service/tenancy/namespace_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/test_folder.h"

namespace vecstore {
namespace {

struct NamespaceStoreTest : testing::Test {
  TestFolder folder;
  ManualClock clock{1'000};
  const std::string path = folder / "namespaces";
  std::unique_ptr<NamespaceStore> store = NamespaceStore::open(path, clock).value();

  static Namespace named(const std::string& id) {
    Namespace space;
    space.id = id;
    return space;
  }
  // Within the time that a running server takes to look.
  template <typename Condition>
  static bool soon(Condition condition) {
    const double until = monotonic_ms() + 10'000;
    while (!condition() && monotonic_ms() < until) std::this_thread::yield();
    return condition();
  }
};

TEST(CollectionPlace, the_first_part_of_a_name_is_the_namespace) {
  EXPECT_EQ(place_of("acme/docs").space, "acme");
  EXPECT_EQ(place_of("acme/docs/2").name, "docs/2");
  EXPECT_EQ(place_of("docs").space, "");
  EXPECT_EQ(place_of("docs").name, "docs");
  EXPECT_EQ(place_of("/docs").space, "");
  EXPECT_EQ(name_in("acme", "docs/2"), "acme/docs/2");
}

TEST_F(NamespaceStoreTest, one_from_its_making_to_its_end) {
  EXPECT_EQ(store->create(named("acme")).value().created_at, 1'000);
  EXPECT_EQ(store->create(named("acme")).status().code(), Code::kAlreadyExists);
  EXPECT_EQ(store->create(named("A")).status().code(), Code::kInvalidArgument);
  clock.advance(5);
  const auto change = [](Namespace& space) {
    space.id = "other";  // never changes
    space.status = NamespaceStatus::kSuspended;
    return Status();
  };
  EXPECT_EQ(store->change("acme", change).value().id, "acme");
  EXPECT_EQ(store->get("acme")->updated_at, 1'005);
  EXPECT_EQ(store->find("acme").value()->status, NamespaceStatus::kSuspended);
  EXPECT_EQ(store->list().value().size(), 1u);
  ASSERT_TRUE(store->remove("acme").ok());
  EXPECT_EQ(store->find("acme").value(), nullptr);
  for (const Code code : {store->remove("acme").code(), store->get("acme").status().code(),
                          store->change("acme", change).status().code()})
    EXPECT_EQ(code, Code::kNotFound);
}

TEST_F(NamespaceStoreTest, a_change_that_is_refused_changes_nothing) {
  ASSERT_TRUE(store->create(named("acme")).ok());
  EXPECT_FALSE(store
                   ->change("acme",
                            [](Namespace& space) {
                              space.name = "x";
                              return invalid_argument("no");
                            })
                   .ok());
  EXPECT_FALSE(store
                   ->change("acme",
                            [](Namespace& space) {
                              space.name = "\n";
                              return Status();
                            })
                   .ok());
  EXPECT_EQ(store->get("acme")->name, "");
}

TEST_F(NamespaceStoreTest, another_program_changes_those_of_a_running_server) {
  EXPECT_EQ(store->find("acme").value(), nullptr);
  const auto program = NamespaceStore::open(path, clock).value();
  ASSERT_TRUE(program->create(named("acme")).ok());
  EXPECT_TRUE(soon([&] { return store->find("acme").value() != nullptr; }));
  ASSERT_TRUE(program->remove("acme").ok());
  EXPECT_TRUE(soon([&] { return store->find("acme").value() == nullptr; }));
}

TEST_F(NamespaceStoreTest, a_damaged_file_is_not_one_without_namespaces) {
  ASSERT_TRUE(store->create(named("acme")).ok());
  const std::string good = store->list().ok() ? print_namespace_file(*store->list()) : "";
  folder.write("namespaces", "{");
  EXPECT_TRUE(soon([&] { return !store->find("acme").ok(); }));
  EXPECT_EQ(store->find("acme").status().code(), Code::kUnavailable);
  EXPECT_EQ(store->find("beta").status().code(), Code::kUnavailable);
  EXPECT_EQ(NamespaceStore::open(path, clock).status().code(), Code::kDataLoss);
  EXPECT_EQ(store->create(named("beta")).status().code(), Code::kDataLoss);
  folder.write("namespaces", good);
  EXPECT_TRUE(soon([&] { return store->find("acme").ok() && *store->find("acme"); }));
}

TEST_F(NamespaceStoreTest, those_made_at_one_time_are_all_there) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const auto own = NamespaceStore::open(path, clock).value();
      for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(own->create(named("s" + std::to_string(5 * t + i))).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->list().value().size(), 20u);
}

}  // namespace
}  // namespace vecstore
