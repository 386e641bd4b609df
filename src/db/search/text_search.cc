#include "db/search/text_search.h"

#include <utility>

#include "base/stopwatch.h"
#include "db/search/text_fields.h"
#include "db/segment/stored_segment.h"
#include "query/column/matching_rows.h"
#include "text/search/search_text.h"

namespace vecstore::db {
namespace {

// The snapshot's segments as a text search sees them.
class Segments {
 public:
  Segments(const query::Snapshot& snapshot, const query::SearchRequest& request)
      : snapshot_(snapshot), request_(request) {}

  Status open(std::span<const std::uint32_t> fields) {
    for (std::uint32_t i = 0; i < snapshot_.segments.size(); ++i) {
      const query::SegmentRows& part = snapshot_.segments[i];
      const auto& stored = static_cast<const StoredSegment&>(*part.segment);
      std::vector<text::FieldView> views;
      for (const std::uint32_t field : fields) {
        VECSTORE_ASSIGN(views.emplace_back(), stored.text_index(field, part.rows));
      }
      list_.push_back({std::move(views), request_.allowed_in(i)});
    }
    return {};
  }

  const std::vector<text::TextSegment>& list() const { return list_; }
  Result<bool> accept(std::uint32_t segment, Row row) const {
    if (request_.allowed_in(segment)) return true;  // what is not visible was taken out
    return query::passes(snapshot_, *snapshot_.segments[segment].segment, row, request_.filter,
                         request_.now);
  }
  Result<std::string_view> id(const text::TextHit& hit, Bytes& scratch) const {
    return of(hit).id(hit.row, scratch);
  }
  void prefetch_ids(std::span<const text::TextHit> hits) const {
    for (const text::TextHit& hit : hits) of(hit).prefetch_id_place(hit.row);
    for (const text::TextHit& hit : hits) of(hit).prefetch_id(hit.row);
  }

 private:
  const query::Segment& of(const text::TextHit& hit) const {
    return *snapshot_.segments[hit.segment].segment;
  }

  const query::Snapshot& snapshot_;
  const query::SearchRequest& request_;
  std::vector<text::TextSegment> list_;
};

// Hits of equal score come in the order of their ids; a key is an id's first eight bytes.
class IdOrder {
 public:
  explicit IdOrder(const Segments& segments) : segments_(segments) {}

  text::TieOrder order() {
    return {
        .keys = [this](auto hits, auto keys) { read_keys(hits, keys); },
        .before = [this](const text::TextHit& a, const text::TextHit& b) { return before(a, b); }};
  }
  // kDataLoss when an id could not be read.
  const Status& status() const { return status_; }

 private:
  void read_keys(std::span<const text::TextHit> hits, std::span<std::uint64_t> keys) {
    segments_.prefetch_ids(hits);
    for (std::size_t i = 0; i < hits.size(); ++i)
      keys[i] = leading_bytes(read(hits[i], scratch_[0]));
  }
  bool before(const text::TextHit& a, const text::TextHit& b) {
    const std::string_view left = read(a, scratch_[0]);
    return left < read(b, scratch_[1]);
  }
  std::string_view read(const text::TextHit& hit, Bytes& scratch) {
    const Result<std::string_view> id = segments_.id(hit, scratch);
    if (id.ok()) return *id;
    status_ = id.status();
    return {};
  }
  // As a number that orders as the bytes do.
  static std::uint64_t leading_bytes(std::string_view id) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof(key); ++i)
      key = key << 8 | (i < id.size() ? static_cast<std::uint8_t>(id[i]) : 0);
    return key;
  }

  const Segments& segments_;
  Status status_;
  Bytes scratch_[2];
};

}  // namespace

Result<TextRows> search_texts(const query::Snapshot& snapshot, const Schema& schema,
                              std::string_view collection, const Query& query,
                              const query::SearchRequest& request) {
  const Stopwatch watch;
  // unreached: check_query has read it before
  VECSTORE_ASSIGN(const SearchedFields searched, searched_fields(schema, collection, query));
  // unreached: check_query has read it before
  VECSTORE_ASSIGN(const text::TextQuery asked, read_text_query(query));
  Segments segments(snapshot, request);
  VECSTORE_TRY(segments.open(searched.numbers));
  IdOrder ids(segments);
  const text::TextSearch search{
      .query = &asked,
      .fields = searched.fields,
      .k = request.plan_only ? 0 : request.k,
      .accept = [&](std::uint32_t segment, Row row) { return segments.accept(segment, row); },
      .ties = ids.order(),
      .stop = [&] { return query::stopped(request); }};
  VECSTORE_ASSIGN(const text::TextAnswer answer, text::search_text(search, segments.list()));
  VECSTORE_TRY(ids.status());
  TextRows found{.partial = answer.partial};
  found.rows.reserve(answer.hits.size());
  Bytes scratch;
  for (const text::TextHit& hit : answer.hits) {
    VECSTORE_ASSIGN(const std::string_view id, segments.id(hit, scratch));
    found.rows.push_back({hit.segment, hit.row, std::string(id), hit.score});
  }
  found.work.candidates = found.rows.size();
  found.work.rows_scored = answer.rows_scored;
  found.work.windows_skipped = answer.windows_skipped;
  found.work.search_ms = watch.ms();
  found.work.first_reads = watch.first_reads();
  return found;
}

}  // namespace vecstore::db
