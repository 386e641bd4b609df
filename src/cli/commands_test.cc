#include "cli/commands.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/command_line.h"

namespace vecstore {
namespace {

void check_command_is_explained(const Command& command) {
  EXPECT_FALSE(command.summary.empty()) << command.name;
  EXPECT_EQ(static_cast<bool>(command.run), command.subcommands.empty()) << command.name;
  for (const Command& sub : command.subcommands) check_command_is_explained(sub);
  if (command.run) {
    EXPECT_NE(command.description.find("Example"), std::string::npos) << command.name;
  }
  for (const Option& option : command.options) EXPECT_FALSE(option.help.empty()) << option.names;
}

TEST(Commands, each_has_a_summary_examples_and_help_for_its_options) {
  for (const Command& command : all_commands()) check_command_is_explained(command);
}

TEST(Commands, names_are_unique) {
  std::set<std::string> names;
  for (const Command& command : all_commands()) EXPECT_TRUE(names.insert(command.name).second);
}

}  // namespace
}  // namespace vecstore
