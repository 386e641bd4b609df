#include <algorithm>

#include "text/search/leaf_terms.h"
#include "text/search/matcher.h"

namespace vecstore::text {
namespace {

// A bound of lists that are weighed apart may be this much below their sum.
constexpr Score kRounding = 1;

bool in_window(Row row, Row first) { return row != kNoRow && row - first < kWindowRows; }

// Calls fn(row in the window) at each posting in a row of the candidates.
template <typename Fn>
void for_postings(Postings& postings, Row first, const RowBits& candidates, Fn&& fn) {
  postings.seek(first);
  while (in_window(postings.row(), first)) {
    const std::uint32_t row = postings.row() - first;
    if (candidates.test(row)) {
      fn(row);
      postings.next();
      continue;
    }
    const std::uint32_t next = candidates.next(row);
    if (next == kWindowRows) return;
    postings.seek(first + next);
  }
}

Status status_of(const std::vector<WeighedList>& lists) {
  for (const WeighedList& list : lists) VECSTORE_TRY(list.postings->status());
  return {};
}

std::uint64_t rows_of(const std::vector<WeighedList>& lists) {
  std::uint64_t sum = 0;
  for (const WeighedList& list : lists) sum += list.postings->rows_of_term();
  return sum;
}

// Adds a list for the term, where the segment has it.
Status add_list(const FieldView& field, const NormTable& norm, std::string_view term,
                double closeness, std::vector<WeighedList>& lists) {
  VECSTORE_ASSIGN(auto postings, field.postings(term));
  if (postings) lists.push_back({std::move(postings), &field, &norm, closeness});
  return {};
}

}  // namespace

double WeighedList::bound(Row first, Row last) {
  double greatest = 0;
  if (closeness == 1 && postings->blocks() > 0) {
    postings->for_blocks(first, last, [&](std::uint32_t block) {
      greatest = std::max(greatest, norm->weigh_impacts(postings->impacts_of(block)));
    });
    return greatest;
  }
  postings->for_impacts(first, last, [&](std::uint32_t frequency, std::uint32_t length) {
    greatest = std::max(greatest, norm->weigh(closeness * frequency, length));
  });
  return greatest;
}

Result<TermMatcher> TermMatcher::make(const PlanTerm& term, const QueryPlan& plan,
                                      std::span<const FieldView> fields) {
  TermMatcher matcher;
  matcher.weight_ = term.weight;
  for (const PlanTerm::Alternative& alternative : term.alternatives) {
    VECSTORE_TRY(add_list(fields[alternative.field], plan.norms[alternative.field],
                          alternative.term, alternative.closeness, matcher.lists_));
  }
  if (matcher.lists_.size() > 1) matcher.weighed_.resize(kWindowRows);
  return matcher;
}

Row TermMatcher::next(Row from) {
  Row least = kNoRow;
  for (WeighedList& list : lists_) {
    list.postings->seek(from);
    least = std::min(least, list.postings->row());
  }
  return least;
}

Score TermMatcher::bound(Row first, Row last) {
  double sum = 0;
  for (WeighedList& list : lists_) sum += list.bound(first, last);
  return sum > 0 ? contribution(weight_, sum) : 0;
}

void TermMatcher::collect(Row first, const RowBits& candidates, RowBits& matched, Score* scores) {
  if (lists_.size() != 1) return collect_sum(first, candidates, matched, scores);
  const WeighedList& list = lists_[0];
  for_postings(*list.postings, first, candidates, [&](std::uint32_t row) {
    matched.set(row);
    if (scores != nullptr) scores[row] += contribution(weight_, list.weighed());
  });
}

// Frequencies are added list by list in the order of the plan, so that rounding is the same
// wherever a row is.
void TermMatcher::collect_sum(Row first, const RowBits& candidates, RowBits& matched,
                              Score* scores) {
  RowBits got;
  for (const WeighedList& list : lists_) {
    for_postings(*list.postings, first, candidates, [&](std::uint32_t row) {
      weighed_[row] = (got.test(row) ? weighed_[row] : 0) + list.weighed();
      got.set(row);
    });
  }
  matched |= got;
  if (scores == nullptr) return;
  got.for_each([&](std::uint32_t row) { scores[row] += contribution(weight_, weighed_[row]); });
}

Status TermMatcher::status() const { return status_of(lists_); }
std::uint64_t TermMatcher::rows() const { return rows_of(lists_); }

Result<PhraseMatcher> PhraseMatcher::make(const PlanPhrase& phrase, const QueryPlan& plan,
                                          std::span<const FieldView> fields) {
  PhraseMatcher matcher;
  matcher.slop_ = phrase.slop;
  matcher.weighed_.resize(kWindowRows);
  matcher.weight_ = phrase.weight;
  for (const PlanPhrase::InField& in : phrase.fields) {
    const NormTable& norm = plan.norms[in.field];
    InField field;
    field.field = &fields[in.field];
    field.norm = &norm;
    bool possible = true;
    for (const PhrasePlace& place : in.places) {
      field.places.emplace_back();
      field.words.push_back({place.offset, place.word, {}});
      for (const std::string& term : place.terms)
        VECSTORE_TRY(add_list(fields[in.field], norm, term, 1, field.places.back().lists));
      possible = possible && !field.places.back().lists.empty();
    }
    if (possible) matcher.fields_.push_back(std::move(field));
  }
  return matcher;
}

Row PhraseMatcher::Place::seek(Row target) {
  row = kNoRow;
  for (WeighedList& list : lists) {
    list.postings->seek(target);
    row = std::min(row, list.postings->row());
  }
  return row;
}

Row PhraseMatcher::InField::seek(Row target) {
  while (true) {
    Row greatest = target;
    for (Place& place : places) greatest = std::max(greatest, place.seek(greatest));
    if (greatest == target || greatest == kNoRow) return greatest;
    target = greatest;
  }
}

double PhraseMatcher::InField::frequency(std::uint32_t slop) {
  for (std::size_t p = 0; p < places.size(); ++p) {
    Place& place = places[p];
    std::vector<std::uint32_t>& positions = words[p].positions;
    positions.clear();
    for (WeighedList& list : place.lists) {
      if (list.postings->row() != place.row) continue;
      if (!list.postings->positions(of_list)) return 0;
      positions.insert(positions.end(), of_list.begin(), of_list.end());
    }
    if (place.lists.size() > 1) sort_unique(positions);
  }
  return phrase_frequency(words, slop);
}

double PhraseMatcher::InField::most() const {
  double least = -1;
  for (const Place& place : places) {
    double sum = 0;
    for (const WeighedList& list : place.lists)
      if (list.postings->row() == place.row) sum += list.weighed();
    least = least < 0 ? sum : std::min(least, sum);
  }
  return least;
}

Row PhraseMatcher::next(Row from) {
  Row least = kNoRow;
  for (InField& field : fields_) least = std::min(least, field.seek(from));
  return least;
}

Score PhraseMatcher::bound(Row first, Row last) {
  double sum = 0;
  for (InField& field : fields_) {
    double least = -1;
    for (Place& place : field.places) {
      double of_place = 0;
      for (WeighedList& list : place.lists) of_place += list.bound(first, last);
      least = least < 0 ? of_place : std::min(least, of_place);
    }
    sum += std::max(least, 0.0);
  }
  return sum > 0 ? contribution(weight_, sum) + kRounding : 0;
}

void PhraseMatcher::collect(Row first, const RowBits& candidates, Score least, RowBits& matched,
                            Score* scores) {
  const auto hopeless = [&](const InField& field) {
    return least > 0 && fields_.size() == 1 &&
           contribution(weight_, field.most()) + kRounding < least;
  };
  RowBits got;
  for (InField& field : fields_) {
    std::uint32_t at = candidates.next(0);
    while (at < kWindowRows) {
      const Row row = field.seek(first + at);
      if (!in_window(row, first)) break;
      if (candidates.test(row - first) && !hopeless(field)) {
        const std::uint32_t in_window = row - first;
        const double frequency = field.frequency(slop_);
        if (frequency > 0) {
          weighed_[in_window] = (got.test(in_window) ? weighed_[in_window] : 0) +
                                field.norm->weigh(frequency, field.field->length(row));
          got.set(in_window);
        }
      }
      at = candidates.next(row - first + 1);
    }
  }
  matched |= got;
  if (scores == nullptr) return;
  got.for_each([&](std::uint32_t row) { scores[row] += contribution(weight_, weighed_[row]); });
}

Status PhraseMatcher::status() const {
  for (const InField& field : fields_) {
    for (const Place& place : field.places) VECSTORE_TRY(status_of(place.lists));
  }
  return {};
}

std::uint64_t PhraseMatcher::rows() const {
  std::uint64_t sum = 0;
  for (const InField& field : fields_) {
    std::uint64_t least = ~std::uint64_t{0};
    for (const Place& place : field.places) least = std::min(least, rows_of(place.lists));
    sum += least;
  }
  return sum;
}

}  // namespace vecstore::text
