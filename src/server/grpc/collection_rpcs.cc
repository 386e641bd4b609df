#include "server/grpc/message_value.h"
#include "server/grpc/rpcs.h"
#include "server/json/answer_json.h"
#include "server/json/collection_json.h"
#include "service/operations.h"

namespace vecstore {
namespace {

Noted tell(const GrpcCall& call, CollectionStats stats, v1::CollectionStats& to) {
  stats.name = told_name(*call.admission, stats.name);
  VECSTORE_TRY(set_fields(collection_stats_object(stats), to));
  return GrpcNote{};
}

}  // namespace

Noted rpc_create_collection(const GrpcCall& call, const v1::CreateCollectionRequest& asked,
                            v1::CollectionStats& to) {
  const Result<Object> json = object_of(asked.options());
  VECSTORE_TRY(json.status().with_context("options"));
  VECSTORE_ASSIGN(const CollectionOptions options, collection_options_from_json(*json));
  VECSTORE_ASSIGN(const CollectionStats made,
                  create_collection(call.service, *call.admission, options));
  return tell(call, made, to);
}

Noted rpc_get_collection(const GrpcCall& call, const v1::CollectionRequest&, v1::Collection& to) {
  VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, *call.admission));
  to.set_name(told_name(*call.admission, collection.name()));
  VECSTORE_TRY(set_fields(collection_options_object(collection.options()), *to.mutable_options()));
  return GrpcNote{};
}

Noted rpc_list_collections(const GrpcCall& call, const v1::ListCollectionsRequest&,
                           v1::CollectionNames& to) {
  VECSTORE_ASSIGN(const std::vector<std::string> names,
                  list_collections(call.service, *call.admission));
  for (const std::string& name : names) to.add_collections(name);
  return GrpcNote{};
}

Noted rpc_drop_collection(const GrpcCall& call, const v1::CollectionRequest&, v1::Done&) {
  VECSTORE_TRY(drop_collection(call.service, *call.admission));
  return GrpcNote{};
}

Noted rpc_compact(const GrpcCall& call, const v1::CollectionRequest&, v1::CompactResult& to) {
  VECSTORE_ASSIGN(const CompactResult done, compact_collection(call.service, *call.admission));
  VECSTORE_TRY(set_fields(compact_result_object(done), to));
  return GrpcNote{};
}

Noted rpc_get_stats(const GrpcCall& call, const v1::CollectionRequest&, v1::CollectionStats& to) {
  VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, *call.admission));
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  return tell(call, stats, to);
}

Noted rpc_get_database_stats(const GrpcCall& call, const v1::GetDatabaseStatsRequest&,
                             v1::DatabaseStats& to) {
  VECSTORE_ASSIGN(const DatabaseStats stats, call.service.database().stats());
  VECSTORE_TRY(set_fields(database_stats_object(stats), to));
  return GrpcNote{};
}

Noted rpc_create_snapshot(const GrpcCall& call, const v1::SnapshotRequest& asked,
                          v1::Snapshot& to) {
  VECSTORE_ASSIGN(const SnapshotInfo made, call.service.database().create_snapshot(asked.name()));
  VECSTORE_TRY(set_fields(snapshot_object(made), to));
  return GrpcNote{.detail = made.name};
}

Noted rpc_list_snapshots(const GrpcCall& call, const v1::ListSnapshotsRequest&, v1::Snapshots& to) {
  VECSTORE_ASSIGN(const std::vector<SnapshotInfo> all, call.service.database().list_snapshots());
  for (const SnapshotInfo& one : all)
    VECSTORE_TRY(set_fields(snapshot_object(one), *to.add_snapshots()));
  return GrpcNote{};
}

Noted rpc_restore_snapshot(const GrpcCall& call, const v1::SnapshotRequest& asked, v1::Done&) {
  VECSTORE_TRY(restore_snapshot(call.service, asked.name()));
  return GrpcNote{.detail = asked.name()};
}

Noted rpc_health_check(const GrpcCall& call, const v1::HealthCheckRequest&,
                       v1::HealthCheckResponse& to) {
  VECSTORE_TRY(call.service.ready());
  to.set_status("ok");
  return GrpcNote{};
}

}  // namespace vecstore
