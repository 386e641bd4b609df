#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/nearest.h"
#include "base/number.h"

namespace vecstore {
namespace {

constexpr int kMany = 1 << 20;
constexpr char kLiteral = '\x01';
constexpr const char* kGlobalHelp =
    "\n\nAlso: --db PATH, -c NAME, -o table|json|jsonl|simple, --config FILE, -q; 'vecstore "
    "--help'\n"
    "explains them.";

// CLI11 splits a word in brackets at its commas where several values may stand, and takes a
// command's name among the words of another for that command; behind this mark it is a word like
// any other.
std::string guarded(std::string word) { return kLiteral + std::move(word); }

bool is_special(std::string_view word) {
  return word.starts_with('[') || word.starts_with(kLiteral);
}

std::string unguarded(const std::string& word) {
  return word.starts_with(kLiteral) ? word.substr(1) : word;
}

// CLI11 takes errors of a value as exceptions.
std::int64_t read_integer(const std::string& name, const std::string& text) {
  if (const auto value = parse_int64(text)) return *value;
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const bool digits = text.size() > sign && text.find_first_not_of("0123456789", sign) == text.npos;
  throw CLI::ValidationError(name,
                             "'" + text + "' is " + (digits ? "beyond 64 bits" : "not an integer"));
}

double read_number(const std::string& name, const std::string& text) {
  if (const auto value = parse_double(text)) return *value;
  throw CLI::ValidationError(name, "'" + text + "' is not a number");
}

// "a, b or c"
std::string any_of(const std::vector<std::string>& names) {
  std::string text = names.front();
  for (std::size_t i = 1; i < names.size(); ++i) {
    text += (i + 1 < names.size() ? ", " : " or ") + names[i];
  }
  return text;
}

// Puts the texts given for one option where its target says.
struct Store {
  std::string name;  // for messages
  std::vector<std::string> choices;
  CLI::results_t texts;

  void operator()(bool* to) const { *to = true; }
  void operator()(std::string* to) const { *to = one(); }
  void operator()(std::optional<std::string>* to) const { *to = one(); }
  void operator()(std::optional<std::int64_t>* to) const { *to = read_integer(name, one()); }
  void operator()(std::optional<double>* to) const { *to = read_number(name, one()); }
  void operator()(std::vector<std::string>* to) const { *to = texts; }

  const std::string& one() const {
    if (texts.size() > 1) throw CLI::ValidationError(name, "is given twice");
    const std::string& text = texts.front();
    if (choices.empty() || std::count(choices.begin(), choices.end(), text) > 0) return text;
    throw CLI::ValidationError(name, "must be " + any_of(choices) + ", it is '" + text + "'");
  }
};

bool is_positional(const Option& option) { return option.names[0] != '-'; }

// Of "--output,-o" the first.
std::string first_name(const Option& option) {
  return option.names.substr(0, option.names.find(','));
}

// An option of a command may be given once; of a global one, which aliases and scripts give too,
// the last counts.
void add_option(CLI::App& app, const Option& option, CLI::MultiOptionPolicy policy) {
  if (bool* const* flag = std::get_if<bool*>(&option.target)) {
    app.add_flag(option.names, **flag, option.help);
    return;
  }
  const OptionTarget target = option.target;
  CLI::Option* added = app.add_option(
      option.names,
      [name = first_name(option), choices = option.choices, target](const CLI::results_t& texts) {
        Store store{name, choices, texts};
        for (std::string& text : store.texts) text = unguarded(text);
        std::visit(store, target);
        return true;
      },
      option.help);
  const bool many = std::holds_alternative<std::vector<std::string>*>(target);
  added->multi_option_policy(policy);
  added->allow_extra_args(false);
  if (many && is_positional(option)) added->expected(1, kMany)->allow_extra_args();
  added->required(option.required);
  added->option_text(option.value.empty() && !is_positional(option) ? "VALUE" : option.value);
}

using Apps = std::map<const CLI::App*, const Command*>;

void add_command(CLI::App& parent, const Command& command, Apps& apps) {
  CLI::App* app = parent.add_subcommand(command.name, command.summary);
  app->fallthrough();
  app->footer(command.description + (command.run ? kGlobalHelp : ""));
  for (const Option& option : command.options) {
    add_option(*app, option, CLI::MultiOptionPolicy::TakeAll);
  }
  for (const Command& sub : command.subcommands) add_command(*app, sub, apps);
  apps[app] = &command;
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

// What was recognised of a line.
struct Recognised {
  const Command* command = nullptr;  // the innermost
  std::string words = "vecstore";    // "vecstore collection list"
};

Recognised recognised(const CLI::App& app, const Apps& apps) {
  Recognised found;
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    found.words += " " + at->get_name();
  }
  const auto known = apps.find(at);
  if (known != apps.end()) found.command = known->second;
  return found;
}

bool is_group(const Recognised& found) { return !found.command || !found.command->run; }

std::string help_hint(const Recognised& found) {
  return "\n'" + found.words + " --help' " +
         (is_group(found) ? "lists the commands" : "shows the options");
}

// `word` is what nothing expected.
Status unexpected(const std::string& word, const Recognised& found,
                  std::span<const Command> commands) {
  if (word.size() > 1 && word[0] == '-') {
    const std::string name = word.substr(0, word.find('='));
    const std::vector<std::string> known = option_names(found.command ? *found.command : Command());
    if (std::count(known.begin(), known.end(), name) > 0) {
      return invalid_argument("'" + word + "' comes after '--', where every word is an argument: " +
                              "put options before '--'" + help_hint(found));
    }
    return invalid_argument("unknown option '" + name + "'" + nearest_hint(name, known) +
                            help_hint(found));
  }
  if (!is_group(found)) {
    return invalid_argument("unexpected argument '" + word + "'" + help_hint(found));
  }
  const std::vector<std::string> known =
      command_names(found.command ? found.command->subcommands : commands);
  std::string hint = nearest_hint(word, known);
  if (hint.empty() && found.command) hint = "; known are " + CLI::detail::join(known, ", ");
  return invalid_argument("unknown command '" + word + "'" + hint + help_hint(found));
}

// CLI11's words for what is missing are for programmers.
std::string message_of(const CLI::ParseError& error) {
  const std::string what = error.what();
  switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
    case CLI::ExitCodes::ArgumentMismatch:
      return what.substr(0, what.find(':')) + " needs a value";
    case CLI::ExitCodes::RequiredError:
      return "'" + what.substr(0, what.find(' ')) + "' is missing";
    default:
      return what;
  }
}

Result<ParsedLine> parsed(const CLI::App& app, const Recognised& found, bool any_words) {
  if (!found.command && any_words) {
    return invalid_argument("a command is missing" + help_hint(found));
  }
  if (!found.command) return ParsedLine{nullptr, app.help()};
  if (found.command->run) return ParsedLine{found.command, {}};
  return invalid_argument("'" + found.words + "' needs one of: " +
                          CLI::detail::join(command_names(found.command->subcommands), ", "));
}

const Command* find_command(std::span<const Command> commands, std::string_view name) {
  const auto at = std::ranges::find(commands, name, &Command::name);
  return at == commands.end() ? nullptr : &*at;
}

// The names of global options that are followed by a value.
std::vector<std::string> names_before_values() {
  GlobalOptions global;
  std::vector<std::string> names;
  for (const Option& option : global_options(global)) {
    if (std::holds_alternative<bool*>(option.target)) continue;
    for (std::string& name : CLI::detail::split(option.names, ',')) names.push_back(name);
  }
  return names;
}

// With what is no command guarded: names of commands count until there is one that runs.
std::vector<std::string> guarded_words(int argc, const char* const* argv,
                                       std::span<const Command> commands) {
  const std::vector<std::string> before_values = names_before_values();
  std::vector<std::string> words;
  const Command* chosen = nullptr;
  std::vector<std::span<const Command>> levels = {commands};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool value = i > 1 && std::ranges::count(before_values, std::string(argv[i - 1])) > 0;
    const bool runs = chosen && chosen->run;
    const Command* const named = value || runs ? nullptr : find_command(levels.back(), word);
    if (named) levels.push_back((chosen = named)->subcommands);
    const bool mistaken = runs && std::ranges::any_of(levels, [&](std::span<const Command> level) {
                            return find_command(level, word);
                          });
    words.push_back(is_special(word) || mistaken ? guarded(word) : word);
  }
  return words;
}

// 'help query' is 'query --help'. Last first, as CLI11 takes them.
std::vector<std::string> words_of(int argc, const char* const* argv,
                                  std::span<const Command> commands) {
  std::vector<std::string> words = guarded_words(argc, argv, commands);
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.push_back("--help");
  }
  std::ranges::reverse(words);
  return words;
}

}  // namespace

std::vector<Option> global_options(GlobalOptions& global) {
  return {
      {"--db", &global.db, "database folder (else $VECSTORE_DB, .vecstore.toml, ./vecstore.db)",
       "PATH"},
      {"--collection,-c", &global.collection, "collection (default: default)", "NAME"},
      {"--output,-o",
       &global.output,
       "how answers are printed: table, json, jsonl or simple",
       "FORMAT",
       {"table", "json", "jsonl", "simple"}},
      {"--snapshot", &global.snapshot, "read this named snapshot instead of the present", "NAME"},
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
  for (const Option& option : global_options(global)) {
    add_option(app, option, CLI::MultiOptionPolicy::TakeLast);
  }
  Apps apps;
  for (const Command& command : commands) add_command(app, command, apps);
  try {
    std::vector<std::string> words = words_of(argc, argv, commands);
    app.parse(words);
  } catch (const CLI::CallForVersion& version) {
    return ParsedLine{nullptr, std::string(version.what()) + "\n"};
  } catch (const CLI::ParseError& error) {
    const Recognised found = recognised(app, apps);
    const std::vector<std::string> rest = app.remaining(true);
    if (!rest.empty()) return unexpected(unguarded(rest.front()), found, commands);
    if (error.get_exit_code() == 0) return ParsedLine{nullptr, app.help()};  // --help
    return invalid_argument(message_of(error) + help_hint(found));
  }
  return parsed(app, recognised(app, apps), argc > 1);
}

}  // namespace vecstore
