// Text into the token ids of a model, as the reference implementation of tokenizer.json does it.
//
// In this order: added tokens ("<s>") are found in the raw text, the longest of those that begin
// leftmost; each stretch between them is normalised on its own, then split by the model.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "embed/bpe_model.h"

namespace vecstore {

struct AddedToken {
  std::string text;
  std::uint32_t id;
};

// One rewriting of a text that is not empty.
struct NormalizerStep {
  std::string pattern;  // each occurrence becomes `text`; empty: `text` is put in front
  std::string text;
};

struct TokenizerParts {
  std::vector<AddedToken> added = {};
  std::vector<NormalizerStep> normalizer = {};
  std::vector<std::uint32_t> prefix = {};  // ids around a text when special tokens are asked for
  std::vector<std::uint32_t> suffix = {};
};

enum class SpecialTokens { kOmit, kAdd };

class ModelTokenizer {
 public:
  // The texts of added tokens must not be empty.
  ModelTokenizer(BpeModel model, TokenizerParts parts);

  // `text` must be valid UTF-8 of at most kMaxTextBytes. Time is n log n in the text's length.
  std::vector<std::uint32_t> encode(std::string_view text,
                                    SpecialTokens special = SpecialTokens::kOmit) const;

  // One past the highest id that encode() can give.
  std::uint32_t id_limit() const { return id_limit_; }

 private:
  const AddedToken* added_token_at(std::string_view text) const;
  std::string normalize(std::string_view text) const;

  BpeModel model_;
  TokenizerParts parts_;
  std::array<bool, 256> starts_added_{};  // by first byte
  std::uint32_t id_limit_;
};

}  // namespace vecstore
