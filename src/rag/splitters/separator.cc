#include "rag/splitters/separator.h"

#include <algorithm>
#include <array>

#include "rag/splitters/separator_program.h"

namespace vecstore {
namespace {

// Per character and instruction: matches that look far beyond their ends, each again, are what
// takes long.
constexpr std::uint64_t kMaxPasses = 16;
constexpr std::uint64_t kFreeCharacters = 4'096;

}  // namespace

Separator Separator::literal(std::string_view text) {
  Separator separator;
  separator.text_ = text;
  separator.literal_ = text;
  return separator;
}

Result<Separator> Separator::regex(std::string_view text) {
  if (text.size() > kMaxSeparatorBytes) {
    return invalid_argument("a separator of " + std::to_string(text.size()) +
                            " bytes; the limit is " + std::to_string(kMaxSeparatorBytes));
  }
  Separator separator;
  separator.text_ = text;
  auto program = std::make_shared<SeparatorProgram>();
  const Status compiled = compile_separator(text, *program, separator.literal_);
  if (!compiled.ok()) return compiled.with_context("separator '" + separator.text_ + "'");
  if (separator.literal_.empty() && !text.empty()) separator.program_ = std::move(program);
  return separator;
}

bool Separator::looks_around() const {
  static constexpr std::array<std::string_view, 4> kBegins = {"(?=", "(?!", "(?<=", "(?<!"};
  return program_ && std::ranges::any_of(kBegins, [this](std::string_view begin) {
           return text_.starts_with(begin);
         });
}

SeparatorSearch::SeparatorSearch(const Separator& separator, std::string_view text)
    : separator_(separator), text_(text) {}

Status SeparatorSearch::status() const {
  if (!gave_up_) return {};
  return resource_exhausted("the separator '" + separator_.text_ +
                            "' takes too long on a text of " + std::to_string(text_.size()) +
                            " bytes");
}

bool SeparatorSearch::next_literal(TextSpan& match) {
  const std::string& literal = separator_.literal_;
  const std::size_t at = literal.empty() ? text_.npos : text_.find(literal, from_);
  if (at == text_.npos) return false;
  match = {at, at + literal.size()};
  from_ = match.end;
  return true;
}

bool SeparatorSearch::next(TextSpan& match) {
  if (!separator_.program_) return next_literal(match);
  if (gave_up_) return false;
  SeparatorRun run{text_, steps_};
  run.most_steps = kMaxPasses * (text_.size() + kFreeCharacters) * separator_.program_->code.size();
  const bool found = find_match(*separator_.program_, run, from_, after_empty_, match);
  steps_ = run.steps;
  gave_up_ = run.steps > run.most_steps;
  if (!found || gave_up_) return false;
  after_empty_ = match.empty();
  from_ = match.end;
  return true;
}

}  // namespace vecstore
