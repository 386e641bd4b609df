#include "server/http/handlers.h"
#include "server/json/answer_json.h"
#include "server/json/collection_json.h"
#include "server/json/request_json.h"

namespace vecstore {
namespace {

Reply json_reply(Object object, std::string detail = {}) {
  return {.body = Value(std::move(object)).to_json(), .detail = std::move(detail)};
}

Reply stats_reply(const Exchange& exchange, CollectionStats stats) {
  stats.name = told_name(*exchange.admission, stats.name);
  return json_reply(collection_stats_object(stats));
}

}  // namespace

Result<Reply> handle_list_collections(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::vector<std::string> names,
                  list_collections(exchange.service, *exchange.admission));
  return json_reply({{"collections", List(names.begin(), names.end())}});
}

Result<Reply> handle_create_collection(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(exchange.body));
  VECSTORE_ASSIGN(const CollectionOptions options, collection_options_from_json(json));
  VECSTORE_ASSIGN(const CollectionStats made,
                  create_collection(exchange.service, *exchange.admission, options));
  return stats_reply(exchange, made);
}

Result<Reply> handle_get_collection(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Collection collection,
                  collection_of(exchange.service, *exchange.admission));
  return json_reply({{"name", told_name(*exchange.admission, collection.name())},
                     {"options", collection_options_object(collection.options())}});
}

Result<Reply> handle_change_collection(const Exchange& exchange) {
  VECSTORE_ASSIGN(const IndexChange change, index_change_from_json(exchange.body));
  VECSTORE_ASSIGN(Collection collection, collection_of(exchange.service, *exchange.admission));
  if (change.ef_search) VECSTORE_TRY(collection.set_ef_search(change.field, *change.ef_search));
  if (change.quantization)
    VECSTORE_TRY(collection.set_quantization(change.field, *change.quantization));
  return json_reply({{"name", told_name(*exchange.admission, collection.name())},
                     {"options", collection_options_object(collection.options())}});
}

Result<Reply> handle_drop_collection(const Exchange& exchange) {
  VECSTORE_TRY(drop_collection(exchange.service, *exchange.admission));
  return Reply{};
}

Result<Reply> handle_flush(const Exchange& exchange) {
  VECSTORE_ASSIGN(Collection collection, collection_of(exchange.service, *exchange.admission));
  VECSTORE_TRY(collection.flush());
  return Reply{};
}

Result<Reply> handle_compact(const Exchange& exchange) {
  VECSTORE_ASSIGN(const CompactResult done,
                  compact_collection(exchange.service, *exchange.admission));
  return json_reply(compact_result_object(done));
}

Result<Reply> handle_collection_stats(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Collection collection,
                  collection_of(exchange.service, *exchange.admission));
  VECSTORE_ASSIGN(const CollectionStats stats, collection.stats());
  return stats_reply(exchange, stats);
}

}  // namespace vecstore
