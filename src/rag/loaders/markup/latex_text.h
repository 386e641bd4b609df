// The text of a LaTeX source with its headings, title and author.
#pragma once

#include <string_view>

#include "rag/loaders/document.h"

namespace vecstore {

// Fills text, headings, metadata and remarks. One pass, in linear time whatever the source nests.
void read_latex(std::string_view source, Document& document);

}  // namespace vecstore
