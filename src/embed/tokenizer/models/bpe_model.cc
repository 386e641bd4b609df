#include "embed/tokenizer/models/bpe_model.h"

#include <algorithm>
#include <unordered_map>

#include "base/utf8.h"
#include "embed/tokenizer/text/aligned_text.h"

namespace vecstore {

// A stretch of text being merged.
struct BpeModel::Run {
  std::vector<MergeSymbol> symbols;
  std::vector<MergeRules::Candidate> heap;
  std::uint32_t unknown_size = 0;  // of an unknown piece that is due before the next known one
  std::uint32_t position = 0;      // where the first symbol begins
  bool plain = true;               // one symbol for each character, so far
};

namespace {

using PieceIds = std::unordered_map<std::string_view, std::uint32_t>;

std::uint32_t id_of(const PieceIds& ids, std::string_view text) {
  const auto found = ids.find(text);
  return found == ids.end() ? kNoPiece : found->second;
}

Result<PieceIds> index_pieces(const BpeParts& parts) {
  VECSTORE_TRY(check_vocabulary(parts.pieces));
  PieceIds ids;
  ids.reserve(parts.pieces.size());
  for (const VocabularyPiece& piece : parts.pieces) {
    if (ids.emplace(piece.text, piece.id).second) continue;
    return invalid_argument("piece '" + piece.text + "' is given twice");
  }
  return ids;
}

std::vector<std::uint32_t> index_characters(const BpeParts& parts) {
  std::vector<std::uint32_t> ids;
  for (const VocabularyPiece& piece : parts.pieces) {
    if (piece.text.empty()) continue;
    const CodePoint first = decode_utf8(piece.text);
    if (!first.valid || first.size != piece.text.size()) continue;
    if (first.value >= ids.size()) ids.resize(first.value + 1, kNoPiece);
    ids[first.value] = piece.id;
  }
  return ids;
}

// False positives only make runs longer.
std::size_t pair_hash(char32_t left, char32_t right) {
  return (left * 0x9E3779B1u ^ right * 0x85EBCA77u) >> 16;
}

char32_t last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return decode_utf8(text.substr(at)).value;
}

bool is_in_utf8(unsigned byte) { return byte != 0xC0 && byte != 0xC1 && byte < 0xF5; }

// The bytes that a piece is written for, if it is written in byte_character()s; else nothing.
std::optional<std::string> bare_text(std::string_view text) {
  static constexpr char32_t kLimit = 0x144;
  std::array<int, kLimit> bytes;
  bytes.fill(-1);
  for (int byte = 0; byte < 256; ++byte) {
    bytes[byte_character(static_cast<unsigned char>(byte))] = byte;
  }
  std::string bare;
  while (!text.empty()) {
    const CodePoint character = decode_utf8(text);
    if (character.value >= kLimit || bytes[character.value] < 0) return std::nullopt;
    bare.push_back(static_cast<char>(bytes[character.value]));
    text.remove_prefix(character.size);
  }
  return bare;
}

}  // namespace

bool can_take_bytes(const BpeParts& parts) {
  const std::vector<std::uint32_t> ids = index_characters(parts);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t character = byte_character(static_cast<unsigned char>(byte));
    const bool has_piece = character < ids.size() && ids[character] != kNoPiece;
    if (is_in_utf8(byte) && !has_piece) return false;
  }
  return true;
}

struct BpeModel::Builder {
  const BpeParts& parts;
  PieceIds ids;
  BpeModel model;

  Status set_ids();
  Status add_rules();
  void find_whole();
};

Status BpeModel::Builder::set_ids() {
  model.id_limit_ = id_limit_of(parts.pieces);
  model.character_ids_ = index_characters(parts);
  model.bare_bytes_ = parts.bare_bytes;
  model.runs_may_be_whole_ = !parts.ignore_merges;
  model.byte_ids_.fill(kNoPiece);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char32_t character = byte_character(static_cast<unsigned char>(byte));
    if (parts.bare_bytes) {
      const bool has_piece = character < model.character_ids_.size();
      model.byte_ids_[byte] = has_piece ? model.character_ids_[character] : kNoPiece;
    } else if (parts.byte_fallback) {
      model.byte_ids_[byte] = id_of(ids, byte_piece(byte));
    }
  }
  model.fuse_unknown_ = parts.fuse_unknown;
  if (!parts.unknown) return {};
  model.unknown_id_ = id_of(ids, *parts.unknown);
  if (model.unknown_id_ != kNoPiece) return {};
  return invalid_argument("the unknown piece '" + *parts.unknown + "' is not a piece");
}

Status BpeModel::Builder::add_rules() {
  std::vector<MergeRules::Rule> rules;
  rules.reserve(parts.merges.size());
  for (std::uint32_t rank = 0; rank < parts.merges.size(); ++rank) {
    const auto& [left, right] = parts.merges[rank];
    const std::uint32_t result = id_of(ids, left + right);
    const MergeRules::Rule rule{id_of(ids, left), id_of(ids, right),
                                parts.ranks_are_ids ? result : rank, result};
    if (std::max({rule.left, rule.right, rule.result}) == kNoPiece) {
      return invalid_argument("merge " + std::to_string(rank) + " of '" + left + "' and '" + right +
                              "' needs a piece that is not there");
    }
    if (left.empty() || right.empty()) {
      return invalid_argument("merge " + std::to_string(rank) + " has an empty piece");
    }
    rules.push_back(rule);
    model.joins_.set(pair_hash(last_character(left), decode_utf8(right).value));
  }
  model.rules_ = MergeRules(rules);
  return {};
}

// With ignore_merges all pieces count as coming out of their own text: that is what it means.
void BpeModel::Builder::find_whole() {
  std::vector<std::string> texts;
  std::vector<VocabularyPiece> found;
  std::vector<Token> tokens;
  for (const VocabularyPiece& piece : parts.pieces) {
    std::optional<std::string> text = piece.text;
    if (parts.bare_bytes) text = bare_text(piece.text);
    if (!text || text->empty()) continue;
    tokens.clear();
    if (!parts.ignore_merges) model.encode(*text, tokens);
    const Token whole{piece.id, 0, static_cast<std::uint32_t>(text->size())};
    if (parts.ignore_merges || (tokens.size() == 1 && tokens[0] == whole)) {
      found.push_back({*std::move(text), piece.id});
    }
  }
  model.whole_ = PieceTrie(entries_of(found));
}

Result<BpeModel> BpeModel::make(const BpeParts& parts) {
  VECSTORE_ASSIGN(PieceIds ids, index_pieces(parts));
  Builder builder{parts, std::move(ids), BpeModel()};
  VECSTORE_TRY(builder.set_ids());
  VECSTORE_TRY(builder.add_rules());
  builder.find_whole();
  return std::move(builder.model);
}

void BpeModel::encode(std::string_view text, std::vector<Token>& out) const {
  if (const std::uint32_t id = whole_.find(text); id != kNoPiece) {
    return out.push_back({id, 0, static_cast<std::uint32_t>(text.size())});
  }
  bare_bytes_ ? encode_bytes(text, out) : encode_runs(text, out);
}

void BpeModel::encode_bytes(std::string_view text, std::vector<Token>& out) const {
  Run run;
  run.symbols.reserve(text.size());
  for (char byte : text) {
    const std::uint32_t id = byte_ids_[static_cast<unsigned char>(byte)];
    if (id != kNoPiece) run.symbols.push_back({id, 1});  // as it is for each byte of UTF-8
  }
  finish({}, run, out);
}

void BpeModel::encode_runs(std::string_view text, std::vector<Token>& out) const {
  Run run;
  bool known = false;  // whether the character before has a piece of its own
  std::size_t begin = 0;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const unicode::Character character = unicode::character_at(text, at);
    const std::uint32_t id =
        character.value < character_ids_.size() ? character_ids_[character.value] : kNoPiece;
    const bool was_known = std::exchange(known, id != kNoPiece);
    if (was_known && known && !joins_[pair_hash(before, character.value)]) {
      finish(text.substr(begin, at - begin), run, out);
      begin = at;
    }
    append(text.substr(at, character.size), id, run);
    before = character.value;
    at += character.size;
  }
  finish(text.substr(begin), run, out);
}

// Unknown characters wait until a known one comes and are overtaken by pieces for bytes, as in the
// reference.
void BpeModel::append(std::string_view character, std::uint32_t id, Run& run) const {
  const auto size = static_cast<std::uint32_t>(character.size());
  const auto push_unknown = [&] {
    if (run.unknown_size > 0) run.symbols.push_back({unknown_id_, run.unknown_size});
    run.unknown_size = 0;
  };
  if (id != kNoPiece) {
    push_unknown();
    run.symbols.push_back({id, size});
    return;
  }
  run.plain = false;
  if (append_bytes(character, run) || unknown_id_ == kNoPiece) return;
  if (!fuse_unknown_) push_unknown();
  run.unknown_size += size;
}

bool BpeModel::append_bytes(std::string_view character, Run& run) const {
  const auto id = [this](char byte) { return byte_ids_[static_cast<unsigned char>(byte)]; };
  if (std::ranges::any_of(character, [&](char byte) { return id(byte) == kNoPiece; })) return false;
  for (char byte : character) run.symbols.push_back({id(byte), 1});
  return true;
}

// Appends the tokens of a run, which are those of `text` if it is plain, and leaves it empty.
void BpeModel::finish(std::string_view text, Run& run, std::vector<Token>& out) const {
  if (run.unknown_size > 0) run.symbols.push_back({unknown_id_, run.unknown_size});
  run.unknown_size = 0;
  const bool may_be_whole = runs_may_be_whole_ && run.plain && run.symbols.size() > 1;
  const std::uint32_t whole = may_be_whole ? whole_.find(text) : kNoPiece;
  if (whole != kNoPiece) {
    run.symbols.resize(1);
    run.symbols[0] = {whole, static_cast<std::uint32_t>(text.size())};
  } else {
    rules_.merge(run.symbols, run.heap);
  }
  for (const MergeSymbol& symbol : run.symbols) {
    out.push_back({symbol.id, run.position, run.position + symbol.size});
    run.position += symbol.size;
  }
  run.symbols.clear();
  run.plain = true;
}

}  // namespace vecstore
