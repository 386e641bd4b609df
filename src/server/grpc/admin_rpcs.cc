#include "server/grpc/convert.h"
#include "server/grpc/message_value.h"
#include "server/grpc/rpcs.h"
#include "service/tenancy/namespace_operations.h"

namespace vecstore {
namespace {

Noted tell(const Namespace& space, v1::Namespace& to) {
  VECSTORE_TRY(set_fields(namespace_object(space), to));
  return GrpcNote{.detail = namespace_summary(space)};
}

Noted change(const GrpcCall& call, const std::string& id, const NamespaceEdit& edit,
             v1::Namespace& to) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(call.service));
  VECSTORE_ASSIGN(const Namespace changed,
                  spaces->change(id, [&](Namespace& space) { return apply_edit(edit, space); }));
  return tell(changed, to);
}

Result<Object> quotas_from(const v1::Quotas& message) {
  Result<Object> quotas = object_of(message);
  VECSTORE_TRY(quotas.status().with_context("quotas"));
  return quotas;
}

}  // namespace

Noted rpc_create_namespace(const GrpcCall& call, const v1::CreateNamespaceRequest& asked,
                           v1::Namespace& to) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(call.service));
  NamespaceEdit edit;
  if (asked.has_name()) edit.name = asked.name();
  if (asked.has_description()) edit.description = asked.description();
  if (asked.has_tier()) edit.tier = asked.tier();
  VECSTORE_ASSIGN(edit.quotas, quotas_from(asked.quotas()));
  if (asked.has_metadata()) {
    VECSTORE_ASSIGN(edit.metadata, object_from(asked.metadata()));
  }
  VECSTORE_ASSIGN(const Namespace made,
                  create_namespace(*spaces, call.service.database(), asked.id(), edit));
  return tell(made, to);
}

Noted rpc_list_namespaces(const GrpcCall& call, const v1::ListNamespacesRequest&,
                          v1::Namespaces& to) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(call.service));
  VECSTORE_ASSIGN(const std::vector<Namespace> all, spaces->list());
  for (const Namespace& space : all)
    VECSTORE_TRY(set_fields(namespace_object(space), *to.add_namespaces()));
  return GrpcNote{};
}

Noted rpc_get_namespace(const GrpcCall& call, const v1::NamespaceRequest& asked,
                        v1::Namespace& to) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(call.service));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(asked.id()));
  return tell(space, to);
}

Noted rpc_update_namespace_quotas(const GrpcCall& call,
                                  const v1::UpdateNamespaceQuotasRequest& asked,
                                  v1::Namespace& to) {
  NamespaceEdit edit;
  if (asked.has_tier()) edit.tier = asked.tier();
  VECSTORE_ASSIGN(edit.quotas, quotas_from(asked.quotas()));
  for (const std::string& name : asked.remove()) {
    if (edit.quotas->find(name))
      return invalid_argument("quota '" + name + "' is both set and removed");
    (*edit.quotas)[name] = Value();
  }
  if (!edit.tier && edit.quotas->empty())
    return invalid_argument("give 'tier', 'quotas' or 'remove'");
  return change(call, asked.id(), edit, to);
}

Noted rpc_update_namespace_status(const GrpcCall& call,
                                  const v1::UpdateNamespaceStatusRequest& asked,
                                  v1::Namespace& to) {
  VECSTORE_ASSIGN(const NamespaceStatus status, parse_namespace_status(asked.status()));
  NamespaceEdit edit;
  edit.status = status;
  return change(call, asked.id(), edit, to);
}

Noted rpc_delete_namespace(const GrpcCall& call, const v1::NamespaceRequest& asked, v1::Done&) {
  VECSTORE_TRY(delete_namespace(call.service, asked.id()));
  return GrpcNote{.detail = asked.id()};
}

Noted rpc_get_namespace_stats(const GrpcCall& call, const v1::NamespaceRequest& asked,
                              v1::NamespaceStats& to) {
  VECSTORE_ASSIGN(const NamespaceStats stats, namespace_stats(call.service, asked.id()));
  VECSTORE_TRY(set_fields(namespace_stats_object(stats), to));
  return GrpcNote{};
}

Noted rpc_get_aggregate_stats(const GrpcCall& call, const v1::GetAggregateStatsRequest&,
                              v1::AggregateStats& to) {
  VECSTORE_ASSIGN(const Object stats, aggregate_stats(call.service));
  VECSTORE_TRY(set_fields(stats, to));
  return GrpcNote{};
}

}  // namespace vecstore
