#include "text/search/search_text.h"

#include <algorithm>

#include "text/search/matcher.h"

namespace vecstore::text {
namespace {

struct Found {
  Score score;
  std::uint32_t segment;
  Row row;
  TextHit hit() const { return {segment, row, to_double(score)}; }
};

class Searcher {
 public:
  explicit Searcher(const TextSearch& search) : search_(search) {}

  Status run(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan);
  TextAnswer take();

 private:
  // Scores below it do not enter.
  Score least() const {
    if (best_.size() < search_.k) return 0;
    return best_.front().score + (search_.before ? 0 : 1);
  }
  bool stopped() {
    answer_.partial = answer_.partial || (search_.stop && search_.stop());
    return answer_.partial;
  }
  bool better(const Found& a, const Found& b) const {
    if (a.score != b.score) return a.score > b.score;
    if (search_.before) return search_.before(a.hit(), b.hit());
    return a.segment != b.segment ? a.segment < b.segment : a.row < b.row;
  }
  Status offer_all(std::uint32_t number, Row first, const RowBits& matched);
  Status offer(const Found& found);

  const TextSearch& search_;
  std::vector<Found> best_;  // a heap, the worst in front
  std::vector<Score> scores_ = std::vector<Score>(kWindowRows);
  TextAnswer answer_;
};

// The rows of a window that are allowed.
RowBits allowed_rows(const Bitmap* allowed, Row first) {
  RowBits rows;
  if (allowed == nullptr) {
    rows.fill();
    return rows;
  }
  const auto words = allowed->words();
  const std::size_t begin = std::min<std::size_t>(first / 64, words.size());
  const std::size_t count = std::min<std::size_t>(kWindowRows / 64, words.size() - begin);
  std::ranges::copy(words.subspan(begin, count), rows.words().begin());
  return rows;
}

Status Searcher::run(std::uint32_t number, const TextSegment& segment, const QueryPlan& plan) {
  VECSTORE_ASSIGN(GroupMatcher root, GroupMatcher::make(plan.root, plan, segment.fields));
  for (Row row = root.next(0); row != kNoRow;) {
    if (stopped()) return {};
    const Row first = row / kWindowRows * kWindowRows;
    const Row last = first + (kWindowRows - 1);
    const RowBits candidates = allowed_rows(segment.allowed, first);
    if (least() > 0 && root.bound(first, last) < least()) {
      ++answer_.windows_skipped;
    } else if (!candidates.none()) {
      RowBits matched;
      std::ranges::fill(scores_, 0);
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
    if (status.ok() && scores_[row] >= least()) status = offer({scores_[row], number, first + row});
  });
  return status;
}

Status Searcher::offer(const Found& found) {
  const auto order = [this](const Found& a, const Found& b) { return better(a, b); };
  const bool full = best_.size() == search_.k;
  if (full && !better(found, best_.front())) return {};
  if (search_.accept) {
    VECSTORE_ASSIGN(const bool accepted, search_.accept(found.segment, found.row));
    if (!accepted) return {};
  }
  if (full) {
    std::ranges::pop_heap(best_, order);
    best_.pop_back();
  }
  best_.push_back(found);
  std::ranges::push_heap(best_, order);
  return {};
}

TextAnswer Searcher::take() {
  std::ranges::sort(best_, [this](const Found& a, const Found& b) { return better(a, b); });
  for (const Found& found : best_) answer_.hits.push_back(found.hit());
  return std::move(answer_);
}

}  // namespace

Result<TextAnswer> search_text(const TextSearch& search, std::span<const TextSegment> segments) {
  std::vector<std::span<const FieldView>> views;
  for (const TextSegment& segment : segments) views.emplace_back(segment.fields);
  VECSTORE_ASSIGN(const QueryPlan plan,
                  plan_query(*search.query, search.bm25, search.fields, views));
  Searcher searcher(search);
  for (std::uint32_t s = 0; s < segments.size() && search.k > 0; ++s)
    VECSTORE_TRY(searcher.run(s, segments[s], plan));
  return searcher.take();
}

}  // namespace vecstore::text
