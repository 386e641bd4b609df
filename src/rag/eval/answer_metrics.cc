#include "rag/eval/answer_metrics.h"

#include <algorithm>

#include "rag/splitters/sentences.h"

namespace vecstore {
namespace {

enum Place : std::size_t { kFaithfulness, kRelevance, kCorrectness, kRecall, kPrecision, kUseful };

constexpr double kShareOfStatements = 0.75;  // of correctness; the rest is sameness

bool says_something(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

// Without "[1]", "[2, 3]", "[4-6]" and a blank before them.
std::string without_citations(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = text[at] == '[' ? text.find_first_not_of("0123456789,- ", at + 1) : 0;
    if (text[at] == '[' && end != text.npos && text[end] == ']' && end > at + 1) {
      if (out.ends_with(' ')) out.pop_back();
      at = end;
    } else {
      out += text[at];
    }
  }
  return out;
}

// Behind "- ", "* ", "3. ", "3) ".
std::string_view without_bullet(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const std::string_view marks = digits > 0 ? ".)" : "-*+";
  const bool bullet =
      digits + 1 < line.size() && marks.find(line[digits]) != marks.npos && line[digits + 1] == ' ';
  return bullet ? line.substr(digits + 2) : line;
}

// Counts what cannot be read; what was read is there when all of it was.
class Reader {
 public:
  explicit Reader(AnswerScores& scores) : scores_(scores) {}

  // How many say yes.
  std::optional<double> yes(const std::vector<Verdict>& verdicts) {
    const auto unreadable = std::ranges::count(verdicts, Verdict::kUnreadable);
    scores_.unreadable += static_cast<std::size_t>(unreadable);
    if (unreadable > 0) return std::nullopt;
    return static_cast<double>(std::ranges::count(verdicts, Verdict::kYes));
  }
  std::optional<double> share(const std::vector<Verdict>& verdicts) {
    const std::optional<double> count = yes(verdicts);
    if (!count || verdicts.empty()) return std::nullopt;
    return *count / static_cast<double>(verdicts.size());
  }
  std::optional<double> number(const std::optional<double>& value) {
    scores_.unreadable += !value;
    return value;
  }

 private:
  AnswerScores& scores_;
};

// The mean over useful passages of the precision at each; 0 where none is useful.
double precision_in_order(const std::vector<Verdict>& verdicts) {
  double sum = 0, so_far = 0;
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    if (verdicts[i] == Verdict::kYes) sum += ++so_far / static_cast<double>(i + 1);
  return so_far == 0 ? 0 : sum / so_far;
}

Status judge_contexts(const AnswerRecord& record, const AnswerJudge& judge, AnswerScores& scores) {
  if (record.contexts.empty()) return {};
  Reader reader(scores);
  if (const auto statements = answer_statements(record.answer); !statements.empty()) {
    VECSTORE_ASSIGN(const auto verdicts, judge.supported(statements, record.contexts));
    scores.values[kFaithfulness] = reader.share(verdicts);
  }
  if (const auto statements = answer_statements(record.reference); !statements.empty()) {
    VECSTORE_ASSIGN(const auto verdicts, judge.supported(statements, record.contexts));
    scores.values[kRecall] = reader.share(verdicts);
  }
  VECSTORE_ASSIGN(const auto useful, judge.useful(record.question, "", record.contexts));
  scores.values[kUseful] = reader.share(useful);
  if (record.reference.empty()) return {};
  VECSTORE_ASSIGN(const auto helpful,
                  judge.useful(record.question, record.reference, record.contexts));
  if (reader.share(helpful)) scores.values[kPrecision] = precision_in_order(helpful);
  return {};
}

std::string joined(const std::vector<std::string>& statements) {
  std::string text;
  for (const std::string& one : statements) text += (text.empty() ? "" : " ") + one;
  return text;
}

// Numbers of citations are no numbers of the answer: without them.
Result<std::optional<double>> correctness(const AnswerRecord& record, const AnswerJudge& judge,
                                          Reader& reader) {
  const auto said = answer_statements(record.answer), wanted = answer_statements(record.reference);
  if (said.empty() || wanted.empty()) return std::optional<double>();
  const std::string answer = joined(said);
  VECSTORE_ASSIGN(const auto right, judge.supported(said, {&record.reference, 1}));
  VECSTORE_ASSIGN(const auto met, judge.supported(wanted, {&answer, 1}));
  VECSTORE_ASSIGN(const auto alike, judge.sameness(answer, record.reference));
  const auto precision = reader.share(right), recall = reader.share(met),
             same = reader.number(alike);
  if (!precision || !recall || !same) return std::optional<double>();
  const double sum = *precision + *recall;
  const double f1 = sum == 0 ? 0 : 2 * *precision * *recall / sum;
  return std::optional(kShareOfStatements * f1 + (1 - kShareOfStatements) * *same);
}

Status judge_text(const AnswerRecord& record, const AnswerJudge& judge, AnswerScores& scores) {
  if (record.answer.empty()) return {};
  Reader reader(scores);
  const std::string answer = joined(answer_statements(record.answer));
  VECSTORE_ASSIGN(const auto addresses, judge.addresses(record.question, answer));
  scores.values[kRelevance] = reader.number(addresses);
  VECSTORE_ASSIGN(scores.values[kCorrectness], correctness(record, judge, reader));
  return {};
}

}  // namespace

std::vector<std::string> answer_statements(std::string_view answer) {
  const std::string text = without_citations(answer);
  std::vector<std::string> statements;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = without_bullet(std::string_view(text).substr(begin, end - begin));
    for (const TextSpan& span : find_sentences(line, {0, line.size()})) {
      const std::string_view sentence = line.substr(span.begin, span.end - span.begin);
      if (says_something(sentence)) statements.emplace_back(sentence);
    }
    begin = end + 1;
  }
  return statements;
}

Result<AnswerScores> judge_answer(const AnswerRecord& record, const AnswerJudge& judge) {
  AnswerScores scores;
  VECSTORE_TRY(judge_contexts(record, judge, scores));
  VECSTORE_TRY(judge_text(record, judge, scores));
  return scores;
}

}  // namespace vecstore
