#include "embed/bpe_model.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"

namespace vecstore {

// A stretch of text being merged. Symbols are a list through an array: a merge keeps the left one.
struct BpeModel::Run {
  struct Symbol {
    std::uint32_t id;
    std::uint32_t previous;
    std::uint32_t next;
  };
  // "The symbol at `position` and its next may become `result`", as of when it was offered.
  struct Candidate {
    std::uint32_t rank;
    std::uint32_t position;
    std::uint32_t result;

    // The top of a standard heap is its largest: the one to merge first.
    bool operator<(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : position > other.position;
    }
  };

  void push(std::uint32_t id) {
    const auto at = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back({id, at - 1, at + 1});
  }

  std::vector<Symbol> symbols;
  std::vector<Candidate> heap;
  bool unknown = false;  // an unknown piece is due before the next known one
};

namespace {

constexpr std::uint32_t kEnd = ~std::uint32_t{0};

using PieceIds = std::unordered_map<std::string_view, std::uint32_t>;

std::uint32_t id_of(const PieceIds& ids, std::string_view text) {
  const auto found = ids.find(text);
  return found == ids.end() ? kNoPiece : found->second;
}

Result<PieceIds> index_pieces(const BpeParts& parts) {
  PieceIds ids;
  ids.reserve(parts.pieces.size());
  std::vector<bool> taken;
  for (const BpePiece& piece : parts.pieces) {
    if (piece.id >= kMaxVocabulary) {
      return invalid_argument("piece '" + piece.text + "' has the id " + std::to_string(piece.id) +
                              ", the limit is " + std::to_string(kMaxVocabulary - 1));
    }
    if (piece.id >= taken.size()) taken.resize(piece.id + 1);
    if (taken[piece.id] || !ids.emplace(piece.text, piece.id).second) {
      return invalid_argument("piece '" + piece.text + "' or its id " + std::to_string(piece.id) +
                              " is given twice");
    }
    taken[piece.id] = true;
  }
  return ids;
}

std::string byte_piece(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
}

std::vector<std::uint32_t> index_characters(const BpeParts& parts) {
  std::vector<std::uint32_t> ids;
  for (const BpePiece& piece : parts.pieces) {
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

}  // namespace

struct BpeModel::Builder {
  const BpeParts& parts;
  PieceIds ids;
  BpeModel model;

  struct PairRule {
    std::uint32_t left;
    Rule rule;
  };

  Status set_ids();
  Status add_rules();
  void store_rules(std::vector<PairRule> rules);
};

Status BpeModel::Builder::set_ids() {
  for (const BpePiece& piece : parts.pieces) {
    model.id_limit_ = std::max(model.id_limit_, piece.id + 1);
  }
  model.character_ids_ = index_characters(parts);
  model.byte_ids_.fill(kNoPiece);
  for (unsigned byte = 0; parts.byte_fallback && byte < 256; ++byte) {
    model.byte_ids_[byte] = id_of(ids, byte_piece(byte));
  }
  model.fuse_unknown_ = parts.fuse_unknown;
  if (!parts.unknown) return {};
  model.unknown_id_ = id_of(ids, *parts.unknown);
  if (model.unknown_id_ != kNoPiece) return {};
  return invalid_argument("the unknown piece '" + *parts.unknown + "' is not a piece");
}

Status BpeModel::Builder::add_rules() {
  std::vector<PairRule> rules;
  for (std::uint32_t rank = 0; rank < parts.merges.size(); ++rank) {
    const auto& [left, right] = parts.merges[rank];
    const std::string result = left + right;
    const PairRule added{id_of(ids, left), {id_of(ids, right), rank, id_of(ids, result)}};
    if (std::max({added.left, added.rule.right, added.rule.result}) == kNoPiece) {
      return invalid_argument("merge " + std::to_string(rank) + " of '" + left + "' and '" + right +
                              "' needs a piece that is not there");
    }
    rules.push_back(added);
    if (left.empty() || right.empty()) {
      return invalid_argument("merge " + std::to_string(rank) + " has an empty piece");
    }
    model.joins_.set(pair_hash(last_character(left), decode_utf8(right).value));
  }
  store_rules(std::move(rules));
  return {};
}

// Of several rules for one pair the last counts, as in the reference implementation.
void BpeModel::Builder::store_rules(std::vector<PairRule> rules) {
  std::ranges::sort(rules, {}, [](const PairRule& pair) {
    return std::tuple(pair.left, pair.rule.right, ~pair.rule.rank);
  });
  std::vector<std::uint32_t>& rules_of = model.rules_of_;
  rules_of.assign(model.id_limit_ + 1, 0);
  for (const PairRule& pair : rules) {
    std::uint32_t& count = rules_of[pair.left + 1];
    if (count > 0 && model.rules_.back().right == pair.rule.right) continue;
    model.rules_.push_back(pair.rule);
    ++count;
  }
  std::partial_sum(rules_of.begin(), rules_of.end(), rules_of.begin());
}

Result<BpeModel> BpeModel::make(const BpeParts& parts) {
  VECSTORE_ASSIGN(PieceIds ids, index_pieces(parts));
  Builder builder{parts, std::move(ids), BpeModel()};
  VECSTORE_TRY(builder.set_ids());
  VECSTORE_TRY(builder.add_rules());
  return std::move(builder.model);
}

void BpeModel::encode(std::string_view text, std::vector<std::uint32_t>& ids) const {
  Run run;
  bool known = false;  // whether the character before has a piece of its own
  for (char32_t before = 0; !text.empty();) {
    const CodePoint character = decode_utf8(text);
    const std::uint32_t id =
        character.value < character_ids_.size() ? character_ids_[character.value] : kNoPiece;
    const bool was_known = std::exchange(known, id != kNoPiece);
    if (was_known && known && !joins_[pair_hash(before, character.value)]) finish(run, ids);
    append(text.substr(0, character.size), id, run);
    before = character.value;
    text.remove_prefix(character.size);
  }
  finish(run, ids);
}

// Unknown characters wait until a known one comes and are overtaken by pieces for bytes, as in the
// reference implementation.
void BpeModel::append(std::string_view character, std::uint32_t id, Run& run) const {
  if (id != kNoPiece) {
    if (run.unknown) run.push(unknown_id_);
    run.unknown = false;
    run.push(id);
  } else if (!append_bytes(character, run) && unknown_id_ != kNoPiece) {
    if (run.unknown && !fuse_unknown_) run.push(unknown_id_);
    run.unknown = true;
  }
}

bool BpeModel::append_bytes(std::string_view character, Run& run) const {
  const auto id = [this](char byte) { return byte_ids_[static_cast<unsigned char>(byte)]; };
  if (std::ranges::any_of(character, [&](char byte) { return id(byte) == kNoPiece; })) return false;
  for (char byte : character) run.push(id(byte));
  return true;
}

// Appends the ids of a run and leaves it empty.
void BpeModel::finish(Run& run, std::vector<std::uint32_t>& ids) const {
  if (run.unknown) run.push(unknown_id_);
  run.unknown = false;
  if (run.symbols.empty()) return;
  run.symbols.back().next = kEnd;
  merge(run);
  for (std::uint32_t i = 0; i != kEnd; i = run.symbols[i].next) ids.push_back(run.symbols[i].id);
  run.symbols.clear();
}

void BpeModel::merge(Run& run) const {
  auto& [symbols, heap, _] = run;
  for (std::uint32_t i = 0; i + 1 < symbols.size(); ++i) offer(i, run);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const Run::Candidate best = heap.back();
    heap.pop_back();

    // Stale when the left symbol is gone or either has been merged since into another piece.
    Run::Symbol& left = symbols[best.position];
    if (left.id == kNoPiece || left.next == kEnd) continue;
    Run::Symbol& right = symbols[left.next];
    const Rule* rule = find_rule(left.id, right.id);
    if (!rule || rule->result != best.result) continue;

    left.id = best.result;
    left.next = right.next;
    right.id = kNoPiece;
    if (left.next != kEnd) symbols[left.next].previous = best.position;
    if (left.previous != kEnd) offer(left.previous, run);
    if (left.next != kEnd) offer(best.position, run);
  }
}

// Puts the symbol at `left` and its next on the heap if they have a rule.
void BpeModel::offer(std::uint32_t left, Run& run) const {
  const Run::Symbol& symbol = run.symbols[left];
  const Rule* rule = find_rule(symbol.id, run.symbols[symbol.next].id);
  if (!rule) return;
  run.heap.push_back({rule->rank, left, rule->result});
  std::push_heap(run.heap.begin(), run.heap.end());
}

const BpeModel::Rule* BpeModel::find_rule(std::uint32_t left, std::uint32_t right) const {
  const auto begin = rules_.begin() + rules_of_[left], end = rules_.begin() + rules_of_[left + 1];
  const auto found = std::ranges::lower_bound(begin, end, right, {}, &Rule::right);
  return found != end && found->right == right ? &*found : nullptr;
}

}  // namespace vecstore
