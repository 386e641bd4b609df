#include "rag/query/synonyms.h"

#include <algorithm>

#include "rag/answer/word_keys.h"

namespace vecstore {
namespace {

std::string joined(const std::vector<std::string>& words, std::size_t begin, std::size_t count) {
  std::string out;
  for (std::size_t i = begin; i < begin + count; ++i) out += (out.empty() ? "" : " ") + words[i];
  return out;
}

std::string normal(std::string_view text) {
  const std::vector<std::string> words = plain_words(text);
  return joined(words, 0, words.size());
}

// What stands between commas; an empty one is in the list, too.
std::vector<std::string> between_commas(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    out.push_back(normal(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

}  // namespace

void Synonyms::add(const std::string& from, const std::string& to) {
  if (from == to) return;
  std::vector<std::string>& known = entries_[from];
  if (std::ranges::find(known, to) == known.end()) known.push_back(to);
  const auto blanks = static_cast<std::size_t>(std::ranges::count(from, ' '));
  longest_ = std::max(longest_, blanks + 1);
}

Result<Synonyms> Synonyms::parse(std::string_view text) {
  if (text.size() > kMaxSynonymBytes)
    return invalid_argument("a list of synonyms has at most " + std::to_string(kMaxSynonymBytes) +
                            " bytes");
  Synonyms out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, std::min(text.find('#'), end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (plain_words(line).empty()) continue;
    const std::size_t arrow = line.find("=>");
    const std::vector<std::string> from = between_commas(line.substr(0, arrow));
    const std::vector<std::string> to =
        arrow == line.npos ? from : between_commas(line.substr(arrow + 2));
    const bool blank = std::ranges::count(from, "") + std::ranges::count(to, "") > 0;
    if (blank || (arrow == line.npos && from.size() < 2))
      return invalid_argument("line " + std::to_string(number) +
                              ": expected 'word, other word' or 'word => other word'");
    for (const std::string& one : from)
      for (const std::string& other : to) out.add(one, other);
  }
  return out;
}

std::vector<WeightedWord> Synonyms::of(std::string_view question, double weight) const {
  const std::vector<std::string> words = plain_words(question);
  const std::string whole = " " + joined(words, 0, words.size()) + " ";
  std::vector<WeightedWord> out;
  const auto take = [&](const std::string& one) {
    const bool there = whole.find(" " + one + " ") != whole.npos;
    const bool known = std::ranges::find(out, one, &WeightedWord::text) != out.end();
    if (!there && !known) out.push_back({one, weight});
  };
  for (std::size_t at = 0; at < words.size();) {
    std::size_t matched = 0;
    for (std::size_t count = std::min(longest_, words.size() - at); count > 0 && matched == 0;
         --count) {
      const auto found = entries_.find(joined(words, at, count));
      if (found == entries_.end()) continue;
      for (const std::string& one : found->second) take(one);
      matched = count;
    }
    at += std::max<std::size_t>(matched, 1);
  }
  return out;
}

}  // namespace vecstore
