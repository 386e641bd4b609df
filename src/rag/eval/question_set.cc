#include "rag/eval/question_set.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/nearest.h"
#include "base/utf8.h"
#include "vecstore/record.h"

namespace vecstore {
namespace {

constexpr std::string_view kKnown[] = {"id",        "_id",      "text",     "question",
                                       "vector",    "filter",   "relevant", "answer",
                                       "reference", "contexts", "metadata"};

Result<std::string> string_of(const Value& value, const std::string& name) {
  if (!value.as_string()) return invalid_argument("'" + name + "' must be a string");
  return *value.as_string();
}

Result<std::string> read_text(const Value& value, const std::string& name) {
  VECSTORE_ASSIGN(std::string text, string_of(value, name));
  if (text.find_first_not_of(" \t\r\n") == text.npos)
    return invalid_argument("'" + name + "' is empty");
  return text;
}

Result<std::string> read_id(const Value& value) {
  if (value.as_string()) return *value.as_string();
  if (value.as_int()) return std::to_string(*value.as_int());
  return invalid_argument("a query needs an 'id', a string or an integer");
}

Status add_grade(Grades& grades, const std::string& document, std::int64_t grade) {
  if (grade < -kMaxGrade || grade > kMaxGrade)
    return invalid_argument("'relevant' has a grade that is not from -1000 to 1000");
  if (grades.emplace(document, static_cast<int>(grade)).second) return {};
  return invalid_argument("'relevant' has '" + shorten(document) + "' a second time");
}

Result<Grades> read_grades(const Value& value) {
  Grades grades;
  if (const List* list = value.as_list()) {
    for (const Value& document : *list) {
      VECSTORE_ASSIGN(const std::string id, read_id(document));
      VECSTORE_TRY(add_grade(grades, id, 1));
    }
    return grades;
  }
  if (!value.as_object())
    return invalid_argument("'relevant' must be a list of documents or an object with grades");
  for (const auto& [document, grade] : *value.as_object()) {
    if (!grade.as_int()) return invalid_argument("a grade of 'relevant' must be an integer");
    VECSTORE_TRY(add_grade(grades, document, *grade.as_int()));
  }
  return grades;
}

Result<std::vector<std::string>> read_contexts(const Value& value) {
  if (!value.as_list()) return invalid_argument("'contexts' must be a list of strings");
  std::vector<std::string> contexts;
  for (const Value& one : *value.as_list()) {
    VECSTORE_ASSIGN(std::string text, string_of(one, "contexts"));
    contexts.push_back(std::move(text));
  }
  return contexts;
}

Result<Vector> read_vector(const Value& json) {
  VECSTORE_ASSIGN(Record record, Record::from_json(Object{{"id", "query"}, {"vector", json}}));
  if (record.vector.empty()) return invalid_argument("the vector is empty");
  return std::move(record.vector);
}

Status read_member(const std::string& name, const Value& value, EvalQuestion& to) {
  if (std::ranges::find(kKnown, name) == std::end(kKnown))
    return invalid_argument("unknown member '" + shorten(name) +
                            "': " + nearest_or_known(name, kKnown));
  if (name == "id" || name == "_id") {
    VECSTORE_ASSIGN(to.id, read_id(value));
    if (to.id.empty()) return invalid_argument("the 'id' is empty");
  } else if (name == "text" || name == "question") {
    if (to.text) return invalid_argument("'text' and 'question' are the same: give one");
    VECSTORE_ASSIGN(to.text, read_text(value, name));
  } else if (name == "vector") {
    VECSTORE_ASSIGN(to.vector, read_vector(value));
  } else if (name == "filter") {
    VECSTORE_ASSIGN(const std::string text, string_of(value, name));
    VECSTORE_ASSIGN(to.filter, Filter::parse(text));
  } else if (name == "relevant") {
    VECSTORE_ASSIGN(to.relevant, read_grades(value));
  } else if (name == "answer") {
    VECSTORE_ASSIGN(to.answer, string_of(value, name));
  } else if (name == "reference") {
    VECSTORE_ASSIGN(to.reference, read_text(value, name));
  } else if (name == "contexts") {
    VECSTORE_ASSIGN(to.contexts, read_contexts(value));
  }
  return {};
}

Result<EvalQuestion> read_question(const std::string& line, std::size_t number) {
  VECSTORE_ASSIGN(const Value json, Value::parse_json(line));
  if (!json.as_object()) return invalid_argument("a query must be an object");
  EvalQuestion question;
  for (const auto& [name, value] : *json.as_object())
    VECSTORE_TRY(read_member(name, value, question));
  if (!question.text && !question.vector)
    return invalid_argument("a query needs 'text' or 'vector'");
  if (!question.id.empty()) return question;
  if (!question.relevant && !question.answer && !question.reference) return read_id({}).status();
  question.id = std::to_string(number);
  return question;
}

}  // namespace

Result<std::vector<EvalQuestion>> read_questions(const NextLine& next) {
  std::vector<EvalQuestion> questions;
  std::set<std::string> seen;
  VECSTORE_TRY(take_lines(next, [&](const std::string& line, std::size_t number) -> Status {
    if (line.find_first_not_of(" \t\r") == line.npos) return {};
    VECSTORE_ASSIGN(EvalQuestion read, read_question(line, number));
    if (!seen.insert(read.id).second)
      return invalid_argument("query '" + shorten(read.id) + "' comes a second time");
    questions.push_back(std::move(read));
    return {};
  }));
  if (questions.empty()) return invalid_argument("there is no query in it");
  return questions;
}

JudgedSet judged_by(std::vector<EvalQuestion> questions, const Judgements& judgements) {
  JudgedSet set;
  for (EvalQuestion& question : questions) {
    const auto found = judgements.find(question.id);
    if (found == judgements.end()) {
      ++set.unjudged;
      continue;
    }
    question.relevant = found->second;
    set.questions.push_back(std::move(question));
  }
  set.unasked = judgements.size() - set.questions.size();
  return set;
}

JudgedSet judged_by_themselves(std::vector<EvalQuestion> questions) {
  JudgedSet set;
  for (EvalQuestion& question : questions) {
    if (question.relevant) {
      set.questions.push_back(std::move(question));
    } else {
      ++set.unjudged;
    }
  }
  return set;
}

}  // namespace vecstore
