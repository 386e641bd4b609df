// The pages of a file in order, with what they inherit (ISO 32000-1, 7.7.3).
#pragma once

#include <vector>

#include "rag/loaders/pdf/pdf_content.h"

namespace vecstore {

// What claims to be a page and is none is left out; a tree that loops is walked once. At most
// kMaxPdfPages.
std::vector<PdfPage> find_pages(const PdfFile& file);

inline constexpr std::size_t kMaxPdfPages = 200'000;

}  // namespace vecstore
