#include "text/syntax/parse_query.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/number.h"
#include "base/utf8.h"

namespace vecstore::text {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool ends_word(char c) { return is_space(c) || c == '(' || c == ')' || c == '"'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<TextQuery> run() {
    VECSTORE_ASSIGN(TextQuery query, parse_group(0));
    if (!at_end()) return error(at_, "there is no '(' for this ')'");
    return query;
  }

 private:
  Result<TextQuery> parse_group(std::uint32_t depth);
  Result<TextQuery> parse_conjunction(std::uint32_t depth);
  Result<TextQuery> parse_clause(std::uint32_t depth);
  Result<TextQuery> parse_operand(std::uint32_t depth);
  Result<TextQuery> parse_parentheses(std::uint32_t depth);
  Result<TextQuery> parse_phrase();
  Result<TextQuery> parse_word(std::uint32_t depth);
  Result<TextQuery> parse_in_field(std::string field, std::uint32_t depth);
  Result<TextQuery> finish_group(std::vector<TextQuery> clauses, std::size_t from);
  Status parse_edits(TextQuery& query);
  Status parse_boost(TextQuery& query);
  std::optional<std::uint32_t> digits();

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip_space() {
    while (!at_end() && is_space(text_[at_])) ++at_;
  }
  bool accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool sees(std::string_view keyword) const {
    if (!text_.substr(at_).starts_with(keyword)) return false;
    return at_ + keyword.size() == text_.size() || ends_word(text_[at_ + keyword.size()]);
  }
  bool accept(std::string_view keyword) {
    if (!sees(keyword)) return false;
    at_ += keyword.size();
    skip_space();
    return true;
  }
  Status error(std::size_t at, const std::string& what) const {
    const auto column = std::ranges::count_if(
        text_.substr(0, at), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    return invalid_argument("text query, column " + std::to_string(column + 1) + ": " + what);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string field_;  // of what is being read
};

Result<TextQuery> Parser::finish_group(std::vector<TextQuery> clauses, std::size_t from) {
  const auto excluded = [](const TextQuery& clause) { return clause.occur == Occur::kExcluded; };
  if (!clauses.empty() && std::ranges::all_of(clauses, excluded))
    return error(from, "only exclusions: nothing is asked for");
  if (clauses.size() == 1 && clauses[0].occur == Occur::kOptional) return std::move(clauses[0]);
  TextQuery group;
  group.kind = TextQuery::Kind::kGroup;
  group.clauses = std::move(clauses);
  return group;
}

Result<TextQuery> Parser::parse_group(std::uint32_t depth) {
  std::vector<TextQuery> clauses;
  skip_space();
  const std::size_t from = at_;
  while (!at_end() && peek() != ')') {
    if (sees("OR") || sees("AND")) return error(at_, "an operator needs something on its left");
    VECSTORE_ASSIGN(TextQuery clause, parse_conjunction(depth));
    clauses.push_back(std::move(clause));
    if (accept("OR") && (at_end() || peek() == ')'))
      return error(at_, "OR needs something on its right");
  }
  return finish_group(std::move(clauses), from);
}

Result<TextQuery> Parser::parse_conjunction(std::uint32_t depth) {
  const std::size_t from = at_;
  std::vector<TextQuery> clauses;
  do {
    VECSTORE_ASSIGN(TextQuery clause, parse_clause(depth));
    clauses.push_back(std::move(clause));
  } while (accept("AND"));
  if (clauses.size() == 1) return std::move(clauses[0]);
  for (TextQuery& clause : clauses)
    if (clause.occur == Occur::kOptional) clause.occur = Occur::kDemanded;
  VECSTORE_ASSIGN(TextQuery group, finish_group(std::move(clauses), from));
  return group;
}

Result<TextQuery> Parser::parse_clause(std::uint32_t depth) {
  Occur occur = Occur::kOptional;
  const std::size_t from = at_;
  if (accept("NOT") || accept('-')) {
    occur = Occur::kExcluded;
  } else if (accept('+')) {
    occur = Occur::kDemanded;
  }
  const std::string_view sign = text_.substr(from, at_ - from);
  if (at_end() || peek() == ')' || is_space(peek()) || sees("AND") || sees("OR") || sees("NOT")) {
    return error(from, (sign.empty() ? "AND" : std::string(sign.substr(0, sign.find(' ')))) +
                           " needs something on its right");
  }
  VECSTORE_ASSIGN(TextQuery query, parse_operand(depth));
  query.occur = occur;
  skip_space();
  return query;
}

Result<TextQuery> Parser::parse_operand(std::uint32_t depth) {
  if (peek() == '(') return parse_parentheses(depth);
  if (peek() == '"') return parse_phrase();
  return parse_word(depth);
}

Result<TextQuery> Parser::parse_parentheses(std::uint32_t depth) {
  const std::size_t from = at_++;
  if (depth + 1 >= kMaxQueryDepth)
    return error(from, "groups more than " + std::to_string(kMaxQueryDepth) + " deep");
  VECSTORE_ASSIGN(TextQuery query, parse_group(depth + 1));
  if (!accept(')')) return error(from, "there is no ')' for this '('");
  if (query.kind == TextQuery::Kind::kGroup && query.clauses.empty())
    return error(from, "an empty group");
  const double inner = query.boost;
  VECSTORE_TRY(parse_boost(query));
  query.boost *= inner;
  if (query.boost > kMaxBoost || query.boost <= 0)
    return error(
        from, "boosts of more than " + std::to_string(static_cast<int>(kMaxBoost)) + " together");
  return query;
}

Result<TextQuery> Parser::parse_phrase() {
  const std::size_t from = at_++;
  TextQuery query;
  query.kind = TextQuery::Kind::kPhrase;
  query.field = field_;
  while (!at_end() && peek() != '"') {
    if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
    query.text.push_back(text_[at_++]);
  }
  if (!accept('"')) return error(from, "there is no second '\"' for this one");
  const std::size_t slop_at = at_;
  if (accept('~')) {
    const auto slop = digits();
    if (!slop || *slop > kMaxSlop)
      return error(slop_at,
                   "after a phrase's ~ stands a number of at most " + std::to_string(kMaxSlop));
    query.slop = *slop;
  }
  VECSTORE_TRY(parse_boost(query));
  return query;
}

Result<TextQuery> Parser::parse_word(std::uint32_t depth) {
  TextQuery query;
  query.field = field_;
  const std::size_t from = at_;
  while (!at_end() && !ends_word(peek()) && peek() != '*' && peek() != '~' && peek() != '^') {
    if (peek() == ':' && at_ > from) {
      ++at_;
      return parse_in_field(std::move(query.text), depth);
    }
    if (peek() == '\\' && at_ + 1 < text_.size()) ++at_;
    query.text.push_back(text_[at_++]);
  }
  if (at_ == from) return error(from, "'" + std::string(1, peek()) + "' needs a word before it");
  const std::size_t operator_at = at_;
  if (accept('*')) {
    query.kind = TextQuery::Kind::kPrefix;
  } else if (peek() == '~') {
    VECSTORE_TRY(parse_edits(query));
  }
  VECSTORE_TRY(parse_boost(query));
  if (!at_end() && !ends_word(peek()))
    return error(operator_at, "'" + std::string(1, text_[operator_at]) +
                                  "' stands at the end of a word only, else behind a \\");
  return query;
}

Result<TextQuery> Parser::parse_in_field(std::string field, std::uint32_t depth) {
  if (at_end() || is_space(peek()) || peek() == ')')
    return error(at_, "nothing to find in field '" + shorten(field) +
                          "'; a ':' that means no field stands in quotes or behind a \\");
  if (!field_.empty())
    return error(at_, "field '" + shorten(field) + "' within field '" + shorten(field_) + "'");
  field_ = std::move(field);
  auto query = parse_operand(depth);
  field_.clear();
  return query;
}

Status Parser::parse_edits(TextQuery& query) {
  const std::size_t from = at_++;
  query.kind = TextQuery::Kind::kFuzzy;
  if (at_end() || ends_word(peek()) || peek() == '^') return {};
  const auto edits = digits();
  if (!edits || *edits > kMaxEdits)
    return error(from, "after a word's ~ stands a number of at most " + std::to_string(kMaxEdits));
  query.edits = *edits;
  return {};
}

Status Parser::parse_boost(TextQuery& query) {
  const std::size_t from = at_;
  if (!accept('^')) return {};
  const std::size_t begin = at_;
  while (!at_end() && !ends_word(peek())) ++at_;
  const auto boost = parse_double(text_.substr(begin, at_ - begin));
  if (!boost || !(*boost > 0 && *boost <= kMaxBoost))
    return error(from, "after ^ stands a number above 0 and at most " +
                           std::to_string(static_cast<int>(kMaxBoost)));
  query.boost = *boost;
  return {};
}

// A number of up to five digits.
std::optional<std::uint32_t> Parser::digits() {
  std::uint32_t value = 0, count = 0;
  for (; count < 5 && peek() >= '0' && peek() <= '9'; ++count, ++at_)
    value = value * 10 + static_cast<std::uint32_t>(peek() - '0');
  return count == 0 ? std::nullopt : std::optional(value);
}

}  // namespace

Result<TextQuery> parse_text_query(std::string_view text) {
  if (text.size() > kMaxQueryBytes)
    return invalid_argument("a text query of " + std::to_string(text.size()) +
                            " bytes; the limit is " + std::to_string(kMaxQueryBytes));
  if (const std::size_t at = invalid_utf8_at(text); at != std::string_view::npos)
    return invalid_argument("a text query that is not valid UTF-8 at byte " + std::to_string(at));
  return Parser(text).run();
}

}  // namespace vecstore::text
