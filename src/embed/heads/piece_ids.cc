#include "embed/heads/piece_ids.h"

#include <limits>

#include "base/json.h"

namespace vecstore {
namespace {

using Id = std::optional<std::uint32_t>;

Id id_of(const Value* value) {
  const std::int64_t* number = value ? value->as_int() : nullptr;
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) return {};
  return static_cast<std::uint32_t>(*number);
}

const Object* object_in(const Object& object, std::string_view key) {
  const Value* value = object.find(key);
  return value ? value->as_object() : nullptr;
}

Id find_added(const Object& tokenizer, std::string_view piece) {
  const Value* added = tokenizer.find("added_tokens");
  if (!added || !added->as_list()) return {};
  for (const Value& value : *added->as_list()) {
    const Object* token = value.as_object();
    const Value* content = token ? token->find("content") : nullptr;
    if (content && content->as_string() && *content->as_string() == piece) {
      return id_of(token->find("id"));
    }
  }
  return {};
}

// The vocabulary is an object of ids, or a list of [piece, score] in their order.
Id find_in_model(const Object& tokenizer, std::string_view piece) {
  const Object* model = object_in(tokenizer, "model");
  const Value* vocabulary = model ? model->find("vocab") : nullptr;
  if (!vocabulary) return {};
  if (vocabulary->as_object()) return id_of(vocabulary->as_object()->find(piece));
  if (!vocabulary->as_list()) return {};
  std::uint32_t id = 0;
  for (const Value& entry : *vocabulary->as_list()) {
    const List* pair = entry.as_list();
    const bool found =
        pair && !pair->empty() && pair->front().as_string() && *pair->front().as_string() == piece;
    if (found) return id;
    ++id;
  }
  return {};
}

}  // namespace

Result<std::vector<Id>> find_piece_ids(std::string_view tokenizer_json,
                                       std::span<const std::string> pieces) {
  VECSTORE_ASSIGN(const Value value, parse_json(tokenizer_json));
  if (!value.as_object()) return invalid_argument("tokenizer.json is not a JSON object");
  std::vector<Id> ids;
  for (const std::string& piece : pieces) {
    const Id added = find_added(*value.as_object(), piece);
    ids.push_back(added ? added : find_in_model(*value.as_object(), piece));
  }
  return ids;
}

}  // namespace vecstore
