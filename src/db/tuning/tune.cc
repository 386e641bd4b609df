#include "db/tuning/tune.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/stopwatch.h"
#include "db/index_options.h"
#include "db/sample_rows.h"
#include "db/segment/record_reader.h"
#include "db/tuning/choose_trial.h"
#include "db/tuning/recoded_segment.h"
#include "db/tuning/tuning_query.h"
#include "db/validate.h"
#include "index/code_choice.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::size_t kEfs[] = {10, 15, 20, 30, 45, 70, 110, 180, 300, 500, 800};
constexpr std::size_t kLeastQueries = 10;
constexpr double kEnoughRecall = 0.9995;  // wider walks would only be slower
constexpr double kBound = 1.645;          // standard deviations: 95 % are above

Status check_options(const TuneOptions& options, const VectorField& field) {
  VECSTORE_TRY(check_within("k", options.k, 1, kMaxK - 1));
  VECSTORE_TRY(check_within("queries", options.queries, kLeastQueries, kMaxK));
  if (!(options.min_recall >= 0 && options.min_recall <= 1))
    return invalid_argument("min_recall is " + std::to_string(options.min_recall) +
                            ", expected 0 to 1");
  if (!(options.max_latency_ms >= 0))
    return invalid_argument("max_latency_ms is " + std::to_string(options.max_latency_ms) +
                            ", expected 0 or more");
  if (!options.questions.empty())
    VECSTORE_TRY(
        check_within("the number of questions", options.questions.size(), kLeastQueries, kMaxK));
  for (const DenseVector& question : options.questions) {
    if (question.size() != field.dimension)
      return invalid_argument("a question has " + std::to_string(question.size()) +
                              " components, field '" + field.name + "' has " +
                              std::to_string(field.dimension));
    if (!index::HnswIndex::serves(question))
      return invalid_argument("a question has components that are no numbers, or beyond 1e18");
  }
  return {};
}

double percentile(std::span<const double> sorted, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

class Tuning {
 public:
  Tuning(const ReadState& state, std::uint32_t field, const TuneOptions& options, TimeMs now,
         ThreadPool* pool, const std::function<Status()>& pace)
      : state_(state),
        schema_(*state.version->schema),
        number_(field),
        field_(schema_.fields[field]),
        options_(options),
        now_(now),
        pool_(pool),
        pace_(pace),
        snapshot_(state.snapshot()) {}

  Result<TuneReport> run() {
    report_.field = field_.name;
    report_.goal = options_.goal;
    report_.quantization = index::choose_quantization(field_.quantization, field_.metric);
    report_.ef_search = field_.hnsw.ef_search;
    report_.k = options_.k;
    VECSTORE_TRY(find_graphs());
    VECSTORE_TRY(find_queries());
    // unreached: what has a graph has a quantization
    VECSTORE_ASSIGN(const std::vector<Quantization> choices, quantizations_of(field_));
    for (const Quantization choice : choices) VECSTORE_TRY(try_quantization(choice));
    report_.best = choose_trial(options_, report_.trials);
    const auto most = std::max_element(
        report_.trials.begin(), report_.trials.end(),
        [](const TuneTrial& a, const TuneTrial& b) { return a.recall < b.recall; });
    report_.nearest = static_cast<std::size_t>(most - report_.trials.begin());
    return std::move(report_);
  }

 private:
  // A snapshot has the files first.
  Status find_graphs() {
    for (std::size_t i = 0; i < snapshot_.segments.size(); ++i) {
      const query::Segment& segment = *snapshot_.segments[i].segment;
      if (!segment.has_field(number_)) continue;
      VECSTORE_ASSIGN(const index::HnswIndex* index, segment.index(number_));
      (index != nullptr ? report_.rows : report_.others) += snapshot_.segments[i].rows;
      if (index != nullptr) graphs_.push_back(i);
    }
    if (!graphs_.empty()) return {};
    return failed_precondition(
        "field '" + field_.name + "' has no graph to tune" +
        (has_graph(field_) ? ": its " + std::to_string(report_.others) +
                                 " rows are looked at one by one, which is exact; files of " +
                                 std::to_string(field_.hnsw.min_rows) + " rows get one"
                           : ", and its options ask for none: every vector is looked at"));
  }

  Status find_queries() {
    for (const DenseVector& question : options_.questions)
      queries_.push_back({.vector = Vector(question)});
    if (options_.questions.empty()) VECSTORE_TRY(draw_queries());
    if (queries_.size() < kLeastQueries)
      return failed_precondition("field '" + field_.name + "' has " +
                                 std::to_string(queries_.size()) +
                                 " active vectors in graphs: too few to ask with");
    report_.queries = queries_.size();
    query::SearchRequest exact = request();
    exact.plan = Plan::kScan;
    exact.pool = pool_;
    for (TuningQuery& query : queries_) {
      VECSTORE_ASSIGN(query.nearest, ask(snapshot_, exact, query));
      query.nearest.resize(std::min(query.nearest.size(), options_.k));
    }
    return {};
  }

  Status draw_queries() {
    Random random(options_.seed);
    const auto has_graph = [&](const query::Segment& segment) {
      return std::any_of(graphs_.begin(), graphs_.end(), [&](std::size_t i) {
        return snapshot_.segments[i].segment.get() == &segment;
      });
    };
    VECSTORE_ASSIGN(std::vector<SampledRow> drawn,
                    sample_rows(snapshot_, number_, now_, options_.queries, random, has_graph));
    for (const SampledRow& one : drawn) {
      VECSTORE_TRY(pace_());
      VECSTORE_ASSIGN(
          Vector vector,
          read_vector(schema_, number_, *snapshot_.segments[one.segment].segment, one.row));
      if (!index::HnswIndex::serves(*vector.dense())) continue;  // no graph has it
      queries_.push_back({.vector = std::move(vector),
                          .of = query::RowAt{static_cast<std::uint32_t>(one.segment), one.row}});
    }
    return {};
  }

  // One row more than asked for: the query's own may be among them.
  query::SearchRequest request() const {
    return {.field = field_, .field_number = number_, .k = options_.k + 1, .now = now_};
  }

  Result<std::vector<double>> ask(const query::Snapshot& snapshot, query::SearchRequest& request,
                                  const TuningQuery& query) {
    VECSTORE_TRY(pace_());
    request.vector = &query.vector;
    request.around = query.of;
    VECSTORE_ASSIGN(const query::SearchAnswer answer, query::search(snapshot, request));
    return others(query, answer);
  }

  // The snapshot with the graphs coded so, and what they take.
  Result<query::Snapshot> coded(Quantization choice, std::uint64_t& memory, std::size_t& least_ef) {
    query::Snapshot snapshot = snapshot_;
    VectorField as = field_;
    as.quantization = choice;
    const index::Pace pace{.keep = pace_};
    for (const std::size_t i : graphs_) {
      const std::shared_ptr<FileSegment>& file = state_.version->files[i];
      if (file->index_file()->parts(number_)->space.bits != index::code_bits(choice)) {
        VECSTORE_ASSIGN(snapshot.segments[i].segment,
                        RecodedSegment::make(file, as, number_, pace));
      }
      // unreached: find_graphs has read it before
      VECSTORE_ASSIGN(const index::HnswIndex* index, snapshot.segments[i].segment->index(number_));
      memory += index->bytes();
      least_ef = std::max(least_ef, index->least_ef(options_.k + 1));
    }
    return snapshot;
  }

  Status try_quantization(Quantization choice) {
    std::uint64_t memory = 0;
    std::size_t least_ef = options_.k + 1;  // no walk keeps fewer
    VECSTORE_ASSIGN(const query::Snapshot snapshot, coded(choice, memory, least_ef));
    query::SearchRequest walk = request();
    for (const TuningQuery& query : queries_)  // so that caches hold what they can
      VECSTORE_TRY(ask(snapshot, walk, query).status());
    std::size_t last = 0;
    for (const std::size_t ef : kEfs) {
      walk.ef = std::max(ef, least_ef);
      if (walk.ef == std::exchange(last, walk.ef)) continue;
      VECSTORE_ASSIGN(TuneTrial trial, try_width(snapshot, walk));
      trial.quantization = choice;
      trial.memory_bytes = memory;
      report_.trials.push_back(trial);
      if (trial.recall >= kEnoughRecall || walk.ef >= report_.rows) break;
    }
    return {};
  }

  Result<TuneTrial> try_width(const query::Snapshot& snapshot, query::SearchRequest& walk) {
    std::vector<double> took;
    double sum = 0, squares = 0;
    for (const TuningQuery& query : queries_) {
      const Stopwatch watch;
      VECSTORE_ASSIGN(std::vector<double> found, ask(snapshot, walk, query));
      took.push_back(watch.ms());
      found.resize(std::min(found.size(), options_.k));
      const double share = share_found(query, found);
      sum += share;
      squares += share * share;
    }
    const auto n = static_cast<double>(queries_.size());
    const double mean = sum / n;
    const double variance = std::max(0.0, squares / n - mean * mean) * n / (n - 1);
    std::sort(took.begin(), took.end());
    return TuneTrial{.ef = static_cast<std::uint32_t>(walk.ef),
                     .recall = mean,
                     .least_recall = std::max(0.0, mean - kBound * std::sqrt(variance / n)),
                     .p50_ms = percentile(took, 0.5),
                     .p95_ms = percentile(took, 0.95)};
  }

  const ReadState& state_;
  const Schema& schema_;
  const std::uint32_t number_;
  const VectorField& field_;
  const TuneOptions& options_;
  const TimeMs now_;
  ThreadPool* const pool_;
  const std::function<Status()>& pace_;
  const query::Snapshot snapshot_;
  std::vector<std::size_t> graphs_;  // segments that have one
  std::vector<TuningQuery> queries_;
  TuneReport report_;
};

}  // namespace

Result<TuneReport> tune(const ReadState& state, const TuneOptions& options, TimeMs now,
                        ThreadPool* pool, const std::function<Status()>& pace) {
  const auto number = state.version->schema->find(options.field);
  if (!number) return not_found("there is no field '" + options.field + "'");
  VECSTORE_TRY(check_options(options, state.version->schema->fields[*number]));
  const std::function<Status()> kept = [&]() -> Status {
    if (options.cancel && options.cancel->cancelled()) return cancelled("tuning was called off");
    return pace();
  };
  return Tuning(state, *number, options, now, pool, kept).run();
}

}  // namespace vecstore::db
