#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <map>

#include "base/nearest.h"
#include "base/number.h"

namespace vecstore {
namespace {

constexpr int kMany = 1 << 20;
constexpr char kLiteral = '\x01';

// CLI11 splits a word in brackets at its commas where several values may stand; behind this mark it
// is a word like any other.
std::string guarded(std::string word) {
  const bool special = word.starts_with('[') || word.starts_with(kLiteral);
  return special ? kLiteral + word : word;
}

std::string unguarded(const std::string& word) {
  return word.starts_with(kLiteral) ? word.substr(1) : word;
}

// CLI11 takes errors of a value as exceptions.
std::int64_t read_integer(const std::string& name, const std::string& text) {
  if (const auto value = parse_int64(text)) return *value;
  throw CLI::ValidationError(name, "'" + text + "' is not an integer");
}

double read_number(const std::string& name, const std::string& text) {
  if (const auto value = parse_double(text)) return *value;
  throw CLI::ValidationError(name, "'" + text + "' is not a number");
}

// Puts the texts given for one option where its target says.
struct Store {
  std::string name;
  CLI::results_t texts;

  void operator()(bool* to) const { *to = true; }
  void operator()(std::string* to) const { *to = texts.back(); }
  void operator()(std::optional<std::string>* to) const { *to = texts.back(); }
  void operator()(std::optional<std::int64_t>* to) const { *to = read_integer(name, texts.back()); }
  void operator()(std::optional<double>* to) const { *to = read_number(name, texts.back()); }
  void operator()(std::vector<std::string>* to) const { *to = texts; }
};

bool is_positional(const Option& option) { return option.names[0] != '-'; }

void add_option(CLI::App& app, const Option& option) {
  if (bool* const* flag = std::get_if<bool*>(&option.target)) {
    app.add_flag(option.names, **flag, option.help);
    return;
  }
  const std::string name = option.names;
  const OptionTarget target = option.target;
  CLI::Option* added = app.add_option(
      option.names,
      [name, target](const CLI::results_t& texts) {
        Store store{name, texts};
        for (std::string& text : store.texts) text = unguarded(text);
        std::visit(store, target);
        return true;
      },
      option.help);
  const bool many = std::holds_alternative<std::vector<std::string>*>(target);
  added->multi_option_policy(many ? CLI::MultiOptionPolicy::TakeAll
                                  : CLI::MultiOptionPolicy::TakeLast);
  added->allow_extra_args(false);
  if (many && is_positional(option)) added->expected(1, kMany)->allow_extra_args();
  added->required(option.required);
  added->option_text(option.value.empty() && !is_positional(option) ? "VALUE" : option.value);
  if (!option.choices.empty()) added->check(CLI::IsMember(option.choices));
}

using Apps = std::map<const CLI::App*, const Command*>;

void add_command(CLI::App& parent, const Command& command, Apps& apps) {
  CLI::App* app = parent.add_subcommand(command.name, command.summary);
  app->fallthrough();
  app->footer(command.description);
  for (const Option& option : command.options) add_option(*app, option);
  for (const Command& sub : command.subcommands) add_command(*app, sub, apps);
  apps[app] = &command;
}

const CLI::App* innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return at;
}

std::string nearest_hint(const std::string& wrong, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view near = nearest_name(wrong, views);
  return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

std::vector<std::string> command_names(std::span<const Command> commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

std::string help_hint(const Command* command) {
  return command ? "'vecstore " + command->name + " --help' shows the options"
                 : "'vecstore --help' lists the commands";
}

// `word` is what nothing expected; `command` the innermost one that was recognised.
Status unexpected(const std::string& word, const Command* command,
                  std::span<const Command> commands) {
  if (word.size() > 1 && word[0] == '-') {
    const std::string name = word.substr(0, word.find('='));
    GlobalOptions global;
    Command none;
    none.options = global_options(global);
    return invalid_argument("unknown option '" + name + "'" +
                            nearest_hint(name, option_names(command ? *command : none)) + "\n" +
                            help_hint(command));
  }
  if (command && command->subcommands.empty()) {
    return invalid_argument("unexpected argument '" + word + "'\n" + help_hint(command));
  }
  const std::span<const Command> among = command ? command->subcommands : commands;
  return invalid_argument("unknown command '" + word + "'" +
                          nearest_hint(word, command_names(among)) + "\n" + help_hint(command));
}

Result<ParsedLine> parsed(CLI::App& app, const Apps& apps) {
  const CLI::App* chosen = innermost(app);
  const auto found = apps.find(chosen);
  if (found == apps.end()) return ParsedLine{nullptr, app.help()};
  if (!found->second->run) {
    return invalid_argument("'vecstore " + found->second->name + "' needs one of: " +
                            CLI::detail::join(command_names(found->second->subcommands), ", "));
  }
  return ParsedLine{found->second, {}};
}

}  // namespace

std::vector<Option> global_options(GlobalOptions& global) {
  return {
      {"--db", &global.db, "database folder (else $VECSTORE_DB, .vecstore.toml, ./vecstore.db)",
       "PATH"},
      {"--collection,-c", &global.collection, "collection (default: default)", "NAME"},
      {"--output,-o",
       &global.output,
       "how answers are printed",
       "FORMAT",
       {"table", "json", "jsonl", "simple"}},
      {"--config", &global.config, "configuration file instead of .vecstore.toml", "FILE"},
      {"--quiet,-q", &global.quiet, "no progress and no notes"},
  };
}

std::vector<std::string> option_names(const Command& command) {
  GlobalOptions global;
  std::vector<Option> options = command.options;
  for (Option& option : global_options(global)) options.push_back(std::move(option));
  std::vector<std::string> names;
  for (const Option& option : options) {
    if (is_positional(option)) continue;
    for (std::string& name : CLI::detail::split(option.names, ',')) names.push_back(name);
  }
  names.push_back("--help");
  return names;
}

Result<ParsedLine> parse_command_line(std::span<const Command> commands, GlobalOptions& global,
                                      int argc, const char* const* argv) {
  CLI::App app("VecStore: an embedded vector database.", "vecstore");
  app.set_version_flag("--version", "vecstore " VECSTORE_VERSION);
  app.footer("'vecstore COMMAND --help' shows the options of a command, with examples.");
  for (const Option& option : global_options(global)) add_option(app, option);
  Apps apps;
  for (const Command& command : commands) add_command(app, command, apps);
  try {
    std::vector<std::string> words;  // last first, as CLI11 takes them
    for (int i = argc - 1; i > 0; --i) words.push_back(guarded(argv[i]));
    app.parse(words);
  } catch (const CLI::CallForVersion& version) {
    return ParsedLine{nullptr, std::string(version.what()) + "\n"};
  } catch (const CLI::Success&) {
    return ParsedLine{nullptr, app.help()};
  } catch (const CLI::ParseError& error) {
    const auto found = apps.find(innermost(app));
    const Command* command = found == apps.end() ? nullptr : found->second;
    const std::vector<std::string> rest = app.remaining(true);
    if (!rest.empty()) return unexpected(unguarded(rest.front()), command, commands);
    return invalid_argument(std::string(error.what()) + "\n" + help_hint(command));
  }
  return parsed(app, apps);
}

}  // namespace vecstore
