#include <filesystem>
#include <fstream>

#include "rag/eval/question_set.h"
#include "vecstore/evaluation.h"

namespace vecstore {

Result<std::vector<JudgedQuery>> read_judged_queries(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path, error))
    return not_found("cannot read " + path);
  const auto next = [&](std::string& line) -> Result<bool> {
    if (std::getline(file, line)) return true;
    if (file.bad()) return unavailable("reading it failed");
    return false;
  };
  auto questions = read_questions(next);
  if (!questions.ok()) return questions.status().with_context(path);
  std::vector<JudgedQuery> queries;
  for (EvalQuestion& one : judged_by_themselves(*std::move(questions)).questions)
    queries.push_back({one.id, one.text.value_or(""), *std::move(one.relevant)});
  if (queries.empty())
    return invalid_argument(path + ": no question says in 'relevant' what answers it");
  return queries;
}

}  // namespace vecstore
