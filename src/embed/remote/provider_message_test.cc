#include "embed/remote/provider_message.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(ProviderMessage, is_found_where_each_provider_puts_it) {
  EXPECT_EQ(
      provider_message(
          R"({"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}})")
          .text,
      "Incorrect API key");
  EXPECT_EQ(provider_message(R"({"error":"model 'x' not found"})").text, "model 'x' not found");
  EXPECT_EQ(provider_message(R"({"message":"invalid api token"})").text, "invalid api token");
  EXPECT_EQ(provider_message(R"({"detail":"Provided API key is invalid."})").text,
            "Provided API key is invalid.");
  EXPECT_EQ(provider_message(R"({"detail":[{"loc":["body"],"msg":"field required"}]})").text,
            "field required");
  EXPECT_EQ(
      provider_message(
          R"([{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT"}}])")
          .text,
      "API key not valid");
  EXPECT_EQ(provider_message("<html>502</html>").text, "<html>502</html>");
  EXPECT_EQ(provider_message(R"({"other":1})").text, R"({"other":1})");
  EXPECT_EQ(provider_message("").text, "");
}

TEST(ProviderMessage, tells_a_quota_that_no_waiting_fills) {
  EXPECT_TRUE(provider_message(R"({"error":{"message":"x","code":"insufficient_quota"}})")
                  .quota_is_used_up);
  EXPECT_FALSE(provider_message(R"({"error":{"message":"x","code":"rate_limit_exceeded"}})")
                   .quota_is_used_up);
}

TEST(OneLine, is_short_and_printable) {
  EXPECT_EQ(one_line("  a\r\n\tb\x1b[31m c  "), "a b [31m c");
  EXPECT_EQ(one_line(std::string(1000, 'x')), std::string(400, 'x') + "…");
  EXPECT_EQ(one_line("\xFF\xC3"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace vecstore
