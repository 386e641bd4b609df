#include "cli/commands.h"

namespace vecstore {

std::vector<Command> all_commands() {
  return {init_command(),  ingest_command(), query_command(), get_command(),   delete_command(),
          count_command(), scan_command(),   stats_command(), check_command(), compact_command()};
}

}  // namespace vecstore
