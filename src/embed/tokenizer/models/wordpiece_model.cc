#include "embed/tokenizer/models/wordpiece_model.h"

#include <algorithm>

namespace vecstore {

Result<WordPieceModel> WordPieceModel::make(const WordPieceParts& parts) {
  VECSTORE_TRY(check_vocabulary(parts.pieces));
  WordPieceModel model;
  model.pieces_ = PieceTrie(entries_of(parts.pieces));
  model.inner_ = model.pieces_.walk(PieceTrie::kRoot, parts.prefix);
  model.unknown_ = model.pieces_.find(parts.unknown);
  if (model.unknown_ == kNoPiece) {
    return invalid_argument("the unknown piece '" + parts.unknown + "' is not a piece");
  }
  model.max_characters_ = parts.max_characters;
  model.id_limit_ = id_limit_of(parts.pieces);
  return model;
}

bool WordPieceModel::is_too_long(std::string_view word) const {
  if (word.size() <= max_characters_) return false;
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return std::ranges::count_if(word, begins) > std::ptrdiff_t{max_characters_};
}

void WordPieceModel::encode(std::string_view word, std::vector<Token>& out) const {
  const auto size = static_cast<std::uint32_t>(word.size());
  const std::size_t before = out.size();
  const auto give_up = [&] {
    out.resize(before);
    out.push_back({unknown_, 0, size});
  };
  if (is_too_long(word)) return give_up();
  for (std::uint32_t begin = 0; begin < size;) {
    PieceTrie::Node node = begin == 0 ? PieceTrie::kRoot : inner_;
    Token longest = {kNoPiece, begin, begin};
    for (std::uint32_t at = begin; at < size && node != PieceTrie::kNone;) {
      node = pieces_.step(node, word[at++]);
      if (node == PieceTrie::kNone) break;
      const std::uint32_t id = pieces_.id_at(node);
      if (id != kNoPiece) longest = {id, begin, at};
    }
    if (longest.id == kNoPiece) return give_up();
    out.push_back(longest);
    begin = longest.end;
  }
}

}  // namespace vecstore
