#include "text/search/phrase_search.h"

#include <algorithm>
#include <limits>

#include "text/search/place_in.h"

namespace vecstore::text {
namespace {

// Fewer rows than this are looked up in a block by bisection, more by reading along.
constexpr std::size_t kFew = 12;

const PlanPhrase* only_phrase(const PlanGroup& root) {
  if (!root.excluded.empty() || root.demanded.size() + root.optional.size() != 1) return nullptr;
  const PlanNode& node = root.demanded.empty() ? root.optional[0] : root.demanded[0];
  return std::get_if<PlanPhrase>(&node);
}

}  // namespace

bool PhraseSearch::can_answer(const QueryPlan& plan) {
  const PlanPhrase* phrase = only_phrase(plan.root);
  return phrase != nullptr && phrase->fields.size() == 1 &&
         std::ranges::all_of(phrase->fields[0].places,
                             [](const PhrasePlace& place) { return place.terms.size() == 1; });
}

Result<PhraseSearch> PhraseSearch::make(const QueryPlan& plan, std::span<const FieldView> fields,
                                        const Bitmap* allowed) {
  PhraseSearch search;
  const PlanPhrase& phrase = *only_phrase(plan.root);
  const PlanPhrase::InField& in = phrase.fields[0];
  search.field_ = &fields[in.field];
  search.norm_ = &plan.norms[in.field];
  search.allowed_ = allowed;
  search.weight_ = phrase.weight;
  search.slop_ = phrase.slop;
  for (const PhrasePlace& place : in.places) {
    VECSTORE_ASSIGN(auto postings, search.field_->postings(place.terms[0]));
    if (postings == nullptr) {  // nor is the phrase in the segment
      search.lists_.clear();
      return search;
    }
    List& list = search.lists_.emplace_back();
    list.postings = std::move(postings);
    list.word = static_cast<std::uint32_t>(search.words_.size());
    search.words_.push_back({place.offset, place.word, {}});
  }
  std::ranges::stable_sort(search.lists_, {},
                           [](const List& list) { return list.postings->rows_of_term(); });
  return search;
}

bool PhraseSearch::List::seek(Row target) {
  if (!is_long()) {
    postings->seek(target);
    return postings->row() != kNoRow;
  }
  while (block < postings->blocks() && postings->last_row_of(block) < target) ++block;
  return block < postings->blocks();
}

Row PhraseSearch::List::first() const {
  if (!is_long()) return postings->row();
  return block == 0 ? 0 : postings->last_row_of(block - 1) + 1;
}

Row PhraseSearch::List::last() const {
  return is_long() ? postings->last_row_of(block) : postings->block_rows().back();
}

double PhraseSearch::List::most(const NormTable& norm) const {
  if (!is_long()) return std::numeric_limits<double>::infinity();
  return norm.weigh_impacts(postings->impacts_of(block));
}

// The first row from `from` on that every list may have, so far as their blocks tell; kNoRow: none.
Row PhraseSearch::next_row(Row from) {
  for (List& list : lists_) {
    if (!list.seek(from)) return kNoRow;
    from = std::max(from, list.first());
  }
  return from;
}

// The candidates of the rarest word's block, those from `from` on that may weigh `least`.
void PhraseSearch::take_rows(Row from, double least) {
  List& lead = lists_[0];
  count_ = 0;
  if (lead.most(*norm_) < least || !lead.decode()) return;
  const std::span<const Row> rows = lead.postings->block_rows();
  const std::span<const std::uint32_t> frequencies = lead.postings->block_frequencies();
  for (std::size_t i = place_in(rows, from); i < rows.size(); ++i) {
    const Row row = rows[i];
    if (allowed_ != nullptr && (row >= allowed_->size() || !allowed_->test(row))) continue;
    const auto number = static_cast<std::uint32_t>(i);
    const std::uint32_t length = field_->length(row);
    found_[count_] = {row, number, length, frequencies[i]};
    count_ += static_cast<std::size_t>(norm_->weigh(frequencies[i], length) >= least);
  }
}

// Those of the candidates that are in the list stay; false where it has no later row.
bool PhraseSearch::narrow(List& list, double least) {
  const std::size_t before = count_;
  count_ = 0;
  for (std::size_t at = 0; at < before;) {
    if (!list.seek(found_[at].row)) return false;
    const Row last = list.last();
    std::size_t end = at + 1;
    while (end < before && found_[end].row <= last) ++end;
    if (list.first() <= found_[end - 1].row && list.most(*norm_) >= least) {
      if (!list.decode()) return false;
      keep_rows_of(list, at, end, least);
    }
    at = end;
  }
  return true;
}

// Of candidates [begin, end), none of which is behind the list's block.
void PhraseSearch::keep_rows_of(List& list, std::size_t begin, std::size_t end, double least) {
  const std::span<const Row> rows = list.postings->block_rows();
  const auto keep = [&](std::size_t at, std::size_t place) {
    Candidate candidate = found_[at];
    candidate.most = std::min(candidate.most, list.postings->block_frequencies()[place]);
    if (norm_->weigh(candidate.most, candidate.length) < least) return;
    list.places[candidate.number] = list.postings->place_of(static_cast<std::uint32_t>(place));
    found_[count_++] = candidate;
  };
  std::size_t place = place_in(rows, found_[begin].row);
  if (end - begin < kFew) {
    for (std::size_t at = begin; at < end; ++at) {
      place += place_in(rows.subspan(place), found_[at].row);
      if (place == rows.size()) return;
      if (rows[place] == found_[at].row) keep(at, place);
    }
    return;
  }
  std::array<std::uint8_t, kPostingsPerBlock> mine, theirs;  // of the rows in both
  std::size_t both = 0;
  for (std::size_t at = begin; at < end && place < rows.size();) {
    const Row row = found_[at].row, other = rows[place];
    mine[both] = static_cast<std::uint8_t>(at);
    theirs[both] = static_cast<std::uint8_t>(place);
    both += static_cast<std::size_t>(row == other);
    at += static_cast<std::size_t>(row <= other);
    place += static_cast<std::size_t>(other <= row);
  }
  for (std::size_t i = 0; i < both; ++i) keep(mine[i], theirs[i]);
}

bool PhraseSearch::read_positions(List& list, const Candidate& candidate) {
  const bool is_lead = &list == lists_.data();  // which stands in its block still
  const Postings::Place place =
      is_lead ? list.postings->place_of(candidate.number) : list.places[candidate.number];
  return list.postings->positions_of(place, words_[list.word].positions);
}

// Reads no more lists than it takes to see that the phrase is not there.
double PhraseSearch::frequency(const Candidate& candidate) {
  if (slop_ > 0) {
    for (List& list : lists_)
      if (!read_positions(list, candidate)) return 0;
    return phrase_frequency(words_, slop_);
  }
  for (List& list : lists_)
    if (list.word == 0 && !read_positions(list, candidate)) return 0;
  starts_ = words_[0].positions;
  for (List& list : lists_) {
    if (list.word == 0) continue;
    if (!read_positions(list, candidate)) return 0;
    keep_joined(words_[0], words_[list.word], starts_);
    if (starts_.empty()) return 0;
  }
  return static_cast<double>(starts_.size());
}

Status PhraseSearch::offer_rows(RowSink& sink) {
  rows_scored_ += count_;
  Score least = sink.least();
  double weighed = least_weighed(weight_, least);
  for (const Candidate& candidate : std::span(found_).first(count_)) {
    if (norm_->weigh(candidate.most, candidate.length) < weighed) continue;
    const double times = frequency(candidate);
    if (times == 0) continue;
    const Score score = contribution(weight_, norm_->weigh(times, candidate.length));
    if (score < least) continue;
    VECSTORE_TRY(sink.offer(candidate.row, score));
    least = sink.least();
    weighed = least_weighed(weight_, least);
  }
  return {};
}

Status PhraseSearch::status() const {
  for (const List& list : lists_) VECSTORE_TRY(list.postings->status());
  return {};
}

Status PhraseSearch::run(RowSink& sink) {
  if (lists_.empty()) return {};
  for (Row row = next_row(0); row != kNoRow && !sink.stopped();) {
    const Row last = lists_[0].last();
    if (row <= last) {
      const double least = least_weighed(weight_, sink.least());
      take_rows(row, least);
      bool more = true;
      for (std::size_t i = 1; i < lists_.size() && count_ > 0; ++i)
        more = narrow(lists_[i], least) && more;
      VECSTORE_TRY(offer_rows(sink));
      if (!more || last >= kNoRow - 1) break;
    }
    row = next_row(std::max(row, last + 1));
  }
  return status();
}

}  // namespace vecstore::text
