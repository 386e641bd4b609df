// What the routes do: from the body and the parameters to the service, and its answer as JSON. Each
// is named for its operation.
#pragma once

#include "server/http/route.h"

namespace vecstore {

Result<Reply> handle_list_collections(const Exchange& exchange);
Result<Reply> handle_create_collection(const Exchange& exchange);
Result<Reply> handle_get_collection(const Exchange& exchange);
Result<Reply> handle_change_collection(const Exchange& exchange);
Result<Reply> handle_drop_collection(const Exchange& exchange);
Result<Reply> handle_flush(const Exchange& exchange);
Result<Reply> handle_compact(const Exchange& exchange);
Result<Reply> handle_collection_stats(const Exchange& exchange);

Result<Reply> handle_upsert(const Exchange& exchange);
Result<Reply> handle_update(const Exchange& exchange);
Result<Reply> handle_remove_one(const Exchange& exchange);
Result<Reply> handle_remove(const Exchange& exchange);
Result<Reply> handle_soft_delete(const Exchange& exchange);
Result<Reply> handle_restore(const Exchange& exchange);
Result<Reply> handle_get_record(const Exchange& exchange);
Result<Reply> handle_scan(const Exchange& exchange);
Result<Reply> handle_query(const Exchange& exchange);
Result<Reply> handle_query_many(const Exchange& exchange);

Result<Reply> handle_database_stats(const Exchange& exchange);
Result<Reply> handle_list_snapshots(const Exchange& exchange);
Result<Reply> handle_create_snapshot(const Exchange& exchange);
Result<Reply> handle_drop_snapshot(const Exchange& exchange);
Result<Reply> handle_restore_snapshot(const Exchange& exchange);
Result<Reply> handle_list_keys(const Exchange& exchange);
Result<Reply> handle_create_key(const Exchange& exchange);
Result<Reply> handle_revoke_key(const Exchange& exchange);
Result<Reply> handle_metrics(const Exchange& exchange);
Result<Reply> handle_slow_queries(const Exchange& exchange);

Result<Reply> handle_list_namespaces(const Exchange& exchange);
Result<Reply> handle_create_namespace(const Exchange& exchange);
Result<Reply> handle_get_namespace(const Exchange& exchange);
Result<Reply> handle_change_namespace(const Exchange& exchange);
Result<Reply> handle_delete_namespace(const Exchange& exchange);
Result<Reply> handle_namespace_stats(const Exchange& exchange);
Result<Reply> handle_namespace_usage(const Exchange& exchange);
Result<Reply> handle_list_usage(const Exchange& exchange);
Result<Reply> handle_list_backups(const Exchange& exchange);
Result<Reply> handle_backup_namespace(const Exchange& exchange);
Result<Reply> handle_restore_namespace(const Exchange& exchange);
Result<Reply> handle_drop_backup(const Exchange& exchange);

Result<Reply> handle_health(const Exchange& exchange);
Result<Reply> handle_ready(const Exchange& exchange);
Result<Reply> handle_openapi(const Exchange& exchange);

}  // namespace vecstore
