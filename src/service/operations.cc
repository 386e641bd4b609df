#include "service/operations.h"

#include <algorithm>

#include "service/tenancy/namespace_use.h"

namespace vecstore {
namespace {

// `removes`: what is counted was removed.
void count_written(Service& service, const Admission& admission, const Result<WriteResult>& result,
                   bool removes) {
  if (!result.ok()) return;
  const std::uint64_t records = result->inserted + result->replaced;
  service.metrics().add(Figure::kRecordsWritten, static_cast<double>(records));
  admission.count(removes ? UsageCounts{.deletes = records} : UsageCounts{.upserts = records});
  if (removes && admission.tenant()) admission.tenant()->room().loosen();
}

Status check_dimensions(const Quotas& quotas, const Vector& vector,
                        const std::vector<NamedVector>& vectors) {
  constexpr const char* kWhat = "components";
  VECSTORE_TRY(check_quota(vector.dimension(), quotas.max_dimension, kWhat, "max_dimension"));
  for (const NamedVector& named : vectors)
    VECSTORE_TRY(
        check_quota(named.vector.dimension(), quotas.max_dimension, kWhat, "max_dimension"));
  return {};
}

// The hits that it can give, and the dimensions of its own vector and of its stages'.
Status check_query_quotas(const Quotas& quotas, const Query& query, bool stage) {
  VECSTORE_TRY(check_dimensions(quotas, query.vector, {}));
  if (!stage)
    VECSTORE_TRY(
        check_quota(query.k, quotas.max_results_per_query, "hits", "max_results_per_query"));
  for (const Query& one : query.prefetch) VECSTORE_TRY(check_query_quotas(quotas, one, true));
  return {};
}

// How many of these the collection does not have.
Result<std::uint64_t> count_new(const Collection& collection, std::span<const Record> records) {
  std::uint64_t count = 0;
  for (const Record& record : records) {
    VECSTORE_ASSIGN(const bool there, collection.contains(record.id));
    count += there ? 0 : 1;
  }
  return count;
}

using Held = std::optional<WriteRoom::Hold>;

// Room for records in the collection's namespace; none is needed outside.
Result<Held> room_for(Service& service, const Admission& admission, const Collection& collection,
                      std::span<const Record> records) {
  if (!admission.tenant()) return Held();
  WriteRoom::Request request{.most = {.vectors = records.size()}};
  if (admission.quotas().max_storage_bytes) {
    const CollectionOptions options = collection.options();
    for (const Record& record : records) request.most.bytes += stored_bytes(options, record);
  }
  request.new_vectors = [&] { return count_new(collection, records); };
  request.look = [&] { return use_of(service.database(), admission.space()); };
  VECSTORE_ASSIGN(WriteRoom::Hold hold,
                  admission.tenant()->room().take(admission.quotas(), request));
  return Held(std::move(hold));
}

// A change adds no record; what it takes is known at most.
Result<Held> room_for_change(Service& service, const Admission& admission,
                             const Collection& collection, const Update& change) {
  if (!admission.tenant()) return Held();
  WriteRoom::Request request;
  if (admission.quotas().max_storage_bytes) {
    VECSTORE_ASSIGN(const Record record, collection.get(change.id));
    request.most.bytes = most_stored_bytes(collection.options(), record, change);
  }
  request.new_vectors = [] { return std::uint64_t{0}; };
  request.look = [&] { return use_of(service.database(), admission.space()); };
  VECSTORE_ASSIGN(WriteRoom::Hold hold,
                  admission.tenant()->room().take(admission.quotas(), request));
  return Held(std::move(hold));
}

// What removes needs no room, but is no write of a namespace that is held still.
Held room_to_remove(const Admission& admission) {
  if (!admission.tenant()) return {};
  return admission.tenant()->room().begin();
}

// Hiding a record and bringing it back store it once more; `back`: it then counts again.
Result<Held> room_for_copies(Service& service, const Admission& admission,
                             const Collection& collection, std::span<const std::string> ids,
                             bool back) {
  if (!admission.tenant()) return Held();
  const std::uint64_t more = back ? ids.size() : 0;
  WriteRoom::Request request{.most = {.vectors = more}};
  if (admission.quotas().max_storage_bytes) {
    VECSTORE_ASSIGN(const std::vector<Record> records,
                    back ? collection.list_deleted(admission.cancel())
                         : collection.get_many(ids, admission.cancel()));
    const CollectionOptions options = collection.options();
    for (const Record& record : records)
      if (std::ranges::find(ids, record.id) != ids.end())
        request.most.bytes += stored_bytes(options, record);
  }
  request.new_vectors = [more] { return more; };
  request.look = [&] { return use_of(service.database(), admission.space()); };
  VECSTORE_ASSIGN(WriteRoom::Hold hold,
                  admission.tenant()->room().take(admission.quotas(), request));
  return Held(std::move(hold));
}

Status check_ids(const Service& service, const Admission& admission,
                 std::span<const std::string> ids) {
  VECSTORE_TRY(check_count(ids.size(), service.limits().max_batch, "ids", "max_batch"));
  return check_quota(ids.size(), admission.quotas().max_batch_size, "ids", "max_batch_size");
}

Result<WriteResult> apply_to(Collection& collection, std::span<const std::string> ids,
                             BatchOperation (*step)(std::string id)) {
  if (ids.empty()) return invalid_argument("give 'ids', at least one");
  std::vector<BatchOperation> steps;
  for (const std::string& id : ids) steps.push_back(step(id));
  VECSTORE_ASSIGN(const BatchResult done, collection.apply(steps));
  return done.total;
}

// Makes the query ours: its time, and that it ends with the caller.
Status prepare(const Service& service, const Admission& admission, Query& query) {
  VECSTORE_TRY(check_query(query, service.limits()));
  VECSTORE_TRY(check_query_quotas(admission.quotas(), query, false));
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

Result<Collection> collection_of(Service& service, const Admission& admission) {
  VECSTORE_ASSIGN(Collection found, service.database().collection(admission.collection()));
  const std::string name = found.name();
  if (name == admission.collection()) return found;
  VECSTORE_ASSIGN(const std::string space, service.space_of(name));
  if (space == admission.space()) return found;
  // As if there were nothing of that name; the same words as the engine's.
  return not_found("collection '" + admission.collection() + "' does not exist");
}

std::string told_name(const Admission& admission, const std::string& name) {
  const std::string& space = admission.caller().principal.space;
  return space.empty() ? name : std::string(place_of(name).name);
}

Status told_status(const Admission& admission, const Status& status) {
  const std::string& space = admission.caller().principal.space;
  if (status.ok() || space.empty()) return status;
  const std::string before = "'" + space + kNamespaceMark;
  std::string message = status.message();
  for (std::size_t at = 0; (at = message.find(before, at)) != message.npos; ++at)
    message.erase(at + 1, before.size() - 1);
  return Status(status.code(), message);
}

Result<std::vector<std::string>> list_collections(Service& service, const Admission& admission) {
  const Principal& principal = admission.caller().principal;
  std::vector<std::string> names;
  if (principal.space.empty()) {
    VECSTORE_ASSIGN(names, service.database().list_collections());
  } else {
    VECSTORE_ASSIGN(names, collections_of(service.database(), principal.space));
  }
  for (std::string& name : names) name = told_name(admission, name);
  std::erase_if(names, [&](const std::string& name) { return !sees(principal, name); });
  return names;
}

Result<CollectionStats> create_collection(Service& service, const Admission& admission,
                                          const CollectionOptions& options) {
  VECSTORE_TRY(check_collection(options, service.limits()));
  const Quota& most = admission.quotas().max_dimension;
  VECSTORE_TRY(check_quota(options.dimension, most, "components", "max_dimension"));
  for (const VectorField& field : options.fields)
    VECSTORE_TRY(check_quota(field.dimension, most, "components", "max_dimension"));
  VECSTORE_ASSIGN(const Collection made,
                  service.database().create_collection(admission.collection(), options));
  return made.stats();
}

// By its name alone: an alias of it is no reason to drop it.
Status drop_collection(Service& service, const Admission& admission) {
  VECSTORE_TRY(service.database().drop_collection(admission.collection()));
  if (admission.tenant()) admission.tenant()->room().loosen();
  return {};
}

Result<CompactResult> compact_collection(Service& service, const Admission& admission) {
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(CompactResult done, collection.compact(admission.cancel()));
  if (admission.tenant()) admission.tenant()->room().loosen();
  return done;
}

Status restore_snapshot(Service& service, const std::string& name) {
  VECSTORE_TRY(service.database().restore_snapshot(name));
  service.forget_rooms();
  return {};
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
  const Quotas& quotas = admission.quotas();
  VECSTORE_TRY(check_quota(records.size(), quotas.max_batch_size, "records", "max_batch_size"));
  for (const Record& record : records)
    VECSTORE_TRY(check_dimensions(quotas, record.vector, record.vectors)
                     .with_context("record '" + record.id + "'"));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(const Held room, room_for(service, admission, collection, records));
  Result<WriteResult> result = collection.upsert_many(records, admission.cancel());
  count_written(service, admission, result, false);
  return result;
}

Result<WriteResult> update(Service& service, const Admission& admission, const Update& change) {
  VECSTORE_TRY(check_dimensions(admission.quotas(), {}, change.vectors));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(const Held room, room_for_change(service, admission, collection, change));
  Result<WriteResult> result = collection.update(change);
  count_written(service, admission, result, false);
  return result;
}

Result<WriteResult> remove(Service& service, const Admission& admission,
                           std::span<const std::string> ids) {
  VECSTORE_TRY(check_ids(service, admission, ids));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  const Held room = room_to_remove(admission);
  Result<WriteResult> result = collection.remove_many(ids);
  count_written(service, admission, result, true);
  return result;
}

Result<WriteResult> remove_where(Service& service, const Admission& admission,
                                 const Filter& filter) {
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  const Held room = room_to_remove(admission);
  Result<WriteResult> result = collection.remove_where(filter, admission.cancel());
  count_written(service, admission, result, true);
  return result;
}

Result<WriteResult> soft_delete(Service& service, const Admission& admission,
                                std::span<const std::string> ids) {
  VECSTORE_TRY(check_ids(service, admission, ids));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(const Held room, room_for_copies(service, admission, collection, ids, false));
  Result<WriteResult> result = apply_to(collection, ids, BatchOperation::soft_delete);
  count_written(service, admission, result, true);
  return result;
}

Result<WriteResult> restore(Service& service, const Admission& admission,
                            std::span<const std::string> ids) {
  VECSTORE_TRY(check_ids(service, admission, ids));
  VECSTORE_ASSIGN(Collection collection, collection_of(service, admission));
  VECSTORE_ASSIGN(const Held room, room_for_copies(service, admission, collection, ids, true));
  Result<WriteResult> result = apply_to(collection, ids, BatchOperation::restore);
  count_written(service, admission, result, false);
  return result;
}

Result<ScanPage> scan_page(Service& service, const Admission& admission, ScanOptions options,
                           std::size_t limit) {
  if (limit < 1 || limit > service.limits().max_k)
    return invalid_argument("limit must be from 1 to " + std::to_string(service.limits().max_k) +
                            ", it is " + std::to_string(limit));
  VECSTORE_TRY(check_quota(limit, admission.quotas().max_results_per_query, "records",
                           "max_results_per_query"));
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
  admission.count({.queries = 1});
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
  Result<Hits> found = collection.query(asked);
  if (cut && found.ok() && found->partial) return std::optional<Hits>();
  admission.count({.queries = 1});  // else it is asked again, and counted then
  VECSTORE_TRY(found.status());
  note_slow(service, admission, asked, *found);
  return std::optional(*std::move(found));
}

Result<std::vector<Hits>> query_many(Service& service, const Admission& admission,
                                     std::vector<Query> asked) {
  VECSTORE_TRY(check_count(asked.size(), service.limits().max_queries, "queries", "max_queries"));
  VECSTORE_TRY(
      check_quota(asked.size(), admission.quotas().max_batch_size, "queries", "max_batch_size"));
  for (std::size_t i = 0; i < asked.size(); ++i)
    VECSTORE_TRY(prepare(service, admission, asked[i]).with_context("query " + std::to_string(i)));
  VECSTORE_ASSIGN(const Collection collection, collection_of(service, admission));
  admission.count({.queries = asked.size()});
  VECSTORE_ASSIGN(std::vector<Hits> found, collection.query_many(asked));
  for (std::size_t i = 0; i < found.size(); ++i) note_slow(service, admission, asked[i], found[i]);
  if (admission.cancel().cancelled()) return cancelled("the caller has gone");
  return found;
}

}  // namespace vecstore
