// Random filters and documents for tests: small vocabularies, so that they meet, or wild ones, for
// what must survive printing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "query/filter/filter_tree.h"
#include "vecstore/filter.h"

namespace vecstore::query::samples {

template <typename T>
const T& one_of(Random& random, const std::vector<T>& choices) {
  return choices[random.below(choices.size())];
}

// Near the edges where int64 and double part, and where strings share beginnings.
inline Value scalar(Random& random) {
  static const std::vector<Value> kScalars = {0,
                                              1,
                                              2,
                                              1.0,
                                              1.5,
                                              -0.0,
                                              -3,
                                              9007199254740992,
                                              9007199254740993,
                                              9007199254740992.0,
                                              1e300,
                                              9223372036854775807,
                                              9223372036854775807.0,
                                              "",
                                              "x",
                                              "xy",
                                              "xyx",
                                              "y",
                                              "é",
                                              "éx",
                                              "%",
                                              "_x",
                                              "2024-05-01",
                                              "2024-05-01T02:00+02:00",
                                              "2024-05-02",
                                              true,
                                              false};
  return one_of(random, kScalars);
}

inline std::string wild_text(Random& random) {
  static const std::vector<std::string> kPieces = {
      "a",    "Z",   "'",  "\"",  "`", "\\",   "\\%",
      "%",    "\n",  "\t", " ",   "é", "日本", "𝄞",
      ".",    "[",   "$",  "AND", "1", "",     std::string("\0", 1),
      "\x7f", "\x1f"};
  std::string text;
  for (std::uint64_t n = random.below(6); n > 0; --n) text += one_of(random, kPieces);
  return text;
}

inline Value wild_scalar(Random& random) {
  switch (random.below(5)) {
    case 0:
      return wild_text(random);
    case 1:
      return static_cast<std::int64_t>(random.next());
    case 2:
      return random.normal() * 1e10;
    case 3:
      return random.uniform() * 1e-310;
    default:
      return scalar(random);
  }
}

inline Value list_of(Random& random, bool wild, int depth) {
  List list;
  for (std::uint64_t n = random.below(4); n > 0; --n) {
    if (depth > 0 && random.below(4) == 0) {
      list.push_back(list_of(random, wild, depth - 1));
    } else if (random.below(8) == 0) {
      list.emplace_back();
    } else {
      list.push_back(wild ? wild_scalar(random) : scalar(random));
    }
  }
  return list;
}

inline Path path(Random& random, bool wild) {
  static const std::vector<std::string> kKeys = {"a", "b", "c"};
  if (random.below(10) == 0) return {one_of<std::string>(random, {"$id", "$text"})};
  Path path;
  do {
    std::string key = wild ? wild_text(random) : one_of(random, kKeys);
    if (!path.empty() && random.below(4) == 0) {
      path.emplace_back(static_cast<std::size_t>(random.below(3)));
    } else if (!path.empty() || record_field(key) == RecordField::kNone) {
      path.emplace_back(std::move(key));
    }
  } while (path.empty() || random.below(3) == 0);
  return path;
}

inline Value time_literal(Random& random, bool wild) {
  static const std::vector<std::string> kTimes = {"2024-05-01", "2024-05-01T00:00Z",
                                                  "2024-05-01 01:00"};
  static const std::vector<std::string> kShifts = {"", "-1 day", "+1 hour", "-1 month"};
  if (random.below(2) == 0) return timestamp(one_of(random, kTimes));
  return now(wild ? "-" + std::to_string(random.below(100'000)) + " milliseconds"
                  : one_of(random, kShifts));
}

inline std::string pattern(Random& random) {
  static const std::vector<std::string> kPatterns = {
      "x", "^x", "y$", "^x?y+$", "[é%]", "\\d{4}-\\d\\d", ".", "^$", "(?i)X", "'"};
  return one_of(random, kPatterns);
}

inline Value value_for(Random& random, FilterOp op, bool text_only, bool wild) {
  const bool whole = op == FilterOp::kEqual || op == FilterOp::kNotEqual;
  if (op == FilterOp::kMatches) return pattern(random);
  if (!text_only && whole && random.below(4) == 0) return list_of(random, wild, 2);
  if (!text_only && random.below(6) == 0) return time_literal(random, wild);
  for (;;) {
    Value value = wild ? wild_scalar(random) : scalar(random);
    if (value.as_string() || !text_only) return value;
  }
}

inline FilterOf of(Random& random, const Path& path) {
  if (record_field(path) != RecordField::kNone || random.below(3) != 0) return FilterOf::kField;
  return static_cast<FilterOf>(1 + random.below(3));
}

inline FilterNode leaf(Random& random, bool wild) {
  for (;;) {
    FilterNode leaf{static_cast<FilterOp>(random.below(static_cast<std::uint64_t>(FilterOp::kAnd))),
                    path(random, wild),
                    {},
                    {}};
    leaf.of = of(random, leaf.path);
    const FilterOp op = leaf.op;
    const bool text_only = record_field(leaf.path) != RecordField::kNone || op == FilterOp::kLike ||
                           op == FilterOp::kStartsWith || op == FilterOp::kEndsWith;
    std::uint64_t values = 1;
    if (op == FilterOp::kIsNull || op == FilterOp::kIsNotNull) values = 0;
    if (op == FilterOp::kBetween) values = 2;
    if (takes_list(op)) values = random.below(4);
    while (leaf.values.size() < values)
      leaf.values.push_back(leaf.of == FilterOf::kLength
                                ? Value(static_cast<std::int64_t>(random.below(4)))
                                : value_for(random, op, text_only, wild));
    if (check_filter(leaf).ok()) return leaf;
  }
}

// At most `levels` deep, in normal form.
inline FilterNode filter(Random& random, int levels, bool wild) {
  const std::uint64_t kind = levels == 1 ? 0 : random.below(4);
  if (kind == 1)
    return negate(random.below(20) == 0 ? FilterNode{} : filter(random, levels - 1, wild));
  if (kind == 0) return leaf(random, wild);
  std::vector<FilterNode> parts;
  for (std::uint64_t n = 2 + random.below(2); n > 0; --n)
    parts.push_back(filter(random, levels - 1, wild));
  return join(kind == 2 ? FilterOp::kAnd : FilterOp::kOr, std::move(parts));
}

// A value of metadata: the vocabulary of scalar(), in lists and objects with the keys of path().
inline Value document_value(Random& random, int depth) {
  const std::uint64_t kind = random.below(8);
  if (kind == 0) return nullptr;
  if (kind > 3 || depth == 0) return scalar(random);
  if (kind == 1) {
    Object object;
    for (const char* key : {"a", "b", "c"}) {
      if (random.below(3) != 0) object[key] = document_value(random, depth - 1);
    }
    return object;
  }
  List list;
  for (std::uint64_t n = random.below(4); n > 0; --n)
    list.push_back(document_value(random, depth - 1));
  return list;
}

inline Object document(Random& random) {
  for (;;) {
    const Value value = document_value(random, 3);
    if (const Object* object = value.as_object()) return *object;
  }
}

}  // namespace vecstore::query::samples
