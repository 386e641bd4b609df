// What is done to a text before it is split: the normalizers of tokenizer.json.
//
// Immutable once made, so safe from many threads.
#pragma once

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "embed/tokenizer/normalizers/charsmap.h"
#include "embed/tokenizer/splitters/pattern.h"
#include "embed/tokenizer/text/aligned_text.h"
#include "embed/tokenizer/unicode/normal_forms.h"

namespace vecstore {

// BERT's own: removes what cannot be seen, makes every blank a space, puts spaces around
// ideographs, removes accents, makes letters small.
struct BertNormalizer {
  bool clean_text = true;
  bool separate_ideographs = true;
  bool strip_accents = true;
  bool lowercase = true;
  std::array<char, 128> ascii = {};  // what becomes of it, made by with_table(); 0: nothing
};
BertNormalizer with_table(BertNormalizer step);

struct Lowercase {};
struct StripAccents {};  // removes all marks; what is composed is not taken apart
struct Nmt {};           // controls removed, what separates made a space
struct MapBytes {};      // every byte as one of 256 characters, see byte_character()
struct Strip {
  bool left = true;
  bool right = true;
};
struct Replace {
  Pattern pattern;
  std::string text;
};
struct Prepend {
  std::string text;
};

using NormalizerStep = std::variant<NormalForm, BertNormalizer, Lowercase, StripAccents, Nmt,
                                    MapBytes, Strip, Replace, Prepend, Charsmap>;

// Steps in order, in place. `spare` is room to work in.
void normalize(const std::vector<NormalizerStep>& steps, AlignedText& text, AlignedText& spare);

}  // namespace vecstore
