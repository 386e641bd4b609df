#include "server/http/handlers.h"
#include "server/json/request_json.h"
#include "service/tenancy/namespace_operations.h"

namespace vecstore {
namespace {

Reply json_reply(Object object, std::string detail = {}) {
  return {.body = Value(std::move(object)).to_json(), .detail = std::move(detail)};
}

// `space` empty: of all namespaces.
Result<Reply> usage_reply(const Exchange& exchange, std::string_view space) {
  UsageFilter filter{.space = std::string(space)};
  if (const std::string* from = exchange.target.find("from")) filter.from = *from;
  if (const std::string* to = exchange.target.find("to")) filter.to = *to;
  const std::string* format = exchange.target.find("format");
  if (format && *format != "csv" && *format != "jsonl")
    return invalid_argument("format is jsonl or csv, not '" + *format + "'");
  VECSTORE_ASSIGN(const std::vector<UsageRow> rows, read_usage(exchange.service, filter));
  if (format && *format == "csv")
    return Reply{.body = usage_csv(rows), .content_type = "text/csv; charset=utf-8"};
  Reply reply{.content_type = "application/x-ndjson"};
  for (const UsageRow& row : rows) reply.body += usage_line(row);
  return reply;
}

}  // namespace

Result<Reply> handle_list_namespaces(const Exchange& exchange) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(exchange.service));
  VECSTORE_ASSIGN(const std::vector<Namespace> all, spaces->list());
  List list;
  for (const Namespace& space : all) list.emplace_back(namespace_object(space));
  return json_reply({{"namespaces", std::move(list)}});
}

Result<Reply> handle_create_namespace(const Exchange& exchange) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(exchange.service));
  VECSTORE_ASSIGN(const NamespaceEdit edit, namespace_edit_from_json(exchange.body));
  VECSTORE_ASSIGN(const Namespace made,
                  create_namespace(*spaces, exchange.service.database(), exchange.space, edit));
  return json_reply(namespace_object(made), namespace_summary(made));
}

Result<Reply> handle_get_namespace(const Exchange& exchange) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(exchange.service));
  VECSTORE_ASSIGN(const Namespace space, spaces->get(exchange.space));
  return json_reply(namespace_object(space));
}

Result<Reply> handle_change_namespace(const Exchange& exchange) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(exchange.service));
  VECSTORE_ASSIGN(const NamespaceEdit edit, namespace_edit_from_json(exchange.body));
  VECSTORE_ASSIGN(const Namespace changed, spaces->change(exchange.space, [&](Namespace& space) {
    return apply_edit(edit, space);
  }));
  return json_reply(namespace_object(changed), namespace_summary(changed));
}

Result<Reply> handle_delete_namespace(const Exchange& exchange) {
  VECSTORE_TRY(delete_namespace(exchange.service, exchange.space));
  return Reply{.detail = std::string(exchange.space)};
}

Result<Reply> handle_namespace_stats(const Exchange& exchange) {
  VECSTORE_ASSIGN(const NamespaceStats stats, namespace_stats(exchange.service, exchange.space));
  return json_reply(namespace_stats_object(stats));
}

Result<Reply> handle_namespace_usage(const Exchange& exchange) {
  VECSTORE_ASSIGN(NamespaceStore* const spaces, namespaces_of(exchange.service));
  VECSTORE_TRY(spaces->get(exchange.space).status());
  return usage_reply(exchange, exchange.space);
}

Result<Reply> handle_list_usage(const Exchange& exchange) { return usage_reply(exchange, ""); }

Result<Reply> handle_list_backups(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::vector<KeptBackup> all, list_backups(exchange.service));
  List list;
  for (const KeptBackup& one : all)
    list.emplace_back(Object{{"backup", one.name}, {"namespace", one.report.space.id}});
  return json_reply({{"backups", std::move(list)}});
}

Result<Reply> handle_backup_namespace(const Exchange& exchange) {
  VECSTORE_ASSIGN(const KeptBackup kept,
                  backup_namespace(exchange.service, *exchange.admission, exchange.space));
  Object object = backup_report_object(kept.report);
  object["backup"] = kept.name;
  return json_reply(std::move(object), kept.name);
}

Result<Reply> handle_restore_namespace(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::string backup, backup_name_from_json(exchange.body));
  VECSTORE_ASSIGN(const NamespaceBackupReport report,
                  restore_namespace(exchange.service, *exchange.admission, backup, exchange.space));
  return json_reply(backup_report_object(report), report.space.id + " from " + backup);
}

Result<Reply> handle_drop_backup(const Exchange& exchange) {
  VECSTORE_TRY(drop_backup(exchange.service, exchange.name));
  return Reply{.detail = std::string(exchange.name)};
}

}  // namespace vecstore
