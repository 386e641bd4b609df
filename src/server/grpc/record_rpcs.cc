#include <algorithm>

#include "server/grpc/convert.h"
#include "server/grpc/rpcs.h"
#include "server/http/brief_answers.h"
#include "service/operations.h"

namespace vecstore {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;  // of a stream, about
constexpr std::uint32_t kPage = 100;

GrpcNote counted(std::uint64_t count, std::string_view things) {
  return {.detail = std::to_string(count) + " " + std::string(things)};
}

void to_message(const WriteResult& done, v1::WriteResult& to) {
  to.set_sequence(done.sequence);
  to.set_inserted(done.inserted);
  to.set_replaced(done.replaced);
}

void to_message(const Hits& hits, v1::Hits& to) {
  for (const Hit& hit : hits) to_message(hit, *to.add_hits());
  summary_to_message(hits, to);
}

std::vector<std::string> ids_of(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  return {ids.begin(), ids.end()};
}

// What nobody waits for any longer is not begun; the time that the caller gives is the query's.
Result<Query> query_of(const GrpcCall& call, const v1::Query& asked) {
  VECSTORE_ASSIGN(Query query, query_from(asked));
  if (!call.deadline) return query;
  if (call.deadline->count() <= 0) return deadline_exceeded("the deadline was over when it began");
  const bool own = query.timeout.count() > 0;
  query.timeout = own ? std::min(query.timeout, *call.deadline) : *call.deadline;
  return query;
}

}  // namespace

Noted rpc_upsert(const GrpcCall& call, const v1::UpsertRequest& asked, v1::WriteResult& to) {
  if (!asked.has_record()) return invalid_argument("'record' is missing");
  std::vector<Record> records;
  VECSTORE_ASSIGN(records.emplace_back(), record_from(asked.record()));
  VECSTORE_ASSIGN(const WriteResult done, upsert(call.service, *call.admission, records));
  to_message(done, to);
  return counted(1, "records");
}

Noted rpc_batch_upsert(const GrpcCall& call, const v1::BatchUpsertRequest& asked,
                       v1::WriteResult& to) {
  std::vector<Record> records;
  records.reserve(static_cast<std::size_t>(asked.records_size()));
  for (const v1::Record& one : asked.records()) {
    Result<Record> record = record_from(one);
    VECSTORE_TRY(record.status().with_context("record " + std::to_string(records.size())));
    records.push_back(*std::move(record));
  }
  VECSTORE_ASSIGN(const WriteResult done, upsert(call.service, *call.admission, records));
  to_message(done, to);
  return counted(records.size(), "records");
}

Noted rpc_update(const GrpcCall& call, const v1::UpdateRequest& asked, v1::WriteResult& to) {
  VECSTORE_ASSIGN(const Update change, update_from(asked));
  VECSTORE_ASSIGN(const WriteResult done, update(call.service, *call.admission, change));
  to_message(done, to);
  return counted(1, "record");
}

Noted rpc_delete(const GrpcCall& call, const v1::DeleteRequest& asked, v1::WriteResult& to) {
  if (asked.ids().empty() == !asked.has_filter())
    return invalid_argument("give either 'ids', at least one, or 'filter'");
  WriteResult done;
  if (asked.has_filter()) {
    VECSTORE_ASSIGN(const Filter filter, Filter::parse(asked.filter()));
    VECSTORE_ASSIGN(done, remove_where(call.service, *call.admission, filter));
  } else {
    VECSTORE_ASSIGN(done, remove(call.service, *call.admission, ids_of(asked.ids())));
  }
  to_message(done, to);
  return counted(done.replaced, "records");
}

Noted rpc_soft_delete(const GrpcCall& call, const v1::IdsRequest& asked, v1::WriteResult& to) {
  VECSTORE_ASSIGN(const WriteResult done,
                  soft_delete(call.service, *call.admission, ids_of(asked.ids())));
  to_message(done, to);
  return counted(done.replaced, "records");
}

Noted rpc_restore(const GrpcCall& call, const v1::IdsRequest& asked, v1::WriteResult& to) {
  VECSTORE_ASSIGN(const WriteResult done,
                  restore(call.service, *call.admission, ids_of(asked.ids())));
  to_message(done, to);
  return counted(done.replaced, "records");
}

Noted rpc_get(const GrpcCall& call, const v1::GetRequest& asked, v1::Record& to) {
  VECSTORE_ASSIGN(const Collection collection, collection_of(call.service, *call.admission));
  VECSTORE_ASSIGN(const Record record, collection.get(asked.id()));
  to_message(record, to);
  return GrpcNote{};
}

Noted rpc_scan(const GrpcCall& call, const v1::ScanRequest& asked, v1::ScanPage& to) {
  ScanOptions options;
  options.after = asked.after();
  options.include_vectors = !asked.has_vectors() || asked.vectors();
  if (asked.has_filter()) {
    VECSTORE_ASSIGN(options.filter, Filter::parse(asked.filter()));
  }
  const Quota& most = call.admission->quotas().max_results_per_query;
  const std::size_t limit =
      asked.has_limit() ? asked.limit() : std::min<std::uint64_t>(most.value_or(kPage), kPage);
  VECSTORE_ASSIGN(const ScanPage page, scan_page(call.service, *call.admission, options, limit));
  for (const Record& record : page.records) to_message(record, *to.add_records());
  to.set_next(page.next);
  return counted(page.records.size(), "records");
}

Noted rpc_query(const GrpcCall& call, const v1::QueryRequest& asked, v1::Hits& to) {
  VECSTORE_ASSIGN(Query wanted, query_of(call, asked.query()));
  std::optional<Hits> hits;
  if (call.brief.count() == 0) {
    VECSTORE_ASSIGN(hits, query(call.service, *call.admission, std::move(wanted)));
  } else if (wanted.k <= kBriefHits) {
    VECSTORE_ASSIGN(hits,
                    brief_query(call.service, *call.admission, std::move(wanted), call.brief));
  }
  if (!hits) return GrpcNote{.later = true};
  to_message(*hits, to);
  return counted(hits->size(), "hits");
}

Noted rpc_hybrid_query(const GrpcCall& call, const v1::QueryRequest& asked, v1::Hits& to) {
  if (!asked.query().has_vector() || asked.query().text().empty())
    return invalid_argument("a hybrid query has both a vector and a text");
  return rpc_query(call, asked, to);
}

Noted rpc_query_many(const GrpcCall& call, const v1::QueryManyRequest& asked, v1::ManyHits& to) {
  VECSTORE_TRY(check_count(static_cast<std::size_t>(asked.queries_size()),
                           call.service.limits().max_queries, "queries", "max_queries"));
  std::vector<Query> queries;
  for (const v1::Query& one : asked.queries()) {
    Result<Query> query = query_of(call, one);
    VECSTORE_TRY(query.status().with_context("query " + std::to_string(queries.size())));
    queries.push_back(*std::move(query));
  }
  VECSTORE_ASSIGN(const std::vector<Hits> answers,
                  query_many(call.service, *call.admission, std::move(queries)));
  for (const Hits& hits : answers) to_message(hits, *to.add_answers());
  return counted(answers.size(), "queries");
}

Result<GrpcReply> rpc_query_stream(const GrpcCall& call, const v1::QueryRequest& asked) {
  VECSTORE_ASSIGN(Query wanted, query_of(call, asked.query()));
  VECSTORE_ASSIGN(Hits found, query(call.service, *call.admission, std::move(wanted)));
  GrpcReply answer{.detail = counted(found.size(), "hits").detail};
  answer.next = [hits = std::make_shared<Hits>(std::move(found)), at = std::size_t{0},
                 ended = false]() mutable -> MessagePtr {
    if (ended) return nullptr;
    auto piece = std::make_unique<v1::HitsPiece>();
    for (std::size_t bytes = 0; at < hits->size() && bytes < kPieceBytes; ++at) {
      v1::Hit& hit = *piece->add_hits();
      to_message((*hits)[at], hit);
      bytes += hit.ByteSizeLong();
      hits->hits[at] = {};
    }
    ended = piece->hits().empty();
    if (ended) summary_to_message(*hits, *piece->mutable_end());
    return piece;
  };
  answer.first = answer.next();
  return answer;
}

}  // namespace vecstore
