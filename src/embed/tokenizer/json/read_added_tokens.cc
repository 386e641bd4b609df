#include <unordered_map>

#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore::tokenizer_json {
namespace {

constexpr std::size_t kMaxAddedTokens = 10'000;
constexpr std::size_t kMaxTokenBytes = 256;  // finding them costs as much for each byte of a text

Result<AddedToken> read_added_token(const Value& value) {
  const Object* object = value.as_object();
  const auto id = object ? as_id(object->find("id")) : std::nullopt;
  if (!id || find_text(*object, "content").empty()) {
    return refuse("an added token has no valid id or no content");
  }
  const std::string_view text = find_text(*object, "content");
  if (text.size() > kMaxTokenBytes) {
    return refuse("an added token has " + std::to_string(text.size()) + " bytes, the limit is " +
                  std::to_string(kMaxTokenBytes));
  }
  AddedToken token{std::string(text), *id};
  token.normalized = find_flag(*object, "normalized");
  token.single_word = find_flag(*object, "single_word");
  token.takes_left = find_flag(*object, "lstrip");
  token.takes_right = find_flag(*object, "rstrip");
  return token;
}

}  // namespace

Status read_added_tokens(const Object& root, const std::vector<VocabularyPiece>& pieces,
                         std::vector<AddedToken>& tokens) {
  const List* list = find_list(root, "added_tokens");
  if (!list) return {};
  if (list->size() > kMaxAddedTokens) {
    return refuse(std::to_string(list->size()) + " added tokens, the limit is " +
                  std::to_string(kMaxAddedTokens));
  }
  std::unordered_map<std::string_view, std::uint32_t> ids;
  for (const VocabularyPiece& piece : pieces) ids[piece.text] = piece.id;  // the last counts
  for (const Value& value : *list) {
    VECSTORE_ASSIGN(AddedToken token, read_added_token(value));
    const auto piece = ids.find(token.text);
    if (piece != ids.end() && piece->second != token.id) {
      return refuse("added token '" + token.text + "' has the id " + std::to_string(token.id) +
                    ", in the vocabulary it has " + std::to_string(piece->second));
    }
    tokens.push_back(std::move(token));
  }
  return {};
}

}  // namespace vecstore::tokenizer_json
