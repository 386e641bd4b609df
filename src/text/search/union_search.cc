#include "text/search/union_search.h"

#include <algorithm>
#include <array>

#include "text/search/place_in.h"

namespace vecstore::text {
namespace {

// All windows begin at a multiple of this. The first are short: what they find lets the later skip.
constexpr Row kFirstWindow = 256;

// So many rows are looked up in a block by a table of its places, fewer by bisection.
constexpr std::size_t kMany = 6;

}  // namespace

bool UnionSearch::can_answer(const QueryPlan& plan) {
  const PlanGroup& root = plan.root;
  if (!root.demanded.empty() || !root.excluded.empty()) return false;
  return std::ranges::all_of(root.optional, [](const PlanNode& node) {
    const auto* term = std::get_if<PlanTerm>(&node);
    return term != nullptr && term->alternatives.size() == 1 &&
           term->alternatives[0].closeness == 1;
  });
}

Result<UnionSearch> UnionSearch::make(const QueryPlan& plan, std::span<const FieldView> fields,
                                      const Bitmap* allowed) {
  UnionSearch search;
  search.allowed_ = allowed;
  for (const PlanNode& node : plan.root.optional) {
    const auto& term = std::get<PlanTerm>(node);
    const PlanTerm::Alternative& only = term.alternatives[0];
    VECSTORE_ASSIGN(auto postings, fields[only.field].postings(only.term));
    if (postings == nullptr) continue;
    List& list = search.lists_.emplace_back();
    list.postings = std::move(postings);
    list.field = &fields[only.field];
    list.norm = &plan.norms[only.field];
    if (const FieldReader* file = list.field->file()) list.lengths = file->short_lengths();
    list.weight = term.weight;
  }
  search.rests_.resize(search.lists_.size() + 1);
  if (search.lists_.size() > 1) search.sums_.resize(kWindowRows);
  return search;
}

void UnionSearch::List::score_all(std::span<const Row> rows,
                                  std::span<const std::uint32_t> frequencies, Score* scores) const {
  if (lengths == nullptr) {
    for (std::size_t i = 0; i < rows.size(); ++i) scores[i] = score(frequencies[i], rows[i]);
    return;
  }
  const NormTable& table = *norm;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto length = static_cast<std::uint32_t>(lengths[rows[i]]);
    scores[i] = contribution(weight, table.weigh_short(frequencies[i], length));
  }
}

std::size_t UnionSearch::List::score_reaching(Score least,
                                              std::span<const std::uint32_t> frequencies,
                                              std::span<Row> rows, Score* scores) const {
  if (lengths == nullptr) {
    score_all(rows, frequencies, scores);
    return rows.size();
  }
  const double enough = least_weighed(weight, least);
  std::array<double, kPostingsPerBlock> weighed;
  std::size_t count = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row row = rows[i];
    rows[count] = row;
    weighed[count] = norm->weigh_short(frequencies[i], static_cast<std::uint32_t>(lengths[row]));
    count += static_cast<std::size_t>(weighed[count] >= enough);
  }
  for (std::size_t i = 0; i < count; ++i) scores[i] = contribution(weight, weighed[i]);
  return count;
}

// The first row from `from` on that may have the term, else kNoRow.
Row UnionSearch::List::next(Row from) {
  if (!is_long()) {
    postings->seek(from);
    return postings->row();
  }
  while (block < postings->blocks() && postings->last_row_of(block) < from) ++block;
  if (block >= postings->blocks()) return kNoRow;
  return block == 0 ? from : std::max(from, postings->last_row_of(block - 1) + 1);
}

void UnionSearch::List::set_bound(Row first, Row last) {
  bound = 0;
  if (next(first) > last) return;
  double greatest = 0;
  if (is_long()) {
    for (std::uint32_t at = block; at < postings->blocks(); ++at) {
      if (at > block && postings->last_row_of(at - 1) >= last) break;
      greatest = std::max(greatest, norm->weigh_impacts(postings->impacts_of(at)));
    }
  } else {
    postings->for_impacts(first, last, [&](std::uint32_t frequency, std::uint32_t length) {
      greatest = std::max(greatest, norm->weigh(frequency, length));
    });
  }
  bound = contribution(weight, greatest);
}

Row UnionSearch::next(Row from) {
  Row least = kNoRow;
  for (List& list : lists_) least = std::min(least, list.next(from));
  return least;
}

void UnionSearch::enter(Row first, Row last) {
  first_ = first;
  last_ = last;
  found_ = 0;
  if (allowed_ != nullptr) candidates_ = rows_of_window(*allowed_, first);
  for (List& list : lists_) list.set_bound(first, last);
  if (!std::ranges::is_sorted(lists_, std::greater<>(), &List::bound))
    std::ranges::sort(lists_, std::greater<>(), &List::bound);
  rests_.back() = 0;
  for (std::size_t i = lists_.size(); i-- > 0;) rests_[i] = rests_[i + 1] + lists_[i].bound;
}

// Calls fn(rows, frequencies) with the postings in the window, a block at a time; blocks that bring
// less than `enough` may be left out.
template <typename Fn>
void UnionSearch::for_blocks(List& list, Score enough, Fn&& fn) {
  Postings& postings = *list.postings;
  for (std::uint32_t at = list.block; at < postings.blocks(); ++at) {
    const Row before = at == 0 ? 0 : postings.last_row_of(at - 1) + 1;
    if (before > last_) return;
    const Row last = std::min(last_, postings.last_row_of(at));
    if (enough > 0 && list.block_bound(at) < enough) continue;
    if (allowed_ != nullptr && candidates_.next(std::max(before, first_) - first_) > last - first_)
      continue;
    if (!postings.to_block(at)) return;
    const auto rows = postings.block_rows();
    const std::size_t begin = rows.front() >= first_ ? 0 : place_in(rows, first_);
    const std::size_t end = rows.back() <= last_ ? rows.size() : place_in(rows, last_ + 1);
    fn(rows.subspan(begin, end - begin), postings.block_frequencies().subspan(begin, end - begin));
  }
}

// The same with any list.
template <typename Fn>
void UnionSearch::for_parts(List& list, Score enough, Fn&& fn) {
  if (list.is_long()) return for_blocks(list, enough, fn);
  Postings& postings = *list.postings;
  for (postings.seek(first_); postings.row() <= last_ && postings.row() != kNoRow;) {
    const auto rows = postings.decoded_rows();
    const std::size_t end = place_in(rows, last_ + 1);
    fn(rows.first(end), postings.decoded_frequencies().first(end));
    postings.advance(end);
  }
}

void UnionSearch::keep_all(std::span<const Row> rows, const Score* scores, Score enough) {
  Row* const into_rows = rows_.get();
  Score* const into_scores = scores_.get();
  std::size_t found = found_;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (allowed_ != nullptr && !candidates_.test(rows[i] - first_)) continue;
    into_rows[found] = rows[i];
    into_scores[found] = scores[i];
    found += static_cast<std::size_t>(scores[i] >= enough);
  }
  found_ = found;
}

void UnionSearch::add_all(std::span<const Row> rows, const Score* scores) {
  Score* const sums = sums_.data();
  const Row first = first_;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sums[rows[i] - first] += scores[i];
    touched_.set(rows[i] - first);
  }
}

// Reads the lists that a row needs one of to reach `least`, and keeps the rows that may; returns
// how many lists these were.
std::size_t UnionSearch::read_lists(Score least) {
  std::size_t needed = 1;
  while (needed < lists_.size() && rests_[needed] >= least) ++needed;
  const Score enough = least - rests_[needed];
  std::array<Score, kPostingsPerBlock> scores;
  if (needed == 1) {
    const List& only = lists_[0];
    for_parts(lists_[0], enough, [&](auto rows, auto frequencies) {
      std::array<Row, kPostingsPerBlock> reaching;
      std::ranges::copy(rows, reaching.begin());
      const std::span<Row> all = std::span(reaching).first(rows.size());
      const std::size_t count = only.score_reaching(enough, frequencies, all, scores.data());
      keep_all(all.first(count), scores.data(), enough);
    });
    return needed;
  }
  for (std::size_t i = 0; i < needed; ++i) {
    const List& list = lists_[i];
    for_parts(lists_[i], least - (rests_[0] - list.bound), [&](auto rows, auto frequencies) {
      list.score_all(rows, frequencies, scores.data());
      add_all(rows, scores.data());
    });
  }
  touched_.for_each([&](std::uint32_t row) {
    if (allowed_ == nullptr || candidates_.test(row)) keep(first_ + row, sums_[row], enough);
    sums_[row] = 0;
  });
  touched_ = {};
  return needed;
}

// Of the rows found, those in the list get its score; those that have less than `enough` then, or
// cannot have more, go.
void UnionSearch::look_up(List& list, Score enough) {
  const std::size_t before = found_;
  found_ = 0;
  if (!list.is_long()) {
    for (std::size_t at = 0; at < before; ++at) {
      const Row row = rows_[at];
      list.postings->seek(row);
      const bool there = list.postings->row() == row;
      keep(row, scores_[at] + (there ? list.score(list.postings->frequency(), row) : 0), enough);
    }
    return;
  }
  std::uint32_t block = list.block;
  for (std::size_t at = 0; at < before;) {
    while (block < list.postings->blocks() && list.postings->last_row_of(block) < rows_[at])
      ++block;
    if (block >= list.postings->blocks()) {
      for (; at < before; ++at) keep(rows_[at], scores_[at], enough);
      return;
    }
    const Row last = list.postings->last_row_of(block);
    std::size_t end = at + 1;
    while (end < before && rows_[end] <= last) ++end;
    look_up_in_block(list, block, at, end, enough);
    at = end;
  }
}

// For rows [begin, end) of those found, all of which the block has if the list does.
void UnionSearch::look_up_in_block(List& list, std::uint32_t block, std::size_t begin,
                                   std::size_t end, Score enough) {
  const Score lacking = enough - list.block_bound(block);  // rows that have less can only go
  while (begin < end && scores_[begin] < lacking) ++begin;
  if (begin == end || !list.postings->to_block(block)) return;
  const auto rows = list.postings->block_rows();
  const auto frequencies = list.postings->block_frequencies();
  const bool many = end - begin >= kMany;
  if (many) note_places(rows);
  for (std::size_t at = begin; at < end; ++at) {
    const Row row = rows_[at];
    if (scores_[at] < lacking) continue;
    const std::size_t place = many ? places_[row - first_] : place_in(rows, row);
    const bool there = place < rows.size() && rows[place] == row;
    keep(row, scores_[at] + (there ? list.score(frequencies[place], row) : 0), enough);
  }
}

// Where in the block a row of the window is, if it is there; places of other rows are of old.
void UnionSearch::note_places(std::span<const Row> rows) {
  for (std::size_t place = 0; place < rows.size(); ++place) {
    const Row in_window = rows[place] - first_;  // below first_ it wraps around
    places_[std::min(in_window, kWindowRows)] = static_cast<std::uint8_t>(place);
  }
}

Status UnionSearch::offer_all(RowSink& sink) {
  rows_scored_ += found_;
  for (std::size_t at = 0; at < found_; ++at) {
    if (scores_[at] >= sink.least()) VECSTORE_TRY(sink.offer(rows_[at], scores_[at]));
  }
  return {};
}

Status UnionSearch::status() const {
  for (const List& list : lists_) VECSTORE_TRY(list.postings->status());
  return {};
}

Status UnionSearch::run(RowSink& sink) {
  Row window = kFirstWindow;
  for (Row row = next(0); row != kNoRow;) {
    if (sink.stopped()) return {};
    const Row first = row / kFirstWindow * kFirstWindow, last = first + (window - 1);
    enter(first, last);
    const Score least = sink.least();
    if (rests_[0] < least) {
      ++windows_skipped_;
    } else {
      for (std::size_t i = read_lists(least); i < lists_.size() && lists_[i].bound > 0; ++i)
        look_up(lists_[i], least - rests_[i + 1]);
      VECSTORE_TRY(offer_all(sink));
    }
    if (last < first || last >= kNoRow - 1) break;
    row = next(last + 1);
    window = std::min(2 * window, kWindowRows);
  }
  return status();
}

}  // namespace vecstore::text
