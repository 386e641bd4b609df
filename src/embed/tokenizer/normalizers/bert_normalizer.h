// BERT's normalisation in one pass, for nearly all texts.
#pragma once

#include "embed/tokenizer/normalizers/normalizer.h"

namespace vecstore {

void normalize_bert(const BertNormalizer& step, const AlignedText& from, AlignedText& to);

// Appends a character in small letters.
void append_lower(char32_t value, Place place, AlignedText& to);

}  // namespace vecstore
