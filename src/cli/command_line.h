// From argv to the command that was asked for, its options filled in.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace vecstore {

struct ParsedLine {
  const Command* command = nullptr;  // none: `text` (help, version) is all there is to do
  std::string text = {};
};

// kInvalidArgument names the option or command that is wrong and the nearest that exists. Integers
// may be negative: what range is allowed, the command says.
Result<ParsedLine> parse_command_line(std::span<const Command> commands, GlobalOptions& global,
                                      int argc, const char* const* argv);

// The names of every option of a command, long ones first, and those of the global options.
std::vector<std::string> option_names(const Command& command);
std::vector<Option> global_options(GlobalOptions& global);

}  // namespace vecstore
