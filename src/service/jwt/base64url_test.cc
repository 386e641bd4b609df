#include "service/jwt/base64url.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(Base64Url, has_its_own_alphabet_and_no_padding) {
  EXPECT_EQ(base64url_decode("-_8").value(), (Bytes{std::byte{0xfb}, std::byte{0xff}}));
  EXPECT_EQ(as_text(base64url_decode("Zm9vYmFy").value()), "foobar");
  EXPECT_EQ(as_text(base64url_decode("Zm8").value()), "fo");
  EXPECT_TRUE(base64url_decode("").value().empty());
}

TEST(Base64Url, any_other_spelling_is_refused) {
  for (const char* text :
       {"+/8", "Zm8=", "Zg==", "Zm9v Zm9v", "Zm9v\n", "Z", "Zm9vY", "Zm9\xc3", "Zm9", "Zh", "Zm8.",
        "=", "===="})  // "Zm9" and "Zh": bits are set behind the last byte
    EXPECT_FALSE(base64url_decode(text).ok()) << text;
}

TEST(Base64Url, one_text_for_each_two_bytes_alone) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::size_t accepted = 0;
  for (const char last : kAlphabet) accepted += base64url_decode(std::string("AA") + last).ok();
  EXPECT_EQ(accepted, 16u);  // of 64: the lowest two bits say nothing and must be 0
}

}  // namespace
}  // namespace vecstore
