#include "cli/check_pipeline.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/embedding_settings.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace vecstore {
namespace {

Status show(Session& session) {
  std::vector<Object> rows;
  for (const Setting& setting : session.settings.all()) {
    rows.push_back({{"key", setting.key},
                    {"value", shown_value(setting.key, setting.value)},
                    {"origin", setting.origin}});
  }
  session.out.print_list("settings", rows);
  return {};
}

// Every stage, so that one run tells all that is wrong.
Status check(Session& session) {
  std::vector<Object> rows;
  std::size_t wrong = 0;
  for (const PipelineStage& stage : check_pipeline(session)) {
    wrong += !stage.status.ok();
    rows.push_back({{"stage", stage.stage},
                    {"ok", stage.status.ok()},
                    {"what", stage.status.ok() ? stage.what : stage.status.message()}});
  }
  session.out.print_list("stages", rows);
  if (wrong == 0) return {};
  return Status(Code::kUnknown, counted(wrong, "stage") + " cannot run as configured");
}

Command shell(const char* name, const char* example,
              std::string (*script)(std::span<const Command>)) {
  return {.name = name,
          .summary = std::string("the script for ") + name,
          .description = std::string("Example:\n  ") + example,
          .run = [script](Session& session) {
            session.out.print_line(script(all_commands()));
            return Status();
          }};
}

}  // namespace

Command config_command() {
  Command command{.name = "config",
                  .summary = "what is configured, and by whom",
                  .description = "Example:\n  vecstore config show"};
  command.subcommands = {
      {.name = "show",
       .summary = "every setting with its value and where that came from",
       .description =
           "A flag beats the environment (VECSTORE_SECTION_OPTION), which beats the\n"
           ".vecstore.toml of this folder or the nearest above, which beats that of the\n"
           "home folder.\n\n"
           "Examples:\n"
           "  vecstore config show\n"
           "  VECSTORE_DATABASE_THREADS=4 vecstore config show -o json",
       .run = show},
      {.name = "check",
       .summary = "whether the way from sources to answers can run as configured",
       .description = "Looks at each stage and whether files and models are there; loads nothing,\n"
                      "sends nothing and opens no database.\n\n"
                      "Examples:\n"
                      "  vecstore config check\n"
                      "  vecstore --config manual.toml config check -o json",
       .run = check}};
  return command;
}

Command completion_command() {
  Command command{.name = "completion",
                  .summary = "a script that completes commands and options in the shell",
                  .description = "Example:\n  source <(vecstore completion bash)"};
  command.subcommands = {
      shell("bash", "source <(vecstore completion bash)", bash_completion),
      shell("zsh", "vecstore completion zsh > ~/.zfunc/_vecstore", zsh_completion),
      shell("fish", "vecstore completion fish > ~/.config/fish/completions/vecstore.fish",
            fish_completion)};
  return command;
}

Command version_command() {
  return {.name = "version",
          .summary = "the version of this program",
          .description = "Example:\n  vecstore version -o json",
          .run = [](Session& session) {
            if (session.out.is_json()) {
              session.out.print_object({{"version", VECSTORE_VERSION}});
            } else {
              session.out.print_line("vecstore " VECSTORE_VERSION);
            }
            return Status();
          }};
}

}  // namespace vecstore
