#include "embed/tokenizer/json/members.h"

#include "embed/tokenizer/models/piece_trie.h"

namespace vecstore::tokenizer_json {

Status refuse(const std::string& what) { return invalid_argument("tokenizer: " + what); }

Status unsupported(std::string_view component, std::string_view type) {
  return refuse(std::string(component) + " '" + std::string(type) + "' is not supported");
}

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

std::string_view find_text(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  const std::string* text = value ? value->as_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

bool find_flag(const Object& object, std::string_view key, bool otherwise) {
  const Value* value = object.find(key);
  const bool* flag = value ? value->as_bool() : nullptr;
  return flag ? *flag : otherwise;
}

std::optional<std::uint32_t> as_id(const Value* value) {
  const std::int64_t* id = value ? value->as_int() : nullptr;
  if (!id || *id < 0 || *id >= kMaxVocabulary) return std::nullopt;
  return static_cast<std::uint32_t>(*id);
}

}  // namespace vecstore::tokenizer_json
