// Shell completion, written from the table of commands.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace vecstore {

std::string bash_completion(std::span<const Command> commands);
std::string zsh_completion(std::span<const Command> commands);
std::string fish_completion(std::span<const Command> commands);

}  // namespace vecstore
