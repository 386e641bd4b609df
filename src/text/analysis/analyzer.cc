#include "text/analysis/analyzer.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/nearest.h"
#include "text/analysis/plain_tokenizers.h"
#include "text/analysis/stemmer.h"
#include "text/analysis/stop_words.h"
#include "text/analysis/unicode.h"
#include "text/analysis/word_tokenizer.h"

namespace vecstore::text {
namespace {

constexpr std::int64_t kMaxGram = 16;
constexpr std::size_t kMaxStopWords = 10'000;
constexpr std::string_view kKinds[] = {"simple", "whitespace", "code", "ngram", "language"};

Status unknown(std::string_view what, std::string_view name,
               std::span<const std::string_view> known) {
  return invalid_argument("text analyzer: unknown " + std::string(what) + " '" + std::string(name) +
                          "', " + nearest_or_known(name, known));
}

Status wrong(std::string_view key, std::string_view expected) {
  return invalid_argument("text analyzer: '" + std::string(key) + "' must be " +
                          std::string(expected));
}

// Reads the members of a description one by one; finish() refuses those that nothing asked for.
class Members {
 public:
  explicit Members(const Object& object) : object_(object) {}

  Result<std::string_view> word(std::string_view key, std::string_view otherwise,
                                std::span<const std::string_view> allowed) {
    const Value* value = find(key);
    if (value == nullptr) return otherwise;
    const std::string* text = value->as_string();
    if (text == nullptr) return wrong(key, "a string");
    if (std::ranges::find(allowed, *text) == allowed.end()) return unknown(key, *text, allowed);
    return std::string_view(*text);
  }
  Result<bool> flag(std::string_view key, bool otherwise) {
    const Value* value = find(key);
    if (value == nullptr) return otherwise;
    if (value->as_bool() == nullptr) return wrong(key, "true or false");
    return *value->as_bool();
  }
  Result<std::size_t> gram(std::string_view key, std::size_t otherwise) {
    const Value* value = find(key);
    if (value == nullptr) return otherwise;
    const std::int64_t* number = value->as_int();
    if (number == nullptr || *number < 1 || *number > kMaxGram) {
      return wrong(key, "an integer from 1 to " + std::to_string(kMaxGram));
    }
    return static_cast<std::size_t>(*number);
  }
  const Value* find(std::string_view key) {
    asked_.push_back(key);
    return object_.find(key);
  }
  Status finish() const {
    for (const auto& member : object_) {
      if (std::ranges::find(asked_, member.key) == asked_.end())
        return unknown("key", member.key, asked_);
    }
    return {};
  }

 private:
  const Object& object_;
  std::vector<std::string_view> asked_;
};

struct Made {
  std::shared_ptr<const Tokenizer> tokenizer;
  Value description;
};

// Adds the stop words asked for, and to `out` what has to be remembered of them.
Status read_stop_words(const Value* asked, WordOptions& options, Object& out) {
  const auto usual = stop_words(options.language);
  const bool* flag = asked == nullptr ? nullptr : asked->as_bool();
  if (asked == nullptr || (flag != nullptr && *flag)) {
    options.stop_words.assign(usual.begin(), usual.end());
    return {};
  }
  out["stop_words"] = *asked;
  if (flag != nullptr) return {};
  const List* list = asked->as_list();
  if (list == nullptr || list->size() > kMaxStopWords) {
    return wrong("stop_words",
                 "true, false or a list of at most " + std::to_string(kMaxStopWords) + " words");
  }
  for (const Value& word : *list) {
    if (word.as_string() == nullptr) return wrong("stop_words", "a list of strings");
    std::string folded;
    append_folded(*word.as_string(), folded);
    options.stop_words.push_back(std::move(folded));
  }
  std::ranges::sort(options.stop_words);
  return {};
}

Status read_accents(Members& members, WordOptions& options, Object& out) {
  constexpr std::string_view kAccents[] = {"keep", "fold"};
  VECSTORE_ASSIGN(const std::string_view accents, members.word("accents", "keep", kAccents));
  options.fold_accents = accents == "fold";
  if (options.fold_accents) out["accents"] = "fold";
  return {};
}

Result<Made> make_simple(Members& members) {
  WordOptions options;
  Object out = {{"kind", "simple"}};
  VECSTORE_TRY(read_accents(members, options, out));
  Value description = out.size() == 1 ? Value("simple") : Value(out);
  return Made{std::make_shared<WordTokenizer>(std::move(options)), std::move(description)};
}

Result<Made> make_language(Members& members) {
  WordOptions options;
  if (members.find("language") == nullptr)
    return wrong("language", "given: the name of a language");
  VECSTORE_ASSIGN(options.language, members.word("language", "", languages()));
  Object out = {{"kind", "language"}, {"language", options.language}};
  VECSTORE_ASSIGN(options.stemming, members.flag("stemming", true));
  if (!options.stemming) out["stemming"] = false;
  VECSTORE_TRY(read_stop_words(members.find("stop_words"), options, out));
  VECSTORE_TRY(read_accents(members, options, out));
  if (options.stemming) VECSTORE_TRY(Stemmer::make(options.language).status());
  Value description = out.size() == 2 ? Value(options.language) : Value(out);
  return Made{std::make_shared<WordTokenizer>(std::move(options)), std::move(description)};
}

Result<Made> make_ngram(Members& members) {
  constexpr std::string_view kUnits[] = {"char", "word"};
  VECSTORE_ASSIGN(const std::string_view unit, members.word("unit", "char", kUnits));
  NgramTokenizer::Options options = {.words = unit == "word"};
  const std::size_t usual = options.words ? 2 : 3;
  VECSTORE_ASSIGN(options.min, members.gram("min", usual));
  VECSTORE_ASSIGN(options.max, members.gram("max", std::max(usual, options.min)));
  if (options.min > options.max) return wrong("min", "no greater than 'max'");
  Object out = {{"kind", "ngram"}};
  if (options.words) out["unit"] = unit;
  if (options.min != usual) out["min"] = static_cast<std::int64_t>(options.min);
  if (options.max != std::max(usual, options.min))
    out["max"] = static_cast<std::int64_t>(options.max);
  Value description = out.size() == 1 ? Value("ngram") : Value(out);
  return Made{std::make_shared<NgramTokenizer>(options), std::move(description)};
}

Result<Made> make_kind(std::string_view kind, Members& members) {
  if (kind == "simple") return make_simple(members);
  if (kind == "language") return make_language(members);
  if (kind == "ngram") return make_ngram(members);
  if (kind == "code") return Made{std::make_shared<CodeTokenizer>(), Value("code")};
  return Made{std::make_shared<WhitespaceTokenizer>(), Value("whitespace")};
}

// A bare name is that kind, or that language.
Object described(const std::string& name) {
  if (std::ranges::find(languages(), name) == languages().end()) return {{"kind", name}};
  return {{"kind", "language"}, {"language", name}};
}

}  // namespace

Result<Analyzer> Analyzer::make(const Value& description) {
  Object object;
  if (const std::string* name = description.as_string()) {
    std::vector<std::string_view> names(std::begin(kKinds), std::end(kKinds));
    names.insert(names.end(), languages().begin(), languages().end());
    if (std::ranges::find(names, *name) == names.end()) return unknown("name", *name, names);
    object = described(*name);
  } else if (description.as_object() != nullptr) {
    object = *description.as_object();
  } else {
    return invalid_argument("text analyzer: a description is a name or an object, not " +
                            description.to_json());
  }
  Members members(object);
  VECSTORE_ASSIGN(const std::string_view kind, members.word("kind", "", kKinds));
  if (kind.empty()) return wrong("kind", "given");
  VECSTORE_ASSIGN(Made made, make_kind(kind, members));
  VECSTORE_TRY(members.finish());
  return Analyzer(std::move(made.tokenizer), std::move(made.description));
}

Analyzer::Analyzer(std::shared_ptr<const Tokenizer> tokenizer, Value description)
    : tokenizer_(std::move(tokenizer)),
      description_(std::move(description)),
      fingerprint_(hash64(as_bytes(description_.to_json()), tokenizer_->version())) {}

}  // namespace vecstore::text
