#include "rag/answer/citations.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/utf8.h"
#include "rag/answer/word_keys.h"
#include "rag/splitters/sentences.h"

namespace vecstore {
namespace {

constexpr std::size_t kMostNamed = 100;  // by one marker: "[1-1000000]" is no citation
constexpr std::size_t kLeastQuoted = 3;  // words: shorter ones are terms, not quotations

bool is_digit(char c) { return c >= '0' && c <= '9'; }

double share_of(const std::set<std::string>& wanted, const std::set<std::string>& there) {
  if (wanted.empty()) return 1;
  const auto found =
      std::ranges::count_if(wanted, [&](const auto& key) { return there.contains(key); });
  return static_cast<double>(found) / static_cast<double>(wanted.size());
}

struct Marker {
  std::size_t begin = 0, end = 0;
  std::vector<std::size_t> numbers = {};
};

std::optional<std::size_t> read_number(std::string_view text, std::size_t& at) {
  std::size_t number = 0;
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at]) && at - begin < 6)
    number = number * 10 + static_cast<std::size_t>(text[at++] - '0');
  if (at == begin) return std::nullopt;
  return number;
}

// "[1]", "[1, 3]", "[2-4]" at `at`; none when something else stands there.
std::optional<Marker> read_marker(std::string_view text, std::size_t at) {
  Marker marker{at, at, {}};
  const auto skip_blanks = [&] {
    while (at < text.size() && text[at] == ' ') ++at;
  };
  do {
    ++at;  // '[' or ','
    skip_blanks();
    const std::optional<std::size_t> first = read_number(text, at);
    if (!first) return std::nullopt;
    std::optional<std::size_t> last = first;
    if (at < text.size() && text[at] == '-') last = read_number(text, ++at);
    if (!last || *last < *first || *last - *first >= kMostNamed) return std::nullopt;
    for (std::size_t n = *first; n <= *last; ++n) marker.numbers.push_back(n);
    skip_blanks();
  } while (at < text.size() && text[at] == ',' && marker.numbers.size() < kMostNamed);
  if (at >= text.size() || text[at] != ']') return std::nullopt;
  marker.end = at + 1;
  return marker;
}

// Code between back quotes names nothing: `list[1]`.
std::vector<Marker> find_markers(std::string_view text) {
  std::vector<Marker> markers;
  bool code = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '`') code = !code;
    if (text[at] != '[' || code) continue;
    if (std::optional<Marker> marker = read_marker(text, at)) {
      at = marker->end - 1;
      markers.push_back(*std::move(marker));
    }
  }
  return markers;
}

struct Statement {
  TextSpan span = {};
  std::string text = {};  // without markers
  std::vector<std::size_t> numbers = {};
};

// Where the line's text begins: behind "3. ", "3) ", "- " or "* " of a list.
std::size_t behind_bullet(std::string_view text, std::size_t line, std::size_t end) {
  std::size_t at = line;
  while (at < end && (text[at] == ' ' || text[at] == '\t')) ++at;
  std::size_t mark = at;
  while (mark < end && is_digit(text[mark])) ++mark;
  const std::string_view marks = mark > at ? ".)" : "-*+";
  if (mark + 1 >= end || marks.find(text[mark]) == marks.npos) return line;
  return text[mark + 1] == ' ' ? mark + 2 : line;
}

// A sentence of nothing but markers belongs to the one before it.
std::vector<Statement> find_statements(std::string_view answer) {
  const std::vector<Marker> markers = find_markers(answer);
  std::vector<Statement> statements;
  std::size_t next = 0;
  for (std::size_t line = 0; line < answer.size();) {
    const std::size_t end = std::min(answer.find('\n', line), answer.size());
    for (const TextSpan& sentence :
         find_sentences(answer, {behind_bullet(answer, line, end), end})) {
      Statement made{sentence, "", {}};
      std::size_t at = sentence.begin;
      bool leading = true;
      for (; next < markers.size() && markers[next].begin < sentence.end; ++next) {
        const Marker& marker = markers[next];
        const std::string_view before = answer.substr(at, std::max(marker.begin, at) - at);
        leading = leading && plain_words(before).empty();
        made.text += before;
        at = marker.end;
        auto& to = leading && !statements.empty() ? statements.back().numbers : made.numbers;
        to.insert(to.end(), marker.numbers.begin(), marker.numbers.end());
      }
      if (at < sentence.end) made.text += answer.substr(at, sentence.end - at);
      if (!plain_words(made.text).empty() || !made.numbers.empty())
        statements.push_back(std::move(made));
    }
    line = end + 1;
  }
  return statements;
}

// Between typewriter or curly quotation marks, where they are of some words.
std::vector<std::string> quotations(std::string_view text) {
  std::vector<std::string> found;
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"\"", "\""},
                                    {"\xe2\x80\x9c", "\xe2\x80\x9d"}}) {
    for (std::size_t at = text.find(open); at != text.npos;) {
      const std::size_t begin = at + open.size();
      const std::size_t end = text.find(close, begin);
      if (end == text.npos) break;
      const std::string_view inside = text.substr(begin, end - begin);
      if (plain_words(inside).size() >= kLeastQuoted) found.emplace_back(inside);
      at = text.find(open, end + close.size());
    }
  }
  return found;
}

bool has_words(const std::vector<std::string>& text, const std::vector<std::string>& wanted) {
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end()) != text.end();
}

std::string list_of(const std::vector<std::size_t>& numbers) {
  std::string out;
  for (const std::size_t number : numbers) out += "[" + std::to_string(number) + "]";
  return out;
}

class Check {
 public:
  explicit Check(const Hits& passages) : passages_(passages) {}

  void take(const Statement& statement) {
    std::vector<std::size_t> named;
    for (const std::size_t number : statement.numbers) {
      if (number >= 1 && number <= passages_.size()) {
        if (std::ranges::find(named, number) == named.end()) named.push_back(number);
      } else {
        say("the answer names [" + std::to_string(number) + "], there are passages 1 to " +
            std::to_string(passages_.size()));
      }
    }
    if (named.empty()) return;
    std::string together;
    for (const std::size_t number : named) together += text_of(number - 1) + "\n";
    check_words(statement, named, together);
    for (const std::size_t number : named) cite(statement, number - 1);
  }

  CheckedCitations take_result() {
    if (out_.citations.empty()) say("the answer names no passage");
    return std::move(out_);
  }

 private:
  const std::string& text_of(std::size_t passage) const {
    static const std::string none;
    const std::optional<std::string>& text = passages_[passage].text;
    return text ? *text : none;
  }

  void say(std::string problem) {
    if (std::ranges::find(out_.problems, problem) == out_.problems.end())
      out_.problems.push_back(std::move(problem));
  }

  void check_words(const Statement& statement, const std::vector<std::size_t>& named,
                   const std::string& together) {
    const std::vector<std::string> words = plain_words(together);
    for (const std::string& quoted : quotations(statement.text)) {
      if (!has_words(words, plain_words(quoted)))
        say("the quotation \"" + shorten(quoted) + "\" is not in " + list_of(named));
    }
    for (const std::string& word : plain_words(statement.text)) {
      if (std::ranges::all_of(word, [](char c) { return is_digit(c) || c == '.'; }) &&
          std::ranges::find(words, word) == words.end()) {
        say("the number " + word + " is not in " + list_of(named));
      }
    }
    if (share_of(word_keys(statement.text), word_keys(together)) < kLeastSupport)
      say("\"" + shorten(statement.text) + "\" has few words of " + list_of(named));
  }

  void cite(const Statement& statement, std::size_t passage) {
    const std::string& text = text_of(passage);
    const std::set<std::string> wanted = word_keys(statement.text);
    Citation made{statement.span.begin, statement.span.end, passage, 0, 0, 0};
    made.support = share_of(wanted, word_keys(text));
    double best = -1;
    for (const TextSpan& sentence : find_sentences(text, {0, text.size()})) {
      const double share = share_of(wanted, word_keys(sentence.of(text)));
      if (share <= best) continue;
      best = share;
      made.quote_begin = sentence.begin;
      made.quote_end = sentence.end;
    }
    out_.citations.push_back(made);
  }

  const Hits& passages_;
  CheckedCitations out_;
};

}  // namespace

CheckedCitations check_citations(std::string_view answer, const Hits& passages) {
  Check check(passages);
  for (const Statement& statement : find_statements(answer)) check.take(statement);
  return check.take_result();
}

std::string without_markers(std::string_view answer) {
  std::string text;
  std::size_t from = 0;
  for (const Marker& marker : find_markers(answer)) {
    text += answer.substr(from, marker.begin - from);
    while (text.ends_with(' ')) text.pop_back();
    from = marker.end;
  }
  return text + std::string(answer.substr(from));
}

}  // namespace vecstore
