// The best rows that have one phrase, each word of which is a single list of postings: what stands
// in quotation marks and nothing beside it. What matcher.h finds is found here, with the same
// scores.
//
// All lists stand in one block at a time. Rows that are in all of them are found in the part that
// the blocks have in common, which is not decoded where the least of the blocks' maxima cannot
// reach the least score wanted (block-max, Ding and Suel 2011). Positions are read last.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "text/index/postings.h"
#include "text/search/phrase_frequency.h"
#include "text/search/plan.h"
#include "text/search/row_sink.h"

namespace vecstore::text {

class PhraseSearch {
 public:
  static bool can_answer(const QueryPlan& plan);
  // Rows that are not in `allowed` are not offered; null: all are. Everything must outlive it.
  static Result<PhraseSearch> make(const QueryPlan& plan, std::span<const FieldView> fields,
                                   const Bitmap* allowed);

  Status run(RowSink& sink);
  std::uint64_t rows_scored() const { return rows_scored_; }

 private:
  using Places = std::array<std::uint8_t, kPostingsPerBlock>;
  // A word's postings, at one block.
  struct List {
    std::unique_ptr<Postings> postings;
    std::uint32_t word = 0;   // in the phrase, from 0
    std::uint32_t block = 0;  // of a long list, not decoded yet
    Places places = {};       // of the rows found, in the block

    bool is_long() const { return postings->blocks() > 0; }
    // To the block with the first row that is not before `target`; false where there is none.
    bool seek(Row target);
    Row first() const;  // no row of the block is before it
    Row last() const;
    double most(const NormTable& norm) const;
    bool decode() { return !is_long() || postings->to_block(block); }
  };
  struct Part {
    Row first = 0;
    Row last = 0;
    bool hopeless = false;
  };

  bool next_part(Row from, double least, Part& part);
  void find_rows(const Part& part);
  void keep_rows_of(List& list, const Part& part);
  double frequency(std::size_t found);
  Status offer_rows(RowSink& sink);
  Status status() const;

  std::vector<List> lists_;  // the shortest first
  std::vector<PhraseWord> words_;
  const FieldView* field_ = nullptr;
  const NormTable* norm_ = nullptr;
  const Bitmap* allowed_ = nullptr;
  double weight_ = 0;
  std::uint32_t slop_ = 0;
  std::array<Row, kPostingsPerBlock> rows_ = {};  // in all lists so far
  std::size_t found_ = 0;
  std::uint64_t rows_scored_ = 0;
};

}  // namespace vecstore::text
