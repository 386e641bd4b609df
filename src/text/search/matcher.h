// A planned query on one segment, window by window: which rows match, and their scores.
//
// Windows are kWindowRows rows long, begin at a multiple of that, and ascend. One thread. Damage
// makes rows vanish and status() name it. The plan and the fields must outlive it.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "text/index/postings.h"
#include "text/search/phrase_frequency.h"
#include "text/search/plan.h"
#include "text/search/row_bits.h"

namespace vecstore::text {

// A list of postings that is part of something larger.
struct WeighedList {
  std::unique_ptr<Postings> postings;
  const FieldView* field = nullptr;
  const NormTable* norm = nullptr;  // of the plan
  double closeness = 1;

  double weighed() const {
    return norm->weigh(closeness * postings->frequency(), field->length(postings->row()));
  }
  // At least what any row of [first, last] has.
  double bound(Row first, Row last);
};

class TermMatcher {
 public:
  static Result<TermMatcher> make(const PlanTerm& term, const QueryPlan& plan,
                                  std::span<const FieldView> fields);
  Row next(Row from);
  Score bound(Row first, Row last);
  void collect(Row first, const RowBits& candidates, RowBits& matched, Score* scores);
  Status status() const;
  std::uint64_t rows() const;

 private:
  void collect_sum(Row first, const RowBits& candidates, RowBits& matched, Score* scores);

  std::vector<WeighedList> lists_;
  std::vector<double> weighed_;  // of a window's rows, where there are several lists
  double weight_ = 0;
};

class PhraseMatcher {
 public:
  static Result<PhraseMatcher> make(const PlanPhrase& phrase, const QueryPlan& plan,
                                    std::span<const FieldView> fields);
  Row next(Row from);
  Score bound(Row first, Row last);
  void collect(Row first, const RowBits& candidates, Score least, RowBits& matched, Score* scores);
  Status status() const;
  std::uint64_t rows() const;

 private:
  struct Place {
    std::vector<WeighedList> lists = {};
    Row row = 0;
    Row seek(Row target);
  };
  struct InField {
    const FieldView* field = nullptr;
    const NormTable* norm = nullptr;
    std::vector<Place> places = {};
    Row seek(Row target);  // to the first row that has every place's word
    double frequency(std::uint32_t slop);
    double most() const;                      // at least what the row weighs
    std::vector<PhraseWord> words = {};       // of each place, and
    std::vector<std::uint32_t> of_list = {};  // reused from row to row
  };

  std::vector<InField> fields_;
  std::vector<double> weighed_;  // of a window's rows
  std::uint32_t slop_ = 0;
  double weight_ = 0;
};

class Matcher;

class GroupMatcher {
 public:
  static Result<GroupMatcher> make(const PlanGroup& group, const QueryPlan& plan,
                                   std::span<const FieldView> fields);
  Row next(Row from);
  Score bound(Row first, Row last);
  void collect(Row first, const RowBits& candidates, Score least, RowBits& matched, Score* scores);
  Status status() const;
  std::uint64_t rows() const;

 private:
  Score least_of(const Matcher& matcher, Score least) const;
  bool collect_demanded(Row first, Score least, RowBits& rows);
  void collect_optional(Row first, const RowBits& candidates, Score least, RowBits& matched);

  std::vector<Matcher> demanded_;  // rarest first
  std::vector<Matcher> optional_;
  std::vector<Matcher> excluded_;
  std::vector<Score> scores_;  // of the window's rows, 0 between windows
  RowBits touched_;            // rows that have one
  Score bound_ = 0;            // the latest
};

class Matcher {
 public:
  static Result<Matcher> make(const PlanNode& node, const QueryPlan& plan,
                              std::span<const FieldView> fields);

  // The first row from `from` on that may match, else kNoRow; `from` never descends.
  Row next(Row from);
  // No row of [first, last] has a greater score. Asked before collect, about the same window.
  Score bound(Row first, Row last);
  Score last_bound() const { return bound_; }  // the latest answer of bound
  // Adds to `matched` the candidates that match, and to their scores, which may be null. Those
  // whose score would be below `least` may be left out; above 0 it needs bound() asked before.
  void collect(Row first, const RowBits& candidates, Score least, RowBits& matched, Score* scores);
  Status status() const;
  std::uint64_t rows() const;  // at most so many match

 private:
  template <typename M>
  explicit Matcher(M matcher) : matcher_(std::move(matcher)) {}

  std::variant<TermMatcher, PhraseMatcher, GroupMatcher> matcher_;
  Score bound_ = 0;
};

}  // namespace vecstore::text
