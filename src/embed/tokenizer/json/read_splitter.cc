#include <algorithm>
#include <array>

#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore::tokenizer_json {
namespace {

Result<SplitBehavior> read_behavior(const Object& object, std::string_view owner) {
  constexpr std::array<std::string_view, 5> kNames = {"Removed", "Isolated", "MergedWithPrevious",
                                                      "MergedWithNext", "Contiguous"};
  const Value* value = find_set(object, "behavior");
  if (!value && owner == "Punctuation") return SplitBehavior::kIsolated;
  const auto found = std::ranges::find(kNames, find_text(object, "behavior"));
  if (found != kNames.end()) return static_cast<SplitBehavior>(found - kNames.begin());
  return unsupported("behavior", find_text(object, "behavior"));
}

// One character, and only one.
Result<char32_t> read_character(std::string_view text, std::string_view what) {
  if (!text.empty()) {
    const unicode::Character first = unicode::character_at(text, 0);
    if (first.size == text.size()) return first.value;
  }
  return refuse("the " + std::string(what) + " is not one character");
}

Result<PreTokenizer> read_pattern_split(const Object& object) {
  VECSTORE_ASSIGN(Pattern pattern, read_pattern(object));
  VECSTORE_ASSIGN(const SplitBehavior behavior, read_behavior(object, "Split"));
  return PreTokenizer(PatternSplit{std::move(pattern), behavior, find_flag(object, "invert")});
}

Result<PreTokenizer> read_metaspace(const Object& object) {
  Metaspace step;
  step.space = find_text(object, "replacement");
  const auto character = read_character(step.space, "replacement of Metaspace");
  if (!character.ok()) return character.status();
  step.split = find_flag(object, "split", true);
  const bool has_scheme = find_set(object, "prepend_scheme") != nullptr;
  const std::string_view scheme = has_scheme ? find_text(object, "prepend_scheme") : "always";
  if (scheme == "never" || !find_flag(object, "add_prefix_space", true)) {
    step.prepend = Metaspace::kNever;
  } else if (scheme == "first") {
    step.prepend = Metaspace::kFirst;
  } else if (scheme != "always") {
    return unsupported("prepend_scheme", scheme);
  }
  return PreTokenizer(std::move(step));
}

Result<PreTokenizer> read_byte_level(const Object& object) {
  ByteLevelSplit step;
  step.prepend_space = find_flag(object, "add_prefix_space", true);
  if (find_flag(object, "use_regex", true)) {
    VECSTORE_ASSIGN(Pattern pattern, Pattern::regex(known_patterns()[0]));
    step.pattern.push_back(std::move(pattern));
  }
  return PreTokenizer(std::move(step));
}

Result<PreTokenizer> read_step(std::string_view type, const Object& object) {
  if (type == "BertPreTokenizer") return PreTokenizer(BertSplit());
  if (type == "WhitespaceSplit") return PreTokenizer(BlankSplit());
  if (type == "Whitespace") return PreTokenizer(WordSplit());
  if (type == "Digits") return PreTokenizer(DigitSplit{find_flag(object, "individual_digits")});
  if (type == "Split") return read_pattern_split(object);
  if (type == "Metaspace") return read_metaspace(object);
  if (type == "ByteLevel") return read_byte_level(object);
  if (type == "Punctuation") {
    VECSTORE_ASSIGN(const SplitBehavior behavior, read_behavior(object, "Punctuation"));
    return PreTokenizer(PunctuationSplit{behavior});
  }
  if (type != "CharDelimiterSplit") return unsupported("pre-tokenizer", type);
  VECSTORE_ASSIGN(const char32_t delimiter,
                  read_character(find_text(object, "delimiter"), "delimiter"));
  return PreTokenizer(CharacterSplit{delimiter});
}

}  // namespace

Result<Pattern> read_pattern(const Object& owner) {
  const Object* pattern = find_object(owner, "pattern");
  const std::string_view text = pattern ? find_text(*pattern, "String") : "";
  const std::string_view regex = pattern ? find_text(*pattern, "Regex") : "";
  if (!text.empty()) return Pattern::literal(text);
  if (regex.empty()) return refuse("a pattern is neither a string nor a regular expression");
  auto made = Pattern::regex(regex);
  if (!made.ok()) return made.status().with_context("tokenizer");
  return made;
}

Status read_splitter(const Value& value, std::vector<PreTokenizer>& steps) {
  const Object* object = value.as_object();
  if (!object) return refuse("a pre-tokenizer is not an object");
  const std::string_view type = find_text(*object, "type");
  if (type != "Sequence") {
    VECSTORE_ASSIGN(PreTokenizer step, read_step(type, *object));
    steps.push_back(std::move(step));
    return {};
  }
  const List* list = find_list(*object, "pretokenizers");
  if (!list) return refuse("the pre-tokenizer Sequence has no pretokenizers");
  for (const Value& item : *list) VECSTORE_TRY(read_splitter(item, steps));
  return {};
}

}  // namespace vecstore::tokenizer_json
