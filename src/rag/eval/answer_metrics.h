// How good an answer and the passages it is from are.
//
//   faithfulness        statements of the answer that the passages bear out, of all
//   answer_relevance    how far the answer is one to the question
//   answer_correctness  3/4 F1 of statements (of the answer in the reference, and the other way
//                       round), 1/4 how far both say the same
//   context_recall      statements of the reference that the passages bear out, of all
//   context_precision   whether useful passages come first: the mean precision at each of them
//   context_relevance   useful passages, of all
//
// A metric is absent where it lacks something (an answer, a reference, a passage) or where a
// verdict for it was unreadable.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rag/eval/answer_judge.h"

namespace vecstore {

inline constexpr std::array<std::string_view, 6> kAnswerMetrics = {
    "faithfulness",   "answer_relevance",  "answer_correctness",
    "context_recall", "context_precision", "context_relevance"};

struct AnswerRecord {
  std::string id = {};
  std::string question = {};
  std::string answer = {};     // empty: there is none
  std::string reference = {};  // empty: there is none
  std::vector<std::string> contexts = {};
};

struct AnswerScores {
  std::array<std::optional<double>, kAnswerMetrics.size()> values = {};  // as kAnswerMetrics
  std::size_t unreadable = 0;                                            // verdicts
};

// At most eight calls of the judge.
Result<AnswerScores> judge_answer(const AnswerRecord& record, const AnswerJudge& judge);

// The sentences and lines of an answer that say something, without marks of citations and lists.
std::vector<std::string> answer_statements(std::string_view answer);

}  // namespace vecstore
