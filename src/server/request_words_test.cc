#include "server/request_words.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(RequestWords, a_key_follows_its_scheme) {
  EXPECT_EQ(bearer_of("Bearer abc"), "abc");
  EXPECT_EQ(bearer_of("bEARER   abc"), "abc");
  for (const char* none : {"", "Bearer", "Basic abc", "abc"})
    EXPECT_EQ(bearer_of(none), std::nullopt);
}

TEST(RequestWords, this_machine_has_three_names) {
  for (const char* name : {"localhost", "LOCALHOST:80", "127.0.0.1:7", "[::1]", "[::1]:80"})
    EXPECT_TRUE(is_loopback_name(name)) << name;
  for (const char* name :
       {"", "evil.example", "localhost.evil", "127.0.0.1.evil:80", "::1", "127.0.0.2"})
    EXPECT_FALSE(is_loopback_name(name)) << name;
}

TEST(RequestWords, an_id_is_the_given_one_where_it_is_plain) {
  RequestIds ids;
  EXPECT_EQ(ids.id_of("a-B_1.2"), "a-B_1.2");
  const std::string own = ids.id_of("");
  for (const std::string& bad : {std::string("a b"), std::string("a\n"), std::string(65, 'x')})
    EXPECT_EQ(ids.id_of(bad).substr(0, 9), own.substr(0, 9));
  EXPECT_NE(ids.id_of(""), own);
}

}  // namespace
}  // namespace vecstore
