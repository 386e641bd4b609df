#include "rag/query/spelling.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/utf8.h"
#include "rag/answer/word_keys.h"
#include "rag/query/weighted_words.h"

namespace vecstore {
namespace {

constexpr std::size_t kLooked = 100;    // texts with words near one
constexpr std::size_t kTwoLetters = 8;  // bytes of a word of which two may be wrong

struct Place {
  std::size_t begin = 0, end = 0;
};

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Words of letters that are long enough to be judged.
std::vector<Place> places_of(std::string_view text) {
  std::vector<Place> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    while (at < text.size() && is_word_byte(text[at])) ++at;
    const std::string_view word = text.substr(begin, at - begin);
    const bool digits = std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
    if (word.size() >= kShortestMisspelled && !digits) out.push_back({begin, at});
    if (at == begin) ++at;
  }
  return out;
}

std::u32string characters(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const CodePoint one = decode_utf8(text);
    out += one.value;
    text.remove_prefix(one.size);
  }
  return out;
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
std::size_t letters_apart(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        best[i][j] = i + j;
        continue;
      }
      const std::size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
      best[i][j] = std::min({best[i - 1][j] + 1, best[i][j - 1] + 1, best[i - 1][j - 1] + same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best[i][j] = std::min(best[i][j], best[i - 2][j - 2] + 1);
    }
  }
  return best[a.size()][b.size()];
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

Result<bool> is_known(const Collection& collection, const std::string& word) {
  const Query query{.text = word, .k = 1, .include = {.metadata = false, .text = false}};
  VECSTORE_ASSIGN(const Hits hits, collection.query(query));
  return !hits.empty();
}

// Words as the texts have them that the analyzer takes for near `word`: how many texts have each.
Result<std::map<std::string, std::size_t>> words_near(const Collection& collection,
                                                      const std::string& word) {
  const std::string fuzzy = text_with_words(word, {}) + "~2";
  Query query{.text = fuzzy, .text_syntax = TextSyntax::kQuery, .k = kLooked};
  query.include = {.metadata = true, .text = true, .highlights = true};
  VECSTORE_ASSIGN(const Hits hits, collection.query(query));
  std::map<std::string, std::size_t> out;
  for (const Hit& hit : hits) {
    std::set<std::string> of_hit;
    for (const Highlight& found : hit.highlights)
      if (found.field == "text" && hit.text)
        of_hit.insert(lower(std::string_view(*hit.text).substr(found.offset, found.length)));
    for (const std::string& one : of_hit) ++out[one];
  }
  return out;
}

Result<std::optional<std::string>> meant_by(const Collection& collection, const std::string& word) {
  VECSTORE_ASSIGN(const auto near, words_near(collection, word));
  const std::u32string wrong = characters(lower(word));
  std::optional<std::string> best;
  std::size_t least = word.size() < kTwoLetters ? 1 : 2, texts = 0;
  for (const auto& [one, count] : near) {
    const std::size_t apart = letters_apart(wrong, characters(one));
    if (apart > least || (apart == least && count <= texts)) continue;
    best = one;
    least = apart;
    texts = count;
  }
  return best;
}

}  // namespace

Result<Spelling> check_spelling(const Collection& collection, std::string_view question) {
  Spelling out;
  std::size_t from = 0, looked = 0;
  for (const Place& place : places_of(question)) {
    const std::string word(question.substr(place.begin, place.end - place.begin));
    VECSTORE_ASSIGN(const bool known, is_known(collection, word));
    if (known || ++looked > kMaxMisspelled) continue;
    VECSTORE_ASSIGN(std::optional<std::string> meant, meant_by(collection, word));
    if (!meant) continue;
    out.question += std::string(question.substr(from, place.begin - from)) + *meant;
    from = place.end;
    out.words.push_back({place.begin, place.end, *std::move(meant)});
  }
  out.question += question.substr(from);
  return out;
}

}  // namespace vecstore
