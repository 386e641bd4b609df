#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "rag/splitters/separator_program.h"

namespace vecstore {
namespace {

constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kMaxCount = 1'000;
constexpr int kMaxNesting = 50;
constexpr std::size_t kMaxLook = 256;  // characters that a look-around may look at

struct Node {
  enum Kind { kClass, kInOrder, kEither, kRepeat, kPlace, kLook } kind = kInOrder;
  CharacterClass set = {};
  std::vector<Node> parts = {};  // of kRepeat and kLook one
  std::uint32_t least = 0, most = 0;
  bool lazy = false;
  TextPlace place = TextPlace::kBegin;
  bool behind = false, negated = false;
};

// The fewest and the most characters that something matches.
struct Width {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
};

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  if (a == 0 || b == 0) return 0;
  return a >= kUnlimited || b >= kUnlimited ? kUnlimited
                                            : std::min<std::uint64_t>(a * b, kUnlimited);
}

Width width_of(const Node& node) {
  Width out;
  switch (node.kind) {
    case Node::kClass:
      return {1, 1};
    case Node::kPlace:
    case Node::kLook:
      return {};
    case Node::kRepeat: {
      const Width one = width_of(node.parts[0]);
      return {times(one.least, node.least), times(one.most, node.most)};
    }
    case Node::kInOrder:
      for (const Node& part : node.parts) {
        const Width one = width_of(part);
        out.least += one.least;
        out.most = std::min<std::uint64_t>(out.most + one.most, kUnlimited);
      }
      return out;
    case Node::kEither:
      out = width_of(node.parts[0]);
      for (const Node& part : node.parts) {
        const Width one = width_of(part);
        out = {std::min(out.least, one.least), std::max(out.most, one.most)};
      }
  }
  return out;
}

Node class_node(CharacterClass set) {
  Node node;
  node.kind = Node::kClass;
  node.set = std::move(set);
  return node;
}

Node place_node(TextPlace place) {
  Node node;
  node.kind = Node::kPlace;
  node.place = place;
  return node;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Result<Node> parse() {
    VECSTORE_ASSIGN(Node node, parse_either(0));
    if (!rest_.empty()) return invalid_argument("')' without '('");
    return node;
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  Result<Node> parse_either(int depth) {
    if (depth > kMaxNesting) return invalid_argument("nests deeper than 50 groups");
    Node either;
    either.kind = Node::kEither;
    do {
      VECSTORE_ASSIGN(Node part, parse_in_order(depth));
      either.parts.push_back(std::move(part));
    } while (take("|"));
    if (either.parts.size() > 1) return either;
    return std::move(either.parts[0]);
  }

  Result<Node> parse_in_order(int depth) {
    Node all;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      VECSTORE_ASSIGN(Node one, parse_one(depth));
      VECSTORE_TRY(parse_count(one));
      all.parts.push_back(std::move(one));
    }
    return all;
  }

  Result<Node> parse_one(int depth) {
    if (take("(")) return parse_group(depth);
    if (take("[")) return parse_set();
    if (take("^")) return place_node(TextPlace::kBegin);
    if (take("$")) return place_node(TextPlace::kEndOrLastLine);
    if (take(".")) {
      CharacterClass any;
      any.ranges = {{'\n', '\n'}};
      any.negated = true;
      return class_node(std::move(any));
    }
    if (std::string_view("*+?").find(rest_[0]) != std::string_view::npos) {
      return invalid_argument("there is nothing to repeat before '" + std::string(rest_) + "'");
    }
    if (take("\\A")) return place_node(TextPlace::kBegin);
    if (take("\\Z")) return place_node(TextPlace::kEnd);
    if (take("\\b")) return place_node(TextPlace::kWordEdge);
    if (take("\\B")) return place_node(TextPlace::kNoWordEdge);
    CharacterClass set;
    char32_t single = 0;
    VECSTORE_TRY(parse_member(set, single));
    return class_node(std::move(set));
  }

  Result<Node> parse_group(int depth) {
    Node look;
    look.kind = Node::kLook;
    bool looks = true;
    if (take("?:")) {
      looks = false;
    } else if (take("?=") || take("?!")) {
      look.negated = behind_last('!');
    } else if (take("?<=") || take("?<!")) {
      look.behind = true;
      look.negated = behind_last('!');
    } else {
      return invalid_argument("only the groups (?:, (?=, (?!, (?<= and (?<! are taken, not '(" +
                              shorten(rest_) + "'");
    }
    VECSTORE_ASSIGN(Node inside, parse_either(depth + 1));
    if (!take(")")) return invalid_argument("'(' without ')'");
    if (!looks) return inside;
    const Width width = width_of(inside);
    if (width.most > kMaxLook) {
      return invalid_argument("a look-around may look at " + std::to_string(kMaxLook) +
                              " characters, and this one at more");
    }
    if (look.behind && width.least != width.most) {
      return invalid_argument("what looks behind must have one length");
    }
    look.parts.push_back(std::move(inside));
    return look;
  }

  // Of a group's mark that was just taken.
  bool behind_last(char mark) const { return *(rest_.data() - 1) == mark; }

  Result<Node> parse_set() {
    CharacterClass set;
    set.negated = take("^");
    for (bool first = true; first || !take("]"); first = false) {
      if (rest_.empty()) return invalid_argument("'[' without ']'");
      char32_t low = 0, high = 0;
      VECSTORE_ASSIGN(const bool single, parse_member_of_set(set, low));
      if (!single || rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      rest_.remove_prefix(1);
      VECSTORE_ASSIGN(const bool ends, parse_member_of_set(set, high));
      if (!ends || high < low) return invalid_argument("a range in [] has no end above its begin");
      set.ranges.emplace_back(low, high);
    }
    return class_node(std::move(set));
  }

  // True for a single character, which is added too.
  Result<bool> parse_member_of_set(CharacterClass& set, char32_t& single) {
    if (take("\\b")) {
      set.ranges.emplace_back(single = '\b', '\b');
      return true;
    }
    const std::size_t before = set.ranges.size();
    VECSTORE_TRY(parse_member(set, single));
    return set.ranges.size() > before;
  }

  Status parse_member(CharacterClass& set, char32_t& single) {
    const auto one = [&](char32_t value) {
      set.ranges.emplace_back(single = value, value);
      return Status();
    };
    if (!take("\\")) {
      const CodePoint c = decode_utf8(rest_);
      rest_.remove_prefix(c.size);
      return one(c.value);
    }
    if (rest_.empty()) return invalid_argument("it ends in '\\'");
    constexpr std::string_view kKinds = "sSwWdD", kNames = "ntrfva", kMeant = "\n\t\r\f\v\a";
    const char name = rest_[0];
    if (const std::size_t kind = kKinds.find(name); kind != kKinds.npos) {
      set.kinds |= 1u << kind;
      return rest_.remove_prefix(1), Status();
    }
    if (const std::size_t at = kNames.find(name); at != kNames.npos) {
      rest_.remove_prefix(1);
      return one(static_cast<unsigned char>(kMeant[at]));
    }
    if (take("x")) return parse_hex(2, set, single);
    if (take("u")) return parse_hex(4, set, single);
    const bool alphanumeric = (name >= '0' && name <= '9') || (name >= 'a' && name <= 'z') ||
                              (name >= 'A' && name <= 'Z');
    if (alphanumeric) return invalid_argument(std::string("'\\") + name + "' is not taken");
    const CodePoint c = decode_utf8(rest_);
    rest_.remove_prefix(c.size);
    return one(c.value);
  }

  Status parse_hex(std::size_t digits, CharacterClass& set, char32_t& single) {
    single = 0;
    for (; digits > 0; --digits, rest_.remove_prefix(1)) {
      const std::size_t digit = rest_.empty()
                                    ? std::string_view::npos
                                    : std::string_view("0123456789abcdefABCDEF").find(rest_[0]);
      if (digit == std::string_view::npos)
        return invalid_argument("\\x takes two digits, \\u four");
      single = single * 16 + static_cast<char32_t>(digit < 16 ? digit : digit - 6);
    }
    set.ranges.emplace_back(single, single);
    return {};
  }

  std::uint32_t parse_number(bool& there) {
    std::uint32_t out = 0;
    there = false;
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      out = std::min(out * 10 + static_cast<std::uint32_t>(rest_[0] - '0'), kMaxCount + 1);
      rest_.remove_prefix(1);
      there = true;
    }
    return out;
  }

  // {2,3}; what only looks like one is text.
  bool parse_braces(Node& repeat) {
    const std::string_view begin = rest_;
    bool has_least = false, has_most = false;
    if (!take("{") || take("}")) return rest_ = begin, false;
    repeat.least = parse_number(has_least);
    repeat.most = repeat.least;
    if (take(",")) {
      repeat.most = parse_number(has_most);
      if (!has_most) repeat.most = kUnlimited;
    } else if (!has_least) {
      return rest_ = begin, false;
    }
    if (!take("}")) return rest_ = begin, false;
    return true;
  }

  Status parse_count(Node& one) {
    Node repeat;
    repeat.kind = Node::kRepeat;
    if (take("*")) {
      repeat.most = kUnlimited;
    } else if (take("+")) {
      repeat.least = 1, repeat.most = kUnlimited;
    } else if (take("?")) {
      repeat.most = 1;
    } else if (!parse_braces(repeat)) {
      return {};
    }
    const bool counted =
        repeat.least > kMaxCount || (repeat.most > kMaxCount && repeat.most != kUnlimited);
    if (counted || repeat.least > repeat.most) {
      return invalid_argument("a count must be from the smaller to the larger, at most 1000");
    }
    if (width_of(one).least == 0 && repeat.most > 1) {
      return invalid_argument("what may match nothing cannot be repeated");
    }
    if (one.kind == Node::kPlace || one.kind == Node::kLook) {
      return invalid_argument("a place cannot be repeated");
    }
    repeat.lazy = take("?");
    const bool again = !rest_.empty() && std::string_view("*+?").find(rest_[0]) != rest_.npos;
    if (again) return invalid_argument("a count follows a count");
    repeat.parts.push_back(std::move(one));
    one = std::move(repeat);
    return {};
  }

  std::string_view rest_;
};

class Compiler {
 public:
  explicit Compiler(SeparatorProgram& program) : program_(program) {}

  Status compile(const Node& node) {
    VECSTORE_TRY(emit(node));
    program_.code.push_back({SeparatorInstruction::kAccept});
    return {};
  }

 private:
  using Code = SeparatorInstruction;

  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code.size()); }

  std::uint32_t add(Code::Kind kind, std::uint32_t x = 0) {
    program_.code.push_back({kind, x, 0});
    return here() - 1;
  }

  // At `split`: goes to the next instruction first, or to `other` where it is lazy.
  void aim(std::uint32_t split, std::uint32_t first, std::uint32_t other, bool lazy) {
    program_.code[split].x = lazy ? other : first;
    program_.code[split].y = lazy ? first : other;
  }

  Status emit(const Node& node) {
    if (program_.code.size() > kMaxSeparatorInstructions) {
      return invalid_argument("it is too long with all its counts");
    }
    switch (node.kind) {
      case Node::kClass:
        program_.classes.push_back(node.set);
        add(Code::kClass, static_cast<std::uint32_t>(program_.classes.size() - 1));
        return {};
      case Node::kPlace:
        return add(Code::kPlace, static_cast<std::uint32_t>(node.place)), Status();
      case Node::kInOrder:
        for (const Node& part : node.parts) VECSTORE_TRY(emit(part));
        return {};
      case Node::kEither:
        return emit_either(node);
      case Node::kRepeat:
        return emit_repeat(node);
      case Node::kLook:
        break;
    }
    LookAround look;
    look.negated = node.negated;
    if (node.behind) look.behind = static_cast<std::size_t>(width_of(node.parts[0]).least);
    VECSTORE_TRY(Compiler(look.inside).compile(node.parts[0]));
    program_.looks.push_back(std::make_shared<const LookAround>(std::move(look)));
    add(Code::kLook, static_cast<std::uint32_t>(program_.looks.size() - 1));
    return {};
  }

  Status emit_either(const Node& node) {
    std::vector<std::uint32_t> jumps;
    for (std::size_t i = 0; i + 1 < node.parts.size(); ++i) {
      const std::uint32_t split = add(Code::kSplit);
      VECSTORE_TRY(emit(node.parts[i]));
      jumps.push_back(add(Code::kJump));
      aim(split, split + 1, here(), false);
    }
    VECSTORE_TRY(emit(node.parts.back()));
    for (const std::uint32_t jump : jumps) program_.code[jump].x = here();
    return {};
  }

  Status emit_repeat(const Node& node) {
    const Node& part = node.parts[0];
    for (std::uint32_t i = 0; i < node.least; ++i) VECSTORE_TRY(emit(part));
    if (node.most == kUnlimited) {
      const std::uint32_t split = add(Code::kSplit);
      VECSTORE_TRY(emit(part));
      add(Code::kJump, split);
      aim(split, split + 1, here(), node.lazy);
      return {};
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = node.least; i < node.most; ++i) {
      splits.push_back(add(Code::kSplit));
      VECSTORE_TRY(emit(part));
    }
    for (const std::uint32_t split : splits) aim(split, split + 1, here(), node.lazy);
    return {};
  }

  SeparatorProgram& program_;
};

// The characters that every match begins with. True when they are all there is.
bool literal_prefix(const Node& node, std::string& out) {
  if (node.kind == Node::kClass) {
    const CharacterClass& set = node.set;
    const bool one = set.kinds == 0 && !set.negated && set.ranges.size() == 1 &&
                     set.ranges[0].first == set.ranges[0].second;
    if (one) append_utf8(out, set.ranges[0].first);
    return one;
  }
  if (node.kind != Node::kInOrder) return false;
  return std::ranges::all_of(node.parts, [&](const Node& p) { return literal_prefix(p, out); });
}

}  // namespace

Status compile_separator(std::string_view text, SeparatorProgram& program, std::string& literal) {
  if (!is_valid_utf8(text)) return invalid_argument("it is not UTF-8");
  VECSTORE_ASSIGN(const Node node, Parser(text).parse());
  if (literal_prefix(node, program.prefix)) literal = program.prefix;
  return Compiler(program).compile(node);
}

}  // namespace vecstore
