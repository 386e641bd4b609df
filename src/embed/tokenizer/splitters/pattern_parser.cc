#include <algorithm>
#include <array>
#include <limits>

#include "embed/tokenizer/splitters/pattern.h"
#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

using unicode::character_at;

constexpr std::uint32_t kMaxLeast =
    64;  // a match that falls short of it is tried at each character
constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

// GPT-2 and RoBERTa; CLIP's kin; Llama 3; Qwen; GPT-4; GPT-4o; DeepSeek.
constexpr std::array<std::string_view, 9> kKnown = {
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    "[!\"#$%&'()*+,\\-./"
    ":;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
    R"(\w+|[^\w\s]+)",
    R"(\s+(?!\S)|\s+)",
};

constexpr std::string_view kContractions = "'s|'t|'re|'ve|'m|'ll|'d";

struct CategoryName {
  std::string_view name;
  std::uint32_t bits;
};
constexpr std::array<CategoryName, 10> kCategories = {{{"L", 0b111110},
                                                       {"Lu", 1 << 1},
                                                       {"Ll", 1 << 2},
                                                       {"Lt", 1 << 3},
                                                       {"Lm", 1 << 4},
                                                       {"Lo", 1 << 5},
                                                       {"N", 1 << 6},
                                                       {"M", 1 << 7},
                                                       {"P", 1 << 8},
                                                       {"S", 1 << 9}}};

}  // namespace

std::span<const std::string_view> known_patterns() { return kKnown; }

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : rest_(text) {}

  bool parse(Pattern& pattern) {
    do {
      Pattern::Alternative alternative;
      if (!parse_alternative(alternative)) return false;
      pattern.alternatives_.push_back(std::move(alternative));
    } while (take("|"));
    return rest_.empty();
  }

  // One piece, which is taken or left without trying again.
  static bool is_single(const Pattern& pattern) {
    if (pattern.alternatives_.size() != 1) return false;
    const Pattern::Alternative& only = pattern.alternatives_[0];
    return only.items.size() == 1 && !only.before_blank && only.items[0].least <= kMaxLeast;
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // Something that cannot match nothing.
  bool parse_alternative(Pattern::Alternative& out) {
    if (take(kContractions)) {
      out.items.emplace_back().kind = Pattern::Item::kContraction;
      return true;
    }
    bool has_content = false;
    while (!rest_.empty() && rest_[0] != '|') {
      if (take("(?!\\S)")) {
        out.before_blank = true;
        break;
      }
      Pattern::Item item;
      if (!parse_item(item) || !parse_count(item)) return false;
      has_content |= item.least > 0;
      out.items.push_back(std::move(item));
    }
    return has_content && (rest_.empty() || rest_[0] == '|');
  }

  bool parse_item(Pattern::Item& item) {
    if (take("(?i:'s|'t|'re|'ve|'m|'ll|'d)")) {
      item.kind = Pattern::Item::kContraction;
      item.any_case = true;
      return true;
    }
    if (take("[")) return parse_set(item.set);
    if (std::string_view("()*+?{}.^$").find(rest_[0]) != rest_.npos) return false;
    if (!parse_member(item.set)) return false;
    settle(item.set);
    return true;
  }

  bool parse_set(CharacterSet& set) {
    set.negated = take("^");
    if (rest_.starts_with("]")) return false;
    while (!take("]")) {
      if (rest_.empty() || rest_[0] == '[' || rest_.starts_with("&&") || !parse_member(set)) {
        return false;
      }
    }
    settle(set);
    return true;
  }

  // A character, a range, or a class by an escape.
  bool parse_member(CharacterSet& set) {
    if (take("\\s")) return set.traits |= unicode::kBlank, true;
    if (take("\\S")) return set.without == 0 && (set.without = unicode::kBlank, true);
    if (take("\\w")) return set.traits |= unicode::kRegexWord, true;
    if (take("\\p{")) return parse_category(set);
    char32_t first = 0, last = 0;
    if (!parse_character(first)) return false;
    last = first;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      rest_.remove_prefix(1);
      if (!parse_character(last) || last < first) return false;
    }
    set.ranges.emplace_back(first, last);
    return true;
  }

  bool parse_category(CharacterSet& set) {
    const std::size_t end = rest_.find('}');
    if (end == rest_.npos) return false;
    const auto found = std::ranges::find(kCategories, rest_.substr(0, end), &CategoryName::name);
    if (found == kCategories.end()) return false;
    set.categories |= found->bits;
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool parse_character(char32_t& out) {
    if (rest_.empty()) return false;
    if (take("\\")) {
      if (rest_.empty()) return false;
      constexpr std::string_view kNames = "rnt", kMeant = "\r\n\t";
      const std::size_t name = kNames.find(rest_[0]);
      const bool is_symbol = std::string_view("\\[](){}.*+?^$|/-").find(rest_[0]) != rest_.npos;
      if (name == kNames.npos && !is_symbol) return false;
      out = static_cast<unsigned char>(name == kNames.npos ? rest_[0] : kMeant[name]);
      rest_.remove_prefix(1);
      return true;
    }
    const auto [value, size] = character_at(rest_, 0);
    out = value;
    rest_.remove_prefix(size);
    return true;
  }

  bool parse_count(Pattern::Item& item) {
    if (item.kind == Pattern::Item::kContraction) {
      if (take("?")) item.least = 0;
      return rest_.empty() || rest_[0] == '|';
    }
    if (take("?")) {
      item.least = 0;
    } else if (take("*")) {
      item.least = 0, item.most = kUnlimited;
    } else if (take("+")) {
      item.most = kUnlimited;
    } else if (take("{")) {
      if (!parse_number(item.least)) return false;
      item.most = item.least;
      if (take(",") && !parse_number(item.most)) item.most = kUnlimited;
      return take("}") && item.least <= item.most;
    }
    // A second sign would make the first lazy or possessive.
    return rest_.empty() || std::string_view("?*+").find(rest_[0]) == rest_.npos;
  }

  bool parse_number(std::uint32_t& out) {
    std::size_t size = 0;
    out = 0;
    while (size < rest_.size() && size < 6 && rest_[size] >= '0' && rest_[size] <= '9') {
      out = out * 10 + static_cast<std::uint32_t>(rest_[size++] - '0');
    }
    rest_.remove_prefix(size);
    return size > 0;
  }

  // Answers for ASCII once and for all.
  static void settle(CharacterSet& set) {
    for (char32_t value = 0; value < 128; ++value) {
      const std::uint32_t found = unicode::traits(value);
      const auto within = [value](const auto& range) {
        return range.first <= value && value <= range.second;
      };
      const bool inside = (found & set.traits) != 0 ||
                          (set.without != 0 && (found & set.without) == 0) ||
                          (set.categories >> (found >> 16 & 15) & 1) != 0 ||
                          std::ranges::any_of(set.ranges, within);
      set.ascii[value] = inside != set.negated;
    }
    std::erase_if(set.ranges, [](const auto& range) { return range.second < 128; });
  }

  std::string_view rest_;
};

Result<Pattern> Pattern::regex(std::string_view text) {
  Pattern pattern;
  const Status refused =
      invalid_argument("the pattern '" + std::string(text) + "' is not supported");
  if (!PatternParser(text).parse(pattern)) return refused;
  const bool known = std::ranges::find(kKnown, text) != kKnown.end();
  return known || PatternParser::is_single(pattern) ? Result<Pattern>(std::move(pattern)) : refused;
}

}  // namespace vecstore
