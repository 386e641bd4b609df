// The best rows that have one phrase, each word of which is a single list of postings: what stands
// in quotation marks and nothing beside it. What matcher.h finds is found here, with the same
// scores.
//
// A block of the rarest word's list at a time gives the rows, then each other list, the rarer ones
// first, takes away those that it has not. A row goes as soon as the least of its frequencies so
// far, or the maximum of a list's block, cannot carry it to the least score wanted (block-max, Ding
// and Suel 2011); a block for which no row is left is not decoded. Positions are read last.
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
  // A word's postings, at one block.
  struct List {
    std::unique_ptr<Postings> postings;
    std::uint32_t word = 0;                                      // in the phrase, from 0
    std::uint32_t block = 0;                                     // of a long list, not decoded yet
    std::array<Postings::Place, kPostingsPerBlock> places = {};  // by the candidate's number

    bool is_long() const { return postings->blocks() > 0; }
    // To the block with the first row that is not before `target`; false where there is none.
    bool seek(Row target);
    Row first() const;  // no row of the block is before it
    Row last() const;
    double most(const NormTable& norm) const;
    bool decode() { return !is_long() || postings->to_block(block); }
  };
  // A row that may have the phrase.
  struct Candidate {
    Row row;
    std::uint32_t number;  // in the block of the rarest word
    std::uint32_t length;
    std::uint32_t most;  // the least of its words' frequencies so far
  };

  Row next_row(Row from);
  void take_rows(Row from, double least);
  bool narrow(List& list, double least);
  void keep_rows_of(List& list, std::size_t begin, std::size_t end, double least);
  double frequency(const Candidate& candidate);
  bool read_positions(List& list, const Candidate& candidate);
  Status offer_rows(RowSink& sink);
  Status status() const;

  std::vector<List> lists_;  // the shortest first
  std::vector<PhraseWord> words_;
  const FieldView* field_ = nullptr;
  const NormTable* norm_ = nullptr;
  const Bitmap* allowed_ = nullptr;
  double weight_ = 0;
  std::uint32_t slop_ = 0;
  std::array<Candidate, kPostingsPerBlock> found_;  // in all lists so far
  std::size_t count_ = 0;
  std::vector<std::uint32_t> starts_;  // of the phrase in a row
  std::uint64_t rows_scored_ = 0;
};

}  // namespace vecstore::text
