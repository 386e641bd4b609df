#include "rag/query/weighted_words.h"

#include <algorithm>

#include "base/number.h"

namespace vecstore {
namespace {

constexpr double kLeastWeight = 0.001, kMostWeight = 100;
constexpr std::string_view kBlanks = " \t\r\n\f\v";

// One operand of the language, with nothing in it that means anything there: it stands for any of
// its words, as a text of plain words does.
std::string as_operand(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && static_cast<unsigned char>(c) < 0x80) out += '\\';
    out += c;
  }
  return out;
}

// Between quotation marks, where a backslash takes a mark's meaning.
std::string as_phrase(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

}  // namespace

std::string text_with_words(std::string_view question, std::span<const WeightedWord> words) {
  std::string out = as_operand(trimmed(question));
  // AND, OR and NOT are operators as they stand.
  if (out == "AND" || out == "OR" || out == "NOT") out.insert(0, 1, '\\');
  for (const WeightedWord& word : words) {
    const std::string_view text = trimmed(word.text);
    if (text.empty()) continue;
    const bool phrase = text.find_first_of(kBlanks) != text.npos;
    std::string operand = phrase ? as_phrase(text) : as_operand(text);
    if (operand == "AND" || operand == "OR" || operand == "NOT") operand.insert(0, 1, '\\');
    const double weight = std::clamp(word.weight, kLeastWeight, kMostWeight);
    out.append(out.empty() ? "" : " ").append(operand).append("^").append(format_double(weight));
  }
  return out;
}

}  // namespace vecstore
