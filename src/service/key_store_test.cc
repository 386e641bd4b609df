#include "service/key_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/test_folder.h"
#include "service/durable_file.h"

namespace vecstore {
namespace {

using testing::HasSubstr;

struct KeyStoreTest : testing::Test {
  TestFolder folder;
  ManualClock clock{1'000'000};
  const std::string path = folder / "keys";
  std::unique_ptr<KeyStore> store = KeyStore::open(path, clock).value();

  std::string refusal(std::string_view token) {
    const auto principal = store->authenticate(token);
    if (principal.ok()) return "";
    EXPECT_EQ(principal.status().code(), Code::kUnauthenticated);
    return principal.status().message();
  }
};

TEST_F(KeyStoreTest, a_key_opens_with_its_name_role_and_scope) {
  const MadeKey made =
      store->create({.name = "app", .role = Role::kEditor, .collections = {"docs"}}).value();
  EXPECT_EQ(made.token.size(), 85u);
  const Principal principal = store->authenticate(made.token).value();
  EXPECT_EQ(principal.id, made.key.id);
  EXPECT_EQ(principal.name, "app");
  EXPECT_EQ(principal.role, Role::kEditor);
  EXPECT_EQ(principal.collections, std::vector<std::string>{"docs"});
}

TEST_F(KeyStoreTest, the_file_does_not_have_the_secret) {
  const MadeKey made = store->create({.name = "app"}).value();
  const std::string text = read_whole(path, 1 << 20).value();
  EXPECT_EQ(text.find(made.token.substr(21)), text.npos);
  EXPECT_NE(text.find(made.key.id), text.npos);
  EXPECT_EQ(refusal("vsk_" + made.key.id + "_" + made.key.hash), "the key is not known");
}

TEST_F(KeyStoreTest, any_other_token_is_unknown) {
  const std::string token = store->create({.name = "app"}).value().token;
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'f' ? 'e' : 'f';
    EXPECT_EQ(refusal(other), "the key is not known") << i;
  }
  for (const std::string& other : {std::string(), token.substr(1), token + "0", " " + token,
                                   token.substr(0, 84), std::string(1 << 16, 'a')})
    EXPECT_EQ(refusal(other), "the key is not known");
}

TEST_F(KeyStoreTest, expires_to_the_millisecond) {
  const MadeKey made = store->create({.name = "app", .expires_at = 1'000'010}).value();
  clock.set(1'000'009);
  EXPECT_EQ(refusal(made.token), "");
  clock.set(1'000'010);
  EXPECT_EQ(refusal(made.token), "key '" + made.key.id + "' has expired");
}

TEST_F(KeyStoreTest, a_revoked_key_opens_nothing_from_then_on) {
  const MadeKey made = store->create({.name = "app"}).value();
  const MadeKey other = store->create({.name = "other"}).value();
  EXPECT_EQ(store->revoke(made.key.id).value().revoked_at, 1'000'000);
  clock.advance(5);
  EXPECT_EQ(store->revoke(made.key.id).value().revoked_at, 1'000'000);
  EXPECT_EQ(refusal(made.token), "key '" + made.key.id + "' was revoked");
  EXPECT_EQ(refusal(other.token), "");
  EXPECT_EQ(store->revoke("nobody").status().code(), Code::kNotFound);
}

TEST_F(KeyStoreTest, the_keys_of_a_namespace_are_revoked_together) {
  const MadeKey one = store->create({.name = "a", .space = "acme"}).value();
  const MadeKey two = store->create({.name = "b", .space = "acme"}).value();
  const MadeKey other = store->create({.name = "c", .space = "beta"}).value();
  const MadeKey all = store->create({.name = "d"}).value();
  EXPECT_EQ(store->authenticate(one.token).value().space, "acme");
  EXPECT_EQ(store->revoke_all_of("acme").value(), 2u);
  EXPECT_EQ(store->revoke_all_of("acme").value(), 0u);
  for (const MadeKey* gone : {&one, &two}) EXPECT_THAT(refusal(gone->token), HasSubstr("revoked"));
  for (const MadeKey* key : {&other, &all}) EXPECT_EQ(refusal(key->token), "");
}

TEST_F(KeyStoreTest, another_program_makes_and_revokes_keys_of_a_running_server) {
  const std::string first = store->create({.name = "first"}).value().token;
  const auto program = KeyStore::open(path, clock).value();
  const MadeKey made = program->create({.name = "second"}).value();
  const auto opens_soon = [&](bool wanted) {
    const double until = monotonic_ms() + 10'000;
    while (refusal(made.token).empty() != wanted && monotonic_ms() < until)
      std::this_thread::yield();
    return refusal(made.token).empty() == wanted;
  };
  EXPECT_TRUE(opens_soon(true));
  ASSERT_TRUE(program->revoke(made.key.id).ok());
  EXPECT_TRUE(opens_soon(false));
  EXPECT_EQ(refusal(first), "");
}

TEST_F(KeyStoreTest, without_its_file_or_with_a_damaged_one_nobody_comes_in) {
  const std::string token = store->create({.name = "app"}).value().token;
  EXPECT_EQ(refusal(token), "");
  for (const bool damaged : {true, false}) {
    if (damaged) folder.write("keys", "{");
    if (!damaged) folder.remove("keys");
    const double until = monotonic_ms() + 10'000;
    while (refusal(token).empty() && monotonic_ms() < until) std::this_thread::yield();
    EXPECT_EQ(refusal(token), "the key is not known");
  }
}

TEST_F(KeyStoreTest, what_was_left_of_a_crash_is_not_read) {
  const std::string token = store->create({.name = "app"}).value().token;
  folder.write("keys.part", "half of a new fi");
  EXPECT_TRUE(KeyStore::open(path, clock).value()->authenticate(token).ok());
  folder.write("keys", "nonsense");
  const auto damaged = KeyStore::open(path, clock);
  EXPECT_EQ(damaged.status().code(), Code::kDataLoss);
  EXPECT_NE(damaged.status().message().find(path), std::string::npos);
}

TEST_F(KeyStoreTest, keys_made_at_one_time_are_all_there) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      const auto own = KeyStore::open(path, clock).value();
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(own->create({.name = "k"}).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->list().value().size(), 20u);
}

}  // namespace
}  // namespace vecstore
