#include "embed/tokenizer/models/unigram_model.h"

#include <algorithm>
#include <cmath>

#include "embed/tokenizer/unicode/unicode.h"

namespace vecstore {
namespace {

constexpr double kUnknownPenalty = 10;
constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

}  // namespace

Result<UnigramModel> UnigramModel::make(const UnigramParts& parts) {
  VECSTORE_TRY(check_vocabulary(parts.pieces));
  if (parts.unknown >= parts.pieces.size()) {
    return invalid_argument("the unknown piece " + std::to_string(parts.unknown) +
                            " is not one of " + std::to_string(parts.pieces.size()));
  }
  const auto is_number = [](double score) { return std::isfinite(score); };
  if (!std::ranges::all_of(parts.scores, is_number)) {
    return invalid_argument("a score is not a finite number");
  }
  UnigramModel model;
  model.pieces_ = PieceTrie(entries_of(parts.pieces));
  model.scores_ = parts.scores;
  model.unknown_ = parts.unknown;
  model.unknown_score_ = *std::ranges::min_element(parts.scores) - kUnknownPenalty;
  model.byte_ids_.fill(kNoPiece);
  for (unsigned byte = 0; parts.byte_fallback && byte < 256; ++byte) {
    model.byte_ids_[byte] = model.pieces_.find(byte_piece(byte));
  }
  return model;
}

void UnigramModel::find_best(std::string_view text, std::vector<Step>& steps) const {
  steps.assign(text.size() + 1, {0, kNowhere, kNoPiece});
  for (std::uint32_t begin = 0; begin < text.size();) {
    const double sum = steps[begin].score;
    const auto offer = [&](std::size_t end, std::uint32_t id, double score) {
      Step& step = steps[end];
      if (step.begin == kNowhere || sum + score > step.score) step = {sum + score, begin, id};
    };
    const std::uint32_t size = unicode::character_at(text, begin).size;
    bool is_known = false;
    PieceTrie::Node node = PieceTrie::kRoot;
    for (std::size_t at = begin; at < text.size();) {
      node = pieces_.step(node, text[at++]);
      if (node == PieceTrie::kNone) break;
      const std::uint32_t id = pieces_.id_at(node);
      if (id == kNoPiece) continue;
      offer(at, id, scores_[id]);
      is_known |= at == begin + size;
    }
    if (!is_known) offer(begin + size, unknown_, unknown_score_);
    begin += size;
  }
}

void UnigramModel::encode(std::string_view text, std::vector<Token>& out) const {
  std::vector<Step> steps;
  find_best(text, steps);
  // From the end, so backwards; a run of unknown characters is one token.
  const std::size_t first = out.size();
  for (auto end = static_cast<std::uint32_t>(text.size()); end > 0;) {
    const Step& last = steps[end];
    Token token = {last.id, last.begin, end};
    if (last.id == unknown_) {
      while (token.begin > 0 && steps[token.begin].id == unknown_) {
        token.begin = steps[token.begin].begin;
      }
      append_unknown(text.substr(token.begin, end - token.begin), token.begin, out);
    } else {
      out.push_back(token);
    }
    end = token.begin;
  }
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(first), out.end());
}

// A run of unknown characters may be a piece after all, where the sum of its parts was greater.
// Bytes are appended last first, as encode() wants it; each stands for the whole run.
void UnigramModel::append_unknown(std::string_view text, std::uint32_t begin,
                                  std::vector<Token>& out) const {
  const std::uint32_t end = begin + static_cast<std::uint32_t>(text.size());
  const auto id = [this](char byte) { return byte_ids_[static_cast<unsigned char>(byte)]; };
  const std::uint32_t whole = pieces_.find(text);
  const bool has_bytes =
      std::ranges::none_of(text, [&](char byte) { return id(byte) == kNoPiece; });
  if (whole == kNoPiece && has_bytes) {
    for (auto at = text.rbegin(); at != text.rend(); ++at) out.push_back({id(*at), begin, end});
  } else {
    out.push_back({whole == kNoPiece ? unknown_ : whole, begin, end});
  }
}

}  // namespace vecstore
