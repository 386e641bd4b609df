#include "cli/command_line.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

struct Line {
  std::vector<std::string> ids = {}, include = {};
  std::optional<std::string> filter = {}, text = {};
  std::optional<std::int64_t> k = {};
  std::optional<double> share = {};
  bool deep = false;
  GlobalOptions global = {};
  std::vector<Command> commands = {};

  Line() {
    const auto nothing = [](Session&) { return Status(); };
    commands.push_back({.name = "get",
                        .summary = "s",
                        .description = "Examples: get a",
                        .options = {{"ids", &ids, "the ids", "", {}, true},
                                    {"--include", &include, "more"},
                                    {"--filter", &filter, "f"},
                                    {"-k", &k, "k"},
                                    {"--share", &share, "s"},
                                    {"--deep", &deep, "d"}},
                        .run = nothing});
    commands.push_back({.name = "find",
                        .summary = "s",
                        .options = {{"text", &text, "what"}, {"-n", &k, "n"}},
                        .run = nothing});
    Command group{.name = "collection", .summary = "s"};
    group.subcommands.push_back(
        {.name = "list", .summary = "s", .options = {{"of", &text, "whose"}}, .run = nothing});
    commands.push_back(std::move(group));
  }

  Result<ParsedLine> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "vecstore");
    return parse_command_line(commands, global, static_cast<int>(words.size()), words.data());
  }
  std::string error(std::vector<const char*> words) {
    return parse(std::move(words)).status().message();
  }
};

TEST(CommandLine, values_arrive_where_they_belong) {
  Line line;
  const auto parsed = line.parse({"--db", "x", "get", "a", "[b,c]", "-k", "-3", "--include", "1",
                                  "--include", "2", "--share", "0.5", "--deep", "-o", "json"});
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  EXPECT_EQ(parsed->command, &line.commands[0]);
  EXPECT_EQ(line.ids, (std::vector<std::string>{"a", "[b,c]"}));
  EXPECT_EQ(line.include, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(line.k, -3);
  EXPECT_EQ(line.share, 0.5);
  EXPECT_TRUE(line.deep);
  EXPECT_FALSE(line.filter.has_value());
  EXPECT_EQ(line.global.db, "x");
  EXPECT_EQ(line.global.output, "json");
}

TEST(CommandLine, an_argument_may_be_the_name_of_a_command) {
  for (const char* name : {"get", "find", "collection", "help"}) {
    Line line;
    const auto parsed = line.parse({"--db", "get", "find", name, "-n", "2", "-c", "find"});
    ASSERT_TRUE(parsed.ok()) << parsed.status().message();
    EXPECT_EQ(parsed->command, &line.commands[1]);
    EXPECT_EQ(line.text, name);
    EXPECT_EQ(line.k, 2);
    EXPECT_EQ(line.global.db, "get");
    EXPECT_EQ(line.global.collection, "find");
  }
  Line line;
  EXPECT_EQ(line.parse({"collection", "list"})->command, &line.commands[2].subcommands[0]);
  EXPECT_TRUE(line.parse({"collection", "list", "list", "-c", "a"}).ok());
  EXPECT_EQ(line.text, "list");
  EXPECT_TRUE(line.parse({"help", "find"}).ok());
}

TEST(CommandLine, an_unknown_command_or_option_names_the_nearest) {
  Line line;
  EXPECT_NE(line.error({"gett", "a"}).find("unknown command 'gett'; did you mean 'get'?"),
            std::string::npos);
  EXPECT_NE(Line().error({"get", "a", "--fliter=x"}).find("'--fliter'; did you mean '--filter'?"),
            std::string::npos);
  EXPECT_NE(Line().error({"collection", "lst"}).find("did you mean 'list'?"), std::string::npos);
}

TEST(CommandLine, a_wrong_value_is_named) {
  EXPECT_NE(Line().error({"get", "a", "-k", "many"}).find("'many' is not an integer"),
            std::string::npos);
  EXPECT_NE(Line().error({"get", "a", "-o", "xml"}).find("xml"), std::string::npos);
  EXPECT_EQ(Line().error({"get"}), "'ids' is missing\n'vecstore get --help' shows the options");
  EXPECT_NE(Line().error({"collection"}).find("needs one of: list"), std::string::npos);
}

TEST(CommandLine, errors_are_in_words_and_name_the_option) {
  EXPECT_EQ(Line().error({"get", "a", "--filter"}),
            "--filter needs a value\n'vecstore get --help' shows the options");
  EXPECT_NE(Line()
                .error({"get", "a", "-o", "xml"})
                .find("--output: must be table, json, jsonl or simple, it is 'xml'"),
            std::string::npos);
  EXPECT_NE(Line().error({"get", "a", "-k", "99999999999999999999"}).find("is beyond 64 bits"),
            std::string::npos);
  EXPECT_NE(
      Line()
          .error({"collection", "powershell"})
          .find("'powershell'; known are list\n'vecstore collection --help' lists the commands"),
      std::string::npos);
  EXPECT_NE(Line().error({"collection", "list", "--x"}).find("'vecstore collection list --help'"),
            std::string::npos);
}

TEST(CommandLine, an_option_of_a_command_is_given_once_and_of_global_ones_the_last_counts) {
  EXPECT_NE(Line().error({"get", "a", "--filter", "x", "--filter", "y"}).find("is given twice"),
            std::string::npos);
  Line line;
  EXPECT_TRUE(line.parse({"--db", "x", "get", "a", "--db", "y"}).ok());
  EXPECT_EQ(line.global.db, "y");
}

TEST(CommandLine, options_alone_or_help_for_nothing_known_are_wrong) {
  EXPECT_NE(Line().error({"-o", "json"}).find("a command is missing"), std::string::npos);
  EXPECT_NE(Line().error({"gett", "--help"}).find("unknown command 'gett'"), std::string::npos);
  EXPECT_NE(Line().error({"help", "gett"}).find("unknown command 'gett'"), std::string::npos);
}

TEST(CommandLine, help_and_version_are_answers) {
  EXPECT_EQ(Line().parse({"help", "get"}).value().text,
            Line().parse({"get", "--help"}).value().text);
  EXPECT_EQ(Line().parse({"help"}).value().text, Line().parse({"--help"}).value().text);
  EXPECT_NE(Line().parse({"get", "--help"}).value().text.find("Examples: get a"),
            std::string::npos);
  EXPECT_NE(Line().parse({}).value().text.find("collection"), std::string::npos);
  EXPECT_EQ(Line().parse({"--version"}).value().text.find("vecstore "), 0u);
}

TEST(CommandLine, option_names_include_the_global_ones) {
  const std::vector<std::string> names = option_names(Line().commands[0]);
  EXPECT_NE(std::find(names.begin(), names.end(), "--filter"), names.end());
  EXPECT_NE(std::find(names.begin(), names.end(), "--db"), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "ids"), names.end());
}

}  // namespace
}  // namespace vecstore
