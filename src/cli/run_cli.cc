#include "cli/run_cli.h"

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/session.h"

namespace vecstore {
namespace {

Status run_line(int argc, char** argv) {
  const std::vector<Command> commands = all_commands();
  GlobalOptions global;
  VECSTORE_ASSIGN(const ParsedLine line, parse_command_line(commands, global, argc, argv));
  if (!line.command) {
    std::fwrite(line.text.data(), 1, line.text.size(), stdout);
    return {};
  }
  VECSTORE_ASSIGN(Session session, Session::start(global));
  Status status = line.command->run(session);
  session.end(status);
  return status;
}

}  // namespace

int run_cli(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk, not the end
  Status status;
  try {
    status = run_line(argc, argv);
  } catch (const std::exception& error) {  // out of memory above all: the engine throws nothing
    status = internal_error(error.what());
  }
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written && status.ok()) {
    status = Status(Code::kUnknown, "cannot write to standard output");
  }
  if (!status.ok()) print_error(status.message());
  return static_cast<int>(exit_code_of(status));
}

}  // namespace vecstore
