// The best rows of a text query over the segments of a collection.
//
// Scores are made of numbers of all segments together, deleted rows included, and are the same
// however rows are divided into segments. Parts of lists that cannot reach the k best are not read;
// the answer is the same as if they were.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/bitmap.h"
#include "text/search/best_hits.h"
#include "text/search/plan.h"

namespace vecstore::text {

struct TextSegment {
  std::vector<FieldView> fields;    // in the order of the search's fields
  const Bitmap* allowed = nullptr;  // rows that may be found; null: all
};

struct TextSearch {
  const TextQuery* query = nullptr;
  std::span<const TextField> fields = {};
  Bm25 bm25 = {};
  std::size_t k = 10;
  // Looks once more at a row that would be among the best: deleted, expired? Null: all pass.
  std::function<Result<bool>(std::uint32_t segment, Row row)> accept = {};
  TieOrder ties = {};
  std::function<bool()> stop = {};  // asked every few thousand rows; null: never
};

struct TextAnswer {
  std::vector<TextHit> hits;  // best first
  bool partial = false;       // stop ended it
  std::uint64_t rows_scored = 0;
  std::uint64_t windows_skipped = 0;  // of 4,096 rows, because they could not reach the k best
};

// kInvalidArgument as plan_query; kDataLoss when a field is damaged.
Result<TextAnswer> search_text(const TextSearch& search, std::span<const TextSegment> segments);

}  // namespace vecstore::text
