#include "text/search/matcher.h"

#include <algorithm>
#include <numeric>

namespace vecstore::text {

Result<Matcher> Matcher::make(const PlanNode& node, const QueryPlan& plan,
                              std::span<const FieldView> fields) {
  if (const auto* term = std::get_if<PlanTerm>(&node)) {
    VECSTORE_ASSIGN(TermMatcher made, TermMatcher::make(*term, plan, fields));
    return Matcher(std::move(made));
  }
  if (const auto* phrase = std::get_if<PlanPhrase>(&node)) {
    VECSTORE_ASSIGN(PhraseMatcher made, PhraseMatcher::make(*phrase, plan, fields));
    return Matcher(std::move(made));
  }
  VECSTORE_ASSIGN(GroupMatcher made, GroupMatcher::make(std::get<PlanGroup>(node), plan, fields));
  return Matcher(std::move(made));
}

Row Matcher::next(Row from) {
  return std::visit([from](auto& matcher) { return matcher.next(from); }, matcher_);
}

Score Matcher::bound(Row first, Row last) {
  bound_ = std::visit([&](auto& matcher) { return matcher.bound(first, last); }, matcher_);
  return bound_;
}

void Matcher::collect(Row first, const RowBits& candidates, Score least, RowBits& matched,
                      Score* scores) {
  if (auto* group = std::get_if<GroupMatcher>(&matcher_))
    return group->collect(first, candidates, least, matched, scores);
  if (auto* phrase = std::get_if<PhraseMatcher>(&matcher_))
    return phrase->collect(first, candidates, least, matched, scores);
  std::get<TermMatcher>(matcher_).collect(first, candidates, matched, scores);
}

Status Matcher::status() const {
  return std::visit([](const auto& matcher) { return matcher.status(); }, matcher_);
}

std::uint64_t Matcher::rows() const {
  return std::visit([](const auto& matcher) { return matcher.rows(); }, matcher_);
}

namespace {

Status make_all(const std::vector<PlanNode>& nodes, const QueryPlan& plan,
                std::span<const FieldView> fields, std::vector<Matcher>& out) {
  for (const PlanNode& node : nodes) {
    VECSTORE_ASSIGN(Matcher matcher, Matcher::make(node, plan, fields));
    out.push_back(std::move(matcher));
  }
  return {};
}

}  // namespace

Result<GroupMatcher> GroupMatcher::make(const PlanGroup& group, const QueryPlan& plan,
                                        std::span<const FieldView> fields) {
  GroupMatcher matcher;
  VECSTORE_TRY(make_all(group.demanded, plan, fields, matcher.demanded_));
  VECSTORE_TRY(make_all(group.optional, plan, fields, matcher.optional_));
  VECSTORE_TRY(make_all(group.excluded, plan, fields, matcher.excluded_));
  std::ranges::stable_sort(matcher.demanded_, {}, &Matcher::rows);
  matcher.scores_.resize(kWindowRows);
  return matcher;
}

Row GroupMatcher::next(Row from) {
  if (!demanded_.empty()) {
    Row row = from;
    for (Matcher& matcher : demanded_) row = std::max(row, matcher.next(row));
    return row;
  }
  Row least = kNoRow;
  for (Matcher& matcher : optional_) least = std::min(least, matcher.next(from));
  return least;
}

Score GroupMatcher::bound(Row first, Row last) {
  bound_ = 0;
  for (Matcher& matcher : demanded_) bound_ += matcher.bound(first, last);
  for (Matcher& matcher : optional_) bound_ += matcher.bound(first, last);
  return bound_;
}

// What a row must get from one matcher when all the others give it their most.
Score GroupMatcher::least_of(const Matcher& matcher, Score least) const {
  return least <= 0 ? 0 : std::max<Score>(0, least - (bound_ - matcher.last_bound()));
}

bool GroupMatcher::collect_demanded(Row first, Score least, RowBits& rows) {
  for (Matcher& matcher : demanded_) {
    RowBits matched;
    matcher.collect(first, rows, least_of(matcher, least), matched, scores_.data());
    touched_ |= matched;
    if (matched.none()) return false;
    rows = matched;
  }
  return true;
}

// The greatest bounds first. Once the matchers that are left cannot carry a row to `least` by
// themselves, they are only asked about rows that others have brought so far that they still may.
void GroupMatcher::collect_optional(Row first, const RowBits& candidates, Score least,
                                    RowBits& matched) {
  std::vector<Matcher*> order;
  for (Matcher& matcher : optional_) order.push_back(&matcher);
  Score rest = 0;
  if (least > 0) {
    std::ranges::sort(order, std::greater<>(), &Matcher::last_bound);
    for (const Matcher* matcher : order) rest += matcher->last_bound();
  }
  for (Matcher* matcher : order) {
    const bool enough = demanded_.empty() && (least <= 0 || rest >= least);
    if (!enough && least > 0) {
      matched.for_each([&](std::uint32_t row) {
        if (scores_[row] + rest < least) matched.clear(row);
      });
    }
    RowBits got;
    matcher->collect(first, enough ? candidates : matched, least_of(*matcher, least), got,
                     scores_.data());
    touched_ |= got;
    if (enough) matched |= got;
    rest -= matcher->last_bound();
  }
}

void GroupMatcher::collect(Row first, const RowBits& candidates, Score least, RowBits& matched,
                           Score* scores) {
  RowBits rows;
  if (!demanded_.empty()) rows = candidates;
  if (demanded_.empty() || collect_demanded(first, least, rows)) {
    collect_optional(first, candidates, least, rows);
    for (Matcher& matcher : excluded_) {
      RowBits out;
      matcher.collect(first, rows, 0, out, nullptr);
      rows.and_not(out);
    }
    matched |= rows;
    if (scores != nullptr) rows.for_each([&](std::uint32_t row) { scores[row] += scores_[row]; });
  }
  touched_.for_each([&](std::uint32_t row) { scores_[row] = 0; });
  touched_ = {};
}

Status GroupMatcher::status() const {
  for (const auto* matchers : {&demanded_, &optional_, &excluded_}) {
    for (const Matcher& matcher : *matchers) VECSTORE_TRY(matcher.status());
  }
  return {};
}

std::uint64_t GroupMatcher::rows() const {
  if (!demanded_.empty()) return demanded_[0].rows();
  std::uint64_t sum = 0;
  for (const Matcher& matcher : optional_) sum += matcher.rows();
  return sum;
}

}  // namespace vecstore::text
