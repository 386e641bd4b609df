// The normal forms of Unicode (UAX #15), in place of one text by another with the places kept.
//
// Stretches that are in the form already are copied. Time is linear but for runs of marks, which
// are sorted: n log n in such a run.
#pragma once

#include "embed/tokenizer/text/aligned_text.h"

namespace vecstore {

enum class NormalForm : unsigned char { kNfc, kNfd, kNfkc, kNfkd };

// Appends `from` in the given form to `to`.
void normalize(const AlignedText& from, NormalForm form, AlignedText& to);

// Appends the decomposition of a character; Hangul included.
void append_decomposition(char32_t value, bool compatible, std::vector<char32_t>& out);

}  // namespace vecstore
