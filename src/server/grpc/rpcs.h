// What the calls do: from the message to the service, and its answer as one. Each is named for its
// row in the table (rpc.cc); what it returns is for the audit log.
#pragma once

#include <string>
#include <utility>

#include "server/grpc/rpc.h"
#include "vecstore/v1/admin.pb.h"
#include "vecstore/v1/vecstore.pb.h"

namespace vecstore {

struct GrpcNote {
  std::string detail = {};
  bool later = false;
};
using Noted = Result<GrpcNote>;

Noted rpc_upsert(const GrpcCall& call, const v1::UpsertRequest& asked, v1::WriteResult& to);
Noted rpc_batch_upsert(const GrpcCall& call, const v1::BatchUpsertRequest& asked,
                       v1::WriteResult& to);
Noted rpc_update(const GrpcCall& call, const v1::UpdateRequest& asked, v1::WriteResult& to);
Noted rpc_delete(const GrpcCall& call, const v1::DeleteRequest& asked, v1::WriteResult& to);
Noted rpc_soft_delete(const GrpcCall& call, const v1::IdsRequest& asked, v1::WriteResult& to);
Noted rpc_restore(const GrpcCall& call, const v1::IdsRequest& asked, v1::WriteResult& to);
Noted rpc_get(const GrpcCall& call, const v1::GetRequest& asked, v1::Record& to);
Noted rpc_scan(const GrpcCall& call, const v1::ScanRequest& asked, v1::ScanPage& to);
Noted rpc_query(const GrpcCall& call, const v1::QueryRequest& asked, v1::Hits& to);
Noted rpc_hybrid_query(const GrpcCall& call, const v1::QueryRequest& asked, v1::Hits& to);
Noted rpc_query_many(const GrpcCall& call, const v1::QueryManyRequest& asked, v1::ManyHits& to);
Result<GrpcReply> rpc_query_stream(const GrpcCall& call, const v1::QueryRequest& asked);

Noted rpc_create_collection(const GrpcCall& call, const v1::CreateCollectionRequest& asked,
                            v1::CollectionStats& to);
Noted rpc_get_collection(const GrpcCall& call, const v1::CollectionRequest& asked,
                         v1::Collection& to);
Noted rpc_list_collections(const GrpcCall& call, const v1::ListCollectionsRequest& asked,
                           v1::CollectionNames& to);
Noted rpc_drop_collection(const GrpcCall& call, const v1::CollectionRequest& asked, v1::Done& to);
Noted rpc_compact(const GrpcCall& call, const v1::CollectionRequest& asked, v1::CompactResult& to);
Noted rpc_get_stats(const GrpcCall& call, const v1::CollectionRequest& asked,
                    v1::CollectionStats& to);
Noted rpc_get_database_stats(const GrpcCall& call, const v1::GetDatabaseStatsRequest& asked,
                             v1::DatabaseStats& to);
Noted rpc_create_snapshot(const GrpcCall& call, const v1::SnapshotRequest& asked, v1::Snapshot& to);
Noted rpc_list_snapshots(const GrpcCall& call, const v1::ListSnapshotsRequest& asked,
                         v1::Snapshots& to);
Noted rpc_restore_snapshot(const GrpcCall& call, const v1::SnapshotRequest& asked, v1::Done& to);
Noted rpc_health_check(const GrpcCall& call, const v1::HealthCheckRequest& asked,
                       v1::HealthCheckResponse& to);

Noted rpc_create_namespace(const GrpcCall& call, const v1::CreateNamespaceRequest& asked,
                           v1::Namespace& to);
Noted rpc_list_namespaces(const GrpcCall& call, const v1::ListNamespacesRequest& asked,
                          v1::Namespaces& to);
Noted rpc_get_namespace(const GrpcCall& call, const v1::NamespaceRequest& asked, v1::Namespace& to);
Noted rpc_update_namespace_quotas(const GrpcCall& call,
                                  const v1::UpdateNamespaceQuotasRequest& asked, v1::Namespace& to);
Noted rpc_update_namespace_status(const GrpcCall& call,
                                  const v1::UpdateNamespaceStatusRequest& asked, v1::Namespace& to);
Noted rpc_delete_namespace(const GrpcCall& call, const v1::NamespaceRequest& asked, v1::Done& to);
Noted rpc_get_namespace_stats(const GrpcCall& call, const v1::NamespaceRequest& asked,
                              v1::NamespaceStats& to);
Noted rpc_get_aggregate_stats(const GrpcCall& call, const v1::GetAggregateStatsRequest& asked,
                              v1::AggregateStats& to);

}  // namespace vecstore
