#include "embed/remote/secret.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/base64.h"

namespace vecstore {
namespace {

std::string redacted(std::string_view text, std::string key = "sk-proj-ABCDEFGHIJKLMNOP/+=") {
  const Secret secret(std::move(key));
  return redact(text, {&secret, 1});
}

TEST(Secret, does_not_print) {
  std::ostringstream out;
  out << Secret("hunter2") << Secret();
  EXPECT_EQ(out.str(), "******");
  EXPECT_EQ(::testing::PrintToString(Secret("hunter2")), "***");
}

TEST(Redact, hides_a_key_wherever_it_stands) {
  EXPECT_EQ(redacted("key sk-proj-ABCDEFGHIJKLMNOP/+= is wrong"), "key *** is wrong");
  EXPECT_EQ(redacted("sk-proj-ABCDEFGHIJKLMNOP/+=sk-proj-ABCDEFGHIJKLMNOP/+="), "******");
  EXPECT_EQ(redacted("nothing here"), "nothing here");
  EXPECT_EQ(redacted(""), "");
}

TEST(Redact, hides_parts_of_a_key) {
  EXPECT_EQ(redacted("cut: sk-proj-ABC"), "cut: ***");
  EXPECT_EQ(redacted("end: IJKLMNOP/+="), "end: ***");
  EXPECT_EQ(redacted("seven: BCDEFGH"), "seven: BCDEFGH");
}

TEST(Redact, hides_a_key_in_other_clothes) {
  EXPECT_EQ(redacted("sk-proj-ABCDEFGHIJKLMNOP%2F%2B%3D"), "***");
  EXPECT_EQ(redacted("basic " + base64_encode(as_bytes("sk-proj-ABCDEFGHIJKLMNOP/+="))),
            "basic ***");
}

TEST(Redact, hides_short_keys_whole_and_each_of_several) {
  EXPECT_EQ(redacted("the key abc", "abc"), "the key ***");
  EXPECT_EQ(redacted("text", ""), "text");
  const Secret secrets[] = {Secret("first-secret"), Secret("second-secret")};
  EXPECT_EQ(redact("second-secret, first-secret", secrets), "***, ***");
}

}  // namespace
}  // namespace vecstore
