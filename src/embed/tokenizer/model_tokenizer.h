// Text into the token ids of a model, as the reference implementation of tokenizer.json (the
// library `tokenizers`) does it.
//
// In this order: added tokens are found in the raw text; each stretch between them is normalised
// for itself; added tokens that are normalised are found in what comes out; the rest is cut into
// pieces; the model makes tokens of each; special tokens are put around them. Every step keeps the
// place of each byte in the source, so each token has a span of it.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "embed/tokenizer/added_tokens.h"
#include "embed/tokenizer/models/bpe_model.h"
#include "embed/tokenizer/models/unigram_model.h"
#include "embed/tokenizer/models/wordpiece_model.h"
#include "embed/tokenizer/normalizers/normalizer.h"
#include "embed/tokenizer/post_processor.h"
#include "embed/tokenizer/splitters/pre_tokenizer.h"

namespace vecstore {

using TokenModel = std::variant<BpeModel, WordPieceModel, UnigramModel>;

struct TokenizerParts {
  std::vector<AddedToken> added = {};
  std::vector<NormalizerStep> normalizer = {};
  std::vector<PreTokenizer> splitters = {};
  PostProcessor post = {};
  std::vector<VocabularyPiece> pieces = {};  // needed only where `post` trims spans
};

enum class SpecialTokens { kOmit, kAdd };

// The tokens of a text, or of two: all four vectors have one entry for each.
struct Encoding {
  std::vector<std::uint32_t> ids;
  std::vector<std::uint32_t> type_ids;  // 0 for the first text and 1 for the second, in most models
  std::vector<Place> spans;             // bytes of the token's own text; {0, 0} for special tokens
  std::vector<bool> special;            // put in by the tokenizer
};

// Which text loses tokens from its end when there are too many.
enum class Truncation : unsigned char { kLongestFirst, kOnlySecond };

struct EncodeOptions {
  SpecialTokens special = SpecialTokens::kAdd;
  std::size_t max_tokens = 0;  // with special ones; 0: no limit
  Truncation truncation = Truncation::kLongestFirst;
};

class ModelTokenizer {
 public:
  // The texts of added tokens must not be empty.
  ModelTokenizer(TokenModel model, TokenizerParts parts);

  // `text` must be valid UTF-8 of at most kMaxTextBytes. Time is n log n in the text's length.
  std::vector<std::uint32_t> encode(std::string_view text,
                                    SpecialTokens special = SpecialTokens::kOmit) const;

  // Refuses invalid UTF-8, more than kMaxTextBytes, and limits that special tokens alone exceed.
  Result<Encoding> encode_with_spans(std::string_view text,
                                     const EncodeOptions& options = {}) const;

  // Two texts as cross-encoders take them: [CLS] first [SEP] second [SEP]. Refuses also a
  // truncation of the second text alone that would leave nothing of it.
  Result<Encoding> encode_pair(std::string_view first, std::string_view second,
                               const EncodeOptions& options = {}) const;

  // One past the highest id that encode() can give.
  std::uint32_t id_limit() const { return id_limit_; }

 private:
  struct Work;
  struct Tokens;
  struct Blanks {
    std::uint16_t leading = 0;
    std::uint16_t trailing = 0;
  };

  static Blanks blanks_of(std::string_view token);
  void tokenize(std::string_view text, std::size_t limit, Tokens& out) const;
  void add_stretch(Work& work, Tokens& out) const;
  void add_pieces(Work& work, Tokens& out) const;
  void trim(std::string_view text, Tokens& tokens) const;
  static Status cut_second(const Tokens& first, Tokens& second, std::size_t limit);
  static void append(const TokenTemplate& order, SpecialTokens special,
                     const std::array<const Tokens*, 2>& texts, Encoding& out);

  TokenModel model_;
  AddedTokens added_;
  AddedTokens added_normalized_;
  std::vector<NormalizerStep> normalizer_;
  std::vector<PreTokenizer> splitters_;
  PostProcessor post_;
  std::vector<Blanks> blanks_;  // of pieces, by id
  std::uint32_t id_limit_;
};

}  // namespace vecstore
