// A command of the program as data: its options say where their values go, so that parsing, help
// and shell completion read the same table.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "vecstore/status.h"

namespace vecstore {

class Session;

// bool: a flag. vector: the option may be given several times, a positional takes many.
using OptionTarget =
    std::variant<bool*, std::string*, std::optional<std::string>*, std::optional<std::int64_t>*,
                 std::optional<double>*, std::vector<std::string>*>;

struct Option {
  std::string names = {};  // "-k", "--filter,-f", or "file" for a positional
  OptionTarget target;
  std::string help = {};
  std::string value = {};  // what the help calls the value: "FILE"
  std::vector<std::string> choices = {};
  bool required = false;
};

struct Command {
  std::string name = {};
  std::string summary = {};      // one line
  std::string description = {};  // the rest of the help, examples included
  std::vector<Option> options = {};
  std::function<Status(Session&)> run = {};  // unset when there are subcommands
  std::vector<Command> subcommands = {};
};

// The options before every command.
struct GlobalOptions {
  std::optional<std::string> db = {};
  std::string collection = "default";
  std::optional<std::string> output = {};
  std::optional<std::string> config = {};
  std::optional<std::string> snapshot = {};
  bool quiet = false;
};

}  // namespace vecstore
