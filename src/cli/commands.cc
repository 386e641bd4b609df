#include "cli/commands.h"

namespace vecstore {

std::vector<Command> all_commands() {
  return {init_command(),       ingest_command(),    extract_command(),      query_command(),
          explain_command(),    ask_command(),       conversation_command(), cache_command(),
          import_command(),     export_command(),    get_command(),          delete_command(),
          count_command(),      scan_command(),      versions_command(),     rollback_command(),
          collection_command(), snapshot_command(),  backup_command(),       restore_command(),
          stats_command(),      check_command(),     repair_command(),       salvage_command(),
          compact_command(),    benchmark_command(), tune_command(),         eval_command(),
          embed_command(),      model_command(),     serve_command(),        mcp_command(),
          key_command(),        namespace_command(), audit_command(),        config_command(),
          completion_command(), version_command()};
}

}  // namespace vecstore
