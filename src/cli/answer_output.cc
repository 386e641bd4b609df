#include "cli/answer_output.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "cli/answer.h"
#include "cli/terminal.h"
#include "rag/answer/passage_parts.h"

namespace vecstore {
namespace {

std::optional<std::int64_t> integer_of(const Hit& hit, const char* key) {
  const Value* value = hit.metadata.find(key);
  const std::int64_t* number = value ? value->as_int() : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

Object citation_object(const Citation& one, const Hit& hit) {
  // A quote is a sentence, and no sentence goes beyond its part of the passage.
  const std::int64_t start = document_offset(hit, one.quote_begin);
  const auto size = static_cast<std::int64_t>(one.quote_end - one.quote_begin);
  Object object{{"passage", number(one.passage + 1)},
                {"id", hit.id},
                {"source", citation(hit)},
                {"statement", Object{{"start", number(one.begin)}, {"end", number(one.end)}}},
                {"quote", hit.text->substr(one.quote_begin, one.quote_end - one.quote_begin)},
                {"start", start},
                {"end", start + size},
                {"support", one.support}};
  for (const char* key : {"page", "slide", "row", "cell", "line", "member", "document"}) {
    if (const Value* value = hit.metadata.find(key)) object[key] = *value;
  }
  return object;
}

}  // namespace

void print_piece(std::string_view text) {
  std::string shown;
  for (;;) {
    const std::size_t end = text.find('\n');
    shown += printable(text.substr(0, end));
    if (end == text.npos) break;
    shown += '\n';
    text.remove_prefix(end + 1);
  }
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  std::fflush(stdout);
}

void print_named_passages(const Output& out, const Answer& answer) {
  out.print_line("");
  std::set<std::size_t> named;
  for (const Citation& one : answer.checked.citations) named.insert(one.passage);
  if (!named.empty()) out.print_line("");
  for (const std::size_t passage : named) {
    const Hit& hit = answer.context.passages[passage];
    std::string line = "[" + std::to_string(passage + 1) + "] " + citation(hit);
    const auto start = integer_of(hit, "start"), end = integer_of(hit, "end");
    const auto page = integer_of(hit, "page");
    if (page) line += ", page " + std::to_string(*page);
    if (start && end) line += ", bytes " + std::to_string(*start) + "-" + std::to_string(*end);
    out.print_line(line);
  }
  for (const std::string& problem : answer.checked.problems)
    out.warn("check: " + printable(problem));
  if (answer.said.cut) out.warn("the answer was cut at answering.max_tokens");
  if (answer.context.left_out > 0)
    out.note(std::to_string(answer.context.left_out) +
             " of the passages found were not shown to the model: answering.max_context_tokens");
}

Object answer_object(std::string_view question, std::string_view model, const Answer& answer) {
  List citations, passages;
  const Hits& shown = answer.context.passages;
  for (const Citation& one : answer.checked.citations)
    citations.push_back(citation_object(one, shown[one.passage]));
  for (std::size_t i = 0; i < shown.size(); ++i)
    passages.push_back(passage_object(shown[i], i + 1));
  const std::vector<std::string>& problems = answer.checked.problems;
  return {{"question", question},
          {"answer", answer.text},
          {"model", model},
          {"cut", answer.said.cut},
          {"citations", std::move(citations)},
          {"problems", List(problems.begin(), problems.end())},
          {"passages", std::move(passages)},
          {"left_out", number(answer.context.left_out)},
          {"prompt_tokens", number(answer.said.prompt_tokens)},
          {"answer_tokens", number(answer.said.answer_tokens)}};
}

Object passage_object(const Hit& hit, std::size_t number_of_it) {
  return {{"number", number(number_of_it)},
          {"citation", citation(hit)},
          {"id", hit.id},
          {"score", hit.score},
          {"text", hit.text.value_or("")},
          {"metadata", hit.metadata}};
}

}  // namespace vecstore
