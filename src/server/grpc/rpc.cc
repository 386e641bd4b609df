#include "server/grpc/rpc.h"

#include "server/grpc/message_value.h"
#include "server/grpc/rpcs.h"

namespace vecstore {
namespace {

using google::protobuf::Message;

// The collection where the request has one, else the id of a namespace.
template <typename Request>
std::string_view subject_of(const Message& message) {
  const auto& request = static_cast<const Request&>(message);
  if constexpr (requires { request.collection(); })
    return request.collection();
  else if constexpr (requires { request.id(); })
    return request.id();
  else
    return {};
}

template <typename Request>
MessagePtr make() {
  return std::make_unique<Request>();
}

template <auto kHandle>
struct Unary;

template <typename Request, typename Response,
          Noted (*kHandle)(const GrpcCall&, const Request&, Response&)>
struct Unary<kHandle> {
  static Result<GrpcReply> handle(const GrpcCall& call, const Message& request) {
    VECSTORE_TRY(check_known(request));
    auto response = std::make_unique<Response>();
    VECSTORE_ASSIGN(GrpcNote note, kHandle(call, static_cast<const Request&>(request), *response));
    return GrpcReply{
        .first = std::move(response), .detail = std::move(note.detail), .later = note.later};
  }
  static constexpr Rpc row(const char* path, std::optional<Operation> operation) {
    return {path, operation, false, make<Request>, subject_of<Request>, handle};
  }
};

template <auto kHandle>
struct Stream;

template <typename Request, Result<GrpcReply> (*kHandle)(const GrpcCall&, const Request&)>
struct Stream<kHandle> {
  static Result<GrpcReply> handle(const GrpcCall& call, const Message& request) {
    VECSTORE_TRY(check_known(request));
    return kHandle(call, static_cast<const Request&>(request));
  }
  static constexpr Rpc row(const char* path, std::optional<Operation> operation) {
    return {path, operation, true, make<Request>, subject_of<Request>, handle};
  }
};

#define VECSTORE_RPC "/vecstore.v1.VecStore/"
#define VECSTORE_ADMIN "/vecstore.v1.Admin/"

using O = Operation;

constexpr Rpc kRpcs[] = {
    Unary<rpc_upsert>::row(VECSTORE_RPC "Upsert", O::kUpsert),
    Unary<rpc_batch_upsert>::row(VECSTORE_RPC "BatchUpsert", O::kUpsert),
    Unary<rpc_update>::row(VECSTORE_RPC "Update", O::kUpdate),
    Unary<rpc_delete>::row(VECSTORE_RPC "Delete", O::kRemove),
    Unary<rpc_soft_delete>::row(VECSTORE_RPC "SoftDelete", O::kSoftDelete),
    Unary<rpc_restore>::row(VECSTORE_RPC "Restore", O::kRestoreRecords),
    Unary<rpc_get>::row(VECSTORE_RPC "Get", O::kGetRecord),
    Unary<rpc_scan>::row(VECSTORE_RPC "Scan", O::kScan),
    Unary<rpc_query>::row(VECSTORE_RPC "Query", O::kQuery),
    Stream<rpc_query_stream>::row(VECSTORE_RPC "QueryStream", O::kQuery),
    Unary<rpc_query_many>::row(VECSTORE_RPC "QueryMany", O::kQueryMany),
    Unary<rpc_hybrid_query>::row(VECSTORE_RPC "HybridQuery", O::kQuery),
    Unary<rpc_create_collection>::row(VECSTORE_RPC "CreateCollection", O::kCreateCollection),
    Unary<rpc_get_collection>::row(VECSTORE_RPC "GetCollection", O::kGetCollection),
    Unary<rpc_list_collections>::row(VECSTORE_RPC "ListCollections", O::kListCollections),
    Unary<rpc_drop_collection>::row(VECSTORE_RPC "DropCollection", O::kDropCollection),
    Unary<rpc_compact>::row(VECSTORE_RPC "Compact", O::kCompact),
    Unary<rpc_get_stats>::row(VECSTORE_RPC "GetStats", O::kCollectionStats),
    Unary<rpc_get_database_stats>::row(VECSTORE_RPC "GetDatabaseStats", O::kDatabaseStats),
    Unary<rpc_create_snapshot>::row(VECSTORE_RPC "CreateSnapshot", O::kCreateSnapshot),
    Unary<rpc_list_snapshots>::row(VECSTORE_RPC "ListSnapshots", O::kListSnapshots),
    Unary<rpc_restore_snapshot>::row(VECSTORE_RPC "RestoreSnapshot", O::kRestoreSnapshot),
    Unary<rpc_health_check>::row(VECSTORE_RPC "HealthCheck", std::nullopt),
    Unary<rpc_create_namespace>::row(VECSTORE_ADMIN "CreateNamespace", O::kCreateNamespace),
    Unary<rpc_list_namespaces>::row(VECSTORE_ADMIN "ListNamespaces", O::kListNamespaces),
    Unary<rpc_get_namespace>::row(VECSTORE_ADMIN "GetNamespace", O::kGetNamespace),
    Unary<rpc_update_namespace_quotas>::row(VECSTORE_ADMIN "UpdateNamespaceQuotas",
                                            O::kChangeNamespace),
    Unary<rpc_update_namespace_status>::row(VECSTORE_ADMIN "UpdateNamespaceStatus",
                                            O::kChangeNamespace),
    Unary<rpc_delete_namespace>::row(VECSTORE_ADMIN "DeleteNamespace", O::kDeleteNamespace),
    Unary<rpc_get_namespace_stats>::row(VECSTORE_ADMIN "GetNamespaceStats", O::kNamespaceStats),
    Unary<rpc_get_aggregate_stats>::row(VECSTORE_ADMIN "GetAggregateStats", O::kDatabaseStats)};

#undef VECSTORE_RPC
#undef VECSTORE_ADMIN

}  // namespace

std::span<const Rpc> all_rpcs() { return kRpcs; }

}  // namespace vecstore
