#include "cli/completion.h"

#include "cli/command_line.h"

namespace vecstore {
namespace {

// What may follow a command: its subcommands, or its options.
std::string words_after(const Command& command) {
  std::string words;
  const auto add = [&words](const std::string& word) {
    if (!words.empty()) words += ' ';
    words += word;
  };
  for (const Command& sub : command.subcommands) add(sub.name);
  for (const std::string& name : option_names(command)) add(name);
  return words;
}

std::string command_words(std::span<const Command> commands) {
  std::string words;
  for (const Command& command : commands) {
    if (!words.empty()) words += ' ';
    words += command.name;
  }
  return words;
}

// For single quotes in any of the three shells.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? '"' : c;
  return out + "'";
}

}  // namespace

std::string bash_completion(std::span<const Command> commands) {
  std::string script =
      "_vecstore() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} known='' command='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      --db|--config|--collection|-c|--output|-o) ((i++)) ;;\n"
      "      -*) ;;\n"
      "      *) command=${COMP_WORDS[i]}; break ;;\n"
      "    esac\n"
      "  done\n"
      "  case $command in\n";
  for (const Command& command : commands) {
    script += "    " + command.name + ") known='" + words_after(command) + "' ;;\n";
  }
  script += "    '') known='" + command_words(commands) + " " + words_after(Command()) +
            "' ;;\n"
            "  esac\n"
            "  COMPREPLY=($(compgen -W \"$known\" -- \"$word\"))\n"
            "  [[ $word == -* || -z $command ]] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
            "}\n"
            "complete -o filenames -F _vecstore vecstore";
  return script;
}

std::string zsh_completion(std::span<const Command> commands) {
  std::string script =
      "#compdef vecstore\n"
      "_vecstore() {\n"
      "  local -a known\n"
      "  if (( CURRENT == 2 )); then\n"
      "    known=(\n";
  for (const Command& command : commands) {
    script += "      " + quoted(command.name + ":" + command.summary) + "\n";
  }
  script +=
      "    )\n"
      "    _describe command known\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n";
  for (const Command& command : commands) {
    script += "    " + command.name + ") known=(" + words_after(command) + ") ;;\n";
  }
  return script +
         "  esac\n"
         "  compadd -a known\n"
         "  [[ $words[CURRENT] == -* ]] || _files\n"
         "}\n"
         "compdef _vecstore vecstore";
}

std::string fish_completion(std::span<const Command> commands) {
  std::string script;
  for (const Command& command : commands) {
    script += "complete -c vecstore -n __fish_use_subcommand -f -a " + command.name + " -d " +
              quoted(command.summary) + "\n";
  }
  for (const Command& command : commands) {
    const std::string within =
        "complete -c vecstore -n '__fish_seen_subcommand_from " + command.name + "' ";
    for (const Command& sub : command.subcommands) {
      script += within + "-f -a " + sub.name + " -d " + quoted(sub.summary) + "\n";
    }
    for (const std::string& name : option_names(command)) {
      script += within +
                (name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1)) + "\n";
    }
  }
  script.pop_back();
  return script;
}

}  // namespace vecstore
