#include <algorithm>

#include "base/number.h"
#include "server/http/brief_answers.h"
#include "server/http/handlers.h"
#include "server/json/answer_json.h"
#include "server/json/request_json.h"
#include "vecstore/query_json.h"

namespace vecstore {
namespace {

std::string counted(std::uint64_t count, std::string_view things) {
  return std::to_string(count) + " " + std::string(things);
}

// The route's table has checked that it is one.
std::optional<std::size_t> count_parameter(const Target& target, std::string_view name) {
  const std::string* text = target.find(name);
  if (!text) return std::nullopt;
  return static_cast<std::size_t>(*parse_int64(*text));
}

bool flag_parameter(const Target& target, std::string_view name, bool otherwise) {
  const std::string* text = target.find(name);
  return text ? *text == "true" : otherwise;
}

// A vector as the body, what else is asked in the parameters.
Result<Query> query_of_bytes(const Exchange& exchange) {
  Query query;
  VECSTORE_ASSIGN(query.vector, floats_from_bytes(exchange.body));
  const Target& target = exchange.target;
  if (const std::string* field = target.find("field")) query.field = *field;
  if (const std::string* filter = target.find("filter")) {
    VECSTORE_ASSIGN(query.filter, Filter::parse(*filter));
  }
  if (const auto k = count_parameter(target, "k")) query.k = *k;
  if (const auto ef = count_parameter(target, "ef")) query.ef = *ef;
  query.include.metadata = flag_parameter(target, "metadata", true);
  query.include.text = flag_parameter(target, "text", true);
  return query;
}

}  // namespace

Result<Reply> handle_upsert(const Exchange& exchange) {
  const std::size_t most = exchange.service.limits().max_batch;
  const bool lines = body_type_of(exchange.content_type) == kLinesBody;
  VECSTORE_ASSIGN(const std::vector<Record> records, lines
                                                         ? records_from_lines(exchange.body, most)
                                                         : records_from_json(exchange.body, most));
  VECSTORE_ASSIGN(const WriteResult done, upsert(exchange.service, *exchange.admission, records));
  return Reply{.body = write_result_json(done), .detail = counted(records.size(), "records")};
}

Result<Reply> handle_update(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Update change, update_from_json(exchange.body, std::string(exchange.name)));
  VECSTORE_ASSIGN(const WriteResult done, update(exchange.service, *exchange.admission, change));
  return Reply{.body = write_result_json(done), .detail = "1 record"};
}

Result<Reply> handle_remove_one(const Exchange& exchange) {
  const std::vector<std::string> ids = {std::string(exchange.name)};
  VECSTORE_ASSIGN(const WriteResult done, remove(exchange.service, *exchange.admission, ids));
  return Reply{.body = write_result_json(done), .detail = counted(done.replaced, "records")};
}

Result<Reply> handle_remove(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Removal removal, removal_from_json(exchange.body));
  VECSTORE_ASSIGN(const WriteResult done,
                  removal.filter
                      ? remove_where(exchange.service, *exchange.admission, *removal.filter)
                      : remove(exchange.service, *exchange.admission, removal.ids));
  return Reply{.body = write_result_json(done), .detail = counted(done.replaced, "records")};
}

Result<Reply> handle_soft_delete(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::vector<std::string> ids, ids_from_json(exchange.body));
  VECSTORE_ASSIGN(const WriteResult done, soft_delete(exchange.service, *exchange.admission, ids));
  return Reply{.body = write_result_json(done), .detail = counted(done.replaced, "records")};
}

Result<Reply> handle_restore(const Exchange& exchange) {
  VECSTORE_ASSIGN(const std::vector<std::string> ids, ids_from_json(exchange.body));
  VECSTORE_ASSIGN(const WriteResult done, restore(exchange.service, *exchange.admission, ids));
  return Reply{.body = write_result_json(done), .detail = counted(done.replaced, "records")};
}

Result<Reply> handle_get_record(const Exchange& exchange) {
  VECSTORE_ASSIGN(const Collection collection,
                  collection_of(exchange.service, *exchange.admission));
  VECSTORE_ASSIGN(const Record record, collection.get(exchange.name));
  return Reply{.body = record.to_json()};
}

Result<Reply> handle_scan(const Exchange& exchange) {
  const Target& target = exchange.target;
  ScanOptions options;
  options.include_vectors = flag_parameter(target, "vectors", true);
  if (const std::string* after = target.find("after")) options.after = *after;
  if (const std::string* filter = target.find("filter")) {
    VECSTORE_ASSIGN(options.filter, Filter::parse(*filter));
  }
  const Quota& most = exchange.admission->quotas().max_results_per_query;
  const std::size_t limit =
      count_parameter(target, "limit").value_or(std::min<std::uint64_t>(most.value_or(100), 100));
  VECSTORE_ASSIGN(const ScanPage page,
                  scan_page(exchange.service, *exchange.admission, options, limit));
  return Reply{.body = scan_page_json(page), .detail = counted(page.records.size(), "records")};
}

Result<Reply> handle_query(const Exchange& exchange) {
  const bool bytes = body_type_of(exchange.content_type) == kBytesBody;
  if (!bytes && !exchange.target.parameters.empty())
    return invalid_argument("parameters are for a body of application/octet-stream");
  VECSTORE_ASSIGN(Query asked, bytes ? query_of_bytes(exchange) : query_from_json(exchange.body));
  std::optional<Hits> hits;
  if (exchange.brief.count() == 0) {
    VECSTORE_ASSIGN(hits, query(exchange.service, *exchange.admission, std::move(asked)));
  } else if (asked.k <= kBriefHits) {
    VECSTORE_ASSIGN(
        hits, brief_query(exchange.service, *exchange.admission, std::move(asked), exchange.brief));
  }
  if (!hits) return Reply{.later = true};
  return Reply{.body = hits_json(*hits), .detail = counted(hits->size(), "hits")};
}

Result<Reply> handle_query_many(const Exchange& exchange) {
  VECSTORE_ASSIGN(std::vector<Query> asked,
                  queries_from_json(exchange.body, exchange.service.limits().max_queries));
  VECSTORE_ASSIGN(const std::vector<Hits> answers,
                  query_many(exchange.service, *exchange.admission, std::move(asked)));
  return Reply{.body = many_hits_json(answers), .detail = counted(answers.size(), "queries")};
}

}  // namespace vecstore
