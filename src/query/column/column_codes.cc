#include "query/column/column_codes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "query/filter/filter_eval.h"

namespace vecstore::query {
namespace {

using meta::Codes;
using meta::Column;
using Kind = Value::Kind;

// Values by how they stand to a literal; those in none of the three have no order with it.
struct Standing {
  CodeSet below;
  CodeSet equal;
  CodeSet above;

  // Of one kind of value: [all.begin, low) [low, high) [high, all.end).
  void add(Codes all, std::uint32_t low, std::uint32_t high) {
    if (low > high) high = low;  // a damaged column
    below.push_back({all.begin, low});
    equal.push_back({low, high});
    above.push_back({high, all.end});
  }
};

Result<Standing> standing_to(const meta::Number& number, const Column& column) {
  Standing to;
  VECSTORE_ASSIGN(std::uint32_t low, column.first_int(number, false));
  VECSTORE_ASSIGN(std::uint32_t high, column.first_int(number, true));
  to.add(column.ints(), low, high);
  VECSTORE_ASSIGN(low, column.first_double(number, false));
  VECSTORE_ASSIGN(high, column.first_double(number, true));
  to.add(column.doubles(), low, high);
  return to;
}

// Integers are milliseconds in the columns of the record's own times.
Result<Standing> record_time_to(const meta::Instant& time, const Column& column) {
  Standing to;
  VECSTORE_ASSIGN(const std::uint32_t low, column.first_int(time.ms, time.nanos > 0));
  VECSTORE_ASSIGN(const std::uint32_t high, column.first_int(time.ms, true));
  to.add(column.ints(), low, high);
  return to;
}

Result<Standing> standing_to(const meta::Instant& time, const Column& column) {
  Standing to;
  VECSTORE_ASSIGN(const std::uint32_t low, column.first_time(time, false));
  VECSTORE_ASSIGN(const std::uint32_t high, column.first_time(time, true));
  VECSTORE_ASSIGN(to.below, column.codes_of_times(0, low));
  VECSTORE_ASSIGN(to.equal, column.codes_of_times(low, high));
  VECSTORE_ASSIGN(to.above, column.codes_of_times(high, column.times()));
  return to;
}

Result<Standing> standing_to(const Literal& literal, const Column& column, bool record_time) {
  if (const auto* number = std::get_if<meta::Number>(&literal)) return standing_to(*number, column);
  if (const auto* time = std::get_if<meta::Instant>(&literal))
    return record_time ? record_time_to(*time, column) : standing_to(*time, column);
  Standing to;
  if (const auto* text = std::get_if<std::string_view>(&literal)) {
    VECSTORE_ASSIGN(const std::uint32_t low, column.first_string(*text, false));
    VECSTORE_ASSIGN(const std::uint32_t high, column.first_string(*text, true));
    to.add(column.strings(), low, high);
  } else if (const bool* boolean = std::get_if<bool>(&literal); boolean && column.bools().end) {
    to.add(column.bools(), *boolean ? 1 : 0, *boolean ? 2 : 1);
  }
  return to;
}

Result<CodeTruths> compare(FilterOp op, const Literal& literal, const Column& column,
                           bool record_time) {
  VECSTORE_ASSIGN(Standing to, standing_to(literal, column, record_time));
  CodeSet below = normal(std::move(to.below));
  CodeSet equal = normal(std::move(to.equal));
  CodeSet above = normal(std::move(to.above));
  switch (op) {
    case FilterOp::kLess:
      return CodeTruths{below, unite(equal, above)};
    case FilterOp::kLessEqual:
      return CodeTruths{unite(below, equal), above};
    case FilterOp::kGreater:
      return CodeTruths{above, unite(below, equal)};
    default:
      return CodeTruths{unite(equal, above), below};
  }
}

Result<CodeTruths> among(const std::vector<Literal>& literals, const Column& column,
                         bool record_time) {
  CodeSet holds;
  for (const Literal& literal : literals) {
    VECSTORE_ASSIGN(const Standing to, standing_to(literal, column, record_time));
    holds.insert(holds.end(), to.equal.begin(), to.equal.end());
  }
  holds = normal(std::move(holds));
  CodeSet fails = complement(holds, column.all());
  return CodeTruths{std::move(holds), std::move(fails)};
}

// What every match begins with; all of it for STARTSWITH.
std::string beginning(const BoundNode& leaf) {
  if (leaf.op != FilterOp::kStartsWith && leaf.op != FilterOp::kLike) return {};
  const std::string_view text = std::get<std::string_view>(leaf.literals[0]);
  return std::string(leaf.op == FilterOp::kLike ? text.substr(0, text.find_first_of("%_\\"))
                                                : text);
}

// What every match has somewhere.
std::string_view certain_part(const BoundNode& leaf) {
  if (leaf.literals.empty() || (leaf.op == FilterOp::kContainsAny && leaf.literals.size() > 1))
    return {};
  const auto* literal = std::get_if<std::string_view>(&leaf.literals[0]);
  if (!literal || leaf.op == FilterOp::kMatches) return {};
  if (leaf.op != FilterOp::kLike) return *literal;
  std::string_view longest;
  for (std::string_view rest = *literal; !rest.empty();) {
    const std::string_view plain = rest.substr(0, rest.find_first_of("%_\\"));
    if (plain.size() > longest.size()) longest = plain;
    rest.remove_prefix(std::min(rest.size(), plain.size() + 1));
  }
  return longest;
}

Result<Codes> strings_that_begin_with(std::string prefix, const Column& column) {
  Codes codes = column.strings();
  VECSTORE_ASSIGN(codes.begin, column.first_string(prefix, false));
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return codes;
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  VECSTORE_ASSIGN(codes.end, column.first_string(prefix, false));
  return codes;
}

// Calls test(code, text) for strings that have `part`.
template <typename Test>
Status for_each_string(const Column& column, Codes among, std::string_view part,
                       const StopSign& stop, const Test& test) {
  constexpr std::uint32_t kStringsBetweenQuestions = 256;
  std::uint32_t tested = 0;
  bool stopped = false;
  VECSTORE_TRY(column.for_each_string(among, part, [&](std::uint32_t code, std::string_view text) {
    stopped = stop && ++tested % kStringsBetweenQuestions == 0 && stop();
    if (!stopped) test(code, text);
    return !stopped;
  }));
  return stopped ? cancelled("a filter was stopped") : Status();
}

// Operators on text: strings one by one, other values all alike.
Result<CodeTruths> test_each(const BoundNode& leaf, const Column& column, const StopSign& stop) {
  VECSTORE_ASSIGN(const Codes candidates, strings_that_begin_with(beginning(leaf), column));
  CodeSet holds;
  for (const auto& [codes, kind] :
       {std::pair(column.bools(), Kind::kBool), std::pair(column.ints(), Kind::kInt),
        std::pair(column.doubles(), Kind::kDouble), std::pair(column.objects(), Kind::kObject)}) {
    if (test_value(leaf, {.kind = kind}) == Truth::kTrue) holds.push_back(codes);
  }
  if (leaf.op == FilterOp::kStartsWith) {
    holds.push_back(candidates);
  } else {
    const auto test = [&](std::uint32_t code, std::string_view text) {
      if (test_value(leaf, {.kind = Kind::kString, .text = text}) == Truth::kTrue)
        holds.push_back({code, code + 1});
    };
    VECSTORE_TRY(for_each_string(column, candidates, certain_part(leaf), stop, test));
  }
  holds = normal(std::move(holds));
  CodeSet fails = complement(holds, column.all());
  return CodeTruths{std::move(holds), std::move(fails)};
}

std::int64_t characters_in(std::string_view text) {
  std::int64_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(decode_utf8(text).size);
  return count;
}

// The lengths of strings; other values have none, which is null.
Result<CodeTruths> test_lengths(const BoundNode& leaf, const Column& column, const StopSign& stop) {
  CodeTruths truths;
  if (leaf.op == FilterOp::kIsNotNull) {
    truths.holds = normal({column.strings()});
    truths.fails = complement(truths.holds, column.all());
    return truths;
  }
  const auto test = [&](std::uint32_t code, std::string_view text) {
    const Truth truth = test_value(leaf, {.kind = Kind::kInt, .integer = characters_in(text)});
    if (truth == Truth::kTrue) truths.holds.push_back({code, code + 1});
    if (truth == Truth::kFalse) truths.fails.push_back({code, code + 1});
  };
  VECSTORE_TRY(for_each_string(column, column.strings(), "", stop, test));
  return CodeTruths{normal(std::move(truths.holds)), normal(std::move(truths.fails))};
}

Result<CodeTruths> between(const BoundNode& leaf, const Column& column) {
  const bool record_time = is_time(leaf.field);
  VECSTORE_ASSIGN(CodeTruths low,
                  compare(FilterOp::kGreaterEqual, leaf.literals[0], column, record_time));
  VECSTORE_ASSIGN(const CodeTruths high,
                  compare(FilterOp::kLessEqual, leaf.literals[1], column, record_time));
  return CodeTruths{intersect(low.holds, high.holds), unite(std::move(low.fails), high.fails)};
}

Result<CodeTruths> test_positive(const BoundNode& leaf, const Column& column,
                                 const StopSign& stop) {
  if (leaf.of == FilterOf::kLength) return test_lengths(leaf, column, stop);
  switch (leaf.op) {
    case FilterOp::kIsNotNull:
      return CodeTruths{normal({column.all()}), {}};
    case FilterOp::kEqual:
    case FilterOp::kIn:
      return among(leaf.literals, column, is_time(leaf.field));
    case FilterOp::kLess:
    case FilterOp::kLessEqual:
    case FilterOp::kGreater:
    case FilterOp::kGreaterEqual:
      return compare(leaf.op, leaf.literals[0], column, is_time(leaf.field));
    case FilterOp::kBetween:
      return between(leaf, column);
    default:
      return test_each(leaf, column, stop);
  }
}

}  // namespace

CodeSet normal(CodeSet codes) {
  std::erase_if(codes, [](const Codes& range) { return range.empty(); });
  const auto before = [](const Codes& a, const Codes& b) { return a.begin < b.begin; };
  if (!std::is_sorted(codes.begin(), codes.end(), before))
    std::sort(codes.begin(), codes.end(), before);
  std::size_t last = 0;
  for (std::size_t i = 1; i < codes.size(); ++i) {
    if (codes[i].begin <= codes[last].end) {
      codes[last].end = std::max(codes[last].end, codes[i].end);
    } else {
      codes[++last] = codes[i];
    }
  }
  if (!codes.empty()) codes.resize(last + 1);
  return codes;
}

CodeSet unite(CodeSet a, const CodeSet& b) {
  a.insert(a.end(), b.begin(), b.end());
  return normal(std::move(a));
}

CodeSet complement(const CodeSet& codes, Codes all) {
  CodeSet rest;
  std::uint32_t next = all.begin;
  for (const Codes& range : codes) {
    if (next < range.begin) rest.push_back({next, range.begin});
    next = range.end;
  }
  if (next < all.end) rest.push_back({next, all.end});
  return rest;
}

CodeSet intersect(const CodeSet& a, const CodeSet& b) {
  CodeSet both;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Codes common{std::max(a[i].begin, b[j].begin), std::min(a[i].end, b[j].end)};
    if (!common.empty()) both.push_back(common);
    if (a[i].end < b[j].end) {
      ++i;
    } else {
      ++j;
    }
  }
  return both;
}

Result<CodeTruths> test_codes(const BoundNode& leaf, const Column& column, const StopSign& stop) {
  VECSTORE_ASSIGN(CodeTruths truths, test_positive(leaf, column, stop));
  const bool by_element = leaf.of == FilterOf::kAny || leaf.of == FilterOf::kAll;
  if (leaf.negated && by_element) std::swap(truths.holds, truths.fails);
  return truths;
}

Result<CodeSet> equal_codes(const Literal& literal, const Column& column) {
  VECSTORE_ASSIGN(Standing to, standing_to(literal, column, false));
  return normal(std::move(to.equal));
}

Result<std::uint64_t> strings_to_test(const BoundNode& leaf, const Column& column) {
  if (leaf.of == FilterOf::kLength) {
    return leaf.op == FilterOp::kIsNotNull ? 0 : column.strings().size();
  }
  if (leaf.op < FilterOp::kContains || leaf.op > FilterOp::kMatches ||
      leaf.op == FilterOp::kStartsWith)
    return 0;
  VECSTORE_ASSIGN(const Codes candidates, strings_that_begin_with(beginning(leaf), column));
  return candidates.size();
}

}  // namespace vecstore::query
