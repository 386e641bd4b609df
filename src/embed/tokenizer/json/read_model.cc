#include <cmath>

#include "base/json.h"
#include "embed/tokenizer/json/members.h"
#include "embed/tokenizer/json/readers.h"

namespace vecstore::tokenizer_json {
namespace {

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

Result<std::vector<VocabularyPiece>> read_pieces(const Object& vocabulary) {
  std::vector<VocabularyPiece> pieces;
  pieces.reserve(vocabulary.size());
  for (const Object::Member& member : vocabulary) {
    const auto id = as_id(&member.value);
    if (!id) return refuse("piece '" + member.key + "' has no valid id");
    pieces.push_back({member.key, *id});
  }
  return pieces;
}

// Settings that would change the ids and that no model of these families uses.
Status check_bpe_settings(const Object& model) {
  const Value* dropout = find_set(model, "dropout");
  const double* rate = dropout ? dropout->as_double() : nullptr;
  if (dropout && !(rate && *rate == 0)) return refuse("the model's dropout is not supported");
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!find_text(model, key).empty()) {
      return refuse("the model's " + std::string(key) + " is not supported");
    }
  }
  return {};
}

Result<ModelParts> read_bpe(const Object& model) {
  VECSTORE_TRY(check_bpe_settings(model));
  BpeParts parts;
  parts.byte_fallback = find_flag(model, "byte_fallback");
  parts.fuse_unknown = find_flag(model, "fuse_unk");
  parts.ignore_merges = find_flag(model, "ignore_merges");
  if (find_set(model, "unk_token")) parts.unknown = find_text(model, "unk_token");
  const Object* vocabulary = find_object(model, "vocab");
  const List* merges = find_list(model, "merges");
  if (!vocabulary || !merges) return refuse("the model has no vocab or no merges");
  VECSTORE_ASSIGN(auto pieces, read_pieces(*vocabulary));
  parts.merges.resize(merges->size());
  for (std::size_t i = 0; i < merges->size(); ++i) {
    if (!read_merge((*merges)[i], parts.merges[i])) {
      return refuse("merge " + std::to_string(i) + " is not a pair of pieces");
    }
  }
  return ModelParts{std::move(pieces), std::move(parts)};
}

Result<ModelParts> read_wordpiece(const Object& model) {
  WordPieceParts parts;
  const Object* vocabulary = find_object(model, "vocab");
  if (!vocabulary) return refuse("the model has no vocab");
  VECSTORE_ASSIGN(auto pieces, read_pieces(*vocabulary));
  parts.unknown = find_text(model, "unk_token");
  parts.prefix = find_text(model, "continuing_subword_prefix");
  const auto longest = as_id(model.find("max_input_chars_per_word"));
  if (!longest) return refuse("the model has no valid max_input_chars_per_word");
  parts.max_characters = *longest;
  return ModelParts{std::move(pieces), std::move(parts)};
}

// A score as the reference's reader makes it of the shortest digits that stand for it: all digits
// as an integer, divided by a power of ten. That may differ from the nearest number in its last
// bit, and of two ways to cut a text whose sums are equal but for that bit decides which is taken.
double as_reference_reads(double score) {
  std::string digits;
  append_json_double(digits, score);
  std::uint64_t significand = 0;
  int places = 0;
  bool after_point = false;
  for (char c : digits) {
    if (c == 'e' || c == 'E') return score;  // so small or so large that it decides nothing
    if (c == '.') after_point = true;
    if (c < '0' || c > '9') continue;
    significand = significand * 10 + static_cast<std::uint64_t>(c - '0');
    places += after_point;
  }
  double power = 1;
  for (int i = 0; i < places; ++i) power *= 10;  // exact up to 10^22
  const double value = static_cast<double>(significand) / power;
  return score < 0 ? -value : value;
}

// ["piece", score]
bool read_scored(const Value& value, std::string& text, double& score) {
  const List* pair = value.as_list();
  if (!pair || pair->size() != 2) return false;
  const std::string* piece = (*pair)[0].as_string();
  const double* number = (*pair)[1].as_double();
  const std::int64_t* whole = (*pair)[1].as_int();
  if (!piece || !(number || whole)) return false;
  text = *piece;
  score = number ? as_reference_reads(*number) : static_cast<double>(*whole);
  return std::isfinite(score);
}

Result<ModelParts> read_unigram(const Object& model) {
  const List* vocabulary = find_list(model, "vocab");
  if (!vocabulary) return refuse("the model has no vocab");
  if (vocabulary->size() > kMaxVocabulary) return refuse("the model has too many pieces");
  const auto unknown = as_id(find_set(model, "unk_id"));
  if (!unknown) return refuse("a Unigram model without a valid unk_id is not supported");
  UnigramParts parts;
  parts.unknown = *unknown;
  parts.byte_fallback = find_flag(model, "byte_fallback");
  parts.scores.resize(vocabulary->size());
  std::vector<VocabularyPiece> pieces(vocabulary->size());
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    pieces[i].id = i;
    if (!read_scored((*vocabulary)[i], pieces[i].text, parts.scores[i])) {
      return refuse("piece " + std::to_string(i) + " is not a text and a score");
    }
  }
  return ModelParts{std::move(pieces), std::move(parts)};
}

// Older files do not name the type.
std::string_view type_of(const Object& model) {
  if (find_set(model, "type")) return find_text(model, "type");
  if (find_list(model, "merges")) return "BPE";
  if (find_list(model, "vocab")) return "Unigram";
  return model.find("max_input_chars_per_word") ? "WordPiece" : "";
}

// Whether the model may take bytes from the last splitter as they are.
bool shares_bytes(const ModelParts& parts, std::vector<PreTokenizer>& splitters) {
  if (splitters.empty()) return false;
  const auto* last = std::get_if<ByteLevelSplit>(&splitters.back());
  return last && can_take_bytes(std::get<BpeParts>(parts.own));
}

template <typename Model, typename Parts>
Result<TokenModel> finish(Parts parts) {
  auto model = Model::make(parts);
  if (!model.ok()) return model.status().with_context("tokenizer");
  return TokenModel(*std::move(model));
}

}  // namespace

Result<ModelParts> read_model(const Object& model) {
  const std::string_view type = type_of(model);
  if (type == "BPE") return read_bpe(model);
  if (type == "WordPiece") return read_wordpiece(model);
  if (type == "Unigram") return read_unigram(model);
  return unsupported("model", type);
}

Result<TokenModel> make_model(ModelParts parts, std::vector<PreTokenizer>& splitters) {
  std::visit([&](auto& own) { own.pieces = std::move(parts.pieces); }, parts.own);
  if (auto* words = std::get_if<WordPieceParts>(&parts.own)) {
    return finish<WordPieceModel>(std::move(*words));
  }
  if (auto* unigram = std::get_if<UnigramParts>(&parts.own)) {
    return finish<UnigramModel>(std::move(*unigram));
  }
  if (shares_bytes(parts, splitters)) {
    auto& last = std::get<ByteLevelSplit>(splitters.back());
    last.maps = false;
    std::get<BpeParts>(parts.own).bare_bytes = true;
    if (!last.prepend_space && last.pattern.empty()) splitters.pop_back();
  }
  return finish<BpeModel>(std::move(std::get<BpeParts>(parts.own)));
}

}  // namespace vecstore::tokenizer_json
