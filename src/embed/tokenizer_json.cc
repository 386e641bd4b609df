#include "embed/tokenizer_json.h"

#include <optional>
#include <unordered_map>

#include "base/json.h"

namespace vecstore {
namespace {

// The longest text that a normalizer may put in: hostile ones must not blow a text up.
constexpr std::size_t kMaxInsertedBytes = 16;
constexpr std::size_t kMaxAddedTokens = 10'000;

Status refuse(const std::string& what) { return invalid_argument("tokenizer: " + what); }

// The member `key`, or nullptr when it is absent or null.
const Value* find_set(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value && !value->is_null() ? value : nullptr;
}

const Object* find_object(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_object() : nullptr;
}

const List* find_list(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_list() : nullptr;
}

// The string at `key`, or "" when there is none.
std::string_view find_text(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const std::string* text = value ? value->as_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

bool is_true(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const bool* flag = value ? value->as_bool() : nullptr;
  return flag && *flag;
}

std::optional<std::uint32_t> as_id(const Value* value) {
  const std::int64_t* id = value ? value->as_int() : nullptr;
  if (!id || *id < 0 || *id >= kMaxVocabulary) return std::nullopt;
  return static_cast<std::uint32_t>(*id);
}

Status unsupported(std::string_view component, std::string_view type) {
  return refuse(std::string(component) + " '" + std::string(type) + "' is not supported");
}

Status add_normalizer(const Value& value, std::vector<NormalizerStep>& steps) {
  const Object* object = value.as_object();
  if (!object) return refuse("a normalizer is not an object");
  const std::string_view type = find_text(*object, "type");
  if (type == "Sequence") {
    const List* list = find_list(*object, "normalizers");
    if (!list) return refuse("the normalizer Sequence has no normalizers");
    for (const Value& item : *list) VECSTORE_TRY(add_normalizer(item, steps));
    return {};
  }
  NormalizerStep step;
  if (type == "Prepend") {
    step.text = find_text(*object, "prepend");
  } else if (type == "Replace") {
    const Object* pattern = find_object(*object, "pattern");
    step.pattern = pattern ? find_text(*pattern, "String") : "";
    step.text = find_text(*object, "content");
    if (step.pattern.empty()) return refuse("a normalizer Replace is supported for strings only");
  } else {
    return unsupported("normalizer", type);
  }
  if (step.text.size() > kMaxInsertedBytes) {
    return refuse("a normalizer puts in " + std::to_string(step.text.size()) +
                  " bytes, the limit is " + std::to_string(kMaxInsertedBytes));
  }
  steps.push_back(std::move(step));
  return {};
}

// "left right" in older files, ["left", "right"] in newer ones.
bool read_merge(const Value& value, std::pair<std::string, std::string>& merge) {
  if (const std::string* text = value.as_string()) {
    const std::size_t space = text->find(' ');
    if (space == text->npos || text->find(' ', space + 1) != text->npos) return false;
    merge = {text->substr(0, space), text->substr(space + 1)};
    return true;
  }
  const List* pair = value.as_list();
  if (!pair || pair->size() != 2) return false;
  const std::string* left = (*pair)[0].as_string();
  const std::string* right = (*pair)[1].as_string();
  if (!left || !right) return false;
  merge = {*left, *right};
  return true;
}

// Settings of the BPE model that would change the ids and that no model of the family uses.
Status check_settings(const Object& model) {
  if (find_text(model, "type") != "BPE") return unsupported("model", find_text(model, "type"));
  if (find_set(model, "dropout")) return refuse("the model's dropout is not supported");
  if (is_true(model, "ignore_merges")) return refuse("the model's ignore_merges is not supported");
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!find_text(model, key).empty()) {
      return refuse("the model's " + std::string(key) + " is not supported");
    }
  }
  return {};
}

Result<BpeParts> read_model(const Object& model) {
  VECSTORE_TRY(check_settings(model));
  BpeParts parts;
  parts.byte_fallback = is_true(model, "byte_fallback");
  parts.fuse_unknown = is_true(model, "fuse_unk");
  if (find_set(model, "unk_token")) parts.unknown = find_text(model, "unk_token");

  const Object* vocabulary = find_object(model, "vocab");
  const List* merges = find_list(model, "merges");
  if (!vocabulary || !merges) return refuse("the model has no vocab or no merges");
  parts.pieces.reserve(vocabulary->size());
  for (const Object::Member& member : *vocabulary) {
    const auto id = as_id(&member.value);
    if (!id) return refuse("piece '" + member.key + "' has no valid id");
    parts.pieces.push_back({member.key, *id});
  }
  parts.merges.resize(merges->size());
  for (std::size_t i = 0; i < merges->size(); ++i) {
    if (!read_merge((*merges)[i], parts.merges[i])) {
      return refuse("merge " + std::to_string(i) + " is not a pair of pieces");
    }
  }
  return parts;
}

Result<AddedToken> read_added_token(const Value& value) {
  const Object* object = value.as_object();
  const auto id = object ? as_id(object->find("id")) : std::nullopt;
  if (!id || find_text(*object, "content").empty()) {
    return refuse("an added token has no valid id or no content");
  }
  AddedToken token{std::string(find_text(*object, "content")), *id};
  for (const char* key : {"single_word", "lstrip", "rstrip", "normalized"}) {
    if (is_true(*object, key)) {
      return refuse(std::string(key) + " of added token '" + token.text + "' is not supported");
    }
  }
  return token;
}

Status read_added_tokens(const Object& root, std::vector<AddedToken>& tokens) {
  const List* list = find_list(root, "added_tokens");
  if (!list) return {};
  if (list->size() > kMaxAddedTokens) {
    return refuse(std::to_string(list->size()) + " added tokens, the limit is " +
                  std::to_string(kMaxAddedTokens));
  }
  for (const Value& value : *list) {
    VECSTORE_ASSIGN(AddedToken token, read_added_token(value));
    tokens.push_back(std::move(token));
  }
  return {};
}

// The vocabulary decides what an added token's id is: a file that disagrees with itself is refused.
Status check_added_tokens(const std::vector<AddedToken>& tokens, const BpeParts& model) {
  std::unordered_map<std::string_view, std::uint32_t> ids;
  for (const AddedToken& token : tokens) ids.emplace(token.text, token.id);
  for (const BpePiece& piece : model.pieces) {
    const auto added = ids.find(piece.text);
    if (added == ids.end() || added->second == piece.id) continue;
    return refuse("added token '" + piece.text + "' has the id " + std::to_string(added->second) +
                  ", in the vocabulary it has " + std::to_string(piece.id));
  }
  return {};
}

// The ids that the template's special token `name` stands for.
Status append_special(const Object& processor, std::string_view name,
                      std::vector<std::uint32_t>& ids) {
  const Object* known = find_object(processor, "special_tokens");
  const Object* token = known ? find_object(*known, name) : nullptr;
  const List* list = token ? find_list(*token, "ids") : nullptr;
  if (!list) return refuse("the template's special token '" + std::string(name) + "' has no ids");
  for (const Value& value : *list) {
    const auto id = as_id(&value);
    if (!id) return refuse("special token '" + std::string(name) + "' has an invalid id");
    ids.push_back(*id);
  }
  return {};
}

// What the template puts before and after a single text.
Status read_template(const Object& root, TokenizerParts& parts) {
  const Value* value = find_set(root, "post_processor");
  if (!value) return {};
  const Object* processor = value->as_object();
  if (!processor || find_text(*processor, "type") != "TemplateProcessing") {
    return unsupported("post-processor", processor ? find_text(*processor, "type") : "");
  }
  const List* items = find_list(*processor, "single");
  if (!items) return refuse("the template has no part for single texts");
  int texts = 0;
  for (const Value& item : *items) {
    const Object* object = item.as_object();
    const Object* special = object ? find_object(*object, "SpecialToken") : nullptr;
    const Object* sequence = object ? find_object(*object, "Sequence") : nullptr;
    if (special) {
      auto& ids = texts > 0 ? parts.suffix : parts.prefix;
      VECSTORE_TRY(append_special(*processor, find_text(*special, "id"), ids));
    } else if (sequence && find_text(*sequence, "id") == "A") {
      ++texts;
    } else {
      return refuse("the template has an item that is neither special token nor text");
    }
  }
  if (texts != 1)
    return refuse("the template takes a single text " + std::to_string(texts) + " times");
  return {};
}

}  // namespace

Result<ModelTokenizer> parse_tokenizer_json(std::string_view json) {
  auto parsed = parse_json(json);
  if (!parsed.ok()) return parsed.status().with_context("tokenizer");
  const Object* root = parsed->as_object();
  if (!root) return refuse("not a JSON object");
  if (const Value* splitter = find_set(*root, "pre_tokenizer")) {
    const Object* object = splitter->as_object();
    return unsupported("pre-tokenizer", object ? find_text(*object, "type") : "");
  }
  TokenizerParts parts;
  if (const Value* normalizer = find_set(*root, "normalizer")) {
    VECSTORE_TRY(add_normalizer(*normalizer, parts.normalizer));
  }
  VECSTORE_TRY(read_added_tokens(*root, parts.added));
  VECSTORE_TRY(read_template(*root, parts));
  const Object* model = find_object(*root, "model");
  if (!model) return refuse("no model");
  VECSTORE_ASSIGN(const BpeParts bpe_parts, read_model(*model));
  VECSTORE_TRY(check_added_tokens(parts.added, bpe_parts));
  auto bpe = BpeModel::make(bpe_parts);
  if (!bpe.ok()) return bpe.status().with_context("tokenizer");
  return ModelTokenizer(*std::move(bpe), std::move(parts));
}

}  // namespace vecstore
