#include "db/search/run_stage.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/number.h"
#include "base/stopwatch.h"
#include "db/search/autocut.h"
#include "db/search/check_query.h"
#include "db/search/explain.h"
#include "db/search/pick_rows.h"
#include "db/search/rank_rows.h"
#include "db/search/score_rows.h"
#include "vecstore/limits.h"

namespace vecstore::db {
namespace {

constexpr std::size_t kLeastCandidates = 100;

using Found = std::vector<std::vector<RankedRow>>;  // by each stage

// All that any stage found, by segment.
std::vector<query::AllowedRows> united(const query::Snapshot& snapshot, const Found& found) {
  std::vector<query::AllowedRows> rows(snapshot.segments.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].rows.emplace(snapshot.segments[i].rows);
  for (const auto& stage : found)
    for (const RankedRow& row : stage) rows[row.segment].rows->set(row.row);
  for (query::AllowedRows& part : rows) part.count = part.rows->count();
  return rows;
}

class Stage {
 public:
  Stage(const QueryRun& run, const Query& query, Scope& scope)
      : run_(run), query_(query), scope_(scope) {}

  Result<StageAnswer> run(Found found);
  Explanation& explanation() { return answer_.explanation; }
  std::size_t candidates() const;

 private:
  std::size_t wanted() const { return query_.offset + query_.k; }
  // Whether a step chooses from more rows than are wanted.
  bool chooses() const { return !query_.formula.empty() || query_.mmr || query_.group_by; }

  Status search_all();
  Result<Ranking> rank_all(std::size_t k);
  Result<Ranking> rank_found(Found& found);
  // Formula, min_score, mmr and group_by.
  Status choose(Ranking& ranking, const Found& found);
  Status score(Ranking& ranking, const Found& found);
  void drop_low_scores(Ranking& ranking);
  void cut(std::vector<RankedRow>& rows);
  void note(std::string step, std::size_t rows_in, std::size_t rows_out, const Stopwatch& watch);

  const QueryRun& run_;
  const Query& query_;
  Scope& scope_;
  StageAnswer answer_;
};

std::size_t Stage::candidates() const {
  if (query_.candidates > 0) return query_.candidates;
  if (!chooses() && !is_hybrid(query_)) return wanted();
  return std::min(std::max(4 * wanted(), kLeastCandidates), kMaxK);
}

void Stage::note(std::string step, std::size_t rows_in, std::size_t rows_out,
                 const Stopwatch& watch) {
  if (run_.explains())
    explanation().steps.push_back(
        {std::move(step), rows_in, rows_out, watch.ms(), watch.first_reads()});
}

Result<StageAnswer> Stage::run(Found found) {
  if (query_.prefetch.empty()) {
    VECSTORE_TRY(search_all());
  } else {
    VECSTORE_ASSIGN(Ranking ranking, rank_found(found));
    VECSTORE_TRY(choose(ranking, found));
  }
  std::vector<RankedRow>& rows = answer_.rows;
  if (query_.autocut > 0) cut(rows);
  rows.erase(rows.begin(),
             rows.begin() + static_cast<std::ptrdiff_t>(std::min(query_.offset, rows.size())));
  return std::move(answer_);
}

// Groups may leave less than is wanted of any number of candidates: more are asked for until they
// do not, or there are no more.
Status Stage::search_all() {
  for (std::size_t k = candidates();; k *= 2) {
    explanation().steps.clear();
    const std::vector<RankedRow> before = std::move(answer_.rows);
    VECSTORE_ASSIGN(Ranking ranking, rank_all(k));
    VECSTORE_TRY(choose(ranking, {}));
    if (answer_.rows.size() < before.size()) answer_.rows = before;  // this one was stopped
    if (run_.explains() && query_.group_by)
      explanation().steps.back().step += ", from the best " + grouped_digits(k);
    const bool enough = !query_.group_by || answer_.rows.size() >= wanted() || !ranking.more;
    if (enough || run_.only_plans() || run_.stopped()) return {};
  }
}

Result<Ranking> Stage::rank_all(std::size_t k) {
  RankRequest request{.k = k, .filter = scope_.filter()};
  auto allowed = scope_.allowed(run_);
  if (allowed.status().code() == Code::kCancelled && run_.stopped()) return Ranking();
  VECSTORE_TRY(allowed.status());
  request.allowed = *allowed;
  return rank_rows(run_, query_, request, explanation());
}

Result<Ranking> Stage::rank_found(Found& found) {
  if (has_ranking(query_)) {
    if (run_.only_plans()) return Ranking();
    const std::vector<query::AllowedRows> candidates = united(run_.snapshot, found);
    std::size_t k = wanted();
    if (chooses() || is_hybrid(query_))
      for (const query::AllowedRows& part : candidates) k += part.count;
    return rank_rows(run_, query_, {.k = k, .allowed = candidates}, explanation());
  }
  const bool keep = !query_.formula.empty();  // the stages' scores
  if (found.size() == 1) return Ranking{keep ? found[0] : std::move(found[0])};
  const Stopwatch watch;
  std::size_t rows_in = 0;
  for (const auto& stage : found) rows_in += stage.size();
  Ranking fused{fuse(query_.fusion, found, chooses() ? kAllRows : wanted())};
  note(fusion_step(query_.fusion), rows_in, fused.rows.size(), watch);
  return fused;
}

Status Stage::choose(Ranking& ranking, const Found& found) {
  if (!query_.formula.empty()) VECSTORE_TRY(score(ranking, found));
  if (query_.min_score) drop_low_scores(ranking);
  if (!query_.mmr && !query_.group_by) {
    ranking.rows.resize(std::min(ranking.rows.size(), wanted()));
    answer_.rows = std::move(ranking.rows);
    return {};
  }
  VECSTORE_ASSIGN(answer_.rows, pick_rows(run_, query_, std::move(ranking.rows), explanation()));
  return {};
}

Status Stage::score(Ranking& ranking, const Found& found) {
  const Stopwatch watch;
  const std::size_t rows_in = ranking.rows.size();
  // What was fused of the stages carries their scores.
  const bool fused = !has_ranking(query_) && found.size() > 1;
  const std::span<const std::vector<RankedRow>> stages(found.data(), fused ? 0 : found.size());
  VECSTORE_TRY(score_rows(run_, query_, stages, ranking.rows));
  note("formula " + query_.formula, rows_in, ranking.rows.size(), watch);
  return {};
}

void Stage::drop_low_scores(Ranking& ranking) {
  const Stopwatch watch;
  const std::size_t rows_in = ranking.rows.size();
  std::erase_if(ranking.rows, [&](const RankedRow& row) { return row.score < *query_.min_score; });
  const std::size_t rows_out = ranking.rows.size();
  // Rows that a greater k would find have still lower scores.
  if (rows_out < rows_in && query_.formula.empty() && !is_hybrid(query_)) ranking.more = false;
  note("min_score " + format_double(*query_.min_score), rows_in, rows_out, watch);
}

void Stage::cut(std::vector<RankedRow>& rows) {
  const Stopwatch watch;
  const std::size_t rows_in = rows.size();
  rows.resize(rows_before_jump(rows, query_.autocut));
  note("autocut " + std::to_string(query_.autocut), rows_in, rows.size(), watch);
}

void describe(const QueryRun& run, const Query& query, std::size_t candidates,
              const Stopwatch& watch, StageAnswer& answer) {
  answer.explanation.mode = run.explain;
  answer.explanation.query = query_in_words(
      query, run.schema, {.ef = walk_width(query, run.schema), .candidates = candidates});
  answer.explanation.hits = answer.rows.size();
  answer.explanation.partial = run.totals.partial;
  answer.explanation.took_ms = watch.ms();
}

}  // namespace

Result<StageAnswer> run_stage(const QueryRun& run, const Query& query, Scope& above,
                              const std::string& place) {
  const Stopwatch watch;
  std::optional<Scope> own;
  if (!query.filter.empty()) {
    Result<Scope> narrowed = above.narrowed(query.filter, run.common.now);
    VECSTORE_TRY(at_place(narrowed.status(), place));
    own = *std::move(narrowed);
  }
  Scope& scope = own ? *own : above;
  Stage stage(run, query, scope);
  Found found;
  for (std::size_t i = 0; i < query.prefetch.size(); ++i) {
    VECSTORE_ASSIGN(StageAnswer answer,
                    run_stage(run, query.prefetch[i], scope, stage_place(place, i)));
    found.push_back(std::move(answer.rows));
    if (run.explains()) stage.explanation().stages.push_back(std::move(answer.explanation));
  }
  Result<StageAnswer> answer = stage.run(std::move(found));
  VECSTORE_TRY(at_place(answer.status(), place));
  if (run.explains()) describe(run, query, stage.candidates(), watch, *answer);
  return answer;
}

}  // namespace vecstore::db
