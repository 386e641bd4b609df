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

// The next rows, from `from` on, for which every list stands in one block; hopeless where none of
// them weighs `least`. False at the end.
bool PhraseSearch::next_part(Row from, double least, Part& part) {
  List& lead = lists_[0];
  if (!lead.seek(from)) return false;
  part = {std::max(from, lead.first()), lead.last(), lead.most(*norm_) < least};
  if (part.hopeless) return true;
  if (!lead.decode()) return false;
  const std::span<const Row> rows = lead.postings->block_rows();
  part.first = rows[place_in(rows, part.first)];
  double most = lead.most(*norm_);
  for (List& list : std::span(lists_).subspan(1)) {
    if (!list.seek(part.first)) return false;
    part.first = std::max(part.first, list.first());
    part.last = std::min(part.last, list.last());
    most = std::min(most, list.most(*norm_));
  }
  part.hopeless = most < least;
  return true;
}

// Those of the rows found that are in the list's block stay.
void PhraseSearch::keep_rows_of(List& list, const Part& part) {
  const std::span<const Row> rows = list.postings->block_rows();
  const std::size_t before = found_;
  Places kept;  // which of the rows found
  std::size_t count = 0;
  const auto compare = [&](std::size_t at, std::size_t place) {
    kept[count] = static_cast<std::uint8_t>(at);
    list.places[count] = static_cast<std::uint8_t>(place);
    count += static_cast<std::size_t>(rows_[at] == rows[place]);
  };
  std::size_t place = place_in(rows, part.first);
  if (before < kFew) {
    for (std::size_t at = 0; at < before; ++at) {
      place += place_in(rows.subspan(place), rows_[at]);
      if (place == rows.size()) break;
      compare(at, place);
    }
  } else {
    for (std::size_t at = 0; at < before && place < rows.size();) {
      compare(at, place);
      const Row mine = rows_[at], other = rows[place];
      at += static_cast<std::size_t>(mine <= other);
      place += static_cast<std::size_t>(other <= mine);
    }
  }
  for (List* other = lists_.data(); other != &list; ++other)
    for (std::size_t i = 0; i < count; ++i) other->places[i] = other->places[kept[i]];
  for (std::size_t i = 0; i < count; ++i) rows_[i] = rows_[kept[i]];
  found_ = count;
}

void PhraseSearch::find_rows(const Part& part) {
  List& lead = lists_[0];
  const std::span<const Row> rows = lead.postings->block_rows();
  found_ = 0;
  for (std::size_t i = place_in(rows, part.first); i < rows.size() && rows[i] <= part.last; ++i) {
    const Row row = rows[i];
    if (allowed_ != nullptr && (row >= allowed_->size() || !allowed_->test(row))) continue;
    lead.places[found_] = static_cast<std::uint8_t>(i);
    rows_[found_++] = row;
  }
  for (List& list : std::span(lists_).subspan(1)) {
    if (found_ == 0) return;
    if (!list.decode()) {
      found_ = 0;
      return;
    }
    keep_rows_of(list, part);
  }
}

double PhraseSearch::frequency(std::size_t found) {
  for (List& list : lists_) {
    if (!list.postings->positions_of(list.places[found], words_[list.word].positions)) return 0;
  }
  return phrase_frequency(words_, slop_);
}

Status PhraseSearch::offer_rows(RowSink& sink) {
  rows_scored_ += found_;
  Score least = sink.least();
  double weighed = least_weighed(weight_, least);
  for (std::size_t at = 0; at < found_; ++at) {
    std::uint32_t most = ~0u;
    for (List& list : lists_)
      most = std::min(most, list.postings->block_frequencies()[list.places[at]]);
    const std::uint32_t length = field_->length(rows_[at]);
    if (norm_->weigh(most, length) < weighed) continue;
    const double times = frequency(at);
    if (times == 0) continue;
    const Score score = contribution(weight_, norm_->weigh(times, length));
    if (score < least) continue;
    VECSTORE_TRY(sink.offer(rows_[at], score));
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
  Part part;
  for (Row from = 0; from != kNoRow;) {
    if (!next_part(from, least_weighed(weight_, sink.least()), part)) break;
    if (sink.stopped()) return {};
    if (part.first > part.last) {  // the blocks have nothing in common
      from = part.first;
      continue;
    }
    if (!part.hopeless) {
      find_rows(part);
      VECSTORE_TRY(offer_rows(sink));
    }
    from = part.last + 1;
  }
  return status();
}

}  // namespace vecstore::text
