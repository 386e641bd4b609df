#include "rag/splitters/splitter_options.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

TEST(SplitterOptions, are_set_by_name) {
  SplitterOptions options;
  EXPECT_TRUE(set_splitter_option(options, "separators", List{"a", ""}).ok());
  EXPECT_TRUE(set_splitter_option(options, "regex_separators", true).ok());
  EXPECT_TRUE(set_splitter_option(options, "keep_separator", "end").ok());
  EXPECT_TRUE(set_splitter_option(options, "tokenizer", "t.json").ok());
  EXPECT_TRUE(set_splitter_option(options, "language", "go").ok());
  EXPECT_EQ(options.language, "go");
  EXPECT_TRUE(set_splitter_option(options, "grammars", "folder").ok());
  EXPECT_TRUE(set_splitter_option(options, "require_grammar", true).ok());
  EXPECT_EQ(options.grammars, "folder");
  EXPECT_TRUE(options.require_grammar);
  EXPECT_TRUE(set_splitter_option(options, "split_headings", List{"#"}).ok());
  EXPECT_TRUE(set_splitter_option(options, "strip_headings", true).ok());
  EXPECT_TRUE(set_splitter_option(options, "each_line", true).ok());
  EXPECT_EQ(options.split_headings, (std::vector<std::string>{"#"}));
  EXPECT_TRUE(options.strip_headings && options.each_line);
  EXPECT_TRUE(set_splitter_option(options, "min_chunk_size", 7).ok());
  EXPECT_TRUE(set_splitter_option(options, "split_lists", true).ok());
  EXPECT_EQ(options.min_chunk_size, 7u);
  EXPECT_TRUE(options.split_lists);
  EXPECT_TRUE(set_splitter_option(options, "breakpoint", "gradient").ok());
  EXPECT_TRUE(set_splitter_option(options, "breakpoint_amount", 80).ok());
  EXPECT_TRUE(set_splitter_option(options, "number_of_chunks", 3).ok());
  EXPECT_TRUE(set_splitter_option(options, "buffer_size", 2).ok());
  EXPECT_EQ(options.breakpoint, Breakpoint::kGradient);
  EXPECT_EQ(options.breakpoint_amount, 80.0);
  EXPECT_EQ(options.number_of_chunks, 3u);
  EXPECT_EQ(options.buffer_size, 2u);
  EXPECT_EQ(options.separators, (std::vector<std::string>{"a", ""}));
  EXPECT_TRUE(options.regex_separators);
  EXPECT_EQ(options.keep_separator, KeepSeparator::kEnd);
  EXPECT_EQ(options.tokenizer, "t.json");
  EXPECT_TRUE(set_splitter_option(options, "keep_separator", "").ok());
  EXPECT_EQ(options.keep_separator, std::nullopt);
}

TEST(SplitterOptions, every_default_can_be_set_and_describes_nothing) {
  SplitterOptions options;
  for_each_splitter_option([&](const std::string& name, const Value& otherwise) {
    EXPECT_TRUE(set_splitter_option(options, name, otherwise).ok()) << name;
  });
  EXPECT_EQ(describe_options(options), "");
}

TEST(SplitterOptions, what_cannot_be_is_refused_by_name) {
  SplitterOptions options;
  EXPECT_EQ(set_splitter_option(options, "separator", "a").message(),
            "splitters have no option 'separator'");
  EXPECT_EQ(set_splitter_option(options, "separators", "a").message(),
            "'separators' must be a list of strings, it is \"a\"");
  EXPECT_EQ(set_splitter_option(options, "regex_separators", 1).message(),
            "'regex_separators' must be true or false, it is 1");
  EXPECT_EQ(set_splitter_option(options, "keep_separator", "both").message(),
            "'keep_separator' must be none, start or end, it is \"both\"");
  EXPECT_EQ(set_splitter_option(options, "min_chunk_size", -1).message(),
            "'min_chunk_size' must be an integer from 0 to 1000000, it is -1");
  EXPECT_EQ(set_splitter_option(options, "breakpoint", "often").message(),
            "'breakpoint' must be percentile, standard_deviation, interquartile or gradient, it is "
            "\"often\"");
  EXPECT_EQ(set_splitter_option(options, "breakpoint_amount", "1").message(),
            "'breakpoint_amount' must be a number, it is \"1\"");
  EXPECT_EQ(set_splitter_option(options, "tokenizer", 1).message(),
            "'tokenizer' must be a string, it is 1");
}

TEST(SplitterOptions, are_for_the_splitters_that_read_them) {
  SplitterOptions options;
  options.separators = {"a"};
  EXPECT_TRUE(check_options_of("recursive", options).ok());
  EXPECT_TRUE(check_options_of("sentence", options).ok());
  EXPECT_EQ(check_options_of("token", options).message(),
            "separators is for the splitters character, heading, html, json, markdown, recursive, "
            "semantic and sentence, not for 'token'");
}

TEST(SplitterOptions, describe_what_is_set) {
  SplitterOptions options;
  options.keep_separator = KeepSeparator::kNone;
  options.tokenizer = "a path says nothing of a tokenizer";
  EXPECT_EQ(describe_options(options), R"({"keep_separator":"none"})");
}

}  // namespace
}  // namespace vecstore
