#include "db/search/run_query.h"

#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/stopwatch.h"
#include "db/search/check_query.h"
#include "db/search/group_rows.h"
#include "db/search/highlight_hits.h"
#include "db/search/run_stage.h"
#include "db/segment/record_reader.h"

namespace vecstore::db {
namespace {

query::SearchRequest common_request(const Query& query, double begun, TimeMs now,
                                    ThreadPool* pool) {
  query::SearchRequest common;
  common.now = now;
  common.pool = pool;
  common.plan_only = query.explain == Explain::kPlan;
  if (query.timeout.count() > 0)
    common.deadline_ms = begun + static_cast<double>(query.timeout.count());
  if (query.cancel) common.cancel = &*query.cancel;
  return common;
}

// Reads what hits contain.
class HitReader {
 public:
  static Result<HitReader> make(const QueryRun& run, const Query& query) {
    HitReader reader(run, query);
    if (query.include.highlights || query.include.passage_bytes > 0) {
      // unreached: the stages have read the same before
      VECSTORE_ASSIGN(reader.highlighter_, Highlighter::make(run, query));
    }
    if (!query.group_by) return reader;
    // unreached: check_query has read it before
    VECSTORE_ASSIGN(reader.group_path_, group_path(*query.group_by));
    return reader;
  }

  Status read(RankedRow found, Hit& hit) const {
    const query::Segment& segment = *run_.snapshot.segments[found.segment].segment;
    hit.id = std::move(found.id);
    hit.score = found.score;
    hit.distance = found.distance;
    hit.arms = std::move(found.arms);
    if (query_.include.metadata) {
      VECSTORE_ASSIGN(hit.metadata, read_metadata(segment, found.row));
    }
    if (query_.include.text) {
      Bytes scratch;
      VECSTORE_ASSIGN(const auto text, segment.text(found.row, scratch));
      if (text) hit.text = std::string(*text);
    }
    if (query_.include.vector) {
      VECSTORE_ASSIGN(Vector vector, read_vector(run_.schema, *run_.schema.find(query_.field),
                                                 segment, found.row));
      if (!vector.empty()) hit.vector = std::move(vector);
    }
    if (highlighter_) VECSTORE_TRY(highlighter_->mark(segment, found.row, hit));
    if (group_path_) {
      VECSTORE_ASSIGN(hit.group, group_value(*group_path_, segment, found.row));
    }
    return {};
  }

 private:
  HitReader(const QueryRun& run, const Query& query) : run_(run), query_(query) {}

  const QueryRun& run_;
  const Query& query_;
  std::optional<query::Path> group_path_;
  std::optional<Highlighter> highlighter_;
};

Status fill(const QueryRun& run, const Query& query, std::vector<RankedRow> rows, Hits& hits) {
  // unreached: the stages have read the same before
  VECSTORE_ASSIGN(const HitReader reader, HitReader::make(run, query));
  hits.hits.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    VECSTORE_TRY(reader.read(std::move(rows[i]), hits.hits[i]));
  return {};
}

}  // namespace

Result<Hits> run_query(const ReadState& state, std::string_view collection, const Query& query,
                       TimeMs now, ThreadPool* pool) {
  const double begun = monotonic_ms();
  const Schema& schema = *state.version->schema;
  VECSTORE_TRY(check_query(query, schema, collection));
  const query::Snapshot snapshot = state.snapshot();
  Hits hits;
  const QueryRun run{.schema = schema,
                     .collection = collection,
                     .snapshot = snapshot,
                     .common = common_request(query, begun, now, pool),
                     .explain = query.explain,
                     .totals = hits};
  // unreached: a filter of nothing binds
  VECSTORE_ASSIGN(Scope everything, Scope::make(Filter(), now));
  VECSTORE_ASSIGN(StageAnswer answer, run_stage(run, query, everything, ""));
  const Stopwatch fetch;
  VECSTORE_TRY(fill(run, query, std::move(answer.rows), hits));
  const double fetch_ms = fetch.ms();
  hits.took_ms = monotonic_ms() - begun;
  if (query.explain == Explain::kNo) return hits;
  answer.explanation.fetch_ms = fetch_ms;
  answer.explanation.fetch_first_reads = fetch.first_reads();
  answer.explanation.took_ms = hits.took_ms;
  hits.explanation = std::move(answer.explanation);
  return hits;
}

}  // namespace vecstore::db
