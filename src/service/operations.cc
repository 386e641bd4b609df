#include "service/operations.h"

#include <algorithm>

namespace vecstore {
namespace {

Result<Collection> collection_of(Service& service, const Admission& admission) {
  return service.database().collection(admission.collection());
}

void count_written(Service& service, const Result<WriteResult>& result) {
  if (!result.ok()) return;
  service.metrics().add(Figure::kRecordsWritten,
                        static_cast<double>(result->inserted + result->replaced));
}

// Makes the query ours: its time, and that it ends with the caller.
Status prepare(const Service& service, const Admission& admission, Query& query) {
  VECSTORE_TRY(check_query(query, service.limits()));
  const auto waited =
      std::chrono::milliseconds(static_cast<std::int64_t>(monotonic_ms() - admission.since_ms()));
  std::chrono::milliseconds most = service.limits().query_timeout;
  if (query.timeout.count() > 0) most = std::min(most, query.timeout);
  if (waited >= most)
    return deadline_exceeded("the query waited " + std::to_string(waited.count()) +
                             " ms, its time is " + std::to_string(most.count()) + " ms");
  query.timeout = most - waited;
  query.cancel = admission.cancel();
  return {};
}

void note_slow(Service& service, const Admission& admission, const Query& asked,
               const Hits& found) {
  if (!service.slow_queries().is_slow(found.took_ms)) return;
  service.slow_queries().add({.at = system_clock().now_ms(),
                              .collection = admission.collection(),
                              .principal = admission.caller().principal.id,
                              .request_id = admission.caller().request_id,
                              .query = query_summary(asked),
                              .took_ms = found.took_ms,
                              .rows_scanned = found.rows_scanned,
                              .distances = found.distances,
                              .partial = found.partial});
}

}  // namespace

Result<std::vector<std::string>> list_collections(Service& service, const Admission& admission) {
  VECSTORE_ASSIGN(std::vector<std::string> names, service.database().list_collections());
  std::erase_if(names,
                [&](const std::string& name) { return !sees(admission.caller().principal, name); });
  return names;
}

Result<CollectionStats> create_collection(Service& service, const Admission& admission,
                                          const CollectionOptions& options) {
  VECSTORE_TRY(check_collection(options, service.limits()));
  VECSTORE_ASSIGN(const Collection made,
                  service.database().create_collection(admission.collection(), options));
  return made.stats();
}

Result<WriteResult> upsert(Service& service, const Admission& admission,
                           std::span<const Record> records) {
  VECSTORE_TRY(check_count(records.size(), service.limits().max_batch, "records", "max_batch"));
  for (const Record& record : records)
    if (record.vector.dimension() > service.limits().max_dimension)
      return invalid_argument("record '" + record.id + "' has " +
                              std::to_string(record.vector.dimension()) +
                              " components, this server allows " +
                              std::to_string(service.limits().max_dimension) + " (max_dimension)");
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  Result<WriteResult> result = collection.upsert_many(records, admission.cancel());
  count_written(service, result);
  return result;
}

Result<WriteResult> update(Service& service, const Admission& admission, const Update& change) {
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  Result<WriteResult> result = collection.update(change);
  count_written(service, result);
  return result;
}

Result<WriteResult> remove(Service& service, const Admission& admission,
                           std::span<const std::string> ids) {
  VECSTORE_TRY(check_count(ids.size(), service.limits().max_batch, "ids", "max_batch"));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  Result<WriteResult> result = collection.remove_many(ids);
  count_written(service, result);
  return result;
}

Result<WriteResult> remove_where(Service& service, const Admission& admission,
                                 const Filter& filter) {
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  Result<WriteResult> result = collection.remove_where(filter, admission.cancel());
  count_written(service, result);
  return result;
}

Result<ScanPage> scan_page(Service& service, const Admission& admission, ScanOptions options,
                           std::size_t limit) {
  if (limit < 1 || limit > service.limits().max_k)
    return invalid_argument("limit must be from 1 to " + std::to_string(service.limits().max_k) +
                            ", it is " + std::to_string(limit));
  VECSTORE_ASSIGN(const Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(Scan scan, collection.scan(options));
  ScanPage page;
  VECSTORE_ASSIGN(page.records, scan.next(limit, admission.cancel()));
  VECSTORE_ASSIGN(const std::vector<Record> more, scan.next(1, admission.cancel()));
  if (!more.empty() && !page.records.empty()) page.next = page.records.back().id;
  return page;
}

Result<Hits> query(Service& service, const Admission& admission, Query asked) {
  VECSTORE_TRY(prepare(service, admission, asked));
  VECSTORE_ASSIGN(const Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(Hits found, collection.query(asked));
  note_slow(service, admission, asked, found);
  if (admission.cancel().cancelled()) return cancelled("the caller has gone");
  return found;
}

Result<std::optional<Hits>> brief_query(Service& service, const Admission& admission, Query asked,
                                        std::chrono::milliseconds most) {
  VECSTORE_TRY(prepare(service, admission, asked));
  const bool cut = most < asked.timeout;
  if (cut) asked.timeout = most;
  VECSTORE_ASSIGN(const Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(Hits found, collection.query(asked));
  if (cut && found.partial) return std::optional<Hits>();
  note_slow(service, admission, asked, found);
  return std::optional(std::move(found));
}

Result<std::vector<Hits>> query_many(Service& service, const Admission& admission,
                                     std::vector<Query> asked) {
  VECSTORE_TRY(check_count(asked.size(), service.limits().max_queries, "queries", "max_queries"));
  for (std::size_t i = 0; i < asked.size(); ++i)
    VECSTORE_TRY(prepare(service, admission, asked[i]).with_context("query " + std::to_string(i)));
  VECSTORE_ASSIGN(const Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(std::vector<Hits> found, collection.query_many(asked));
  for (std::size_t i = 0; i < found.size(); ++i) note_slow(service, admission, asked[i], found[i]);
  if (admission.cancel().cancelled()) return cancelled("the caller has gone");
  return found;
}

}  // namespace vecstore
