#include "query/filter/filter_literal.h"

#include <string>
#include <utility>

#include "base/nearest.h"
#include "base/utf8.h"
#include "query/filter/filter_shift.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"
#include "vecstore/limits.h"

namespace vecstore::query {

Result<Value> LiteralReader::value(std::size_t depth) {
  if (at_.at_symbol("[")) return list(depth);
  if (at_.at(TokenKind::kParameter)) return parameter();
  if (at_.at(TokenKind::kName)) return word();
  Value value;
  if (at_.at(TokenKind::kNumber)) {
    value = std::move(at_.token().number);
  } else if (at_.at(TokenKind::kString)) {
    value = std::move(at_.token().text);
  } else {
    return at_.expected("a value", at_.at_symbol("(") ? ": a list is written in [ ]" : "");
  }
  at_.advance();
  return value;
}

Result<Value> LiteralReader::word() {
  if (at_.at_word("TIMESTAMP")) return instant();
  if (at_.at_word("NOW") && at_.at_function()) return moving_instant();
  Value value;
  if (at_.at_word("TRUE") || at_.at_word("FALSE")) {
    value = at_.at_word("TRUE");
  } else if (!at_.at_word("NULL")) {
    return at_.expected(
        "a value", at_.at_function() ? ", the only function here is now()" : ": text needs quotes");
  }
  at_.advance();
  return value;
}

Result<Value> LiteralReader::list(std::size_t depth) {
  if (depth == kMaxMetadataDepth) {
    return at_.error_at(at_.offset(),
                        "a list more than " + std::to_string(kMaxMetadataDepth) + " deep");
  }
  at_.advance();
  List values;
  if (at_.accept_symbol("]")) return Value(std::move(values));
  do {
    VECSTORE_ASSIGN(Value element, value(depth + 1));
    values.push_back(std::move(element));
  } while (at_.accept_symbol(","));
  if (!at_.accept_symbol("]")) return at_.expected("',' or ']'");
  return Value(std::move(values));
}

Result<Value> LiteralReader::instant() {
  at_.advance();
  if (!at_.at(TokenKind::kString)) return at_.expected("a time in quotes");
  Value value = timestamp(at_.token().text);
  VECSTORE_TRY(at_.located(at_.offset(), check_time_literal(value)));
  at_.advance();
  return value;
}

Result<Value> LiteralReader::moving_instant() {
  at_.advance();
  VECSTORE_TRY(at_.expect_symbol("("));
  VECSTORE_TRY(at_.expect_symbol(")"));
  const bool back = at_.at_symbol("-");
  if (!back && !at_.at_symbol("+")) return now();
  at_.advance();
  if (!at_.accept_word("INTERVAL")) return at_.expected("INTERVAL, as in INTERVAL '7 days'");
  if (!at_.at(TokenKind::kString)) return at_.expected("an interval in quotes, as in '7 days'");
  const Result<Shift> shift = parse_interval(at_.token().text);
  VECSTORE_TRY(at_.located(at_.offset(), shift.status()));
  at_.advance();
  return now(print_shift(back ? Shift{-shift->months, -shift->ms} : *shift));
}

Result<Value> LiteralReader::parameter() {
  const std::string& name = at_.token().text;
  const Object::Member* found = parameters_.begin();
  while (found != parameters_.end() && found->key != name) ++found;
  if (found == parameters_.end()) {
    std::vector<std::string_view> known;
    for (const Object::Member& member : parameters_) known.push_back(member.key);
    const std::string_view near = nearest_name(name, known);
    return at_.error_at(at_.offset(),
                        "the parameter ':" + shorten(name) + "' is not given" +
                            (near.empty() ? "" : ", did you mean ':" + std::string(near) + "'"));
  }
  used_[static_cast<std::size_t>(found - parameters_.begin())] = true;
  at_.advance();
  return normal_literal(found->value);
}

Status LiteralReader::all_used() const {
  for (std::size_t i = 0; i < used_.size(); ++i) {
    if (!used_[i])
      return invalid_argument(
          "the filter does not use the parameter ':" + shorten(parameters_.begin()[i].key) + "'");
  }
  return {};
}

}  // namespace vecstore::query
