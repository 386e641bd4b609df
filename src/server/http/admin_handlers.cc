#include "server/http/handlers.h"
#include "server/http/openapi.h"
#include "server/json/answer_json.h"
#include "server/json/collection_json.h"
#include "server/json/request_json.h"
#include "service/tenancy/namespace_operations.h"

namespace vecstore {
namespace {

Reply json_reply(Object object, std::string detail = {}) {
  return {.body = Value(std::move(object)).to_json(), .detail = std::move(detail)};
}

Result<KeyStore*> keys_of(const Exchange& exchange) {
  if (KeyStore* keys = exchange.service.keys()) return keys;
  return failed_precondition("this server runs without keys: 'vecstore key create' makes one");
}

}  // namespace

Result<Reply> handle_database_stats(const Exchange& exchange) {
  VECSTORE_ASSIGN(const DatabaseStats stats, exchange.service.database().stats());
  return json_reply(database_stats_object(stats));
}

Result<Reply> handle_list_snapshots(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::vector<SnapshotInfo> all,
                  exchange.service.database().list_snapshots());
  List list;
  for (const SnapshotInfo& one : all) list.emplace_back(snapshot_object(one));
  return json_reply({{"snapshots", std::move(list)}});
}

Result<Reply> handle_create_snapshot(const Exchange& exchange) {
  VECSTORE_ASSIGN(const SnapshotInfo made,
                  exchange.service.database().create_snapshot(exchange.name));
  return json_reply(snapshot_object(made), made.name);
}

Result<Reply> handle_drop_snapshot(const Exchange& exchange) {
  VECSTORE_TRY(exchange.service.database().drop_snapshot(exchange.name));
  return Reply{.detail = std::string(exchange.name)};
}

Result<Reply> handle_restore_snapshot(const Exchange& exchange) {
  VECSTORE_TRY(restore_snapshot(exchange.service, std::string(exchange.name)));
  return Reply{.detail = std::string(exchange.name)};
}

Result<Reply> handle_list_keys(const Exchange& exchange) {
  VECSTORE_ASSIGN(KeyStore* const keys, keys_of(exchange));
  VECSTORE_ASSIGN(const std::vector<ApiKey> all, keys->list());
  List list;
  for (const ApiKey& key : all) list.emplace_back(key_object(key));
  return json_reply({{"keys", std::move(list)}});
}

Result<Reply> handle_create_key(const Exchange& exchange) {
  VECSTORE_ASSIGN(KeyStore* const keys, keys_of(exchange));
  VECSTORE_ASSIGN(const NewKey wanted, new_key_from_json(exchange.body));
  VECSTORE_TRY(check_new_key_of(exchange.service, exchange.admission->caller().principal, wanted));
  VECSTORE_ASSIGN(const MadeKey made, keys->create(wanted));
  Object object = key_object(made.key);
  object["token"] = made.token;
  return json_reply(std::move(object),
                    made.key.id + " as " + std::string(role_name(made.key.role)));
}

Result<Reply> handle_revoke_key(const Exchange& exchange) {
  VECSTORE_ASSIGN(KeyStore* const keys, keys_of(exchange));
  VECSTORE_ASSIGN(const ApiKey key, keys->revoke(exchange.name));
  return json_reply(key_object(key), key.id);
}

Result<Reply> handle_metrics(const Exchange& exchange) {
  return Reply{.body = exchange.service.metrics_text(),
               .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

Result<Reply> handle_slow_queries(const Exchange& exchange) {
  List list;
  for (const SlowQuery& query : exchange.service.slow_queries().list())
    list.emplace_back(slow_query_object(query));
  return json_reply({{"slow_queries", std::move(list)}});
}

Result<Reply> handle_health(const Exchange&) { return json_reply({{"status", "ok"}}); }

Result<Reply> handle_ready(const Exchange& exchange) {
  VECSTORE_TRY(exchange.service.ready());
  return json_reply({{"status", "ok"}});
}

Result<Reply> handle_openapi(const Exchange&) { return Reply{.body = openapi_document()}; }

}  // namespace vecstore
