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
    return snapshot_.segments[hit.segment].segment->id(hit.row, scratch);
  }

 private:
  const query::Snapshot& snapshot_;
  const query::SearchRequest& request_;
  std::vector<text::TextSegment> list_;
};

}  // namespace

Result<TextRows> search_texts(const query::Snapshot& snapshot, const Schema& schema,
                              std::string_view collection, const Query& query,
                              const query::SearchRequest& request) {
  const Stopwatch watch;
  VECSTORE_ASSIGN(const SearchedFields searched, searched_fields(schema, collection, query));
  VECSTORE_ASSIGN(const text::TextQuery asked, read_text_query(query));
  Segments segments(snapshot, request);
  VECSTORE_TRY(segments.open(searched.numbers));
  Status failed;  // of a comparison, which uses
  Bytes scratches[2];
  const text::TextSearch search{
      .query = &asked,
      .fields = searched.fields,
      .k = request.plan_only ? 0 : request.k,
      .accept = [&](std::uint32_t segment, Row row) { return segments.accept(segment, row); },
      .before =
          [&](const text::TextHit& a, const text::TextHit& b) {
            const Result<std::string_view> left = segments.id(a, scratches[0]);
            const Result<std::string_view> right = segments.id(b, scratches[1]);
            if (left.ok() && right.ok()) return *left < *right;
            failed = left.ok() ? right.status() : left.status();
            return false;
          },
      .stop = [&] { return query::stopped(request); }};
  VECSTORE_ASSIGN(const text::TextAnswer answer, text::search_text(search, segments.list()));
  VECSTORE_TRY(failed);
  TextRows found{.partial = answer.partial};
  for (const text::TextHit& hit : answer.hits) {
    VECSTORE_ASSIGN(const std::string_view id, segments.id(hit, scratches[0]));
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
