#include "embed/remote/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vecstore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Address, is_a_scheme_a_host_and_perhaps_a_port_and_a_path) {
  for (const char* text :
       {"https://api.openai.com/v1", "https://api.openai.com", "http://localhost:11434",
        "https://[::1]:8080/a/b", "https://eu-west.example.com/v1/my%20model"}) {
    EXPECT_EQ(parse_address(text).value().base, text);
  }
  EXPECT_EQ(parse_address("https://a.b/v1//").value().base, "https://a.b/v1");
}

TEST(Address, tells_what_stays_on_this_computer) {
  for (const char* text :
       {"http://localhost:1", "http://127.0.0.1/x", "http://127.9.9.9", "http://[::1]:80"})
    EXPECT_TRUE(parse_address(text).value().loopback) << text;
  for (const char* text :
       {"http://127.evil.com", "http://127.0.0.1.evil.com", "http://localhost.evil.com",
        "http://10.0.0.1", "http://[::2]", "http://127.1"})
    EXPECT_FALSE(parse_address(text).value().loopback) << text;
  EXPECT_TRUE(parse_address("https://a").value().encrypted);
  EXPECT_FALSE(parse_address("http://a").value().encrypted);
}

TEST(Address, refuses_what_could_be_read_as_another_host) {
  for (const char* text :
       {"", "api.openai.com", "ftp://a", "HTTPS://a", "https://", "https:///v1", "https://a b",
        "https://a\\@b", "https://a:x", "https://a:123456", "https://[::1", "https://a/v1?x=1",
        "https://a/v1#x", "https://a/\r\nX: y", "http://127.0.0.1\\.evil.com",
        "https://a:", "https://\xC3\xA4.com"})
    EXPECT_EQ(parse_address(text).status().code(), Code::kInvalidArgument) << text;
}

TEST(Address, does_not_show_a_password) {
  const Status status = parse_address("https://user:hunter2@host/v1").status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(status.message(), Not(HasSubstr("hunter2")));
}

TEST(Address, encodes_what_is_put_into_a_path) {
  EXPECT_EQ(percent_encoded("a-b_c.d~1"), "a-b_c.d~1");
  EXPECT_EQ(percent_encoded("org/m ?#\xC3\xA4"), "org%2Fm%20%3F%23%C3%A4");
  EXPECT_EQ(percent_encoded("org/m", true), "org/m");
}

}  // namespace
}  // namespace vecstore
