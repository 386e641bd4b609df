#include "cli/config_file.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(ConfigFile, values_keep_their_types) {
  const Result<Object> config = parse_config(
      "[database]\npath = \"a b\"\nthreads = 3\nbackground_share = 0.25\nmemory_map = false\n"
      "[ingest]\ninclude = [\"*.md\", \"*.txt\"]\n",
      "x.toml");
  ASSERT_TRUE(config.ok()) << config.status().to_string();
  EXPECT_EQ(Value(*config).to_json(),
            R"({"database":{"background_share":0.25,"memory_map":false,"path":"a b","threads":3},)"
            R"("ingest":{"include":["*.md","*.txt"]}})");
}

TEST(ConfigFile, an_error_names_file_and_line) {
  const Result<Object> config = parse_config("[database]\npath = \n", "x.toml");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.status().code(), Code::kInvalidArgument);
  EXPECT_NE(config.status().message().find("x.toml: line 2, column"), std::string::npos)
      << config.status().message();
}

TEST(ConfigFile, a_missing_file_is_not_found) {
  EXPECT_EQ(read_config_file("/nowhere/x.toml").status().code(), Code::kNotFound);
}

TEST(ConfigFile, a_header_that_begins_with_no_key_is_an_error) {
  for (const char* text : {"[= 'x']", "[[= 1]]", "[ = ]", "[,]", "a.= 1", "[a.=]"}) {
    const Status status = parse_config(text, "x.toml").status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_TRUE(status.message().starts_with("x.toml: ")) << status.message();
  }
}

TEST(ConfigFile, any_letter_may_stand_anywhere) {
  for (const char* text : {"\xef\xb9\xb0 = 1", "a = \xef\xb9\xb0", "[\xef\xb2\xa0]"})
    EXPECT_EQ(parse_config(text, "x.toml").status().code(), Code::kInvalidArgument) << text;
  EXPECT_TRUE(parse_config("a = \"\xef\xb9\xb0\"", "x.toml").ok());
}

}  // namespace
}  // namespace vecstore
