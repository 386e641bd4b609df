#include "cli/completion.h"

#include <gtest/gtest.h>

#include "cli/commands.h"

namespace vecstore {
namespace {

TEST(Completion, every_command_is_in_every_script) {
  const std::vector<Command> commands = all_commands();
  for (const auto script : {bash_completion, zsh_completion, fish_completion}) {
    const std::string text = script(commands);
    for (const Command& command : commands) {
      EXPECT_NE(text.find(command.name), std::string::npos) << command.name;
    }
    EXPECT_NE(text.find("chunk-size"), std::string::npos);
    EXPECT_NE(text.find("rename"), std::string::npos);
  }
}

}  // namespace
}  // namespace vecstore
