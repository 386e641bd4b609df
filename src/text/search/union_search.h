// The best rows that have any of some words, each a single list of postings: the commonest query,
// and the one that is asked for speed. What matcher.h finds is found here, with the same scores.
//
// Windows of rows ascend. In each, a list's bound is the greatest of its blocks' maxima. A window
// whose bounds together cannot reach the least score wanted is skipped unread. In others the lists
// with the greatest bounds are read, until those that are left cannot carry a row so far by
// themselves (MaxScore, Turtle and Flood 1995); these are only looked up, for rows that with their
// help still may, and only in blocks whose own maximum is enough (block-max, Ding and Suel 2011).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "text/index/postings.h"
#include "text/search/plan.h"
#include "text/search/row_bits.h"
#include "text/search/row_sink.h"

namespace vecstore::text {

class UnionSearch {
 public:
  static bool can_answer(const QueryPlan& plan);
  // Rows that are not in `allowed` are not offered; null: all are. Everything must outlive it.
  static Result<UnionSearch> make(const QueryPlan& plan, std::span<const FieldView> fields,
                                  const Bitmap* allowed);

  Status run(RowSink& sink);
  std::uint64_t rows_scored() const { return rows_scored_; }
  std::uint64_t windows_skipped() const { return windows_skipped_; }

 private:
  struct List {
    std::unique_ptr<Postings> postings;
    const FieldView* field = nullptr;
    const NormTable* norm = nullptr;
    const std::byte* lengths = nullptr;  // of the field's rows, where all are short
    double weight = 0;
    Score bound = 0;          // in the window
    std::uint32_t block = 0;  // of a long list, the first that ends in the window or later

    bool is_long() const { return postings->blocks() > 0; }
    Score score(std::uint32_t frequency, Row row) const {
      return contribution(weight, norm->weigh(frequency, field->length(row)));
    }
    Score block_bound(std::uint32_t at) const {
      return contribution(weight, norm->weigh_impacts(postings->impacts_of(at)));
    }
    // Of one block's postings at most.
    void score_all(std::span<const Row> rows, std::span<const std::uint32_t> frequencies,
                   Score* scores) const;
    // Those alone that may reach `least`: takes the others out of `rows`, returns how many stay.
    std::size_t score_reaching(Score least, std::span<const std::uint32_t> frequencies,
                               std::span<Row> rows, Score* scores) const;
    Row next(Row from);
    void set_bound(Row first, Row last);
  };
  template <typename Fn>
  void for_parts(List& list, Score enough, Fn&& fn);
  template <typename Fn>
  void for_blocks(List& list, Score enough, Fn&& fn);
  Row next(Row from);
  void enter(Row first, Row last);
  std::size_t read_lists(Score least);
  void look_up(List& list, Score enough);
  void look_up_in_block(List& list, std::uint32_t block, std::size_t begin, std::size_t end,
                        Score enough);
  void keep_all(std::span<const Row> rows, const Score* scores, Score enough);
  void add_all(std::span<const Row> rows, const Score* scores);
  void note_places(std::span<const Row> rows);
  Status offer_all(RowSink& sink);
  Status status() const;
  void keep(Row row, Score score, Score enough) {
    rows_[found_] = row;
    scores_[found_] = score;
    found_ += static_cast<std::size_t>(score >= enough);
  }

  std::vector<List> lists_;   // in the order of the window: greatest bounds first
  std::vector<Score> rests_;  // rests_[i]: what lists i and behind can bring together
  const Bitmap* allowed_ = nullptr;
  RowBits candidates_;  // of the window, where not all rows are
  Row first_ = 0;       // the window
  Row last_ = 0;
  // Found in the window, and what they have so far; room for one that does not stay.
  std::unique_ptr<Row[]> rows_ = std::make_unique_for_overwrite<Row[]>(kWindowRows + 1);
  std::unique_ptr<Score[]> scores_ = std::make_unique_for_overwrite<Score[]>(kWindowRows + 1);
  std::size_t found_ = 0;
  std::unique_ptr<std::uint8_t[]> places_ = std::make_unique<std::uint8_t[]>(kWindowRows + 1);
  std::vector<Score> sums_;  // of the window's rows, 0 between windows
  RowBits touched_;
  std::uint64_t rows_scored_ = 0;
  std::uint64_t windows_skipped_ = 0;
};

}  // namespace vecstore::text
