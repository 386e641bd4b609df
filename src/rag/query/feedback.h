// The question made longer by what its first hits say: pseudo relevance feedback, without a model.
//
// Words as in RM3 (Lavrenko and Croft 2001; Abdul-Jaleel and others 2004), vectors as in Rocchio
// (1971). Both believe the first hits, and lead astray where those are wrong.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "rag/query/weighted_words.h"
#include "vecstore/hits.h"

namespace vecstore {

struct FeedbackOptions {
  std::size_t hits = 10;   // that are believed
  std::size_t words = 20;  // that are taken from them
  double weight = 0.3;     // of what is new; the question has the rest. Below 1
};

// Words of the first hits that stand there more often than in the hits behind them, by how much
// (Kullback and Leibler's divergence), weighted by the scores of the hits; best first. Together
// they weigh weight / (1 - weight) times as much as the words of the question, which may be among
// them. Without hits behind, their share counts alone. Give ten times the hits that are believed.
std::vector<WeightedWord> feedback_words(std::string_view question, const Hits& hits,
                                         const FeedbackOptions& options);

// (1 - weight) times the question's vector and weight times the mean of those of the first hits,
// each of unit length. The question's alone where no hit has one of its length.
DenseVector feedback_vector(const DenseVector& question, const Hits& hits,
                            const FeedbackOptions& options);

Status check_feedback(const FeedbackOptions& options);

}  // namespace vecstore
