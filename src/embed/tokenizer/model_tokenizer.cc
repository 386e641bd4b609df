#include "embed/tokenizer/model_tokenizer.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "vecstore/limits.h"

namespace vecstore {

// Room that one call works in.
struct ModelTokenizer::Work {
  SplitText stretch;  // between two added tokens, normalised
  SplitText part;     // ... and between two normalised added tokens
  SplitText spare;
  std::vector<AddedTokens::Part> parts;
  std::vector<Token> tokens;  // of one piece
};

struct ModelTokenizer::Tokens {
  bool with_spans = false;
  std::size_t limit = std::numeric_limits<std::size_t>::max();
  std::vector<std::uint32_t> ids;
  std::vector<Place> spans;
  std::vector<Blanks> blanks;  // where spans are trimmed

  bool stopped = false;  // there are as many as asked for, or some more
  void cut(std::size_t size) {
    if (size >= ids.size()) return;
    ids.resize(size);
    spans.resize(size);
  }
};

namespace {

constexpr char32_t kByteSpace = 0x120;       // byte_character(' ')
constexpr std::uint16_t kMostBlanks = 1024;  // that are looked for at one end of a token

// What a normaliser makes of an added token must stay so short that ten thousand fit a trie; one
// that was blown up beyond is never found.
constexpr std::size_t kMaxNormalizedToken = 1024;

Status check_text(std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    return invalid_argument("the text has " + std::to_string(text.size()) +
                            " bytes, the limit is " + std::to_string(kMaxTextBytes));
  }
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return {};
  return invalid_argument("the text is not valid utf-8 at byte " + std::to_string(bad));
}

Status check_limit(const EncodeOptions& options, std::size_t special_count) {
  if (options.max_tokens == 0 || options.max_tokens >= special_count) return {};
  return invalid_argument("a limit of " + std::to_string(options.max_tokens) +
                          " tokens leaves no room for " + std::to_string(special_count) +
                          " special ones");
}

std::size_t count_special(const TokenTemplate& order, SpecialTokens special) {
  return special == SpecialTokens::kAdd ? order.special_count() : 0;
}

// How many tokens two texts keep of `limit` when the longer is cut first, as in the reference.
std::pair<std::size_t, std::size_t> share(std::size_t first, std::size_t second,
                                          std::size_t limit) {
  if (first + second <= limit) return {first, second};
  const bool swapped = first > second;
  if (swapped) std::swap(first, second);
  second = first > limit ? first : std::max(first, limit - first);
  if (first + second > limit) {
    first = limit / 2;
    second = first + limit % 2;
  }
  if (swapped) std::swap(first, second);
  return {first, second};
}

}  // namespace

ModelTokenizer::ModelTokenizer(TokenModel model, TokenizerParts parts)
    : model_(std::move(model)),
      normalizer_(std::move(parts.normalizer)),
      splitters_(std::move(parts.splitters)),
      post_(std::move(parts.post)),
      id_limit_(std::visit([](const auto& kind) { return kind.id_limit(); }, model_)) {
  std::vector<AddedToken> raw, normalized;
  AlignedText text, spare;
  for (AddedToken& token : parts.added) {
    id_limit_ = std::max(id_limit_, token.id + 1);
    if (token.normalized) {
      text.assign(token.text, 0, token.text.size());
      normalize(normalizer_, text, spare);
      token.text = text.text;
    }
    if (token.text.empty() || token.text.size() > kMaxNormalizedToken) continue;
    (token.normalized ? normalized : raw).push_back(std::move(token));
  }
  added_ = AddedTokens(std::move(raw));
  added_normalized_ = AddedTokens(std::move(normalized));
  const auto raise_limit = [&](const TokenTemplate& order) {
    for (const TokenTemplate::Item& item : order.items)
      id_limit_ = std::max(id_limit_, item.id + 1);
  };
  raise_limit(post_.single);
  if (post_.pair) raise_limit(*post_.pair);
  if (post_.trims.empty()) return;
  blanks_.resize(id_limit_);
  for (const VocabularyPiece& piece : parts.pieces) blanks_[piece.id] = blanks_of(piece.text);
}

ModelTokenizer::Blanks ModelTokenizer::blanks_of(std::string_view token) {
  const auto is_blank = [&](std::size_t at) {
    const char32_t value = unicode::character_at(token, at).value;
    return value == kByteSpace || (unicode::traits(value) & unicode::kBlank) != 0;
  };
  Blanks blanks;
  for (std::size_t at = 0; at < token.size() && is_blank(at) && blanks.leading < kMostBlanks;) {
    at += unicode::character_at(token, at).size;
    ++blanks.leading;
  }
  for (std::size_t end = token.size(); end > 0 && blanks.trailing < kMostBlanks;) {
    do {
      --end;
    } while (end > 0 && (static_cast<unsigned char>(token[end]) & 0xC0) == 0x80);
    if (!is_blank(end)) break;
    ++blanks.trailing;
  }
  return blanks;
}

std::vector<std::uint32_t> ModelTokenizer::encode(std::string_view text,
                                                  SpecialTokens special) const {
  Tokens tokens;
  tokenize(text, tokens.limit, tokens);
  if (special == SpecialTokens::kOmit) return std::move(tokens.ids);
  std::vector<std::uint32_t> ids;
  ids.reserve(tokens.ids.size() + post_.single.items.size());
  for (const TokenTemplate::Item& item : post_.single.items) {
    if (item.kind == TokenTemplate::Item::kSpecial) {
      ids.push_back(item.id);
    } else {
      ids.insert(ids.end(), tokens.ids.begin(), tokens.ids.end());
    }
  }
  return ids;
}

Result<Encoding> ModelTokenizer::encode_with_spans(std::string_view text,
                                                   const EncodeOptions& options) const {
  VECSTORE_TRY(check_text(text));
  const std::size_t special_count = count_special(post_.single, options.special);
  VECSTORE_TRY(check_limit(options, special_count));
  Tokens tokens;
  tokens.with_spans = true;
  const std::size_t limit =
      options.max_tokens > 0 ? options.max_tokens - special_count : tokens.limit;
  tokenize(text, limit, tokens);
  tokens.cut(limit);
  Encoding out;
  append(post_.single, options.special, {&tokens, nullptr}, out);
  return out;
}

Result<Encoding> ModelTokenizer::encode_pair(std::string_view first, std::string_view second,
                                             const EncodeOptions& options) const {
  VECSTORE_TRY(check_text(first));
  VECSTORE_TRY(check_text(second));
  if (!post_.pair) return invalid_argument("this tokenizer has no template for two texts");
  const std::size_t special_count = count_special(*post_.pair, options.special);
  VECSTORE_TRY(check_limit(options, special_count));
  Tokens left, right;
  left.with_spans = right.with_spans = true;
  const std::size_t limit =
      options.max_tokens > 0 ? options.max_tokens - special_count : left.limit;
  const bool only_second = options.truncation == Truncation::kOnlySecond && limit > 0;
  // Which is the longer, by however little, decides who keeps an odd token: all must be counted.
  tokenize(first, left.limit, left);
  tokenize(second, only_second ? limit : right.limit, right);
  if (only_second) {
    VECSTORE_TRY(cut_second(left, right, limit));
  } else {
    const auto [kept, others] = share(left.ids.size(), right.ids.size(), limit);
    left.cut(kept);
    right.cut(others);
  }
  Encoding out;
  append(*post_.pair, options.special, {&left, &right}, out);
  return out;
}

Status ModelTokenizer::cut_second(const Tokens& first, Tokens& second, std::size_t limit) {
  const std::size_t size = first.ids.size();
  if (size + second.ids.size() <= limit) return {};
  if (size >= limit) {
    return invalid_argument("the first text has " + std::to_string(size) +
                            " tokens, which leaves none of " + std::to_string(limit) +
                            " to the second");
  }
  second.cut(limit - size);
  return {};
}

void ModelTokenizer::append(const TokenTemplate& order, SpecialTokens special,
                            const std::array<const Tokens*, 2>& texts, Encoding& out) {
  for (const TokenTemplate::Item& item : order.items) {
    if (item.kind == TokenTemplate::Item::kSpecial) {
      if (special == SpecialTokens::kOmit) continue;
      out.ids.push_back(item.id);
      out.spans.push_back({0, 0});
    } else {
      const Tokens& text = *texts[item.kind == TokenTemplate::Item::kSecond ? 1 : 0];
      out.ids.insert(out.ids.end(), text.ids.begin(), text.ids.end());
      out.spans.insert(out.spans.end(), text.spans.begin(), text.spans.end());
    }
    out.type_ids.resize(out.ids.size(), item.type);
    out.special.resize(out.ids.size(), item.kind == TokenTemplate::Item::kSpecial);
  }
}

// All tokens, or, where there are more than `limit`, at least so many: the pieces after them are
// not given to the model.
void ModelTokenizer::tokenize(std::string_view text, std::size_t limit, Tokens& out) const {
  out.limit = limit;
  Work work;
  std::vector<AddedTokens::Part> parts;
  added_.find_all(text, parts);
  for (const AddedTokens::Part& part : parts) {
    if (out.stopped) break;
    if (part.id == kNoPiece) {
      work.stretch.text.assign(text, part.begin, part.end);
      add_stretch(work, out);
      continue;
    }
    out.ids.push_back(part.id);
    if (!out.with_spans) continue;
    out.spans.push_back({part.begin, part.end});
    if (post_.trims.empty()) continue;
    out.blanks.push_back(blanks_of(text.substr(part.begin, part.end - part.begin)));
  }
  if (out.with_spans && !post_.trims.empty()) trim(text, out);
}

void ModelTokenizer::add_stretch(Work& work, Tokens& out) const {
  AlignedText& text = work.stretch.text;
  normalize(normalizer_, text, work.spare.text);
  if (added_normalized_.empty()) {
    std::swap(work.part, work.stretch);
    return add_pieces(work, out);
  }
  added_normalized_.find_all(text.text, work.parts);
  for (const AddedTokens::Part& part : work.parts) {
    if (out.stopped) return;
    if (part.id == kNoPiece) {
      work.part.text.clear_for(text);
      work.part.text.append_part(text, part.begin, part.end);
      add_pieces(work, out);
      continue;
    }
    out.ids.push_back(part.id);
    if (!out.with_spans) continue;
    out.spans.push_back({text.places[part.begin].begin, text.places[part.end - 1].end});
    if (post_.trims.empty()) continue;
    const std::string_view found(text.text);
    out.blanks.push_back(blanks_of(found.substr(part.begin, part.end - part.begin)));
  }
}

// Cuts `work.part` and gives the pieces to the model.
void ModelTokenizer::add_pieces(Work& work, Tokens& out) const {
  SplitText& part = work.part;
  if (part.text.empty()) return;
  part.pieces.assign(1, {0, static_cast<std::uint32_t>(part.text.text.size())});
  split(splitters_, part, work.spare);
  const std::string_view text = part.text.text;
  const bool trims = out.with_spans && !post_.trims.empty();
  std::visit(
      [&](const auto& model) {
        for (const Piece& piece : part.pieces) {
          work.tokens.clear();
          model.encode(text.substr(piece.begin, piece.end - piece.begin), work.tokens);
          for (const Token& token : work.tokens) {
            out.ids.push_back(token.id);
            if (!out.with_spans) continue;
            out.spans.push_back({part.text.places[piece.begin + token.begin].begin,
                                 part.text.places[piece.begin + token.end - 1].end});
            if (trims) out.blanks.push_back(blanks_[token.id]);
          }
          out.stopped = out.ids.size() >= out.limit;
          if (out.stopped) return;
        }
      },
      model_);
}

// Spans are moved by characters of the source, whatever stood for them on the way.
void ModelTokenizer::trim(std::string_view text, Tokens& tokens) const {
  const auto is_inner = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  for (const bool keeps_first : post_.trims) {
    for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
      Place& span = tokens.spans[i];
      std::uint32_t leading = tokens.blanks[i].leading;
      if (keeps_first && leading == 1 && (i == 0 || span.begin == 0)) leading = 0;
      for (; leading > 0 && span.begin < span.end; --leading) {
        do {
          ++span.begin;
        } while (is_inner(span.begin));
      }
      std::uint32_t trailing = tokens.blanks[i].trailing, end = span.end;
      for (; trailing > 0 && end > 0; --trailing) {
        do {
          --end;
        } while (is_inner(end));
      }
      if (trailing == 0) span.end = std::max(end, span.begin);
    }
  }
}

}  // namespace vecstore
