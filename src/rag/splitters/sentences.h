// Where sentences end, by rule and without a model.
//
// A sentence ends after . ! ? … (with closing quotes and brackets) before white space, after 。！？
// anywhere, and at an empty line. A full stop does not end one after a common abbreviation ("e.g.",
// "Dr.") or a single letter ("J. Smith"), within a number, or before a lower-case letter.
#pragma once

#include <string_view>
#include <vector>

#include "rag/splitters/text_span.h"

namespace vecstore {

// The sentences of a run of valid UTF-8, in order and stripped; what lies between them is white
// space.
std::vector<TextSpan> find_sentences(std::string_view text, TextSpan span);

}  // namespace vecstore
