#include "rag/loaders/data/sql_statements.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"

namespace vecstore {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

// The first words of a statement; a quoted name counts as one, and schema.name is its last part.
std::vector<std::string> first_words(std::string_view text) {
  constexpr std::size_t kWords = 10;
  text = text.substr(0, 1'000);
  std::vector<std::string> words;
  bool joins = false;  // after a dot
  while (words.size() < kWords && !text.empty()) {
    const char c = text[0];
    std::size_t size = 1;
    std::string word;
    if (c == '"' || c == '`' || c == '[') {
      const std::size_t end = text.find(c == '[' ? ']' : c, 1);
      if (end == text.npos) break;
      word = text.substr(1, end - 1);
      size = end + 1;
    } else if (is_word(c)) {
      while (size < text.size() && is_word(text[size])) ++size;
      word = text.substr(0, size);
    } else if (c == '(' || c == ';' || c == '\'') {
      break;
    }
    text.remove_prefix(size);
    if (c == '.') {
      joins = true;
    } else if (!word.empty()) {
      if (joins && !words.empty()) words.pop_back();
      words.push_back(std::move(word));
      joins = false;
    }
  }
  return words;
}

// The word after the last of `keys` that stand one after the other from `at` on; keys in brackets
// may be missing.
std::string name_after(const std::vector<std::string>& words, std::size_t at) {
  for (std::string_view skip : {"IF", "NOT", "EXISTS", "ONLY"}) {
    if (at < words.size() && upper(words[at]) == skip) ++at;
  }
  return at < words.size() ? words[at] : std::string();
}

void classify(std::string_view text, SqlStatement& statement) {
  const std::vector<std::string> words = first_words(text);
  if (words.size() < 2) return;
  const std::string verb = upper(words[0]), second = upper(words[1]);
  std::size_t table = 0;  // where the word TABLE stands
  while (table < std::min<std::size_t>(words.size(), 4) && upper(words[table]) != "TABLE") ++table;
  const bool has_table = table > 0 && table < std::min<std::size_t>(words.size(), 4);
  if (verb == "CREATE" && has_table) {
    statement.creates = true;
    statement.table = name_after(words, table + 1);
  } else if ((verb == "INSERT" || verb == "REPLACE") && second == "INTO") {
    statement.table = name_after(words, 2);
  } else if ((verb == "INSERT" || verb == "REPLACE") && words.size() > 3 &&
             upper(words[2]) == "INTO") {
    statement.table = name_after(words, 3);  // INSERT IGNORE INTO
  } else if (verb == "COPY") {
    statement.table = name_after(words, 1);
  }
  // One that was cut, or is no name.
  const bool one_line = statement.table.find_first_of("\r\n") == std::string::npos;
  if (!one_line || !is_valid_utf8(statement.table)) statement.table.clear();
}

}  // namespace

SqlReader::SqlReader(std::string_view text)
    : text_(text),
      backslashes_(text.find('`') != text.npos || text.find("MySQL") != text.npos ||
                   text.find("MariaDB") != text.npos) {}

bool SqlReader::next(SqlStatement& statement) {
  if (at_ >= text_.size()) return false;
  statement = {};
  statement.begin = at_;
  statement.at = skip_space(at_);
  at_ = statement_end(statement.at);
  const std::string_view body = text_.substr(statement.at, at_ - statement.at);
  classify(body, statement);
  // Rows follow, up to a line "\.".
  if (upper(body.substr(0, 4)) == "COPY" &&
      upper(body.substr(body.size() - std::min<std::size_t>(body.size(), 100))).find("STDIN") !=
          std::string::npos) {
    const std::size_t end = text_.find("\n\\.", at_);
    at_ = end == text_.npos ? text_.size() : end + 3;
  }
  // The rest of the line belongs to the statement.
  const std::size_t rest = std::min(text_.find_first_not_of(" \t\r", at_), text_.size());
  if (rest < text_.size() && text_[rest] == '\n') at_ = rest + 1;
  statement.end = at_;
  return true;
}

// Over white space and comments.
std::size_t SqlReader::skip_space(std::size_t at) const {
  for (;;) {
    at = std::min(text_.find_first_not_of(kSpace, at), text_.size());
    const std::size_t after = skip_comment(at);
    if (after == at) return at;
    at = after;
  }
}

// `at` itself when no comment begins there. MySQL's /*! is code.
std::size_t SqlReader::skip_comment(std::size_t at) const {
  const std::string_view rest = text_.substr(at, 2);
  if (rest == "--" || (backslashes_ && rest.starts_with('#'))) {
    return std::min(text_.find('\n', at), text_.size());
  }
  if (rest != "/*") return at;
  const std::size_t end = text_.find("*/", at + 2);
  return end == text_.npos ? text_.size() : end + 2;
}

std::size_t SqlReader::skip_quoted(std::size_t at) const {
  const char quote = text_[at++];
  for (; at < text_.size(); ++at) {
    if (text_[at] == '\\' && backslashes_ && quote != '`') {
      ++at;
    } else if (text_[at] == quote) {
      return at + 1;
    }
  }
  return text_.size();
}

// $tag$ … $tag$
std::size_t SqlReader::skip_dollar_quoted(std::size_t at) {
  constexpr std::size_t kMaxMisses = 100;
  std::size_t end = at + 1;
  while (end < text_.size() && end - at < 64 && is_word(text_[end])) ++end;
  const bool tag = end < text_.size() && text_[end] == '$' && not_closed_ < kMaxMisses;
  if (!tag) return at + 1;
  const std::string_view mark = text_.substr(at, end + 1 - at);
  const std::size_t close = text_.find(mark, end + 1);
  not_closed_ += close == text_.npos;
  return close == text_.npos ? end + 1 : close + mark.size();
}

// After the ';' that ends the statement at `at`.
std::size_t SqlReader::statement_end(std::size_t at) {
  while (at < text_.size()) {
    at = text_.find_first_of(";'\"`$-/#", at);
    if (at == text_.npos) return text_.size();
    const char c = text_[at];
    if (c == ';') return at + 1;
    if (c == '$') {
      at = skip_dollar_quoted(at);
    } else if (c == '-' || c == '/' || c == '#') {
      const std::size_t after = skip_comment(at);
      at = after == at ? at + 1 : after;
    } else {
      at = skip_quoted(at);
    }
  }
  return text_.size();
}

}  // namespace vecstore
