#include "server/http/target.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

using Segments = std::vector<std::string>;

TEST(Target, is_cut_before_it_is_decoded) {
  const Target target = parse_target("/v1/a%2Fb%20c/%C3%A9?k=3&filter=a+%2B%3D%26b&flag").value();
  EXPECT_EQ(target.segments, (Segments{"v1", "a/b c", "é"}));
  EXPECT_EQ(*target.find("k"), "3");
  EXPECT_EQ(*target.find("filter"), "a +=&b");
  EXPECT_EQ(*target.find("flag"), "");
  EXPECT_EQ(target.find("none"), nullptr);
  EXPECT_EQ(parse_target("/a+b").value().segments, Segments{"a+b"});
}

TEST(Target, one_path_has_one_spelling) {
  for (const char* text :
       {"",        "*",       "v1",     "http://host/v1", "/",          "//",
        "/v1/",    "//v1",    "/v1//x", "/v1/./x",        "/v1/../x",   "/v1/%2e%2e/x",
        "/v1/%2E", "/%",      "/%4",    "/%4g",           "/%00",       "/a%0ab",
        "/%ff",    "/%c0%af", "/a#b",   "/a?b=%zz",       "/a?b=1&b=2", "/a?%00"})
    EXPECT_EQ(parse_target(text).status().code(), Code::kInvalidArgument) << text;
  EXPECT_FALSE(parse_target("/" + std::string(kMaxTargetBytes, 'a')).ok());
  std::string many = "/a?";
  for (int i = 0; i < 40; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_FALSE(parse_target(many).ok());
}

TEST(Target, what_is_encoded_reads_back) {
  for (const std::string text : {"a/b", "..a", "é ?&=#%", "~-_."})
    EXPECT_EQ(parse_target("/" + percent_encoded(text)).value().segments, Segments{text});
}

}  // namespace
}  // namespace vecstore
