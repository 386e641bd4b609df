// Every command of the program. Each file command_NAME.cc makes those it is named for; their
// options live as long as the Command.
#pragma once

#include <vector>

#include "cli/command.h"

namespace vecstore {

Command init_command();
Command extract_command();
Command ingest_command();
Command query_command();
Command explain_command();
Command ask_command();
Command import_command();
Command export_command();
Command get_command();
Command delete_command();
Command count_command();
Command scan_command();
Command versions_command();
Command rollback_command();
Command cache_command();
Command collection_command();
Command conversation_command();
Command snapshot_command();
Command backup_command();
Command restore_command();
Command stats_command();
Command check_command();
Command repair_command();
Command salvage_command();
Command compact_command();
Command benchmark_command();
Command tune_command();
Command eval_command();
Command embed_command();
Command model_command();
Command serve_command();
Command mcp_command();
Command key_command();
Command namespace_command();
Command audit_command();
Command config_command();
Command completion_command();
Command version_command();

// Of the command collection.
Command collection_quantization_command();
Command collection_set_command();

// All of them, as the help lists them.
std::vector<Command> all_commands();

}  // namespace vecstore
