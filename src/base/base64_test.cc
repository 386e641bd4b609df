#include "base/base64.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace vecstore {
namespace {

TEST(Base64, encodes_the_vectors_of_rfc_4648) {
  EXPECT_EQ(base64_encode(as_bytes("")), "");
  EXPECT_EQ(base64_encode(as_bytes("f")), "Zg==");
  EXPECT_EQ(base64_encode(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(base64_encode(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(base64_encode(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(base64_encode(as_bytes("\xFB\xEF\xFF")), "++//");
}

TEST(Base64, random_bytes_survive_the_round_trip) {
  Random random(1);
  for (std::size_t size = 0; size < 200; ++size) {
    Bytes bytes(size);
    for (std::byte& b : bytes) b = static_cast<std::byte>(random.next());
    auto decoded = base64_decode(base64_encode(bytes));
    ASSERT_TRUE(decoded.ok()) << decoded.status().to_string();
    ASSERT_EQ(*decoded, bytes);
  }
}

TEST(Base64, text_that_is_not_canonical_is_refused) {
  for (std::string_view text : {"Z", "Zg", "Zg=", "====", "A===", "AA=A", "=AAA", "Zh==", "Zm9=",
                                "Zm9v\n", "Zm 9", "Zm-_", "Zm9vZg==Zm9v", "Zg==\xC3\xA9zz"}) {
    EXPECT_EQ(base64_decode(text).status().code(), Code::kInvalidArgument) << text;
  }
}

TEST(Base64, no_second_text_decodes_to_the_same_bytes) {
  Random random(2);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(8, '\0');
    for (char& c : text) c = "AQgwZz09+/=_"[random.below(12)];
    auto decoded = base64_decode(text);
    if (decoded.ok()) {
      ASSERT_EQ(base64_encode(*decoded), text);
    }
  }
}

}  // namespace
}  // namespace vecstore
