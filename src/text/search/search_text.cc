#include "text/search/search_text.h"

#include "text/search/matcher.h"
#include "text/search/phrase_search.h"
#include "text/search/union_search.h"

namespace vecstore::text {
namespace {

class Searcher {
 public:
  explicit Searcher(const TextSearch& search) : search_(search), best_(search.k, search.ties) {}

  Status run(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan);
  // The same for a plan that UnionSearch can answer.
  Status run_union(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan);
  // The same for one that PhraseSearch can.
  Status run_phrase(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan);
  TextAnswer take();

  Score least() const { return best_.least(); }
  bool stopped() {
    answer_.partial = answer_.partial || (search_.stop && search_.stop());
    return answer_.partial;
  }
  // A row that scores `least` or more.
  Status offer(std::uint32_t segment, Row row, Score score);

 private:
  Status offer_all(std::uint32_t number, Row first, const RowBits& matched);

  const TextSearch& search_;
  BestHits best_;
  std::vector<Score> scores_ = std::vector<Score>(kWindowRows);  // 0 between windows
  TextAnswer answer_;
};

// A segment's rows for the searcher.
class SegmentRows final : public RowSink {
 public:
  SegmentRows(Searcher& searcher, std::uint32_t segment) : searcher_(searcher), segment_(segment) {}
  Score least() const override { return searcher_.least(); }
  Status offer(Row row, Score score) override { return searcher_.offer(segment_, row, score); }
  bool stopped() override { return searcher_.stopped(); }

 private:
  Searcher& searcher_;
  std::uint32_t segment_;
};

Status Searcher::run_union(std::uint32_t number, const TextSegment& segment,
                           const QueryPlan& plan) {
  VECSTORE_ASSIGN(UnionSearch search, UnionSearch::make(plan, segment.fields, segment.allowed));
  SegmentRows rows(*this, number);
  VECSTORE_TRY(search.run(rows));
  answer_.rows_scored += search.rows_scored();
  answer_.windows_skipped += search.windows_skipped();
  return {};
}

Status Searcher::run_phrase(std::uint32_t number, const TextSegment& segment,
                            const QueryPlan& plan) {
  VECSTORE_ASSIGN(PhraseSearch search, PhraseSearch::make(plan, segment.fields, segment.allowed));
  SegmentRows rows(*this, number);
  VECSTORE_TRY(search.run(rows));
  answer_.rows_scored += search.rows_scored();
  return {};
}

Status Searcher::run(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan) {
  VECSTORE_ASSIGN(GroupMatcher root, GroupMatcher::make(plan.root, plan, segment.fields));
  for (Row row = root.next(0); row != kNoRow;) {
    if (stopped()) return {};
    const Row first = row / kWindowRows * kWindowRows;
    const Row last = first + (kWindowRows - 1);
    RowBits candidates;
    if (segment.allowed != nullptr) {
      candidates = rows_of_window(*segment.allowed, first);
    } else {
      candidates.fill();
    }
    if (least() > 0 && root.bound(first, last) < least()) {
      ++answer_.windows_skipped;
    } else if (!candidates.none()) {
      RowBits matched;
      root.collect(first, candidates, least(), matched, scores_.data());
      VECSTORE_TRY(offer_all(number, first, matched));
    }
    if (last >= kNoRow - 1) break;
    row = root.next(last + 1);
  }
  return root.status();
}

Status Searcher::offer_all(std::uint32_t number, Row first, const RowBits& matched) {
  Status status;
  matched.for_each([&](std::uint32_t row) {
    ++answer_.rows_scored;
    if (status.ok() && scores_[row] >= least()) status = offer(number, first + row, scores_[row]);
    scores_[row] = 0;
  });
  return status;
}

Status Searcher::offer(std::uint32_t segment, Row row, Score score) {
  if (search_.accept) {
    VECSTORE_ASSIGN(const bool accepted, search_.accept(segment, row));
    if (!accepted) return {};
  }
  best_.add(segment, row, score);
  return {};
}

TextAnswer Searcher::take() {
  answer_.hits = best_.take();
  return std::move(answer_);
}

}  // namespace

Result<TextAnswer> search_text(const TextSearch& search, std::span<const TextSegment> segments) {
  std::vector<std::span<const FieldView>> views;
  for (const TextSegment& segment : segments) views.emplace_back(segment.fields);
  VECSTORE_ASSIGN(const QueryPlan plan,
                  plan_query(*search.query, search.bm25, search.fields, views));
  Searcher searcher(search);
  const bool is_union = UnionSearch::can_answer(plan), is_phrase = PhraseSearch::can_answer(plan);
  for (std::uint32_t s = 0; s < segments.size() && search.k > 0; ++s) {
    VECSTORE_TRY(is_union    ? searcher.run_union(s, segments[s], plan)
                 : is_phrase ? searcher.run_phrase(s, segments[s], plan)
                             : searcher.run(s, segments[s], plan));
  }
  return searcher.take();
}

}  // namespace vecstore::text
