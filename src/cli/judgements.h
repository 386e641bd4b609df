// Which documents answer which query, as judged by people, and how good a ranking is by them.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "vecstore/status.h"

namespace vecstore {

// Of one query: documents to grades. From 1 on a document is relevant.
using Grades = std::unordered_map<std::string, int>;
using Judgements = std::unordered_map<std::string, Grades>;

// Four columns as TREC has them (query, anything, document, grade), or three as BEIR has (query,
// document, grade, with or without a head), separated by tabs or else by spaces. An error names the
// line.
Result<Judgements> read_judgements(const std::string& path);

// As trec_eval defines ndcg_cut_10, recip_rank of the first ten, map and recall_100. 0 where no
// document is relevant.
struct Measures {
  double ndcg_at_10 = 0;
  double mrr_at_10 = 0;
  double map = 0;
  double recall_at_100 = 0;

  Measures& operator+=(const Measures& other);
};

// `ranking` is best first and has no id twice. Its own order counts, where trec_eval would order
// equal scores by id.
Measures measure(std::span<const std::string> ranking, const Grades& grades);

}  // namespace vecstore
