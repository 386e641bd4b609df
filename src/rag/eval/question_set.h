// Questions to judge answers by, out of lines of JSON.
//
// {"id", "text" | "vector", "filter"?, "relevant"?} for what is to be found: "relevant" is a list
// of documents or an object of documents and grades, and may stand in a file of its own
// (judgements.h). {"question", "answer"?, "reference"?, "contexts"?} for answers: what was
// answered, what should have been, and the passages it was answered from. BEIR's "_id" and
// "metadata" and the "question" of the second form are known in both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rag/eval/judgements.h"
#include "vecstore/filter.h"
#include "vecstore/vector.h"

namespace vecstore {

struct EvalQuestion {
  std::string id = {};
  std::optional<std::string> text = {};
  std::optional<Vector> vector = {};
  Filter filter = {};
  std::optional<Grades> relevant = {};
  std::optional<std::string> answer = {}, reference = {};
  std::optional<std::vector<std::string>> contexts = {};
};

// At least one, no id twice; blank lines are passed over. A question without an id has the number
// of its line for one where it brings "relevant", "answer" or "reference" itself. kInvalidArgument
// names the line.
Result<std::vector<EvalQuestion>> read_questions(const NextLine& next);

// The questions that somebody judged, and how many each side has that the other lacks.
struct JudgedSet {
  std::vector<EvalQuestion> questions = {};  // `relevant` is there
  std::size_t unjudged = 0;                  // questions
  std::size_t unasked = 0;                   // of the judgements
};
JudgedSet judged_by(std::vector<EvalQuestion> questions, const Judgements& judgements);
// The same by what stands in the questions.
JudgedSet judged_by_themselves(std::vector<EvalQuestion> questions);

}  // namespace vecstore
